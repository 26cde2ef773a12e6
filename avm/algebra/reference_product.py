"""The measure of the machine: nanoseconds of a product in Fq, eight lanes at a time, however busy it is."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.fq_ifma import load_block, product, store_block

Words = npt.NDArray[np.uint64]

PAIRS = 32
REFERENCE_NANOSECONDS = 9.9
"""What the product takes on the machine that the targets were set on."""


@kernel("void(uint64[::1],int64)")
def _products(blocks: Words, repeats: int) -> None:
    for _ in range(repeats):
        for i in range(0, 2 * PAIRS, 2):
            store_block(blocks, i, product(load_block(blocks, i), load_block(blocks, i + 1)))


def product_nanoseconds(repeats: int = 100, tries: int = 50) -> float:
    """Return the shortest time per product on this thread; ImportError without AVX-512 IFMA."""
    raw = np.zeros(128 * PAIRS + 8, dtype=np.uint64)
    skip = -(raw.ctypes.data // 8) % 8
    blocks = raw[skip : skip + 128 * PAIRS]
    blocks[:] = np.arange(128 * PAIRS)
    best = float("inf")
    for _ in range(tries):
        began = time.thread_time()
        _products(blocks, repeats)
        best = min(best, time.thread_time() - began)
    return best / (repeats * PAIRS * 8) * 1e9
