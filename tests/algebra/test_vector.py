"""The vector kernels against the plain definitions, on edge cases and random values."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import polynomial, transform, vector
from avm.algebra.domain import Domain
from avm.algebra.fields import FR_MODULUS, Fr
from avm.algebra.tiers import tier
from avm.base.errors import Cancelled, DecodeError
from avm.base.pool import Pool
from avm.base.progress import Cancel

P = FR_MODULUS
EDGES = [0, 1, 2, P - 1, P - 2, (P - 1) // 2, (P + 1) // 2, 22]
EDGES += [1 << k for k in (31, 32, 63, 64, 127, 128, 191, 192, 251, 252)]
EDGES += [(1 << k) - 1 for k in (32, 64, 128, 192, 252)] + [(1 << 256) % P, pow(1 << 256, 2, P)]
element = st.one_of(st.sampled_from(EDGES), st.integers(0, P - 1))
elements = st.lists(element, min_size=1, max_size=40)


def test_all_pairs_of_edge_cases_multiply_add_and_subtract() -> None:
    left = [a for a in EDGES for _ in EDGES]
    right = EDGES * len(EDGES)
    a, b = vector.from_ints(left), vector.from_ints(right)
    assert vector.to_ints(vector.mul(a, b)) == [x * y % P for x, y in zip(left, right)]
    assert vector.to_ints(vector.add(a, b)) == [(x + y) % P for x, y in zip(left, right)]
    assert vector.to_ints(vector.sub(a, b)) == [(x - y) % P for x, y in zip(left, right)]


@given(elements, element)
def test_elementwise_operations(values: list[int], k: int) -> None:
    a = vector.from_ints(values)
    assert vector.to_ints(a) == values
    assert vector.to_ints(vector.neg(a)) == [-x % P for x in values]
    assert vector.to_ints(vector.scale(a, k)) == [x * k % P for x in values]
    assert vector.to_ints(vector.add_constant(a, k)) == [(x + k) % P for x in values]
    assert vector.to_ints(vector.add_scaled(a, a[:-1], k))[:-1] == [x * (1 + k) % P for x in values[:-1]]
    assert vector.to_ints(vector.batch_inverse(a)) == Fr.batch_inverse(values)
    assert vector.total(a) == sum(values) % P
    assert vector.dot(a, a) == sum(x * x for x in values) % P
    assert vector.evaluate(a, k) == polynomial.evaluate(values, k)
    assert vector.to_ints(vector.powers(k, len(values), 3)) == [
        3 * pow(k, i, P) % P for i in range(len(values))
    ]
    assert vector.element(a, len(values) - 1) == values[-1]


@given(elements)
def test_bytes_round_trip(values: list[int]) -> None:
    data = vector.to_bytes(vector.from_ints(values))
    assert data == b"".join(Fr.to_bytes_le(x) for x in values)
    assert vector.to_ints(vector.from_bytes(data)) == values


def test_values_outside_the_field_are_refused() -> None:
    with pytest.raises(DecodeError):
        vector.from_bytes(P.to_bytes(32, "little"))
    with pytest.raises(DecodeError):
        vector.from_bytes(bytes(31))
    with pytest.raises(ValueError, match="element 1"):
        vector.from_ints([0, P])
    with pytest.raises(ValueError, match="differ"):
        vector.mul(vector.zeros(2), vector.zeros(3))


def test_lengths_differ_by_trailing_zeros_only() -> None:
    a = vector.from_ints([1, 2, 0, 0])
    assert vector.equal(a, vector.trim(a))
    assert vector.degree(a) == 1
    assert vector.degree(vector.zeros(3)) == -1
    assert vector.is_zero(vector.zeros(3))
    assert vector.to_ints(vector.sub(a[:1], a)) == [0, P - 2, 0, 0]


@pytest.mark.parametrize("log_size", range(9))
def test_transforms_equal_the_plain_ones(log_size: int) -> None:
    size = 1 << log_size
    values = vector.to_ints(vector.random(size))
    values[0] = P - 1
    a = vector.from_ints(values)
    assert vector.to_ints(vector.ntt(a, size)) == polynomial.ntt(values, size)
    assert vector.to_ints(vector.intt(a)) == polynomial.intt(values)
    assert vector.to_ints(vector.coset_ntt(a, size)) == polynomial.coset_ntt(values, size)
    assert vector.to_ints(vector.coset_intt(a)) == polynomial.coset_intt(values)
    short = a[: size // 2 + 1]
    assert vector.to_ints(vector.ntt(short, 2 * size)) == polynomial.ntt(values[: size // 2 + 1], 2 * size)


@pytest.mark.parametrize("log_size", [10, 11, 12, 13, 14])
def test_large_transforms_evaluate_at_domain_elements_and_invert(log_size: int) -> None:
    size = 1 << log_size
    a = vector.random(size)
    values = vector.ntt(a, size)
    domain = Domain(size)
    for i in (0, 1, size // 2 + 3, size - 1):
        assert vector.element(values, i) == vector.evaluate(a, domain.element(i))
    assert np.array_equal(vector.intt(values), a)
    assert np.array_equal(vector.coset_intt(vector.coset_ntt(a, size)), a)
    extreme = vector.constant(P - 1, size)
    assert np.array_equal(vector.intt(vector.ntt(extreme, size)), extreme)


@pytest.mark.skipif(tier() != "ifma", reason="this processor has no eight-lane tier")
@pytest.mark.parametrize("log_size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
@pytest.mark.parametrize("values", ["random", "largest", "first", "last", "edges"])
def test_transforms_of_both_tiers_agree(log_size: int, values: str) -> None:
    size = 1 << log_size
    a = vector.zeros(size)
    if values == "random":
        a = vector.random(size)
    elif values == "largest":
        a = np.repeat(vector.words_of_modulus().reshape(1, 4) - np.array([[1, 0, 0, 0]], np.uint64), size, 0)
    elif values == "edges":
        a = vector.from_ints([EDGES[i % len(EDGES)] for i in range(size)])
    else:
        a[0 if values == "first" else -1] = vector.constant(P - 1)[0]
    for inverse in (False, True):
        for shift in (1, 22):
            in_lanes = transform.transform_directly if log_size < 6 else transform.transform_in_lanes
            fast = in_lanes(a, log_size, inverse, shift)
            assert np.array_equal(fast, transform.transform_portably(a, log_size, inverse, shift))


SIZES = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 127, 128, 129, 160, 161, 300, 1023, 1040, 2500]


def _test_vectors(size: int) -> list[vector.FrVector]:
    """Random values, largest words, edge cases and a vector of many zeros, all of one length."""
    largest = np.repeat(
        vector.words_of_modulus().reshape(1, 4) - np.array([[1, 0, 0, 0]], np.uint64), size, 0
    )
    edges = vector.from_ints([EDGES[i % len(EDGES)] for i in range(size)])
    sparse = vector.random(size)
    sparse[np.arange(size) % 3 != 1] = 0
    return [vector.random(size), largest, edges, sparse, vector.zeros(size)]


@pytest.mark.skipif(tier() != "ifma", reason="this processor has no eight-lane tier")
@pytest.mark.parametrize("size", SIZES)
def test_products_in_lanes_equal_the_portable_ones(size: int) -> None:
    from avm.algebra import lane_vectors, portable_vectors

    tiers = (lane_vectors, portable_vectors)
    vectors = _test_vectors(size)

    def both(work: Callable[[ModuleType, vector.FrVector], object]) -> None:
        outs = [np.empty((size, 4), dtype=np.uint64) for _ in tiers]
        values = [work(module, out) for module, out in zip(tiers, outs)]
        assert values[0] == values[1]
        if values[0] is None:
            assert np.array_equal(*outs)

    k, z = EDGES[5], int.from_bytes(os.urandom(32), "little") % P
    indices = np.arange(size)[::-1].copy() // 2
    for a in vectors:
        for b in vectors:
            both(lambda m, out: m.mul(a, b, out))  # noqa: B023
            both(lambda m, out: m.dot(a, b))  # noqa: B023
            both(lambda m, out: m.gathered_products(a, b, indices, out))  # noqa: B023
        both(lambda m, out: m.to_montgomery(a, out))  # noqa: B023
        both(lambda m, out: m.from_montgomery(a, out))  # noqa: B023
        both(lambda m, out: m.batch_inverse(a, z, out))  # noqa: B023
        for x in (0, 1, z):
            both(lambda m, out: m.evaluate(a, x))  # noqa: B023
            quotients = [np.empty((max(0, size - 1), 4), dtype=np.uint64) for _ in tiers]
            remainders = [m.divide_by_linear(a, x, q) for m, q in zip(tiers, quotients)]
            assert remainders[0] == remainders[1]
            assert np.array_equal(*quotients)
    many = [*vectors, *(a[: size // 2] for a in vectors)] * 21
    for terms in (vectors, many):
        factors = [pow(z, i, P) for i in range(len(terms))]
        both(lambda m, out: m.linear_combination(terms, factors, out))  # noqa: B023
        both(lambda m, out: m.linear_combination(terms, [P - 1] * len(terms), out))  # noqa: B023
    both(lambda m, out: m.powers(z, k, out))
    both(lambda m, out: m.powers(0, k, out))


def test_sums_of_products_in_lanes_do_not_overflow() -> None:
    size = 20_000
    largest = np.repeat(
        vector.words_of_modulus().reshape(1, 4) - np.array([[1, 0, 0, 0]], np.uint64), size, 0
    )
    x = vector.element(largest, 0)
    assert vector.dot(largest, largest) == x * x * size % P
    assert vector.element(vector.linear_combination([(largest, P - 1)] * 301), 3) == -301 * x % P
    assert vector.evaluate(largest, P - 1) == 0


def test_linear_combinations_share_a_pool_and_obey_its_cancel_flag() -> None:
    a, b = vector.random(20_000), vector.random(9_000)
    with Pool(2) as pool:
        both = vector.linear_combination([(a, 3), (b, P - 2)], pool)
        assert np.array_equal(both, vector.sub(vector.scale(a, 3), vector.scale(b, 2)))
        cancel = Cancel()
        cancel.cancel()
        with pytest.raises(Cancelled):
            vector.linear_combination([(a, 3)], pool, cancel)
    assert len(vector.linear_combination([])) == 0


def test_gathered_products_and_sums_check_their_places() -> None:
    a, table = vector.from_ints([2, 3, 5]), vector.from_ints([7, 11])
    places = np.array([1, 0, 1])
    assert vector.to_ints(vector.gathered_products(a, table, places, 5)) == [22, 21, 55, 0, 0]
    assert vector.to_ints(vector.scatter_sums(places, a, 3)) == [3, 7, 0]
    assert vector.to_ints(vector.segment_sums(np.array([0, 2, 2, 3]), a)) == [5, 0, 5]
    for wrong in (np.array([0, 2, 0]), np.array([0, -1, 0])):
        with pytest.raises(ValueError, match="outside"):
            vector.gathered_products(a, table, wrong)
        with pytest.raises(ValueError, match="outside"):
            vector.scatter_sums(wrong, a, 2)
    with pytest.raises(ValueError, match="fit"):
        vector.gathered_products(a, table, places, 2)
    with pytest.raises(ValueError, match="indices"):
        vector.gathered_products(a, table, places[:2])
    with pytest.raises(ValueError, match="segments"):
        vector.segment_sums(np.array([0, 4]), a)


@settings(max_examples=30)
@given(elements, elements, element, st.sampled_from([1, 2, 4, 16, 64]))
def test_polynomial_operations(p: list[int], q: list[int], z: int, size: int) -> None:
    a, b = vector.from_ints(p), vector.from_ints(q)
    assert vector.to_ints(vector.poly_mul(a, b)) == polynomial.mul(p, q)
    quotient, remainder = vector.divide_by_linear(a, z)
    assert (vector.to_ints(quotient), remainder) == polynomial.divide_by_linear(p, z)
    quotient, rest = vector.divide_by_vanishing(a, size)
    assert (vector.to_ints(quotient), vector.to_ints(rest)) == polynomial.divide_by_vanishing(p, size)
    assert vector.to_ints(vector.mul_by_vanishing(a, size)) == polynomial.mul_by_vanishing(p, size)
    assert vector.to_ints(vector.lagrange_at(size, z)) == Domain(size).lagrange_at(z)


def test_lagrange_inside_the_domain_is_a_unit_vector() -> None:
    assert vector.to_ints(vector.lagrange_at(8, Domain(8).element(5))) == [0, 0, 0, 0, 0, 1, 0, 0]


def test_sparse_products_equal_the_dense_ones() -> None:
    rows, width = 7, 5
    dense = [[(r * c * c + r) % 3 and P - r * c for c in range(width)] for r in range(rows)]
    dense[3] = [0] * width
    starts, columns, values = [0], [], []
    for row in dense:
        for c, value in enumerate(row):
            if value:
                columns.append(c)
                values.append(value % P)
        starts.append(len(columns))
    matrix = (np.array(starts), np.array(columns), vector.from_ints(values))
    x, y = list(range(11, 11 + width)), [P - k for k in range(1, rows + 1)]
    product = vector.to_ints(vector.csr_matvec(*matrix, vector.from_ints(x)))
    assert product == [sum(a * b for a, b in zip(row, x)) % P for row in dense]
    transposed = vector.to_ints(vector.csr_transpose_matvec(*matrix, vector.from_ints(y), width))
    assert transposed == [sum(dense[r][c] * y[r] for r in range(rows)) % P for c in range(width)]
    with pytest.raises(ValueError, match="column"):
        vector.csr_matvec(*matrix, vector.from_ints(x[:3]))


def test_random_is_reduced_and_follows_its_generator() -> None:
    a = vector.random(500)
    assert len(vector.to_ints(a)) == 500
    assert len({row.tobytes() for row in a}) == 500
    assert np.array_equal(vector.random(3, lambda n: b"\x05" * n), vector.random(3, lambda n: b"\x05" * n))
    draws = iter([b"\xff" * 400, bytes(4000)])
    assert len(vector.random(3, lambda n: next(draws)[:n])) == 3
