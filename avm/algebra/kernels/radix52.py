"""Integers in limbs of 52 bits, least significant first: what Python and numpy hand to kernels in lanes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FR_MODULUS

LIMB_BITS = 52
LIMB_MASK = (1 << LIMB_BITS) - 1
FR_LIMBS, FQ_LIMBS = 5, 8


def limbs52(x: int, count: int = FQ_LIMBS) -> list[int]:
    """Split an integer into limbs of 52 bits; the last takes the rest."""
    low = [(x >> (LIMB_BITS * i)) & LIMB_MASK for i in range(count - 1)]
    return [*low, x >> (LIMB_BITS * (count - 1))]


def blocks_of(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Turn rows of four words, in the order of the lanes, to blocks of five vectors of limbs; for tables."""
    u = np.uint64
    mask = u(LIMB_MASK)
    w0, w1, w2, w3 = (words[:, k] for k in range(4))
    limbs = [
        w0 & mask,
        ((w0 >> u(52)) | (w1 << u(12))) & mask,
        ((w1 >> u(40)) | (w2 << u(24))) & mask,
        ((w2 >> u(28)) | (w3 << u(36))) & mask,
        w3 >> u(16),
    ]
    stacked = np.stack(limbs, axis=1).reshape(-1, 8, FR_LIMBS)
    return np.ascontiguousarray(stacked.transpose(0, 2, 1)).reshape(-1)


def factor_blocks(w: int) -> list[int]:
    """Return the blocks of a factor w of Fr, the same in all lanes, and of w' = floor(w·2^260/r)."""
    limbs = [*limbs52(w, FR_LIMBS), *limbs52((w << 260) // FR_MODULUS, FR_LIMBS)]
    return [limb for limb in limbs for _ in range(8)]
