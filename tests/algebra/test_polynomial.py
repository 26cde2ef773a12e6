"""Domains and the plain polynomial definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.algebra import polynomial
from avm.algebra.domain import COSET_SHIFT, Domain, next_power_of_two, selector
from avm.algebra.fields import FR_MODULUS, Fr

element = st.integers(0, FR_MODULUS - 1)
coefficients = st.lists(element, min_size=1, max_size=16)


def test_next_power_of_two() -> None:
    assert [next_power_of_two(n) for n in (0, 1, 2, 3, 4, 5, 9)] == [1, 1, 2, 4, 4, 8, 16]
    assert Domain.at_least(5).size == 8
    with pytest.raises(ValueError, match="power of two"):
        Domain(6)


def test_elements_are_the_powers_of_the_generator() -> None:
    domain = Domain(8)
    assert domain.elements() == [domain.element(i) for i in range(8)]
    assert all(domain.contains(x) and domain.vanishing(x) == 0 for x in domain.elements())
    assert not domain.contains(COSET_SHIFT)


@given(coefficients)
def test_ntt_evaluates_and_intt_interpolates(p: list[int]) -> None:
    domain = Domain.at_least(len(p))
    values = polynomial.ntt(p, domain.size)
    assert values == [polynomial.evaluate(p, x) for x in domain.elements()]
    padded = p + [0] * (domain.size - len(p))
    assert polynomial.intt(values) == padded
    shifted = polynomial.coset_ntt(p, domain.size)
    assert shifted == [polynomial.evaluate(p, COSET_SHIFT * x) for x in domain.elements()]
    assert polynomial.coset_intt(shifted) == padded


@given(coefficients, element)
def test_lagrange_coefficients_interpolate(values: list[int], x: int) -> None:
    domain = Domain.at_least(len(values))
    values = values + [0] * (domain.size - len(values))
    lagrange = domain.lagrange_at(x)
    expected = polynomial.evaluate(polynomial.intt(values), x)
    assert sum(a * b for a, b in zip(lagrange, values)) % FR_MODULUS == expected
    inside = domain.element(3)
    assert domain.lagrange_at(inside) == [int(domain.element(i) == inside) for i in range(domain.size)]


@given(coefficients, element, st.sampled_from([1, 2, 4, 8, 16]))
def test_divisions_multiply_back(p: list[int], z: int, size: int) -> None:
    quotient, remainder = polynomial.divide_by_linear(p, z)
    back = polynomial.mul(quotient, [-z % FR_MODULUS, 1]) or [0]
    back[0] = (back[0] + remainder) % FR_MODULUS
    assert back == p
    assert remainder == polynomial.evaluate(p, z)
    quotient, rest = polynomial.divide_by_vanishing(p, size)
    product = polynomial.mul_by_vanishing(quotient, size)
    width = max(len(p), size)
    total = [
        ((product[i] if i < len(product) else 0) + (rest[i] if i < size else 0)) % FR_MODULUS
        for i in range(width)
    ]
    assert total == p + [0] * (width - len(p))


@given(element)
def test_selector_is_the_quotient_of_vanishing_polynomials(x: int) -> None:
    big, small = Domain(16), Domain(4)
    if not big.contains(x):
        expected = Fr.div(big.vanishing(x), small.vanishing(x)) * Fr.div(4, 16) % FR_MODULUS
        assert selector(big, small, x) == expected
