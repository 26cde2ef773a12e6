"""Compiled group law of G1 and its loops over many points, portable tier.

A point array is a C-contiguous uint64 array of shape (n, 2, 6): x and y in Montgomery form, infinity all
zeros ((0, 0) is not on the curve). Jacobian points are three field elements (X, Y, Z), infinity has Z = 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul, fq_store, fq_sub, words

Words = npt.NDArray[np.uint64]
Element = tuple[Any, ...]


def _montgomery(x: int) -> Element:
    return tuple(np.uint64(w) for w in words(x * (1 << 384) % FQ_MODULUS, 6))


FQ_ZERO: Element = tuple(np.uint64(0) for _ in range(6))
FQ_ONE: Element = _montgomery(1)
FQ_UNIT: Element = tuple(np.uint64(w) for w in words(1, 6))
FQ_SQUARE: Element = _montgomery(1 << 384)
FLAGS = np.uint64(0xC000000000000000)
INVERSE_EXPONENT = np.array([(FQ_MODULUS - 2) >> i & 1 for i in range(376, -1, -1)], dtype=np.uint8)
INFINITY_FLAG = np.uint64(0x4000000000000000)

PTS = "uint64[:,:,::1]"
JAC = "uint64[:,:,::1]"
ROWS = "uint64[:,::1]"


@device
def is_zero(x: Element) -> bool:
    """Whether a field element is zero."""
    return bool((x[0] | x[1] | x[2] | x[3] | x[4] | x[5]) == 0)


@device
def same(x: Element, y: Element) -> bool:
    """Whether two field elements are equal."""
    d = (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2])
    return bool((d | (x[3] ^ y[3]) | (x[4] ^ y[4]) | (x[5] ^ y[5])) == 0)


@device
def double(x: Element, y: Element, z: Element) -> tuple[Element, Element, Element]:
    """Return the double of a Jacobian point (dbl-2009-l, a = 0); infinity stays infinity."""
    a = fq_mul(x, x)
    b = fq_mul(y, y)
    c = fq_mul(b, b)
    d = fq_add(x, b)
    d = fq_sub(fq_sub(fq_mul(d, d), a), c)
    d = fq_add(d, d)
    e = fq_add(fq_add(a, a), a)
    x3 = fq_sub(fq_mul(e, e), fq_add(d, d))
    c = fq_add(c, c)
    c = fq_add(c, c)
    c = fq_add(c, c)
    y3 = fq_sub(fq_mul(e, fq_sub(d, x3)), c)
    z3 = fq_mul(y, z)
    return x3, y3, fq_add(z3, z3)


@device
def add_affine(
    x1: Element, y1: Element, z1: Element, x2: Element, y2: Element
) -> tuple[Element, Element, Element]:
    """Return a Jacobian point plus an affine one, all exceptions included; (0, 0) is infinity."""
    if is_zero(x2) and is_zero(y2):
        return x1, y1, z1
    if is_zero(z1):
        return x2, y2, FQ_ONE
    zz = fq_mul(z1, z1)
    h = fq_sub(fq_mul(x2, zz), x1)
    r = fq_sub(fq_mul(fq_mul(y2, z1), zz), y1)
    if is_zero(h):
        if is_zero(r):
            return double(x1, y1, z1)
        return FQ_ONE, FQ_ONE, FQ_ZERO
    hh = fq_mul(h, h)
    hhh = fq_mul(h, hh)
    v = fq_mul(x1, hh)
    x3 = fq_sub(fq_sub(fq_mul(r, r), hhh), fq_add(v, v))
    y3 = fq_sub(fq_mul(r, fq_sub(v, x3)), fq_mul(y1, hhh))
    return x3, y3, fq_mul(z1, h)


@device
def add(
    x1: Element, y1: Element, z1: Element, x2: Element, y2: Element, z2: Element
) -> tuple[Element, Element, Element]:
    """Return the sum of two Jacobian points, all exceptions included (add-1998-cmo-2)."""
    if is_zero(z2):
        return x1, y1, z1
    if is_zero(z1):
        return x2, y2, z2
    z1z1 = fq_mul(z1, z1)
    z2z2 = fq_mul(z2, z2)
    u1 = fq_mul(x1, z2z2)
    s1 = fq_mul(fq_mul(y1, z2), z2z2)
    h = fq_sub(fq_mul(x2, z1z1), u1)
    r = fq_sub(fq_mul(fq_mul(y2, z1), z1z1), s1)
    if is_zero(h):
        if is_zero(r):
            return double(x1, y1, z1)
        return FQ_ONE, FQ_ONE, FQ_ZERO
    hh = fq_mul(h, h)
    hhh = fq_mul(h, hh)
    v = fq_mul(u1, hh)
    x3 = fq_sub(fq_sub(fq_mul(r, r), hhh), fq_add(v, v))
    y3 = fq_sub(fq_mul(r, fq_sub(v, x3)), fq_mul(s1, hhh))
    return x3, y3, fq_mul(fq_mul(z1, z2), h)


@device
def store_jacobian(out: Words, i: int, x: Element, y: Element, z: Element) -> None:
    """Store a Jacobian point as elements 3i, 3i + 1, 3i + 2."""
    fq_store(out, 3 * i, x)
    fq_store(out, 3 * i + 1, y)
    fq_store(out, 3 * i + 2, z)


# ---- conversions


@device
def normalize(jacobian: Words, out: Words) -> None:
    """Write Jacobian points as affine ones, with one inversion."""
    n = len(jacobian)
    prefix = np.empty((n, 6), np.uint64)
    product = FQ_ONE
    for i in range(n):
        fq_store(prefix, i, product)
        z = fq_load(jacobian, 3 * i + 2)
        if not is_zero(z):
            product = fq_mul(product, z)
    # One inversion for all: an exponentiation takes 40 µs and compiles in no time.
    inverse = FQ_ONE
    for bit in INVERSE_EXPONENT:
        inverse = fq_mul(inverse, inverse)
        if bit:
            inverse = fq_mul(inverse, product)
    for i in range(n - 1, -1, -1):
        z = fq_load(jacobian, 3 * i + 2)
        if is_zero(z):
            fq_store(out, 2 * i, FQ_ZERO)
            fq_store(out, 2 * i + 1, FQ_ZERO)
            continue
        zi = fq_mul(inverse, fq_load(prefix, i))
        inverse = fq_mul(inverse, z)
        zz = fq_mul(zi, zi)
        fq_store(out, 2 * i, fq_mul(fq_load(jacobian, 3 * i), zz))
        fq_store(out, 2 * i + 1, fq_mul(fq_load(jacobian, 3 * i + 1), fq_mul(zz, zi)))


@kernel(f"void({JAC},{PTS})")
def to_affine(jacobian: Words, out: Words) -> None:
    """Write Jacobian points as affine ones, with one inversion."""
    normalize(jacobian, out)


@kernel(f"void({PTS},{ROWS},{ROWS})")
def scale_x(points: Words, beta: Words, out: Words) -> None:
    """out[i] = beta·x of point i: the x of λ·point."""
    factor = fq_load(beta, 0)
    for i in range(len(points)):
        fq_store(out, i, fq_mul(fq_load(points, 2 * i), factor))
