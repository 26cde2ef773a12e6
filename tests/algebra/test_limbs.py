"""Arithmetic on 64-bit limbs, as this tier compiles it, against Python's integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.algebra.aot import kernel
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels.limbs import (
    fq_add,
    fq_load,
    fq_mul,
    fq_store,
    fq_sub,
    fr_add,
    fr_load,
    fr_mul,
    fr_mul_inline,
    fr_store,
    fr_sub,
)

Words = Any
ROWS = "uint64[:,::1]"


@kernel(f"void({ROWS},{ROWS},{ROWS})")
def fr_operations(a: Words, b: Words, out: Words) -> None:
    """Elements 4i … 4i + 3 of ``out``: product, the same inlined, sum and difference of elements i."""
    for i in range(len(a)):
        x, y = fr_load(a, i), fr_load(b, i)
        fr_store(out, 4 * i, fr_mul(x, y))
        fr_store(out, 4 * i + 1, fr_mul_inline(x, y))
        fr_store(out, 4 * i + 2, fr_add(x, y))
        fr_store(out, 4 * i + 3, fr_sub(x, y))


@kernel(f"void({ROWS},{ROWS},{ROWS})")
def fq_operations(a: Words, b: Words, out: Words) -> None:
    """The same over Fq, whose product is never inlined: it stands there twice."""
    for i in range(len(a)):
        x, y = fq_load(a, i), fq_load(b, i)
        fq_store(out, 4 * i, fq_mul(x, y))
        fq_store(out, 4 * i + 1, fq_mul(x, y))
        fq_store(out, 4 * i + 2, fq_add(x, y))
        fq_store(out, 4 * i + 3, fq_sub(x, y))


FIELDS = [(FR_MODULUS, 4, fr_operations), (FQ_MODULUS, 6, fq_operations)]


def edges(p: int) -> list[int]:
    bits = p.bit_length()
    powers = [1 << k for k in range(0, bits - 1, 31)]
    return sorted(
        {0, 1, 2, p - 1, p - 2, p // 2, p // 2 + 1, *powers, *(k - 1 for k in powers), p >> 64 << 64}
    )


def words(values: list[int], n: int) -> Words:
    data = b"".join(value.to_bytes(8 * n, "little") for value in values)
    return np.frombuffer(bytearray(data), dtype=np.uint64).reshape(-1, n)


def calculated(work: Any, n: int, a: list[int], b: list[int]) -> list[list[int]]:
    out = np.empty((4 * len(a), n), dtype=np.uint64)
    work(words(a, n), words(b, n), out)
    flat = [int.from_bytes(row.tobytes(), "little") for row in out]
    return [flat[4 * i : 4 * i + 4] for i in range(len(a))]


def expected(p: int, n: int, x: int, y: int) -> list[int]:
    product = x * y * pow(1 << (64 * n), -1, p) % p
    return [product, product, (x + y) % p, (x - y) % p]


@pytest.mark.parametrize(("p", "n", "work"), FIELDS)
def test_all_pairs_of_edge_cases(p: int, n: int, work: Any) -> None:
    a = [x for x in edges(p) for _ in edges(p)]
    b = edges(p) * len(edges(p))
    assert calculated(work, n, a, b) == [expected(p, n, x, y) for x, y in zip(a, b)]


@given(st.data())
def test_any_pairs(data: st.DataObject) -> None:
    p, n, work = data.draw(st.sampled_from(FIELDS))
    word = st.one_of(st.sampled_from([0, 1, 2**63, 2**64 - 1]), st.integers(0, 2**64 - 1))
    element = st.lists(word, min_size=n, max_size=n).map(
        lambda parts: sum(part << (64 * i) for i, part in enumerate(parts)) % p
    )
    a, b = (data.draw(st.lists(element, min_size=5, max_size=5)) for _ in range(2))
    assert calculated(work, n, a, b) == [expected(p, n, x, y) for x, y in zip(a, b)]


@pytest.mark.parametrize(("p", "n", "work"), FIELDS)
def test_the_first_factor_need_not_be_reduced(p: int, n: int, work: Any) -> None:
    top = (1 << (64 * n)) - 2 * p
    large = [p, p + 1, 2 * p, 2 * p - 1, top - 1, top - p, (1 << (64 * n - 1)) + 1]
    for x in large:
        found = calculated(work, n, [x] * len(edges(p)), edges(p))
        assert [row[0] for row in found] == [expected(p, n, x, y)[0] for y in edges(p)]


@pytest.mark.parametrize(("p", "n", "work"), FIELDS)
def test_adding_zero_subtracts_the_modulus_once_if_possible(p: int, n: int, work: Any) -> None:
    values = [0, p - 1, p, p + 1, 2 * p - 1, 2 * p, (1 << (64 * n)) - 1]
    sums = [row[2] for row in calculated(work, n, values, [0] * len(values))]
    assert sums == [x - p if x >= p else x for x in values]
