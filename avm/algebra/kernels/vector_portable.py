"""Kernels over vectors of Fr elements that multiply, on 64-bit words: the portable tier.

Vectors are as in ``field_vector``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.field_vector import FR_ZERO
from avm.algebra.kernels.limbs import fr_add, fr_load, fr_mul, fr_mul_inline, fr_store

Words = npt.NDArray[np.uint64]

FR_ONE = tuple(np.uint64(((1 << 256) % FR_MODULUS >> (64 * i)) & (2**64 - 1)) for i in range(4))
FR_EXPONENT = np.array([(FR_MODULUS - 2) >> i & 1 for i in range(252, -1, -1)], dtype=np.uint8)

V = "uint64[:,::1]"


@kernel(f"void({V},{V},{V})")
def mul(a: Words, b: Words, out: Words) -> None:
    """out = a·b."""
    for i in range(len(out)):
        fr_store(out, i, fr_mul_inline(fr_load(a, i), fr_load(b, i)))


@kernel(f"void({V},{V},{V})")
def scale(a: Words, factor: Words, out: Words) -> None:
    """out = factor·a, with one factor; also changes between canonical and Montgomery form."""
    k = fr_load(factor, 0)
    for i in range(len(out)):
        fr_store(out, i, fr_mul_inline(fr_load(a, i), k))


@kernel(f"void({V},{V},{V},{V})")
def add_scaled(a: Words, b: Words, factor: Words, out: Words) -> None:
    """out = a + factor·b."""
    k = fr_load(factor, 0)
    for i in range(len(out)):
        fr_store(out, i, fr_add(fr_load(a, i), fr_mul(fr_load(b, i), k)))


@kernel(f"void({V},{V},{V})")
def powers(base: Words, first: Words, out: Words) -> None:
    """out[i] = first·base^i, as four interleaved progressions to hide the latency of the product."""
    b1 = fr_load(base, 0)
    n = len(out)
    x = fr_load(first, 0)
    step = b1
    for i in range(min(n, 4)):
        fr_store(out, i, x)
        x = fr_mul(x, b1)
    step = fr_mul(b1, b1)
    step = fr_mul(step, step)
    for i in range(4, n):
        fr_store(out, i, fr_mul(fr_load(out, i - 4), step))


@kernel(f"void({V},{V},{V})")
def dot(a: Words, b: Words, out: Words) -> None:
    """out[0] = Σ a[i]·b[i]."""
    x = FR_ZERO
    for i in range(len(a)):
        x = fr_add(x, fr_mul(fr_load(a, i), fr_load(b, i)))
    fr_store(out, 0, x)


@kernel(f"void({V},{V},{V})")
def evaluate(coefficients: Words, point: Words, out: Words) -> None:
    """out[0] = Σ coefficients[i]·point^i."""
    z = fr_load(point, 0)
    x = FR_ZERO
    for i in range(len(coefficients) - 1, -1, -1):
        x = fr_add(fr_mul(x, z), fr_load(coefficients, i))
    fr_store(out, 0, x)


@kernel(f"void({V},{V},{V},{V})")
def divide_by_linear(coefficients: Words, point: Words, quotient: Words, remainder: Words) -> None:
    """Synthetic division by X − point; the quotient is one shorter than the dividend."""
    z = fr_load(point, 0)
    x = FR_ZERO
    for i in range(len(coefficients) - 1, -1, -1):
        if i < len(quotient):
            fr_store(quotient, i, x)
        x = fr_add(fr_mul(x, z), fr_load(coefficients, i))
    fr_store(remainder, 0, x)


@device
def fr_is_zero(x: tuple[int, int, int, int]) -> bool:
    """Whether an element is zero."""
    return (x[0] | x[1] | x[2] | x[3]) == 0


@kernel(f"void({V},{V})")
def batch_inverse(a: Words, out: Words) -> None:
    """out = 1/a with one exponentiation; zero stays zero. ``out`` holds the prefix products in between."""
    product = FR_ONE
    for i in range(len(a)):
        fr_store(out, i, product)
        x = fr_load(a, i)
        if not fr_is_zero(x):
            product = fr_mul(product, x)
    inverse = FR_ONE
    for i in range(len(FR_EXPONENT)):
        inverse = fr_mul(inverse, inverse)
        if FR_EXPONENT[i] != 0:
            inverse = fr_mul(inverse, product)
    for i in range(len(a) - 1, -1, -1):
        x = fr_load(a, i)
        if fr_is_zero(x):
            fr_store(out, i, FR_ZERO)
        else:
            fr_store(out, i, fr_mul(fr_load(out, i), inverse))
            inverse = fr_mul(inverse, x)


@kernel(f"void({V},{V},int64[::1],{V})")
def gathered_products(a: Words, table: Words, indices: npt.NDArray[np.int64], out: Words) -> None:
    """out[i] = a[i]·table[indices[i]]."""
    for i in range(len(out)):
        fr_store(out, i, fr_mul_inline(fr_load(a, i), fr_load(table, indices[i])))
