"""Element-wise kernels over vectors of Fr and Fq elements in Montgomery form, portable tier.

A vector is a C-contiguous uint64 array; element i is words n·i … n·i + n − 1. Kernels trust their callers:
lengths are checked by the facade in ``avm.algebra.vector``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels.compile import device, kernel
from avm.algebra.kernels.limbs import fr_add, fr_load, fr_mul, fr_mul_inline, fr_store, fr_sub

Words = npt.NDArray[np.uint64]

FR_ZERO = tuple(np.uint64(0) for _ in range(4))
FR_ONE = tuple(np.uint64(((1 << 256) % FR_MODULUS >> (64 * i)) & (2**64 - 1)) for i in range(4))
FR_UNIT = (np.uint64(1), np.uint64(0), np.uint64(0), np.uint64(0))
FR_EXPONENT = np.array([(FR_MODULUS - 2) >> i & 1 for i in range(252, -1, -1)], dtype=np.uint8)
FQ_EXPONENT = np.array([(FQ_MODULUS - 2) >> i & 1 for i in range(376, -1, -1)], dtype=np.uint8)

V = "uint64[:,::1]"


@kernel(f"void({V},{V},{V})")
def add(a: Words, b: Words, out: Words) -> None:
    """out = a + b."""
    for i in range(len(out)):
        fr_store(out, i, fr_add(fr_load(a, i), fr_load(b, i)))


@kernel(f"void({V},{V},{V})")
def sub(a: Words, b: Words, out: Words) -> None:
    """out = a − b."""
    for i in range(len(out)):
        fr_store(out, i, fr_sub(fr_load(a, i), fr_load(b, i)))


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
def add_constant(a: Words, constant: Words, out: Words) -> None:
    """out = a + constant."""
    k = fr_load(constant, 0)
    for i in range(len(out)):
        fr_store(out, i, fr_add(fr_load(a, i), k))


@kernel(f"int64({V})")
def first_unreduced(a: Words) -> int:
    """Return the index of the first element that is at least the modulus, or −1."""
    for i in range(len(a)):
        x = fr_load(a, i)
        y = fr_add(x, FR_ZERO)
        if x[0] != y[0] or x[1] != y[1] or x[2] != y[2] or x[3] != y[3]:
            return i
    return -1


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


@kernel(f"void({V},{V})")
def total(a: Words, out: Words) -> None:
    """out[0] = Σ a[i]."""
    x = FR_ZERO
    for i in range(len(a)):
        x = fr_add(x, fr_load(a, i))
    fr_store(out, 0, x)


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


@kernel("void(int64[::1],int64[::1],uint64[:,::1],uint64[:,::1],uint64[:,::1])")
def csr_matvec(
    starts: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], values: Words, x: Words, out: Words
) -> None:
    """out[r] = Σ values[k]·x[columns[k]] over starts[r] <= k < starts[r+1]."""
    for r in range(len(out)):
        s = FR_ZERO
        for k in range(starts[r], starts[r + 1]):
            s = fr_add(s, fr_mul_inline(fr_load(values, k), fr_load(x, columns[k])))
        fr_store(out, r, s)


@kernel("void(int64[::1],int64[::1],uint64[:,::1],uint64[:,::1],uint64[:,::1])")
def csr_transpose_matvec(
    starts: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], values: Words, x: Words, out: Words
) -> None:
    """out[columns[k]] += values[k]·x[r] for every entry k of every row r; ``out`` starts as zeros."""
    for r in range(len(starts) - 1):
        factor = fr_load(x, r)
        for k in range(starts[r], starts[r + 1]):
            c = columns[k]
            fr_store(out, c, fr_add(fr_load(out, c), fr_mul(fr_load(values, k), factor)))


@kernel(f"void({V},{V})")
def bit_reversed(a: Words, out: Words) -> None:
    """out[i] = a[i with its log2(len(out)) bits reversed]; elements past the end of ``a`` are zero."""
    n = len(out)
    j = 0
    for i in range(n):
        fr_store(out, i, fr_load(a, j) if j < len(a) else FR_ZERO)
        bit = n >> 1
        while bit > 0 and j & bit:
            j ^= bit
            bit >>= 1
        j |= bit


@kernel(f"void({V},{V})")
def twiddles(roots: Words, out: Words) -> None:
    """out[h + j] = w^j for h = 1, 2, 4, … and j < h, where w = roots[log2 h] has order 2h."""
    h = 1
    level = 0
    while h < len(out):
        w = fr_load(roots, level)
        x = FR_ONE
        for j in range(h):
            fr_store(out, h + j, x)
            x = fr_mul(x, w)
        h *= 2
        level += 1


@kernel(f"void({V},{V})")
def butterflies(a: Words, table: Words) -> None:
    """Transform bit-reversed input to natural order, in place (decimation in time)."""
    n = len(a)
    h = 1
    while h < n:
        for start in range(0, n, 2 * h):
            for j in range(h):
                u = fr_load(a, start + j)
                v = fr_mul_inline(fr_load(a, start + h + j), fr_load(table, h + j))
                fr_store(a, start + j, fr_add(u, v))
                fr_store(a, start + h + j, fr_sub(u, v))
        h *= 2
