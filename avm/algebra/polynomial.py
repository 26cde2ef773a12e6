"""Polynomials over Fr as plain lists of integers, lowest degree first: the definition of the kernels."""

from __future__ import annotations

from collections.abc import Sequence

from avm.algebra.domain import COSET_SHIFT, Domain
from avm.algebra.fields import FR_MODULUS, Fr

_P = FR_MODULUS


def evaluate(coefficients: Sequence[int], x: int) -> int:
    """Return p(x) by Horner's rule."""
    result = 0
    for c in reversed(coefficients):
        result = (result * x + c) % _P
    return result


def _transform(values: Sequence[int], root: int) -> list[int]:
    """Return Σ_j values[j]·root^(i·j) for all i; the length is a power of two and root's order."""
    if len(values) == 1:
        return [values[0] % _P]
    even = _transform(values[0::2], root * root % _P)
    odd = _transform(values[1::2], root * root % _P)
    half = len(even)
    result = [0] * (2 * half)
    twiddle = 1
    for i in range(half):
        product = odd[i] * twiddle % _P
        result[i] = (even[i] + product) % _P
        result[i + half] = (even[i] - product) % _P
        twiddle = twiddle * root % _P
    return result


def _padded(values: Sequence[int], size: int) -> list[int]:
    if len(values) > size:
        raise ValueError(f"{len(values)} values do not fit a domain of size {size}")
    return list(values) + [0] * (size - len(values))


def ntt(coefficients: Sequence[int], size: int) -> list[int]:
    """Return the values on the domain of the given size, in natural order."""
    domain = Domain(size)
    return _transform(_padded(coefficients, size), domain.generator)


def intt(values: Sequence[int]) -> list[int]:
    """Return the coefficients of the polynomial with these values on the domain of that size."""
    domain = Domain(len(values))
    return [x * domain.size_inverse % _P for x in _transform(values, domain.generator_inverse)]


def coset_ntt(coefficients: Sequence[int], size: int, shift: int = COSET_SHIFT) -> list[int]:
    """Return the values on shift·domain."""
    return ntt([c * pow(shift, i, _P) % _P for i, c in enumerate(coefficients)], size)


def coset_intt(values: Sequence[int], shift: int = COSET_SHIFT) -> list[int]:
    """Return the coefficients of the polynomial with these values on shift·domain."""
    inverse = Fr.inv(shift)
    return [c * pow(inverse, i, _P) % _P for i, c in enumerate(intt(values))]


def mul(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Return the product, of length len(a) + len(b) − 1 (schoolbook)."""
    if not a or not b:
        return []
    result = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return [x % _P for x in result]


def divide_by_linear(coefficients: Sequence[int], z: int) -> tuple[list[int], int]:
    """Return (quotient, remainder) of the division by X − z; the remainder is p(z)."""
    quotient = [0] * max(0, len(coefficients) - 1)
    carry = 0
    for i in range(len(coefficients) - 1, -1, -1):
        if i < len(quotient):
            quotient[i] = carry
        carry = (carry * z + coefficients[i]) % _P
    return quotient, carry


def divide_by_vanishing(coefficients: Sequence[int], size: int) -> tuple[list[int], list[int]]:
    """Return (quotient, remainder) of the division by X^size − 1; the remainder has ``size`` terms."""
    rest = _padded(coefficients, max(size, len(coefficients)))
    quotient = rest[size:]
    for i in range(len(quotient) - 1, -1, -1):
        if i + size < len(quotient):
            quotient[i] = (quotient[i] + quotient[i + size]) % _P
    remainder = [(rest[i] + (quotient[i] if i < len(quotient) else 0)) % _P for i in range(size)]
    return quotient, remainder


def mul_by_vanishing(coefficients: Sequence[int], size: int) -> list[int]:
    """Return p·(X^size − 1)."""
    result = [-c % _P for c in coefficients] + [0] * size
    for i, c in enumerate(coefficients):
        result[i + size] = (result[i + size] + c) % _P
    return result
