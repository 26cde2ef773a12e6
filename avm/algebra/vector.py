"""Vectors over Fr for the prover: numpy arrays of shape (n, 4), Montgomery form, calculated by kernels.

A row is the little-endian words of x·2^256 mod r. Single elements go in and out as plain canonical integers.
Every function returns a new array unless it says otherwise, and releases the GIL while it calculates.
ValueError means misuse: lengths that do not fit, sizes that are not powers of two.
"""

from __future__ import annotations

import numpy as np

from avm.algebra import products
from avm.algebra.domain import Domain
from avm.algebra.elements import (
    add,
    add_constant,
    add_scaled,
    batch_inverse,
    element,
    from_bytes,
    from_canonical,
    from_ints,
    linear_combination,
    mul,
    neg,
    ones,
    pad,
    powers,
    random,
    scale,
    sub,
    to_bytes,
    to_canonical,
    to_int,
    to_ints,
    words_of_modulus,
)
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels import field_vector as kernels
from avm.algebra.rows import FrVector, Indices, constant, contiguous, zeros
from avm.algebra.transform import coset_intt, coset_ntt, intt, ntt

Index = Indices

__all__ = [
    "FrVector",
    "Index",
    "add",
    "add_constant",
    "add_scaled",
    "batch_inverse",
    "constant",
    "contiguous",
    "coset_intt",
    "coset_ntt",
    "csr_matvec",
    "csr_transpose_matvec",
    "degree",
    "divide_by_linear",
    "divide_by_vanishing",
    "dot",
    "element",
    "equal",
    "evaluate",
    "from_bytes",
    "from_canonical",
    "from_ints",
    "gathered_products",
    "intt",
    "is_zero",
    "lagrange_at",
    "linear_combination",
    "mul",
    "mul_by_vanishing",
    "neg",
    "ntt",
    "ones",
    "pad",
    "poly_mul",
    "powers",
    "random",
    "scale",
    "scatter_sums",
    "segment_sums",
    "sub",
    "to_bytes",
    "to_canonical",
    "to_int",
    "to_ints",
    "total",
    "trim",
    "words_of_modulus",
    "zeros",
]


# ---- reductions


def total(a: FrVector) -> int:
    """Return the sum of the elements."""
    return to_int(segment_sums(np.array([0, len(a)]), a))


def dot(a: FrVector, b: FrVector) -> int:
    """Return Σ a[i]·b[i] over the common length."""
    return products.dot(contiguous(a), contiguous(b))


def evaluate(coefficients: FrVector, x: int) -> int:
    """Return the value of the polynomial at x."""
    return products.evaluate(contiguous(coefficients), x % FR_MODULUS)


def is_zero(a: FrVector) -> bool:
    """Whether all elements are zero."""
    return not np.any(a)


def equal(a: FrVector, b: FrVector) -> bool:
    """Whether two vectors are the same, zeros at the end aside."""
    size = max(len(a), len(b))
    return bool(np.array_equal(pad(a, size), pad(b, size)))


# ---- polynomials


def degree(a: FrVector) -> int:
    """Return the degree of a polynomial, −1 for zero."""
    end, step = len(a), 64
    while end > 0:
        begin = max(0, end - step)
        used = np.flatnonzero(np.any(a[begin:end], axis=1))
        if len(used):
            return begin + int(used[-1])
        end, step = begin, 4 * step
    return -1


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
    quotient = np.empty((max(0, len(coefficients) - 1), 4), dtype=np.uint64)
    remainder = products.divide_by_linear(contiguous(coefficients), z % FR_MODULUS, quotient)
    return quotient, remainder


def divide_by_vanishing(coefficients: FrVector, size: int) -> tuple[FrVector, FrVector]:
    """Return (quotient, remainder) of the division by X^size − 1; the remainder has ``size`` terms."""
    # Row k of the quotient is the sum of the dividend's rows k + size, k + 2·size, …
    quotient, remainder = contiguous(coefficients)[size:].copy(), pad(coefficients[:size], size).copy()
    for end in range(len(quotient) - size, 0, -size):
        begin = max(0, end - size)
        kernels.add(quotient[begin:end], quotient[begin + size : end + size], quotient[begin:end])
    both = min(size, len(quotient))
    kernels.add(remainder[:both], quotient[:both], remainder[:both])
    return quotient, remainder


def mul_by_vanishing(coefficients: FrVector, size: int) -> FrVector:
    """Return p·(X^size − 1)."""
    shifted = np.concatenate([zeros(size), coefficients])
    return sub(shifted, coefficients)


def lagrange_at(size: int, x: int) -> FrVector:
    """Return L_i(x) for every element w^i of the domain of the given size."""
    domain = Domain(size)
    vanishing = domain.vanishing(x)
    if vanishing == 0:
        out = zeros(size)
        out[np.all(powers(domain.generator, size) == constant(x), axis=1)] = constant(1)[0]
        return out
    # L_i(x) = w^i·v(x) / (size·(x − w^i)), and w^i / (x − w^i) = 1 / (x·w^−i − 1).
    differences = powers(domain.generator_inverse, size, x)
    kernels.add(differences, constant(-1), differences)
    return batch_inverse(differences, vanishing * domain.size_inverse)


# ---- sparse matrices


def gathered_products(a: FrVector, table: FrVector, indices: Index, size: int | None = None) -> FrVector:
    """Return the vector of a[i]·table[indices[i]], followed by zeros when a larger ``size`` is wished.

    ValueError when an index lies outside the table.
    """
    a, table, indices = contiguous(a), contiguous(table), np.require(indices, np.int64, ["C", "W"])
    if len(a) != len(indices):
        raise ValueError(f"{len(a)} elements but {len(indices)} indices")
    if size is not None and size < len(a):
        raise ValueError(f"{len(a)} elements do not fit {size}")
    _check_indices(indices, len(table))
    out = np.empty((len(a) if size is None else size, 4), dtype=np.uint64)
    out[len(a) :] = 0
    products.gathered_products(a, table, indices, out[: len(a)])
    return out


def segment_sums(starts: Index, a: FrVector) -> FrVector:
    """Return the sums of a[k] over starts[r] <= k < starts[r+1] for all r."""
    starts = np.require(starts, np.int64, ["C", "W"])
    if len(starts) == 0 or starts[0] < 0 or starts[-1] > len(a) or np.any(np.diff(starts) < 0):
        raise ValueError("the segments do not fit the vector")
    out = np.empty((len(starts) - 1, 4), dtype=np.uint64)
    kernels.segment_sums(starts, contiguous(a), out)
    return out


def scatter_sums(places: Index, a: FrVector, size: int) -> FrVector:
    """Return the vector of the given size whose element i is the sum of a[k] over places[k] = i."""
    places = np.require(places, np.int64, ["C", "W"])
    if len(a) != len(places):
        raise ValueError(f"{len(a)} elements but {len(places)} places")
    _check_indices(places, size)
    out = zeros(size)
    kernels.scatter_sums(places, contiguous(a), out)
    return out


def csr_matvec(starts: Index, columns: Index, values: FrVector, x: FrVector) -> FrVector:
    """Return M·x for the matrix in compressed rows: row r has entries starts[r] <= k < starts[r+1]."""
    _check_rows(starts, columns, values)
    return segment_sums(starts, gathered_products(values, x, columns))


def csr_transpose_matvec(
    starts: Index, columns: Index, values: FrVector, x: FrVector, width: int
) -> FrVector:
    """Return Mᵀ·x, of length ``width``, for the matrix in compressed rows."""
    _check_rows(starts, columns, values)
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return scatter_sums(columns, gathered_products(values, x, rows), width)


def _check_rows(starts: Index, columns: Index, values: FrVector) -> None:
    if len(starts) == 0 or int(starts[-1]) != len(columns) or len(columns) != len(values):
        raise ValueError("row starts, columns and values do not fit each other")


def _check_indices(indices: Index, size: int) -> None:
    if len(indices) and (int(indices.max()) >= size or int(indices.min()) < 0):
        raise ValueError(f"an index, such as a column's, lies outside the {size} elements")
