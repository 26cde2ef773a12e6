"""Blocks of eight residues of Fq as kernels in lanes take them, made and read by Python and numpy.

A block is 64 words: limb k of lane l at 8k + l, radix 2^52, in Montgomery form x·2^416.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.radix52 import FQ_LIMBS, LIMB_BITS, limbs52

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

LIMBS = FQ_LIMBS
RADIX_BITS = LIMBS * LIMB_BITS
BLOCK = 8 * LIMBS
"""Words of a block."""


def aligned_blocks(count: int) -> Words:
    """Return room for ``count`` blocks, all zero, that starts at a multiple of 64 bytes."""
    raw = np.zeros(BLOCK * count + 8, dtype=np.uint64)
    skip = -(raw.ctypes.data // 8) % 8
    return raw[skip : skip + BLOCK * count]


def write_lanes(blocks: Words, block: int, values: Sequence[int]) -> None:
    """Store up to eight integers in the lanes of a block as the residues that products in lanes take."""
    rows = [limbs52((value << RADIX_BITS) % FQ_MODULUS, LIMBS) for value in values]
    blocks[BLOCK * block : BLOCK * (block + 1)].reshape(LIMBS, 8)[:, : len(rows)] = np.array(
        rows, dtype=np.uint64
    ).T


_INVERSE_OF_RADIX = pow(1 << RADIX_BITS, -1, FQ_MODULUS)


def read_lanes(blocks: Words, block: int) -> list[int]:
    """Return the eight residues of a block as canonical integers."""
    rows = blocks[BLOCK * block : BLOCK * (block + 1)].reshape(LIMBS, 8).T.tolist()
    return [
        sum(limb << (LIMB_BITS * k) for k, limb in enumerate(row)) * _INVERSE_OF_RADIX % FQ_MODULUS
        for row in rows
    ]


def term_table(groups: Sequence[Sequence[tuple[int, int]]]) -> tuple[Indices, Indices]:
    """Return the pairs of all groups one after another, and where each group begins and the last ends."""
    starts = np.cumsum([0, *map(len, groups)]).astype(np.int64)
    return np.array([offset for group in groups for pair in group for offset in pair], dtype=np.int64), starts
