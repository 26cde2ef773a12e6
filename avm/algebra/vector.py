"""Vectors over Fr for the prover: numpy arrays of shape (n, 4), Montgomery form, calculated by kernels.

A row is the little-endian words of x·2^256 mod r. Single elements go in and out as plain canonical integers.
Every function returns a new array unless it says otherwise, and releases the GIL while it calculates.
ValueError means misuse: lengths that do not fit, sizes that are not powers of two.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.domain import Domain
from avm.algebra.elements import (
    FrVector,
    add,
    add_constant,
    add_scaled,
    batch_inverse,
    constant,
    contiguous,
    element,
    from_bytes,
    from_canonical,
    from_ints,
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
    zeros,
)
from avm.algebra.kernels import field_vector as kernels
from avm.algebra.transform import coset_intt, coset_ntt, intt, ntt

Index = npt.NDArray[np.int64]

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
    "intt",
    "is_zero",
    "lagrange_at",
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
    out = zeros(1)
    kernels.total(contiguous(a), out)
    return to_int(out)


def dot(a: FrVector, b: FrVector) -> int:
    """Return Σ a[i]·b[i] over the common length."""
    size = min(len(a), len(b))
    out = zeros(1)
    kernels.dot(contiguous(a[:size]), contiguous(b[:size]), out)
    return to_int(out)


def evaluate(coefficients: FrVector, x: int) -> int:
    """Return the value of the polynomial at x."""
    out = zeros(1)
    kernels.evaluate(contiguous(coefficients), constant(x), out)
    return to_int(out)


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
    kernels.divide_by_linear(contiguous(coefficients), constant(z), quotient, remainder)
    return quotient, to_int(remainder)


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
    starts, columns = _checked_rows(starts, columns, values)
    if len(columns) and int(columns.max()) >= len(x):
        raise ValueError("a column lies outside the vector")
    out = zeros(len(starts) - 1)
    kernels.csr_matvec(starts, columns, contiguous(values), contiguous(x), out)
    return out


def csr_transpose_matvec(
    starts: Index, columns: Index, values: FrVector, x: FrVector, width: int
) -> FrVector:
    """Return Mᵀ·x, of length ``width``, for the matrix in compressed rows."""
    starts, columns = _checked_rows(starts, columns, values)
    if len(x) < len(starts) - 1 or (len(columns) and int(columns.max()) >= width):
        raise ValueError("the vector is shorter than the rows or a column lies outside the width")
    out = zeros(width)
    kernels.csr_transpose_matvec(starts, columns, contiguous(values), contiguous(x), out)
    return out


def _checked_rows(starts: Index, columns: Index, values: FrVector) -> tuple[Index, Index]:
    if len(starts) == 0 or int(starts[-1]) != len(columns) or len(columns) != len(values):
        raise ValueError("row starts, columns and values do not fit each other")
    return np.require(starts, np.int64, ["C", "W"]), np.require(columns, np.int64, ["C", "W"])
