"""Sums of many points in eight lanes: what Pippenger's method spends its time on, on the IFMA tier.

A sum is a list of entries (``lanes_entries``). Lists are laid out in lanes, eight to a group, sorted by
falling length, so that round t adds the t-th point of every list that has one; the additions are affine and
a chunk of groups shares one inversion. Lists longer than a cap are cut into several lanes, whose sums are
the entries of a next level.

The buckets B_v of a window, weighted by v = 2^h·i + j, need no running sum over all of them:
Σ v·B_v = 2^h·Σ_i i·(Σ_j B_v) + Σ_j j·(Σ_i B_v), lists again, and two running sums over about √v points.

Exceptional additions (equal x) are detected by a zero product and left to the portable tier.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import device, kernel
from avm.algebra.kernels.g1_curve import store_jacobian
from avm.algebra.kernels.g1_lanes import (
    ADD_BLOCKS,
    add,
    aligned,
    inverse_of_lanes,
    one,
    out_of_lanes,
    words_of_lane,
    zero,
)
from avm.algebra.kernels.lanes import (
    limbs52,
    linear,
    load_block,
    load_rows,
    loose_product,
    loose_square,
    product,
    shared_product,
    store_block,
    store_rows,
    where_above,
)
from avm.algebra.kernels.lanes_blocks import block_product
from avm.algebra.kernels.lanes_entries import (
    ABSENT,
    gather_x,
    gather_y,
    touch_x_high,
    touch_x_low,
    touch_y_high,
    touch_y_low,
    where_present,
    with_sign,
)
from avm.algebra.kernels.limbs import fq_mul

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Entries = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Digits = npt.NDArray[np.int32]

CHUNK = 256
"""Groups that share one inversion: what a chunk reads and writes in a round stays in the second cache."""
LONGEST = 512
"""Points that a lane may add."""
NO_ENTRY = np.uint32(ABSENT)
ROUND_BITS = 11
NEXT_ROUND = 1 << ROUND_BITS
"""What takes a packed place to the next round; below it, a lane's number in its chunk."""
assert NEXT_ROUND == 8 * CHUNK
# In round t the coordinates of a sum are below (4t + 2.9)·q and those of a point between −1.01·q and 1.01·q,
# so row t + 1, 4·(t + 1)·q, makes every difference of the round positive.
MULTIPLES = np.array([limbs52(4 * k * FQ_MODULUS) for k in range(2 * LONGEST + 4)], np.uint64).reshape(-1)

minus = linear(1, -1)
minus_both = linear(1, -2, -1)
raised = linear(1)

# ---- from digits and lists to lanes


@device
def place_lanes(lengths: Digits, cap: int, lane_counts: Indices, targets: Indices) -> int:
    """Sort lists of at most ``cap`` entries by falling length; empty ones are left out.

    Afterwards ``lengths[b]`` is the lane of list b and ``targets`` the list of every lane. Returns the number
    of lanes; the lanes of a last incomplete group are empty and their target is the row after all lists.
    """
    places = np.zeros(cap + 2, np.int64)
    for b in range(len(lengths)):
        places[cap - lengths[b]] += 1
    places[cap] = 0
    total = np.int64(0)
    for k in range(cap + 1):
        total, places[k] = total + places[k], total
    for b in range(len(lengths)):
        length = lengths[b]
        if length > 0:
            place = places[cap - length]
            places[cap - length] += 1
            lane_counts[place] = length
            targets[place] = b
            lengths[b] = place
    for lane in range(total, ((total + 7) >> 3) << 3):
        lane_counts[lane] = 0
        targets[lane] = len(lengths)
    return int(total)


@device
def place_rounds(
    lanes: int, lane_counts: Indices, chunk_starts: Indices, round_starts: Indices, entries: Entries
) -> None:
    """Lay out the entries as they are read: chunk by chunk, round by round, eight for every group.

    Round t of chunk c begins at entry round_starts[chunk_starts[c] + t]. The entries of lanes that end before
    their group does are marked.
    """
    groups = (lanes + 7) >> 3
    start = np.int64(0)
    number = np.int64(0)
    for first in range(0, groups, CHUNK):
        active = min(groups, first + CHUNK)
        chunk_starts[first // CHUNK] = number
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


@device
def first_place(lane: int, chunk_starts: Indices) -> int:
    """Return a lane's place in round 0, packed: NEXT_ROUND·(number of the round) + (lane in its chunk)."""
    return int(NEXT_ROUND * chunk_starts[lane // NEXT_ROUND] + lane % NEXT_ROUND)


@kernel(
    "int64(int32[:,::1],int64[::1],int64,uint32[::1],int64[::1],int64[::1],int64[::1],int64[::1],uint8[::1])"
)
def arrange_windows(
    digits: Digits,
    bits: Indices,
    cap: int,
    entries: Entries,
    chunk_starts: Indices,
    round_starts: Indices,
    lane_counts: Indices,
    targets: Indices,
    filled: Flags,
) -> int:
    """Lay out the buckets of some windows as lanes; return their number, or −1 if a bucket exceeds the cap.

    Row w of ``digits`` is a window of bits[w] bits: 2^(bits[w]−1) + 1 buckets, the first of which, for the
    digit 0, stays empty. Column j is row j of the table.
    """
    count, n = digits.shape
    counts = np.zeros(len(filled), np.int32)
    base = np.int64(0)
    for w in range(count):
        for j in range(n):
            counts[base + abs(np.int64(digits[w, j]))] += 1
        counts[base] = 0
        base += (np.int64(1) << (bits[w] - 1)) + 1
    for b in range(len(counts)):
        filled[b] = counts[b] > 0
        if counts[b] > cap:
            return -1
    lanes = place_lanes(counts, cap, lane_counts, targets)
    place_rounds(lanes, lane_counts, chunk_starts, round_starts, entries)
    for b in range(len(counts)):
        if filled[b]:
            counts[b] = first_place(counts[b], chunk_starts)
    base = np.int64(0)
    for w in range(count):
        for j in range(n):
            digit = np.int64(digits[w, j])
            if digit != 0:
                place = np.int64(counts[base + abs(digit)])
                counts[base + abs(digit)] = np.int32(place + NEXT_ROUND)
                place = round_starts[place >> ROUND_BITS] + (place & (NEXT_ROUND - 1))
                entries[place] = np.uint32(2 * j + np.int64(digit < 0))
        base += (np.int64(1) << (bits[w] - 1)) + 1
    return lanes


@kernel(
    "int64(uint32[::1],int64[::1],int64,int64[::1],uint32[::1],int64[::1],int64[::1],int64[::1],int64[::1])"
)
def arrange_lists(
    items: Entries,
    ends: Indices,
    cap: int,
    cuts: Indices,
    entries: Entries,
    chunk_starts: Indices,
    round_starts: Indices,
    lane_counts: Indices,
    targets: Indices,
) -> int:
    """Lay out lists as lanes: list b is items[ends[b] : ends[b + 1]], cut into pieces of at most ``cap``.

    ``cuts`` gets the number of the first piece of every list, and the number of pieces at its end. The
    targets are numbers of pieces if some list was cut, else of lists. Returns the number of lanes.
    """
    count = len(ends) - 1
    pieces = np.int64(0)
    cut = False
    for b in range(count):
        cuts[b] = pieces
        length = ends[b + 1] - ends[b]
        pieces += (length + cap - 1) // cap
        cut = cut or length > cap
    cuts[count] = pieces
    lengths = np.empty(pieces if cut else count, np.int32)
    starts = np.empty(pieces if cut else count, np.int64)
    for b in range(count):
        if not cut:
            lengths[b] = ends[b + 1] - ends[b]
            starts[b] = ends[b]
            continue
        for piece in range(cuts[b], cuts[b + 1]):
            starts[piece] = ends[b] + cap * (piece - cuts[b])
            lengths[piece] = min(cap, ends[b + 1] - starts[piece])
    lanes = place_lanes(lengths, cap, lane_counts, targets)
    place_rounds(lanes, lane_counts, chunk_starts, round_starts, entries)
    for lane in range(lanes):
        place = first_place(lane, chunk_starts)
        start = starts[targets[lane]]
        for k in range(lane_counts[lane]):
            entries[round_starts[place >> ROUND_BITS] + (place & (NEXT_ROUND - 1))] = items[start + k]
            place += NEXT_ROUND
    return lanes


@kernel("void(uint8[::1],int64,int64,int64,uint32[::1],int64[::1])")
def weight_lists(filled: Flags, row: int, bits: int, low_bits: int, items: Entries, ends: Indices) -> None:
    """Make the lists of one window: bucket v = 2^low_bits·i + j goes to list j and to list 2^low_bits + i.

    The bucket is row ``row + v`` of its table; weights 0 are left out. There are 2^low_bits lists for j and
    2^(bits − 1 − low_bits) + 1 for i; ``ends[0]`` says where the items of the first begin.
    """
    low = np.int64(1) << low_bits
    count = len(ends) - 1
    buckets = len(filled) - 1
    sizes = np.zeros(count, np.int64)
    for v in range(1, buckets + 1):
        if filled[v]:
            sizes[v & (low - 1)] += 1
            sizes[low + (v >> low_bits)] += 1
    sizes[0] = 0
    sizes[low] = 0
    for b in range(count):
        ends[b + 1] = ends[b] + sizes[b]
        sizes[b] = ends[b]
    for v in range(1, buckets + 1):
        if filled[v]:
            for goal in (v & (low - 1), low + (v >> low_bits)):
                if goal != 0 and goal != low:
                    items[sizes[goal]] = np.uint32(2 * (row + v))
                    sizes[goal] += 1


# ---- the additions


@kernel(
    "boolean(uint64[::1],uint32[::1],int64[::1],int64[::1],int64[::1],int64,uint64[::1],int64[::1],"
    "uint64[::1],uint64[::1])"
)
def add_lanes(
    table: Words,
    entries: Entries,
    chunk_starts: Indices,
    round_starts: Indices,
    lane_counts: Indices,
    lanes: int,
    multiples: Words,
    targets: Indices,
    rows: Words,
    room: Words,
) -> bool:
    """Write the sum of every lane's entries to row targets[lane] of ``rows``, reduced below 1.01·q.

    ``room``: 64·4·min(CHUNK, groups) aligned words to work in. False, and no result, when two points with
    equal x met.
    """
    groups = (lanes + 7) >> 3
    size = 64 * min(CHUNK, groups)
    xs, ys = room[:size], room[size : 2 * size]
    denominators, prefixes = room[2 * size : 3 * size], room[3 * size : 4 * size]
    scratch = aligned(64)
    for first in range(0, groups, CHUNK):
        last = min(groups, first + CHUNK)
        number = chunk_starts[first // CHUNK]
        place = round_starts[number]
        for k in range(last - first):
            if k + 2 < last - first:
                touch_x_low(table, entries, place + 16)
                touch_x_high(table, entries, place + 16)
                touch_y_low(table, entries, place + 16)
                touch_y_high(table, entries, place + 16)
            store_block(xs, k, gather_x(table, entries, place))
            store_block(ys, k, with_sign(entries, place, gather_y(table, entries, place)))
            place += 8
        t = 1
        active = last - first
        while True:
            while active > 0 and lane_counts[8 * (first + active - 1)] <= t:
                active -= 1
            if active == 0:
                break
            place = round_starts[number + t]
            total = one()
            for k in range(active):
                dx = minus(gather_x(table, entries, place), load_block(xs, k), multiples, t + 1)
                dx = where_present(entries, place, dx, one())
                store_block(denominators, k, dx)
                store_block(prefixes, k, total)
                total = product(total, dx)
                place += 8
            inverse, good = inverse_of_lanes(total, scratch)
            if not good:
                return False
            for k in range(active - 1, -1, -1):
                place -= 8
                # Meanwhile the y of groups soon to come and the x of this group's next point are fetched.
                soon = place - 24 if k >= 3 else place
                more = lane_counts[8 * (first + k)] > t + 1
                next_place = round_starts[number + t + 1] + 8 * k if more else place
                touch_y_low(table, entries, soon)
                dx = load_block(denominators, k)
                slope = product(inverse, load_block(prefixes, k))
                inverse = product(inverse, dx)
                touch_y_high(table, entries, soon)
                x1, y1 = load_block(xs, k), load_block(ys, k)
                dy = minus(with_sign(entries, place, gather_y(table, entries, place)), y1, multiples, t + 1)
                slope = product(slope, dy)
                touch_x_low(table, entries, next_place)
                # x1 + x2 is 2·x1 + dx, and dx holds the multiple t + 1 already.
                x3 = minus_both(loose_square(slope), x1, dx, multiples, 2 * t + 2)
                touch_x_high(table, entries, next_place)
                y3 = loose_product(slope, minus(x1, x3, multiples, t + 2))
                y3 = minus(y3, y1, multiples, t + 1)
                store_block(xs, k, where_present(entries, place, x3, x1))
                store_block(ys, k, where_present(entries, place, y3, y1))
            t += 1
        for k in range(last - first):
            x, y = load_block(xs, k), raised(load_block(ys, k), multiples, 1)
            store_rows(rows, targets, 8 * (first + k), 0, shared_product(x, one()))
            store_rows(rows, targets, 8 * (first + k), 8, shared_product(y, one()))
    return True


@kernel("void(uint64[::1],int64[:,::1],int64,int64[::1],uint64[::1],uint64[:,:,::1])")
def running_sums(rows: Words, lists: Indices, nowhere: int, ends: Indices, small: Words, out: Words) -> None:
    """out[s] = Σ_i i·row lists[s, 0] + i over 0 < i < lists[s, 1], Jacobian.

    A row counts only if its list is not empty: ends[row + 1] > ends[row]. Row ``nowhere`` of the table is
    free to be written.
    """
    chosen, present = np.empty(8, np.int64), np.empty(8, np.int64)
    # Points of three blocks each: the next row, the sum of rows, the sum of sums; then room for ``add``.
    blocks = aligned(64 * (9 + ADD_BLOCKS))
    # (0, 1) is infinity for ``add`` when its z is zero.
    store_block(blocks, 0, one())
    for k in range(8):
        rows[16 * nowhere + k] = np.uint64(0)
        rows[16 * nowhere + 8 + k] = blocks[8 * k]
    for first in range(0, len(lists), 8):
        longest = np.int64(0)
        for s in range(first, min(first + 8, len(lists))):
            longest = max(longest, lists[s, 1])
        for point in (3, 6):
            store_block(blocks, point, zero())
            store_block(blocks, point + 1, one())
            store_block(blocks, point + 2, zero())
        for i in range(longest - 1, 0, -1):
            for lane in range(8):
                chosen[lane] = nowhere
                present[lane] = 0
                if first + lane < len(lists) and i < lists[first + lane, 1]:
                    row = lists[first + lane, 0] + i
                    if ends[row + 1] > ends[row]:
                        chosen[lane] = row
                        present[lane] = 1
            store_block(blocks, 0, load_rows(rows, chosen, 0, 0))
            store_block(blocks, 1, load_rows(rows, chosen, 0, 8))
            store_block(blocks, 2, where_above(present, 0, 0, one(), zero()))
            for point in (3, 6):
                add(blocks, point, point - 3, 9, small)
        store_block(blocks, 9, out_of_lanes())
        for k in range(6, 9):
            block_product(blocks, k, k, 9)
        for lane in range(min(8, len(lists) - first)):
            x = words_of_lane(blocks[64 * 6 : 64 * 7], lane)
            y = words_of_lane(blocks[64 * 7 : 64 * 8], lane)
            z = words_of_lane(blocks[64 * 8 : 64 * 9], lane)
            store_jacobian(out, first + lane, fq_mul(x, z), fq_mul(fq_mul(y, z), z), z)
