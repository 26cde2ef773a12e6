"""The products of vectors over Fr in eight lanes: what ``elements`` and ``vector`` use on the IFMA tier.

The same functions as ``portable_vectors``. Arguments are contiguous vectors of fitting lengths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avm.algebra import polynomial
from avm.algebra.fields import FR_MODULUS, Fr
from avm.algebra.kernels import vector_ifma as kernels
from avm.algebra.kernels.radix52 import limbs52
from avm.algebra.rows import MONTGOMERY, FrVector, Indices, Words, integers, rows, scratch

_P = FR_MODULUS
_LANES = (1 << 260) % _P
_LIMBS = 5
_SHORT = 128
"""Lengths below which a polynomial is divided on plain integers."""


def weights(values: Sequence[int]) -> Words:
    """Return the weights that multiply by these elements."""
    return _limbs([k * _LANES % _P for k in values])


def _limbs(values: Sequence[int]) -> Words:
    return np.array([limb for x in values for limb in limbs52(x, _LIMBS)], dtype=np.uint64)


_ONE = weights([1])
_TO_MONTGOMERY = _limbs([(1 << 516) % _P])
_FROM_MONTGOMERY = _limbs([16])
_BACK_FROM_MONTGOMERY = pow(MONTGOMERY, -1, _P)


def _integers_of_lanes(limbs: Words, count: int) -> list[int]:
    """Return the integers of values of ``count`` limbs, lane by lane."""
    words = limbs.reshape(-1, count, 8).tolist()
    return [sum(value[k][lane] << (52 * k) for k in range(count)) for value in words for lane in range(8)]


def mul(a: FrVector, b: FrVector, out: FrVector) -> None:
    """out = a·b."""
    kernels.products(a, b, out)


def gathered_products(a: FrVector, table: FrVector, indices: Indices, out: FrVector) -> None:
    """out[i] = a[i]·table[indices[i]]."""
    kernels.gathered_products(a, table, indices, out)


def linear_combination(vectors: Sequence[FrVector], factors: Sequence[int], out: FrVector) -> None:
    """out = Σ factors[t]·vectors[t], each vector cut or extended with zeros to the length of ``out``."""
    for begin in range(0, len(vectors), kernels.LARGEST_COMBINATION - 1):
        end = begin + kernels.LARGEST_COMBINATION - 1
        chosen, scalars = list(vectors[begin:end]), list(factors[begin:end])
        if begin > 0:
            chosen, scalars = [*chosen, out], [*scalars, 1]
        _combine(chosen, weights(scalars), out)


def _combine(vectors: list[FrVector], factors: Words, out: FrVector) -> None:
    addresses = np.array([a.ctypes.data for a in vectors], dtype=np.uint64)
    counts = np.array([len(a) for a in vectors], dtype=np.int64)
    kernels.linear_combination(addresses, counts, factors, out)


def to_montgomery(words: FrVector, out: FrVector) -> None:
    """out = the vector of canonical integers."""
    _combine([words], _TO_MONTGOMERY, out)


def from_montgomery(a: FrVector, out: FrVector) -> None:
    """out = the canonical integers of a vector."""
    _combine([a], _FROM_MONTGOMERY, out)


def powers(base: int, first: int, out: FrVector) -> None:
    """out[i] = first·base^i."""
    start = [first * MONTGOMERY % _P]
    for _ in range(31):
        start.append(start[-1] * base % _P)
    kernels.powers(rows(start), weights([pow(base, 32, _P)]), out)


def dot(a: FrVector, b: FrVector) -> int:
    """Return Σ a[i]·b[i] over the common length."""
    out = np.empty(80, dtype=np.uint64)
    kernels.dot(a, b, out)
    return sum(_integers_of_lanes(out, 10)) * _BACK_FROM_MONTGOMERY % _P * _BACK_FROM_MONTGOMERY % _P


def evaluate(coefficients: FrVector, x: int) -> int:
    """Return the value of the polynomial at x."""
    out = np.empty(160, dtype=np.uint64)
    kernels.evaluate(coefficients, weights([pow(x, 32, _P)]), out)
    return polynomial.evaluate(_integers_of_lanes(out, _LIMBS), x) * _BACK_FROM_MONTGOMERY % _P


def divide_by_linear(coefficients: FrVector, z: int, quotient: FrVector) -> int:
    """Fill the quotient of the division by X − z, one shorter than the dividend; return the remainder.

    Sixteen blocks are evaluated at z, which gives what enters each block from above; then all are divided.
    The blocks' length is odd, so that their rows fall on different lines of the cache.
    """
    n = len(coefficients)
    size = (n - 1) // kernels.BLOCKS_DIVIDED - 1 | 1 if n >= _SHORT else 0
    split = kernels.BLOCKS_DIVIDED * size
    top, carry = polynomial.divide_by_linear(integers(coefficients[split:]), z)
    if n > split:
        quotient[split:] = rows(top)
    if size > 0:
        by_z, out = weights([z]), np.empty(80, dtype=np.uint64)
        kernels.evaluate_blocks(coefficients, size, by_z, out)
        carries = []
        step = pow(z, size, _P)
        for value in reversed(_integers_of_lanes(out, _LIMBS)):
            carries.append(carry)
            carry = (carry * step + value) % _P
        kernels.divide_blocks(coefficients, size, by_z, rows(carries[::-1]), quotient)
    return carry * _BACK_FROM_MONTGOMERY % _P


def batch_inverse(a: FrVector, factor: int, out: FrVector) -> None:
    """out = factor/a; zero stays zero."""
    blocks = (len(a) + 15) // 16 * 2
    prefixes, totals = scratch(8 * _LIMBS * blocks), np.empty(80, dtype=np.uint64)
    kernels.prefix_products(a, _ONE, prefixes, totals)
    scaled = _LANES * MONTGOMERY % _P * factor % _P
    inverses = [x * scaled % _P for x in Fr.batch_inverse(_integers_of_lanes(totals, _LIMBS))]
    kernels.inverses(a, _ONE, prefixes, rows(inverses), out)
