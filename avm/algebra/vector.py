"""Vectors over Fr for the prover: numpy arrays of shape (n, 4), Montgomery form, calculated by kernels.

A row is the little-endian words of x·2^256 mod r. Single elements go in and out as plain canonical integers.
Every function returns a new array unless it says otherwise, and releases the GIL while it calculates.
ValueError means misuse: lengths that do not fit, sizes that are not powers of two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from avm.algebra.domain import COSET_SHIFT, Domain
from avm.algebra.fields import FR_MODULUS, Fr
from avm.algebra.kernels import field_vector as kernels
from avm.base.errors import DecodeError

FrVector = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]

_P = FR_MODULUS
_R = (1 << 256) % _P


def _row(words: int) -> FrVector:
    return np.frombuffer(words.to_bytes(32, "little"), dtype=np.uint64).reshape(1, 4).copy()


_TO_MONTGOMERY = _row(_R * _R % _P)
_FROM_MONTGOMERY = _row(1)


def _contiguous(a: FrVector) -> FrVector:
    if a.ndim != 2 or a.shape[1] != 4 or a.dtype != np.uint64:
        raise ValueError(f"not a vector over Fr: shape {a.shape}, type {a.dtype}")
    return np.require(a, requirements=["C", "W"])


# ---- making and reading vectors


def zeros(n: int) -> FrVector:
    """Return n zeros."""
    return np.zeros((n, 4), dtype=np.uint64)


def constant(x: int, n: int = 1) -> FrVector:
    """Return n copies of x."""
    return np.repeat(_row(x % _P * _R % _P), n, axis=0)


def ones(n: int) -> FrVector:
    """Return n ones."""
    return constant(1, n)


def from_ints(values: Iterable[int]) -> FrVector:
    """Return the vector of canonical integers; OverflowError or ValueError when one is out of range."""
    data = b"".join([x.to_bytes(32, "little") for x in values])
    return from_canonical(np.frombuffer(data, dtype=np.uint64).reshape(-1, 4))


def to_ints(a: FrVector) -> list[int]:
    """Return the canonical integers of a vector."""
    data = to_canonical(a).tobytes()
    return [int.from_bytes(data[i : i + 32], "little") for i in range(0, len(data), 32)]


def from_canonical(words: FrVector) -> FrVector:
    """Return the vector of canonical integers given as words; ValueError when one is not below r."""
    words = _contiguous(words)
    bad = kernels.first_unreduced(words)
    if bad >= 0:
        raise ValueError(f"element {bad} is not below the modulus")
    out = np.empty_like(words)
    kernels.scale(words, _TO_MONTGOMERY, out)
    return out


def to_canonical(a: FrVector) -> FrVector:
    """Return the words of the canonical integers."""
    a = _contiguous(a)
    out = np.empty_like(a)
    kernels.scale(a, _FROM_MONTGOMERY, out)
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
    return _to_int(np.ascontiguousarray(a[index]).reshape(1, 4))


def _to_int(row: FrVector) -> int:
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
    words: FrVector = _row(_P)[0]
    return words


# ---- element-wise arithmetic


def _same_length(a: FrVector, b: FrVector) -> tuple[FrVector, FrVector]:
    size = max(len(a), len(b))
    return pad(a, size), pad(b, size)


def pad(a: FrVector, n: int) -> FrVector:
    """Return ``a`` followed by zeros, of length n; ``a`` itself when it has that length."""
    a = _contiguous(a)
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
    a, b = _contiguous(a), _contiguous(b)
    out = np.empty_like(a)
    kernels.mul(a, b, out)
    return out


def neg(a: FrVector) -> FrVector:
    """Return −a."""
    return sub(zeros(0), a)


def scale(a: FrVector, k: int) -> FrVector:
    """Return k·a."""
    a = _contiguous(a)
    out = np.empty_like(a)
    kernels.scale(a, constant(k), out)
    return out


def add_scaled(a: FrVector, b: FrVector, k: int) -> FrVector:
    """Return a + k·b; the shorter is extended with zeros."""
    a, b = _same_length(a, b)
    out = np.empty_like(a)
    kernels.add_scaled(a, b, constant(k), out)
    return out


def add_constant(a: FrVector, k: int) -> FrVector:
    """Return a with k added to every element."""
    a = _contiguous(a)
    out = np.empty_like(a)
    kernels.add_constant(a, constant(k), out)
    return out


def batch_inverse(a: FrVector) -> FrVector:
    """Return the inverses; zero stays zero."""
    a = _contiguous(a)
    out = np.empty_like(a)
    kernels.batch_inverse(a, out)
    return out


def powers(base: int, n: int, first: int = 1) -> FrVector:
    """Return first·base^i for i < n."""
    out = np.empty((n, 4), dtype=np.uint64)
    kernels.powers(constant(base), constant(first), out)
    return out


# ---- reductions


def total(a: FrVector) -> int:
    """Return the sum of the elements."""
    out = zeros(1)
    kernels.total(_contiguous(a), out)
    return _to_int(out)


def dot(a: FrVector, b: FrVector) -> int:
    """Return Σ a[i]·b[i] over the common length."""
    size = min(len(a), len(b))
    out = zeros(1)
    kernels.dot(_contiguous(a[:size]), _contiguous(b[:size]), out)
    return _to_int(out)


def evaluate(coefficients: FrVector, x: int) -> int:
    """Return the value of the polynomial at x."""
    out = zeros(1)
    kernels.evaluate(_contiguous(coefficients), constant(x), out)
    return _to_int(out)


def is_zero(a: FrVector) -> bool:
    """Whether all elements are zero."""
    return not np.any(a)


def equal(a: FrVector, b: FrVector) -> bool:
    """Whether two vectors are the same, zeros at the end aside."""
    a, b = _same_length(a, b)
    return bool(np.array_equal(a, b))


# ---- transforms


@lru_cache(maxsize=64)
def _twiddles(log_size: int, inverse: bool) -> FrVector:
    """Return the table of powers for all stages of transforms of size 2^log_size (at least 2)."""
    domains = [Domain(2 << i) for i in range(log_size)]
    roots = [d.generator_inverse if inverse else d.generator for d in domains]
    table = np.empty((1 << log_size, 4), dtype=np.uint64)
    table[0] = 0
    kernels.twiddles(from_ints(roots), table)
    return table


def _transform(a: FrVector, size: int, inverse: bool) -> FrVector:
    domain = Domain(size)
    if len(a) > size:
        raise ValueError(f"{len(a)} values do not fit a domain of size {size}")
    out = np.empty((size, 4), dtype=np.uint64)
    kernels.bit_reversed(_contiguous(a), out)
    if size > 1:
        kernels.butterflies(out, _twiddles(domain.log_size, inverse))
    return out


def ntt(coefficients: FrVector, size: int) -> FrVector:
    """Return the values on the domain of the given size, in natural order; missing coefficients are zero."""
    return _transform(coefficients, size, inverse=False)


def intt(values: FrVector) -> FrVector:
    """Return the coefficients of the polynomial with these values on the domain of that size."""
    return scale(_transform(values, len(values), inverse=True), Domain(len(values)).size_inverse)


@lru_cache(maxsize=32)
def _coset_powers(shift: int, n: int, first: int) -> FrVector:
    return powers(shift, n, first)


def coset_ntt(coefficients: FrVector, size: int, shift: int = COSET_SHIFT) -> FrVector:
    """Return the values on shift·domain."""
    shifts = _coset_powers(shift, len(coefficients), 1)
    return _transform(mul(coefficients, shifts), size, inverse=False)


def coset_intt(values: FrVector, shift: int = COSET_SHIFT) -> FrVector:
    """Return the coefficients of the polynomial with these values on shift·domain."""
    size = len(values)
    shifts = _coset_powers(Fr.inv(shift), size, Domain(size).size_inverse)
    return mul(_transform(values, size, inverse=True), shifts)


# ---- polynomials


def degree(a: FrVector) -> int:
    """Return the degree of a polynomial, −1 for zero."""
    used = np.flatnonzero(np.any(a, axis=1))
    return int(used[-1]) if len(used) else -1


def trim(a: FrVector) -> FrVector:
    """Return the polynomial without leading zeros (a view)."""
    return a[: degree(a) + 1]


def poly_mul(a: FrVector, b: FrVector) -> FrVector:
    """Return the product polynomial, of length len(a) + len(b) − 1."""
    if len(a) == 0 or len(b) == 0:
        return zeros(0)
    length = len(a) + len(b) - 1
    size = Domain.at_least(length).size
    return np.ascontiguousarray(intt(mul(ntt(a, size), ntt(b, size)))[:length])


def divide_by_linear(coefficients: FrVector, z: int) -> tuple[FrVector, int]:
    """Return (quotient, remainder) of the division by X − z."""
    quotient = zeros(max(0, len(coefficients) - 1))
    remainder = zeros(1)
    kernels.divide_by_linear(_contiguous(coefficients), constant(z), quotient, remainder)
    return quotient, _to_int(remainder)


def divide_by_vanishing(coefficients: FrVector, size: int) -> tuple[FrVector, FrVector]:
    """Return (quotient, remainder) of the division by X^size − 1; the remainder has ``size`` terms.

    The quotient's block k is the sum of the dividend's blocks above k.
    """
    blocks = -(-len(coefficients) // size)
    remainder = zeros(size)
    quotient = zeros(max(0, len(coefficients) - size))
    for k in range(blocks - 1, -1, -1):
        block = coefficients[k * size : (k + 1) * size]
        remainder = add(remainder, block)
        if k > 0:
            target = quotient[(k - 1) * size : k * size]
            target[:] = remainder[: len(target)]
    return quotient, remainder


def mul_by_vanishing(coefficients: FrVector, size: int) -> FrVector:
    """Return p·(X^size − 1)."""
    shifted = np.concatenate([zeros(size), coefficients])
    return sub(shifted, coefficients)


def lagrange_at(size: int, x: int) -> FrVector:
    """Return L_i(x) for every element w^i of the domain of the given size."""
    domain = Domain(size)
    vanishing = domain.vanishing(x)
    elements = powers(domain.generator, size)
    if vanishing == 0:
        out = zeros(size)
        out[np.all(elements == constant(x), axis=1)] = constant(1)[0]
        return out
    inverses = batch_inverse(sub(constant(x, size), elements))
    return mul(inverses, powers(domain.generator, size, vanishing * domain.size_inverse))


# ---- sparse matrices


def csr_matvec(starts: Index, columns: Index, values: FrVector, x: FrVector) -> FrVector:
    """Return M·x for the matrix in compressed rows: row r has entries starts[r] <= k < starts[r+1]."""
    _check_rows(starts, columns, values)
    if len(columns) and int(columns.max()) >= len(x):
        raise ValueError("a column lies outside the vector")
    out = zeros(len(starts) - 1)
    kernels.csr_matvec(starts, columns, _contiguous(values), _contiguous(x), out)
    return out


def csr_transpose_matvec(
    starts: Index, columns: Index, values: FrVector, x: FrVector, width: int
) -> FrVector:
    """Return Mᵀ·x, of length ``width``, for the matrix in compressed rows."""
    _check_rows(starts, columns, values)
    if len(x) < len(starts) - 1 or (len(columns) and int(columns.max()) >= width):
        raise ValueError("the vector is shorter than the rows or a column lies outside the width")
    out = zeros(width)
    kernels.csr_transpose_matvec(starts, columns, _contiguous(values), _contiguous(x), out)
    return out


def _check_rows(starts: Index, columns: Index, values: FrVector) -> None:
    if starts.dtype != np.int64 or columns.dtype != np.int64:
        raise ValueError("row starts and columns are int64 arrays")
    if len(starts) == 0 or int(starts[-1]) != len(columns) or len(columns) != len(values):
        raise ValueError("row starts, columns and values do not fit each other")
