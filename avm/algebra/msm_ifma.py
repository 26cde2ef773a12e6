"""The engine of the multi-scalar multiplication that sums in eight lanes; for the IFMA tier only.

The buckets of several windows are laid out together, and every chunk of them is a unit of work; then the
buckets of all windows are brought together in as many units as there are threads. Points are converted once:
slices of one vector share the table.
"""

from __future__ import annotations

import threading
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from avm.algebra.glv_scalars import Halves
from avm.algebra.kernels import g1_ifma, msm_ifma, msm_layout
from avm.algebra.kernels.msm_digits import sort_by_bucket
from avm.algebra.kernels.point_table import LINE_WORDS, POINT_LINES, ROW_WORDS
from avm.algebra.points import G1Points
from avm.base.pool import Pool
from avm.base.progress import Cancel, Progress

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.int32]
Digits = npt.NDArray[np.int16]

_POINTS_PER_BLOCK = 1024
_POINT_WORDS = LINE_WORDS * POINT_LINES
_BUCKETS_LAID_OUT = 40_000
"""Windows are laid out together up to about as many buckets: lanes of equal length need few rounds."""


def aligned_words(count: int) -> Words:
    """Return ``count`` words that start at a multiple of 64 bytes."""
    raw = np.empty(count + 8, dtype=np.uint64)
    skip = -(raw.ctypes.data // 8) % 8
    return raw[skip : skip + count]


class LaneTable:
    """The points of a vector and their images in the form of ``g1_ifma``, converted when first needed."""

    def __init__(self, points: Words) -> None:
        self._points = points
        self.words = aligned_words(_POINT_WORDS * (len(points) + 8))
        self.has_infinity = not np.all(np.any(points.reshape(len(points), 12) != 0, axis=1))
        self._done = bytearray(-(-len(points) // _POINTS_PER_BLOCK))

    def prepare(self, begin: int, end: int) -> None:
        """Convert points begin … end − 1 where that was not done before."""
        for block in range(begin // _POINTS_PER_BLOCK, -(-end // _POINTS_PER_BLOCK)):
            if not self._done[block]:
                first = block * _POINTS_PER_BLOCK
                last = min(len(self._points), first + _POINTS_PER_BLOCK)
                g1_ifma.convert_points(self._points, first, last, self.words)
                self._done[block] = 1


def table_of(points: G1Points) -> tuple[LaneTable, int] | None:
    """Return the table that holds these points and where they begin; none if infinity is among them."""
    shared = points.shared
    with _LOCK:
        if shared.lanes is None:
            shared.lanes = LaneTable(shared.words)
    table = shared.lanes
    assert isinstance(table, LaneTable)
    return None if table.has_infinity else (table, points.start)


_LOCK = threading.Lock()


_THREADS = threading.local()


def _room() -> Words:
    """Return this thread's room for the sums of a chunk; large enough for the system to give large pages."""
    room: Words | None = getattr(_THREADS, "room", None)
    if room is None:
        room = _THREADS.room = aligned_words(max(1 << 19, 4 * 64 * msm_layout.CHUNK))
    return room


class Layout:
    """Lists laid out in lanes: their entries in reading order, their lengths and where their sums go."""

    def __init__(self, lengths: Lengths, cap: int) -> None:
        """Lay out lists of at most ``cap`` entries; ``lengths`` become their places."""
        size, lanes = int(lengths.sum()), len(lengths) + 16
        chunks = lanes // (8 * msm_layout.CHUNK) + 1
        self.entries = np.empty(size + 8 * cap + 8, dtype=np.uint32)
        self.chunk_starts = np.empty(chunks, dtype=np.int64)
        self.round_starts = np.empty(chunks * cap, dtype=np.int64)
        self.lane_counts = np.empty(lanes, dtype=np.int64)
        self.targets = np.empty(lanes, dtype=np.int64)
        self.lanes = msm_layout.lay_out(
            lengths,
            cap,
            self.entries,
            self.chunk_starts,
            self.round_starts,
            self.lane_counts,
            self.targets,
        )

    @property
    def chunks(self) -> int:
        """The number of chunks of lanes."""
        return -(-self.lanes // (8 * msm_layout.CHUNK))

    def add(self, table: Words, rows: Words, begin: int, end: int) -> bool:
        """Write the sums of the lanes of chunks begin … end − 1 to their targets.

        False when points met that cannot be added.
        """
        return bool(
            msm_ifma.add_lanes(
                table,
                self.entries,
                self.chunk_starts,
                self.round_starts,
                self.lane_counts,
                min(self.lanes, 8 * msm_layout.CHUNK * end),
                begin,
                msm_ifma.MULTIPLES,
                self.targets,
                rows,
                _room(),
            )
        )


def _cap(size: int, lists: int) -> int:
    """Return how many points a lane may add: well above the mean, so that uniform lists are not cut."""
    return min(msm_ifma.LONGEST, 16 + 3 * size // lists)


def add_lists(table: Words, items: npt.NDArray[np.uint32], ends: Indices, rows: Words, cap: int) -> bool:
    """Write the sum of list b, items[ends[b] : ends[b + 1]] of the table, to row b of ``rows``.

    Empty lists are left out; the row after the last list is written, too. False when points met that cannot
    be added.
    """
    while True:
        starts, stops = ends[:-1], ends[1:]
        pieces = -(-(stops - starts) // cap)
        cuts = np.concatenate([[0], np.cumsum(pieces)])
        total = int(cuts[-1])
        cut = total > np.count_nonzero(pieces)
        if cut:
            first = np.repeat(starts - cap * cuts[:-1], pieces) + cap * np.arange(total)
            starts, stops = first, np.minimum(first + cap, np.repeat(stops, pieces))
        places = (stops - starts).astype(np.int32)
        layout = Layout(places, cap)
        msm_layout.place_items(
            items,
            np.ascontiguousarray(starts),
            np.ascontiguousarray(stops),
            places,
            layout.round_starts,
            layout.entries,
        )
        if not cut:
            return layout.add(table, rows, 0, layout.chunks)
        sums = aligned_words(ROW_WORDS * (total + 1))
        if not layout.add(table, sums, 0, layout.chunks):
            return False
        # Few lists are left; short lanes keep many of them busy.
        table, items, ends, cap = sums, np.arange(0, ROW_WORDS * total, ROW_WORDS, dtype=np.uint32), cuts, 16


class EightLanes:
    """Buckets eight at a time."""

    cost_of_bucket = 3.0

    def __init__(self, table: tuple[LaneTable, int]) -> None:
        self._table, self._start = table

    def prepare(self, begin: int, end: int) -> None:
        """Convert points and their images to limbs of 52 bits."""
        self._table.prepare(self._start + begin, self._start + end)

    def sums(
        self, halves: Halves, pool: Pool, cancel: Cancel | None, progress: Progress
    ) -> tuple[Words, list[int]] | None:
        """Return two sums for every window: by the lower and by the upper bits of weights."""
        windows = len(halves.bits)
        sets = [_Set(bits, digits) for bits, digits in zip(halves.bits, halves.digits)]
        pool.map(_Set.count, sets, cancel)
        runs = _runs(sets, -(-windows // pool.threads))
        # Every run may write the row after its last bucket: each has one of its own.
        buckets = aligned_words(ROW_WORDS * (sum(len(one.lengths) for one in sets) + len(runs)))
        row = 0
        for run in runs:
            for one in run:
                one.first_row = row
                row += len(one.lengths)
            row += 1
        points = self._table.words[_POINT_WORDS * self._start :]
        laid_out = pool.map(lambda run: _Run(run, points, buckets), runs, cancel)
        work = [(run, chunk) for run in laid_out for chunk in range(run.chunks)]
        if not all(pool.map(lambda item: item[0].add(item[1]), work, cancel, progress)):
            return None
        sums = np.empty((2 * windows, 3, 6), dtype=np.uint64)

        def bring_together(part: int) -> bool:
            mine = range(part * windows // parts, (part + 1) * windows // parts)
            return _weighted(buckets, sets[mine.start : mine.stop], sums[2 * mine.start : 2 * mine.stop])

        parts = min(pool.threads, windows)
        if not all(pool.map(bring_together, range(parts), cancel)):
            return None
        return sums, [gap for one in sets for gap in (one.low_bits, one.bits - one.low_bits)]


class _Set:
    """The buckets 0 … 2^(bits − 1) of one window; bucket 0 stays empty."""

    def __init__(self, bits: int, digits: Digits) -> None:
        self.bits = bits
        self.low_bits = bits // 2
        self.digits = digits
        self.lengths = np.zeros((1 << (bits - 1)) + 1, dtype=np.int32)
        self.cap = _cap(len(digits), len(self.lengths))
        self.first_row = 0

    def count(self) -> None:
        """Find how many points are in each bucket."""
        msm_layout.count_digits(self.digits, self.lengths)
        self.filled = (self.lengths > 0).view(np.uint8)
        self.heavy = int(self.lengths.max()) > self.cap


def _runs(sets: list[_Set], most: int) -> list[list[_Set]]:
    """Return which sets are laid out together: at most ``most``; a heavy one is alone."""
    runs: list[list[_Set]] = []
    room = 0
    for one in sets:
        count = len(one.lengths)
        if runs and room >= count and len(runs[-1]) < most and not one.heavy:
            runs[-1].append(one)
            room -= count
        else:
            runs.append([one])
            room = 0 if one.heavy else _BUCKETS_LAID_OUT - count
    return runs


class _Run:
    """Some sets of buckets, to be summed chunk by chunk."""

    def __init__(self, sets: list[_Set], points: Words, buckets: Words) -> None:
        self._points = points
        begin, end = sets[0].first_row, sets[-1].first_row + len(sets[-1].lengths)
        self._rows = buckets[ROW_WORDS * begin : ROW_WORDS * (end + 1)]
        self._cap = max(one.cap for one in sets)
        self._layout: Layout | None = None
        if sets[0].heavy:
            self._items, self._ends = _sorted(sets[0])
            self.chunks = 1
            return
        places = np.concatenate([one.lengths for one in sets])
        self._layout = Layout(places, self._cap)
        self.chunks = self._layout.chunks
        for one in sets:
            mine = places[one.first_row - begin :]
            msm_layout.place_digits(one.digits, mine, self._layout.round_starts, self._layout.entries)

    def add(self, chunk: int) -> bool:
        """Sum the buckets of a chunk; False when points met that cannot be added."""
        if self._layout is None:
            return add_lists(self._points, self._items, self._ends, self._rows, self._cap)
        return self._layout.add(self._points, self._rows, chunk, chunk + 1)


def _sorted(one: _Set) -> tuple[npt.NDArray[np.uint32], Indices]:
    """Return a set's entries sorted by bucket, and where every bucket ends."""
    starts = np.empty(len(one.lengths) + 1, dtype=np.int64)
    items = np.empty(len(one.digits), dtype=np.uint32)
    sort_by_bucket(one.digits, starts, items)
    items = items[: starts[-2]]
    # The bucket of the digit 0 is empty.
    ends = np.concatenate([[0], starts[:-1]])
    entries = np.empty_like(items)
    msm_layout.entries_of_halves(items, entries)
    return entries, ends


def _weighted(buckets: Words, sets: list[_Set], out: Words) -> bool:
    """Write the two weighted sums of the buckets of every window."""
    counts = [(1 << one.low_bits, (1 << (one.bits - 1 - one.low_bits)) + 1) for one in sets]
    starts = list(accumulate((low + high for low, high in counts), initial=0))
    items = np.empty(2 * sum(len(one.lengths) for one in sets), dtype=np.uint32)
    ends = np.zeros(starts[-1] + 1, dtype=np.int64)
    lists = []
    for w, one in enumerate(sets):
        mine = ends[starts[w] : starts[w + 1] + 1]
        msm_layout.weight_lists(one.filled, one.first_row, one.low_bits, items, mine)
        lists += [(starts[w], counts[w][0]), (starts[w] + counts[w][0], counts[w][1])]
    sums = aligned_words(ROW_WORDS * (starts[-1] + 1))
    if not add_lists(buckets, items, ends, sums, msm_ifma.LONGEST):
        return False
    table = np.array(lists, dtype=np.int64)
    msm_ifma.running_sums(sums, table, starts[-1], ends, g1_ifma.SMALL, out)
    return True
