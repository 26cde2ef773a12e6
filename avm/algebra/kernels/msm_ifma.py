"""Sums of many points in eight lanes: what Pippenger's method spends its time on, on the IFMA tier.

A sum is a list of entries (``lanes_entries``). Lists are laid out in lanes, eight to a group, sorted by
falling length, so that round t adds the t-th point of every list that has one; the additions are affine and
a chunk of groups shares one inversion. A round goes through the groups once, up or down in turn: it adds a
group's points, and multiplies what the next round divides by. Lists longer than a cap are cut into several
lanes, whose sums are the entries of a next level.

Two of an addition's six products leave out one of the eight steps of their reduction, that is they come out
2^52 times too large: slope = (inverse·prefix)·dy, where the chunk's inverse is made 2^52 times too small, and
slope², where all y, and so all slopes, are kept 2^26 times too small.

The buckets B_v of a window, weighted by v = 2^h·i + j, need no running sum over all of them:
Σ v·B_v = 2^h·Σ_i i·(Σ_j B_v) + Σ_j j·(Σ_i B_v), lists again, and two running sums over about √v points.

Exceptional additions (equal x) are detected by a zero product and left to the portable tier.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import RADIX_BITS
from avm.algebra.kernels.fq_ifma import (
    constant,
    factor_product,
    linear,
    load_block,
    load_rows,
    loose_product,
    loose_short_square,
    shared_product,
    short_product,
    store_block,
    store_rows,
    where_above,
)
from avm.algebra.kernels.fq_ifma_blocks import block_product
from avm.algebra.kernels.fq_ifma_entries import (
    gather_x,
    gather_y,
    rise,
    touch_x_high,
    touch_x_low,
    touch_y_high,
    touch_y_low,
    where_present,
    with_sign,
)
from avm.algebra.kernels.g1_curve import store_jacobian
from avm.algebra.kernels.g1_ifma import (
    ADD_BLOCKS,
    add,
    aligned,
    inverse_of_lanes,
    one,
    out_of_lanes,
    raise_y,
    words_of_lane,
    zero,
)
from avm.algebra.kernels.limbs import fq_mul
from avm.algebra.kernels.msm_layout import CHUNK
from avm.algebra.kernels.radix52 import LIMB_BITS, limbs52

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Entries = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]

LONGEST = 512
"""Points that a lane may add."""
# Multiples of q that keep differences positive. After t additions an x is below 7168·(t + 1)·q, because a
# short square is below 7100·q, and a y below (4t + 6.9)·q; those of a point lie between −1.01·q and 1.01·q.
_STEP_OF_X, _STEP_OF_Y = 7168, 4
AHEAD = 3
"""How many groups ahead of its addition a point is fetched."""
Y_ROWS = 2 * LONGEST + 4
"""The first row for differences of y."""
MULTIPLES = np.array(
    [limbs52(_STEP_OF_X * k * FQ_MODULUS) for k in range(Y_ROWS)]
    + [limbs52(_STEP_OF_Y * k * FQ_MODULUS) for k in range(LONGEST + 4)],
    np.uint64,
).reshape(-1)

minus = linear(1, -1)
fall = linear(1, -1, mask=False)
minus_both = linear(1, -2, -1)
raised = linear(1)
# 2^416/2^52: what makes the inverse of a chunk 2^52 times smaller.
lowering = constant(1 << (RADIX_BITS - LIMB_BITS))


@device
def groups_longer_than(t: int, lane_counts: Indices, first: int, groups: int) -> int:
    """Return how many of the groups from ``first`` on have a lane with more than t points."""
    while groups > 0 and lane_counts[8 * (first + groups - 1)] <= t:
        groups -= 1
    return groups


@kernel(
    "boolean(uint64[::1],uint32[::1],int64[::1],int64[::1],int64[::1],int64,int64,uint64[::1],int64[::1],"
    "uint64[::1],uint64[::1])"
)
def add_lanes(
    table: Words,
    entries: Entries,
    chunk_starts: Indices,
    round_starts: Indices,
    lane_counts: Indices,
    lanes: int,
    begin: int,
    multiples: Words,
    targets: Indices,
    rows: Words,
    room: Words,
) -> bool:
    """Write the sums of the entries of lanes from chunk ``begin`` on to rows targets[lane], below 1.01·q.

    ``room``: 64·4·min(CHUNK, groups) aligned words to work in. False, and no result, when two points with
    equal x met.
    """
    groups = (lanes + 7) >> 3
    size = 64 * min(CHUNK, groups)
    xs, ys = room[:size], room[size : 2 * size]
    denominators, prefixes = room[2 * size : 3 * size], room[3 * size : 4 * size]
    scratch = aligned(64)
    for first in range(begin * CHUNK, groups, CHUNK):
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
        active = groups_longer_than(1, lane_counts, first, last - first)
        place = round_starts[number + (active > 0)]
        total = one()
        for k in range(active):
            dx = minus(gather_x(table, entries, place), load_block(xs, k), multiples, 1)
            # Lanes are sorted: only the last active group may have lanes without a point.
            if k == active - 1:
                dx = where_present(entries, place, dx, one())
            store_block(denominators, k, dx)
            store_block(prefixes, k, total)
            total = factor_product(total, dx)
            place += 8
        t = 1
        falling = True
        while active > 0:
            # Groups are gone through against the order of the prefixes, and leave those of the next round.
            inverse, good = inverse_of_lanes(total, scratch)
            if not good:
                return False
            inverse = shared_product(inverse, lowering())
            following = groups_longer_than(t + 1, lane_counts, first, active)
            begin_now = round_starts[number + t]
            begin_next = round_starts[number + t + (following > 0)]
            total = one()
            for i in range(active):
                k = active - 1 - i if falling else i
                # Meanwhile the points of groups soon to come are fetched.
                soon = max(k - AHEAD, 0) if falling else min(k + AHEAD, active - 1)
                place, place_next = begin_now + 8 * k, begin_next + 8 * k
                soon_next = begin_next + 8 * min(soon, max(following - 1, 0))
                touch_x_low(table, entries, soon_next)
                dx = load_block(denominators, k)
                slope = short_product(inverse, load_block(prefixes, k))
                inverse = factor_product(inverse, dx)
                touch_x_high(table, entries, soon_next)
                x1, y1 = load_block(xs, k), load_block(ys, k)
                dy = rise(entries, place, gather_y(table, entries, place), y1, multiples, Y_ROWS + t + 1)
                slope = factor_product(slope, dy)
                touch_y_low(table, entries, begin_now + 8 * soon)
                # x1 + x2 is 2·x1 + dx, and dx holds the multiple t already.
                x3 = minus_both(loose_short_square(slope), x1, dx, multiples, 2 * t)
                touch_y_high(table, entries, begin_now + 8 * soon)
                y3 = loose_product(slope, fall(x1, x3, multiples, t + 1))
                y3 = minus(y3, y1, multiples, Y_ROWS + t + 1)
                if k == active - 1:
                    x3, y3 = where_present(entries, place, x3, x1), where_present(entries, place, y3, y1)
                store_block(xs, k, x3)
                store_block(ys, k, y3)
                if k < following:
                    dx = minus(gather_x(table, entries, place_next), x3, multiples, t + 1)
                    if k == following - 1:
                        dx = where_present(entries, place_next, dx, one())
                    store_block(denominators, k, dx)
                    store_block(prefixes, k, total)
                    total = factor_product(total, dx)
            t += 1
            active = following
            falling = not falling
        for k in range(last - first):
            x, y = load_block(xs, k), raised(load_block(ys, k), multiples, Y_ROWS + 1)
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
    # (0, y) is infinity for ``add`` when its z is zero.
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
            store_block(blocks, 1, shared_product(load_rows(rows, chosen, 0, 8), raise_y()))
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
