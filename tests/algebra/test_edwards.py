"""The Edwards curve: group law, subgroup, recovery from x, encodings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import edwards
from avm.algebra.fields import Fr
from avm.base.errors import Halt

scalars = st.integers(0, edwards.ORDER - 1)
G = edwards.GENERATOR


def test_generator_generates_the_subgroup() -> None:
    assert edwards.is_on_curve(G)
    assert edwards.is_in_subgroup(G)
    assert edwards.mul(G, edwards.ORDER - 1) == edwards.neg(G)


@settings(max_examples=20)
@given(scalars, scalars)
def test_multiplication_is_a_homomorphism(a: int, b: int) -> None:
    p, q = edwards.mul(G, a), edwards.mul(G, b)
    assert edwards.is_on_curve(p)
    assert edwards.add(p, q) == edwards.mul(G, (a + b) % edwards.ORDER)
    assert edwards.sub(p, q) == edwards.mul(G, a - b)
    assert edwards.double(p) == edwards.add(p, p)


@settings(max_examples=10)
@given(scalars)
def test_fixed_base_agrees_with_multiplication(a: int) -> None:
    assert FIXED.mul(a) == edwards.mul(G, a)


FIXED = edwards.fixed_base(G)


def test_points_of_small_order_are_outside_the_subgroup() -> None:
    order_two = (0, Fr.modulus - 1)
    assert edwards.is_on_curve(order_two)
    assert edwards.add(order_two, order_two) == edwards.IDENTITY
    assert not edwards.is_in_subgroup(order_two)
    assert not edwards.is_in_subgroup(edwards.add(G, order_two))


@settings(max_examples=10)
@given(scalars)
def test_x_recovers_the_subgroup_point(a: int) -> None:
    p = edwards.mul(G, a)
    assert edwards.from_x(p[0]) == p


def test_x_without_a_point_halts() -> None:
    xs = [x for x in range(2, 40) if not Fr.is_square(Fr.div(1 + x * x, 1 - edwards.D * x * x))]
    assert xs
    with pytest.raises(Halt):
        edwards.from_x(xs[0])


def test_montgomery_map_lands_on_the_curve() -> None:
    for u in range(2, 30):
        square = Fr.div(u**3 + edwards.MONTGOMERY_A * u**2 + u, edwards.MONTGOMERY_B)
        if Fr.is_square(square):
            assert edwards.is_on_curve(edwards.from_montgomery(u, Fr.sqrt(square)))
