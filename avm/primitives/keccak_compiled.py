"""Keccak by the compiled kernel: the same lanes as ``avm.primitives.keccak`` gives, from whole blocks."""

from __future__ import annotations

import numpy as np

from avm.algebra.kernels.keccak_rounds import absorb
from avm.primitives.keccak_tables import LANES, PATH, ROTATIONS, ROUND_CONSTANTS

_ROOM = 5
_CONSTANTS = np.array(ROUND_CONSTANTS, dtype=np.uint64)
_TURNS = np.array([ROTATIONS[lane] for lane in PATH], dtype=np.uint64)
_PATH = np.array(PATH, dtype=np.int64)


def absorbed(rate: int, padded: bytearray) -> bytes:
    """Return the 25 lanes as bytes after a padded message, blocks of ``rate`` bytes, from zero lanes."""
    lanes = np.zeros(LANES + _ROOM, dtype=np.uint64)
    absorb(rate // 8, _CONSTANTS, _TURNS, _PATH, np.frombuffer(padded, dtype=np.uint64), lanes)
    return lanes[:LANES].tobytes()


READY = True
