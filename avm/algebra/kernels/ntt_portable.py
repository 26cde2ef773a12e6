"""Number theoretic transforms over Fr on 64-bit words: the portable tier.

Vectors are as in ``field_vector``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.field_vector import FR_ZERO
from avm.algebra.kernels.limbs import fr_add, fr_load, fr_mul, fr_mul_inline, fr_store, fr_sub
from avm.algebra.kernels.vector_portable import FR_ONE

Words = npt.NDArray[np.uint64]

V = "uint64[:,::1]"


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
