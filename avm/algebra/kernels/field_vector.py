"""Kernels over vectors of Fr elements that need no product, on 64-bit words, for all tiers.

A vector is a C-contiguous uint64 array; element i is words 4·i … 4·i + 3, x·2^256 mod r. Kernels trust their
callers: lengths are checked by the facade in ``avm.algebra.vector``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.limbs import fr_add, fr_load, fr_store, fr_sub

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

FR_ZERO = tuple(np.uint64(0) for _ in range(4))
FR_UNIT = (np.uint64(1), np.uint64(0), np.uint64(0), np.uint64(0))

V = "uint64[:,::1]"


@kernel(f"void({V},{V},{V})")
def add(a: Words, b: Words, out: Words) -> None:
    """out = a + b; a single row of b is added to every row of a."""
    step = 1 if len(b) > 1 else 0
    for i in range(len(out)):
        fr_store(out, i, fr_add(fr_load(a, i), fr_load(b, i * step)))


@kernel(f"void({V},{V},{V})")
def sub(a: Words, b: Words, out: Words) -> None:
    """out = a − b."""
    for i in range(len(out)):
        fr_store(out, i, fr_sub(fr_load(a, i), fr_load(b, i)))


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
