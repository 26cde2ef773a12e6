"""BHP hashes by the compiled kernels: the same values as ``avm.primitives.bhp`` gives, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from avm.algebra.edwards import Point
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.kernels.bhp_sums import PAIR_ROWS, pair_table, sum_from_start, sums

Words = npt.NDArray[np.uint64]
# A point prepared for addition: (y - x, y + x, 2 D x y).
PreparedPoint = tuple[int, int, int]

_MAX_HEADS = 256
_SCALAR_WORDS = 4


def elements(points: Iterable[PreparedPoint]) -> Words:
    """Return the rows of prepared points as Montgomery elements."""
    data = b"".join([((x << 256) % P).to_bytes(32, "little") for point in points for x in point])
    return np.frombuffer(bytearray(data), dtype=np.uint64).reshape(-1, 4)


NO_ADDENDS = elements(())


class Tables:
    """What the kernels need of one BHP hash, as arrays that are made once."""

    def __init__(self, chunks: Sequence[Sequence[PreparedPoint]], capacity: int) -> None:
        """Take the eight prepared points of every chunk and the number of bits in an iteration."""
        rows = (len(chunks) + 1) // 2 * PAIR_ROWS
        self._table = np.empty((3 * rows, 4), dtype=np.uint64)
        flat = [point for chunk in chunks for point in chunk]
        pair_table(elements(flat), np.empty((rows, 4), dtype=np.uint64), self._table)
        self._capacity = capacity
        self._heads: dict[int, Words] = {}

    def _head(self, bits: int, count: int) -> Words:
        """Return the extended sum over the bits with which every input of one length begins."""
        head = self._heads.get(bits)
        if head is None:
            head = np.empty((4, 4), dtype=np.uint64)
            data = bits.to_bytes(8 * (count // 64 + 2), "little")
            sum_from_start(self._table, np.frombuffer(bytearray(data), dtype=np.uint64), count, head)
            if len(self._heads) >= _MAX_HEADS:
                self._heads.clear()
            self._heads[bits] = head
        return head

    def points(
        self,
        head: int,
        head_bits: int,
        inputs: Sequence[int],
        bits: int,
        randomizers: Sequence[int] = (),
        addends: Words = NO_ADDENDS,
    ) -> list[Point]:
        """Return the point of every input of ``bits`` bits, the first lowest.

        ``head`` holds the ``head_bits`` bits of domain and length. With ``randomizers``, one scalar for each
        input, the points are commitments; ``addends`` are then the ``elements`` of the random base's powers.
        """
        n, words = len(inputs), (bits + 63) // 64 + 1
        parts = [value.to_bytes(8 * words, "little") for value in inputs]
        if randomizers:
            scalars = [scalar.to_bytes(8 * _SCALAR_WORDS, "little") for scalar in randomizers]
            parts = [part for pair in zip(parts, scalars) for part in pair]
            words += _SCALAR_WORDS
        data = np.frombuffer(bytearray(b"".join(parts) + bytes(40)), dtype=np.uint64)
        points = np.empty((4 + 4 * n, 4), dtype=np.uint64)
        points[:4] = self._head(head, head_bits)
        shape = np.array((n, bits, words, self._capacity), dtype=np.int64)
        out = np.empty((2 * n, 4), dtype=np.uint64)
        sums(self._table, shape, data, points, addends, out)
        raw = out.tobytes()
        values = [int.from_bytes(raw[i : i + 32], "little") for i in range(0, len(raw), 32)]
        return list(zip(values[::2], values[1::2]))


READY = True
