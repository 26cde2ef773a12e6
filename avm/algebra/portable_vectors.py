"""The products of vectors over Fr on 64-bit words: what ``elements`` and ``vector`` use without IFMA.

The same functions as ``lane_vectors``. Arguments are contiguous vectors of fitting lengths.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels import field_vector, vector_portable
from avm.algebra.rows import MONTGOMERY, FrVector, Indices, constant, integers, row, zeros

_P = FR_MODULUS
_TO_MONTGOMERY = row(MONTGOMERY * MONTGOMERY % _P)
_FROM_MONTGOMERY = row(1)


def _single(a: FrVector) -> int:
    return integers(a)[0] * pow(MONTGOMERY, -1, _P) % _P


def mul(a: FrVector, b: FrVector, out: FrVector) -> None:
    """out = a·b."""
    vector_portable.mul(a, b, out)


def gathered_products(a: FrVector, table: FrVector, indices: Indices, out: FrVector) -> None:
    """out[i] = a[i]·table[indices[i]]."""
    vector_portable.gathered_products(a, table, indices, out)


def linear_combination(vectors: Sequence[FrVector], factors: Sequence[int], out: FrVector) -> None:
    """out = Σ factors[t]·vectors[t], each vector cut or extended with zeros to the length of ``out``."""
    out[:] = 0
    for a, factor in zip(vectors, factors, strict=True):
        used = out[: len(a)]
        if factor == 1:
            field_vector.add(used, a[: len(used)], used)
        else:
            vector_portable.add_scaled(used, a[: len(used)], constant(factor), used)


def to_montgomery(words: FrVector, out: FrVector) -> None:
    """out = the vector of canonical integers."""
    vector_portable.scale(words, _TO_MONTGOMERY, out)


def from_montgomery(a: FrVector, out: FrVector) -> None:
    """out = the canonical integers of a vector."""
    vector_portable.scale(a, _FROM_MONTGOMERY, out)


def powers(base: int, first: int, out: FrVector) -> None:
    """out[i] = first·base^i."""
    vector_portable.powers(constant(base), constant(first), out)


def dot(a: FrVector, b: FrVector) -> int:
    """Return Σ a[i]·b[i] over the common length."""
    out = zeros(1)
    size = min(len(a), len(b))
    vector_portable.dot(a[:size], b[:size], out)
    return _single(out)


def evaluate(coefficients: FrVector, x: int) -> int:
    """Return the value of the polynomial at x."""
    out = zeros(1)
    vector_portable.evaluate(coefficients, constant(x), out)
    return _single(out)


def divide_by_linear(coefficients: FrVector, z: int, quotient: FrVector) -> int:
    """Fill the quotient of the division by X − z, one shorter than the dividend; return the remainder."""
    remainder = zeros(1)
    vector_portable.divide_by_linear(coefficients, constant(z), quotient, remainder)
    return _single(remainder)


def batch_inverse(a: FrVector, factor: int, out: FrVector) -> None:
    """out = factor/a; zero stays zero."""
    vector_portable.batch_inverse(a, out)
    if factor != 1:
        vector_portable.scale(out, constant(factor), out)
