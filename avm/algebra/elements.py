"""Making, reading and element-wise arithmetic of vectors over Fr; part of the facade ``avm.algebra.vector``.

A vector is a numpy array of shape (n, 4): row i holds the little-endian words of x_i·2^256 mod r.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from avm.algebra import products
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels import field_vector as kernels
from avm.algebra.rows import MONTGOMERY, FrVector, constant, contiguous, integers, row, rows, zeros
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.base.progress import Cancel

_P = FR_MODULUS
_R = MONTGOMERY
_TOP_WORD = np.uint64(FR_MODULUS >> 192)


# ---- making and reading vectors


def ones(n: int) -> FrVector:
    """Return n ones."""
    return constant(1, n)


def from_ints(values: Iterable[int]) -> FrVector:
    """Return the vector of canonical integers; OverflowError or ValueError when one is out of range."""
    return from_canonical(rows(values))


def to_ints(a: FrVector) -> list[int]:
    """Return the canonical integers of a vector."""
    return integers(to_canonical(a))


def from_canonical(words: FrVector) -> FrVector:
    """Return the vector of canonical integers given as words; ValueError when one is not below r."""
    words = contiguous(words)
    suspects = np.flatnonzero(words[:, 3] >= _TOP_WORD)
    for i, x in zip(suspects, integers(words[suspects])):
        if x >= _P:
            raise ValueError(f"element {i} is not below the modulus")
    out = np.empty_like(words)
    products.to_montgomery(words, out)
    return out


def to_canonical(a: FrVector) -> FrVector:
    """Return the words of the canonical integers."""
    a = contiguous(a)
    out = np.empty_like(a)
    products.from_montgomery(a, out)
    return out


def from_bytes(data: bytes) -> FrVector:
    """Return the vector of 32-byte little-endian elements; ``DecodeError`` when one is not canonical."""
    if len(data) % 32:
        raise DecodeError(f"{len(data)} bytes are not a whole number of field elements")
    try:
        return from_canonical(np.frombuffer(data, dtype=np.uint64).reshape(-1, 4))
    except ValueError as error:
        raise DecodeError(f"the bytes encode an integer outside the field: {error}") from error


def to_bytes(a: FrVector) -> bytes:
    """Return the 32-byte little-endian canonical elements."""
    return to_canonical(a).tobytes()


def element(a: FrVector, index: int) -> int:
    """Return one element as an integer."""
    return to_int(np.ascontiguousarray(a[index]).reshape(1, 4))


def to_int(row: FrVector) -> int:
    """Return the only element of a vector of length one."""
    return int.from_bytes(row.tobytes(), "little") * pow(_R, -1, _P) % _P


def random(n: int, rng: Callable[[int], bytes] = os.urandom) -> FrVector:
    """Return n uniform elements: 253-bit strings of ``rng(byte count)``, those not below r redrawn."""
    rows = np.empty((0, 4), dtype=np.uint64)
    bound = words_of_modulus()
    while len(rows) < n:
        fresh = np.frombuffer(rng(32 * (n - len(rows) + 8)), dtype=np.uint64).reshape(-1, 4).copy()
        fresh[:, 3] &= np.uint64((1 << 61) - 1)
        below = fresh[:, 3] < bound[3]
        for k in (2, 1, 0):
            equal_above = np.all(fresh[:, k + 1 :] == bound[k + 1 :], axis=1)
            below |= equal_above & (fresh[:, k] < bound[k])
        rows = np.concatenate([rows, fresh[below]])
    return np.ascontiguousarray(rows[:n])


def words_of_modulus() -> FrVector:
    """Return the four words of r."""
    words: FrVector = row(_P)[0]
    return words


# ---- element-wise arithmetic


def _same_length(a: FrVector, b: FrVector) -> tuple[FrVector, FrVector]:
    size = max(len(a), len(b))
    return pad(a, size), pad(b, size)


def pad(a: FrVector, n: int) -> FrVector:
    """Return ``a`` followed by zeros, of length n; ``a`` itself when it has that length."""
    a = contiguous(a)
    if len(a) == n:
        return a
    if len(a) > n:
        raise ValueError(f"{len(a)} elements do not fit {n}")
    out = zeros(n)
    out[: len(a)] = a
    return out


def add(a: FrVector, b: FrVector) -> FrVector:
    """Return a + b; the shorter is extended with zeros."""
    a, b = _same_length(a, b)
    out = np.empty_like(a)
    kernels.add(a, b, out)
    return out


def sub(a: FrVector, b: FrVector) -> FrVector:
    """Return a − b; the shorter is extended with zeros."""
    a, b = _same_length(a, b)
    out = np.empty_like(a)
    kernels.sub(a, b, out)
    return out


def mul(a: FrVector, b: FrVector) -> FrVector:
    """Return the element-wise product of vectors of one length."""
    if len(a) != len(b):
        raise ValueError(f"lengths {len(a)} and {len(b)} differ")
    a, b = contiguous(a), contiguous(b)
    out = np.empty_like(a)
    products.mul(a, b, out)
    return out


def neg(a: FrVector) -> FrVector:
    """Return −a."""
    return sub(zeros(0), a)


def scale(a: FrVector, k: int) -> FrVector:
    """Return k·a."""
    return linear_combination([(a, k)])


def add_scaled(a: FrVector, b: FrVector, k: int) -> FrVector:
    """Return a + k·b; the shorter is extended with zeros."""
    return linear_combination([(a, 1), (b, k)])


_ROWS_PER_UNIT = 8192


def linear_combination(
    terms: Sequence[tuple[FrVector, int]], pool: Pool | None = None, cancel: Cancel | None = None
) -> FrVector:
    """Return Σ k·a over the pairs (a, k); the shorter vectors are extended with zeros.

    With a pool its threads share the rows; ``Cancelled`` between pieces of them.
    """
    vectors = [contiguous(a) for a, _ in terms]
    factors = [k % _P for _, k in terms]
    out = np.empty((max(map(len, vectors), default=0), 4), dtype=np.uint64)

    def piece(begin: int) -> None:
        end = begin + _ROWS_PER_UNIT
        products.linear_combination([a[begin:end] for a in vectors], factors, out[begin:end])

    (pool or Pool(1)).map(piece, range(0, len(out), _ROWS_PER_UNIT), cancel)
    return out


def add_constant(a: FrVector, k: int) -> FrVector:
    """Return a with k added to every element."""
    a = contiguous(a)
    out = np.empty_like(a)
    kernels.add(a, constant(k), out)
    return out


def batch_inverse(a: FrVector, factor: int = 1) -> FrVector:
    """Return factor/a; zero stays zero."""
    a = contiguous(a)
    out = np.empty_like(a)
    products.batch_inverse(a, factor % _P, out)
    return out


def powers(base: int, n: int, first: int = 1) -> FrVector:
    """Return first·base^i for i < n."""
    out = np.empty((n, 4), dtype=np.uint64)
    products.powers(base % _P, first % _P, out)
    return out
