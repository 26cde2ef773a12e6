"""Keccak's sponge over whole blocks, portable tier (https://keccak.team/keccak_specs_summary.html)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

_ONE, _WIDTH = np.uint64(1), np.uint64(64)


@kernel("void(int64,uint64[::1],uint64[::1],int64[::1],uint64[::1],uint64[::1])")
def absorb(rate: Any, constants: Words, rotations: Words, path: Indices, blocks: Words, lanes: Words) -> None:
    """Add each block of ``rate`` lanes to the 25 lanes and permute them.

    ``constants`` are those of the rounds. ``path`` has the lanes but the first in the order in which
    step π moves one to the next, ``rotations`` by how much step ρ turns each of them before. ``lanes`` has
    five words of room after the 25; lane (x, y) is at ``x + 5 y``.
    """
    for start in range(0, len(blocks), rate):
        for i in range(rate):
            lanes[i] ^= blocks[start + i]
        for constant in constants:
            for x in range(5):
                lanes[25 + x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5):
                right = lanes[25 + (x + 1) % 5]
                difference = lanes[25 + (x + 4) % 5] ^ (right << _ONE | right >> (_WIDTH - _ONE))
                for y in range(0, 25, 5):
                    lanes[x + y] ^= difference
            moved = lanes[path[0]]
            for t in range(len(path)):
                target = path[(t + 1) % len(path)]
                kept = lanes[target]
                lanes[target] = moved << rotations[t] | moved >> (_WIDTH - rotations[t])
                moved = kept
            for y in range(0, 25, 5):
                for x in range(5):
                    lanes[25 + x] = lanes[y + x]
                for x in range(5):
                    lanes[y + x] = lanes[25 + x] ^ (~lanes[25 + (x + 1) % 5] & lanes[25 + (x + 2) % 5])
            lanes[0] ^= constant
