"""How lists of points are laid out in lanes for ``msm_ifma``: sorted, in groups of eight, in reading order.

Lanes of falling length stand eight to a group, ``CHUNK`` groups to a chunk. The entries lie as they are read,
chunk by chunk and round by round: round t of chunk c begins at entry round_starts[chunk_starts[c] + t].
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.kernels.point_table import ABSENT, LINE_WORDS, POINT_LINES, ROW_WORDS

Indices = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.int32]
Digits = npt.NDArray[np.int16]
Entries = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]

CHUNK = 256
"""Groups that share one inversion: what a chunk reads and writes in a round stays in the second cache."""
ROUND_BITS = 11
NEXT_ROUND = 1 << ROUND_BITS
"""What takes a packed place to the next round; below it, a lane's number in its chunk."""
assert NEXT_ROUND == 8 * CHUNK
NO_ENTRY = np.uint32(ABSENT)


@kernel("void(int16[::1],int32[::1])")
def count_digits(digits: Digits, counts: Lengths) -> None:
    """Add to counts[v] how many digits are ±v; those that are 0 count for nothing."""
    for j in range(len(digits)):
        counts[np.uint64(abs(np.int64(digits[j])))] += 1
    counts[0] = 0


@kernel("int64(int32[::1],int64,uint32[::1],int64[::1],int64[::1],int64[::1],int64[::1])")
def lay_out(
    lengths: Lengths,
    cap: int,
    entries: Entries,
    chunk_starts: Indices,
    round_starts: Indices,
    lane_counts: Indices,
    targets: Indices,
) -> int:
    """Give every list of at most ``cap`` entries a lane; empty ones are left out. Return the number of lanes.

    Afterwards ``targets`` are the lists of the lanes, and ``lengths[b]`` is the packed place of list b in
    round 0: NEXT_ROUND·(number of the round) + (lane in its chunk). In every second chunk it is that of the
    last round, negated, so that adding NEXT_ROUND leads down: what a chunk reads last, the next reads first.
    Entries of lanes that end before their group does are marked. The lanes of a last incomplete group are
    empty and their target is the row after all lists.
    """
    places = np.zeros(cap + 2, np.int64)
    for b in range(len(lengths)):
        places[cap - lengths[b]] += 1
    places[cap] = 0
    total = np.int64(0)
    for k in range(cap + 1):
        total, places[k] = total + places[k], total
    lanes = int(total)
    for b in range(len(lengths)):
        length = lengths[b]
        if length > 0:
            place = places[cap - length]
            places[cap - length] += 1
            lane_counts[place] = length
            targets[place] = b
    groups = (lanes + 7) >> 3
    for lane in range(lanes, 8 * groups):
        lane_counts[lane] = 0
        targets[lane] = len(lengths)
    start = np.int64(0)
    number = np.int64(0)
    for first in range(0, groups, CHUNK):
        active = min(groups, first + CHUNK)
        chunk_starts[first // CHUNK] = number
        for lane in range(8 * first, min(lanes, 8 * (first + CHUNK))):
            place = NEXT_ROUND * number + lane - 8 * first
            if first & CHUNK:
                place = -place - NEXT_ROUND * (lane_counts[lane] - 1)
            lengths[targets[lane]] = place
        for t in range(lane_counts[8 * first]):
            while lane_counts[8 * (active - 1)] <= t:
                active -= 1
            round_starts[number] = start
            for lane in range(8 * (active - 1), 8 * first, -8):
                # Lanes are sorted: groups whose last lane has this round, and all before them, are full.
                if lane_counts[lane + 7] > t:
                    break
                for k in range(lane, lane + 8):
                    if lane_counts[k] <= t:
                        entries[start + k - 8 * first] = NO_ENTRY
            if lane_counts[8 * first + 7] <= t:
                for k in range(8 * first, 8 * first + 8):
                    if lane_counts[k] <= t:
                        entries[start + k - 8 * first] = NO_ENTRY
            start += 8 * (active - first)
            number += 1
    return lanes


@device
def entry_of_half(j: Any, negative: Any) -> Any:
    """Return the entry for half scalar j, negated if ``negative`` is one."""
    image = j & np.uint32(1)
    x = (j >> np.uint32(1)) * np.uint32(LINE_WORDS * POINT_LINES) + image * np.uint32(2 * LINE_WORDS)
    return x | (negative ^ image) | (image << np.uint32(1))


@kernel("void(int16[::1],int32[::1],int64[::1],uint32[::1])")
def place_digits(digits: Digits, places: Lengths, round_starts: Indices, entries: Entries) -> None:
    """Write the entry of half scalar j, whose digit is ±v, to the place of list v, and move that on.

    Points are as in ``g1_ifma``: half scalar 2i is that of point i, 2i + 1 that of its image.
    """
    in_round = np.uint64(NEXT_ROUND - 1)
    for j in range(len(digits)):
        digit = np.int64(digits[j])
        if digit != 0:
            v = np.uint64(abs(digit))
            place = np.uint64(abs(np.int64(places[v])))
            places[v] += np.int32(NEXT_ROUND)
            goal = np.uint64(round_starts[place >> np.uint64(ROUND_BITS)]) + (place & in_round)
            entries[goal] = entry_of_half(np.uint32(j), np.uint32(np.uint64(digit) >> np.uint64(63)))


@kernel("void(uint32[::1],uint32[::1])")
def entries_of_halves(halves: Entries, entries: Entries) -> None:
    """Turn 2j + (1 if negative) for half scalars j to entries."""
    for k in range(len(halves)):
        entries[k] = entry_of_half(halves[k] >> np.uint32(1), halves[k] & np.uint32(1))


@kernel("void(uint32[::1],int64[::1],int64[::1],int32[::1],int64[::1],uint32[::1])")
def place_items(
    items: Entries,
    starts: Indices,
    stops: Indices,
    places: Lengths,
    round_starts: Indices,
    entries: Entries,
) -> None:
    """Write items starts[b] … stops[b] − 1 to the places of list b."""
    for b in range(len(starts)):
        place = np.int64(places[b])
        for k in range(starts[b], stops[b]):
            entries[round_starts[abs(place) >> ROUND_BITS] + (abs(place) & (NEXT_ROUND - 1))] = items[k]
            place += NEXT_ROUND


@kernel("void(uint8[::1],int64,int64,uint32[::1],int64[::1])")
def weight_lists(filled: Flags, row: int, low_bits: int, items: Entries, ends: Indices) -> None:
    """Make the lists of one window: bucket v = 2^low_bits·i + j goes to list j and to list 2^low_bits + i.

    The bucket is row ``row + v`` of its table; weights 0 are left out. There are 2^low_bits lists for j and
    the others for i; ``ends[0]`` says where the items of the first begin.
    """
    low = np.int64(1) << low_bits
    count = len(ends) - 1
    sizes = np.zeros(count, np.int64)
    for v in range(1, len(filled)):
        if filled[v]:
            sizes[v & (low - 1)] += 1
            sizes[low + (v >> low_bits)] += 1
    sizes[0] = 0
    sizes[low] = 0
    for b in range(count):
        ends[b + 1] = ends[b] + sizes[b]
        sizes[b] = ends[b]
    for v in range(1, len(filled)):
        if filled[v]:
            for goal in (v & (low - 1), low + (v >> low_bits)):
                if goal != 0 and goal != low:
                    items[sizes[goal]] = np.uint32(ROW_WORDS * (row + v))
                    sizes[goal] += 1
