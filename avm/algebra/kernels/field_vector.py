"""Kernels over vectors of Fr elements that need no product, on 64-bit words, for all tiers.

A vector is a C-contiguous uint64 array; element i is words 4·i … 4·i + 3, x·2^256 mod r. Kernels trust their
callers: lengths are checked by the facade in ``avm.algebra.vector``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.kernels.compile import kernel
from avm.algebra.kernels.limbs import fr_add, fr_load, fr_store, fr_sub

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

FR_ZERO = tuple(np.uint64(0) for _ in range(4))
FR_UNIT = (np.uint64(1), np.uint64(0), np.uint64(0), np.uint64(0))

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


@kernel(f"void({V},{V})")
def total(a: Words, out: Words) -> None:
    """out[0] = Σ a[i]."""
    x = FR_ZERO
    for i in range(len(a)):
        x = fr_add(x, fr_load(a, i))
    fr_store(out, 0, x)


@kernel(f"void(int64[::1],{V},{V})")
def segment_sums(starts: Indices, a: Words, out: Words) -> None:
    """out[r] = Σ a[k] over starts[r] <= k < starts[r + 1]."""
    for r in range(len(out)):
        s = FR_ZERO
        for k in range(starts[r], starts[r + 1]):
            s = fr_add(s, fr_load(a, k))
        fr_store(out, r, s)


@kernel(f"void(int64[::1],{V},{V})")
def scatter_sums(places: Indices, a: Words, out: Words) -> None:
    """out[places[k]] += a[k] for every k."""
    for k in range(len(places)):
        fr_store(out, places[k], fr_add(fr_load(out, places[k]), fr_load(a, k)))


@kernel(f"void({V},int64,{V},{V})")
def divide_by_vanishing(a: Words, size: int, quotient: Words, remainder: Words) -> None:
    """Divide by X^size − 1: row k of the quotient sums the dividend's rows k + size, k + 2·size, …"""
    for k in range(len(quotient) - 1, -1, -1):
        x = fr_load(a, k + size)
        if k + size < len(quotient):
            x = fr_add(x, fr_load(quotient, k + size))
        fr_store(quotient, k, x)
    for k in range(size):
        x = fr_load(a, k) if k < len(a) else FR_ZERO
        if k < len(quotient):
            x = fr_add(x, fr_load(quotient, k))
        fr_store(remainder, k, x)
