"""What vectors over Fr are in memory: rows of four words, and working memory that a thread keeps."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FR_MODULUS

FrVector = npt.NDArray[np.uint64]
"""Shape (n, 4): row i holds the little-endian words of x_i·2^256 mod r."""
Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

MONTGOMERY = (1 << 256) % FR_MODULUS
_KEPT_WORDS = 1 << 21
_local = threading.local()


def row(words: int) -> FrVector:
    """Return a vector of one row with the words of an integer below 2^256, as it stands."""
    return np.frombuffer(words.to_bytes(32, "little"), dtype=np.uint64).reshape(1, 4).copy()


def rows(values: Iterable[int]) -> FrVector:
    """Return rows with the words of integers below 2^256, as they stand."""
    data = bytearray().join([x.to_bytes(32, "little") for x in values])
    return np.frombuffer(data, dtype=np.uint64).reshape(-1, 4)


def integers(a: FrVector) -> list[int]:
    """Return the integers whose words the rows hold, as they stand."""
    data = a.tobytes()
    return [int.from_bytes(data[i : i + 32], "little") for i in range(0, len(data), 32)]


def zeros(n: int) -> FrVector:
    """Return n zeros."""
    return np.zeros((n, 4), dtype=np.uint64)


def constant(x: int, n: int = 1) -> FrVector:
    """Return n copies of x."""
    return np.repeat(row(x % FR_MODULUS * MONTGOMERY % FR_MODULUS), n, axis=0)


def contiguous(a: FrVector) -> FrVector:
    """Return the vector as kernels need it; ValueError when the array is no vector."""
    if a.ndim != 2 or a.shape[1] != 4 or a.dtype != np.uint64:
        raise ValueError(f"not a vector over Fr: shape {a.shape}, type {a.dtype}")
    flags = a.flags
    return a if flags.c_contiguous and flags.writeable else np.require(a, requirements=["C", "W"])


def aligned(words: int) -> Words:
    """Return uninitialized words that start at a multiple of 64 bytes."""
    raw = np.empty(words + 8, dtype=np.uint64)
    skip = -(raw.ctypes.data // 8) % 8
    return raw[skip : skip + words]


def scratch(words: int) -> Words:
    """Return uninitialized aligned words that this thread's next call may hand out again.

    Up to 16 MiB are kept with the thread: fresh memory costs more than the work done in it.
    """
    if words > _KEPT_WORDS:
        return aligned(words)
    kept: Words | None = getattr(_local, "words", None)
    if kept is None or len(kept) < words:
        kept = _local.words = aligned(words)
    return kept[:words]
