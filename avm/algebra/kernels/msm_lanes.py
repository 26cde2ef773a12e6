"""Pippenger's buckets with affine additions, eight at a time: the IFMA twin of ``msm_buckets``.

Every lane sums points of one bucket. Lanes of about equal length stand together in groups of eight, so that
after one transposition per point whole vectors are added: round by round the points at distance 1, 2, 4, …
of all groups, chunks of them with one inversion. A bucket of many points is cut into several lanes, whose
sums are the points of the next level.

Bounds in units of q: in round t coordinates are below 2^(t+2) − 2, so that row t of ``MULTIPLES``,
(2^(t+3) − 4)·q, covers every subtraction. Exceptional additions (equal x) are detected by a zero product and
left to the portable tier.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import device, kernel
from avm.algebra.kernels.g1_curve import FQ_ZERO, is_zero, store_jacobian
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.lanes import (
    RADIX_BITS,
    constant,
    limbs52,
    linear,
    load_block,
    load_rows,
    negated_where,
    prefetch_row,
    product,
    rotation,
    shared_product,
    store_block,
    store_rows,
    where_above,
)
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

CHUNK = 256
"""Additions of groups that share one inversion."""
ROUNDS = 30
MULTIPLES = np.array([limbs52(((8 << t) - 4) * FQ_MODULUS) for t in range(ROUNDS)], np.uint64).reshape(-1)
SMALL = np.array([limbs52(k * FQ_MODULUS) for k in range(16)], np.uint64).reshape(-1)
"""The multiples 0 … 15 of q."""

one = constant((1 << RADIX_BITS) % FQ_MODULUS)
zero = constant(0)
# 384-bit Montgomery words become 416-bit ones (times the endomorphism's factor), and back.
into_lanes = constant((1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
into_lanes_scaled = constant(g1.BETA * (1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
out_of_lanes = constant((1 << 384) % FQ_MODULUS)
# ``invert`` maps w to 2^768/w; times 2^480/2^416 this is 2^832/w, the inverse's 416-bit form.
after_inverse = constant((1 << 480) % FQ_MODULUS)
minus_inline = linear(1, -1, inline=True)
minus_two_inline = linear(1, -1, -1, inline=True)
minus = linear(1, -1)
minus_two = linear(1, -1, -1)
plus = linear(1, 1)
negated = linear(-1)
carried = linear(1)
tripled = linear(3)
plus_tripled = linear(1, 3)
minus_tripled = linear(1, -3)
rotate4, rotate2, rotate1 = rotation(4), rotation(2), rotation(1)


@device
def aligned(size: int) -> Words:
    """Return ``size`` words that start at a multiple of 64 bytes."""
    raw = np.empty(size + 8, np.uint64)
    skip = (8 - ((raw.ctypes.data >> 3) & 7)) & 7
    return raw[skip : skip + size]


@device
def words_of_lane(block: Words, lane: int) -> Any:
    """Return lane ``lane`` of a stored value below 2^384 as six words, less q if that is possible."""
    a0, a1, a2, a3 = block[lane], block[8 + lane], block[16 + lane], block[24 + lane]
    a4, a5, a6, a7 = block[32 + lane], block[40 + lane], block[48 + lane], block[56 + lane]
    u = np.uint64
    x = (
        a0 | (a1 << u(52)),
        (a1 >> u(12)) | (a2 << u(40)),
        (a2 >> u(24)) | (a3 << u(28)),
        (a3 >> u(36)) | (a4 << u(16)),
        (a4 >> u(48)) | (a5 << u(4)) | (a6 << u(56)),
        (a6 >> u(8)) | (a7 << u(44)),
    )
    return fq_add(x, FQ_ZERO)


@device
def write_limbs(x: Any, out: Words, start: int, step: int) -> None:
    """Write six words as limbs of 52 bits to start, start + step, …"""
    u = np.uint64
    mask = u((1 << 52) - 1)
    out[start] = x[0] & mask
    out[start + step] = ((x[0] >> u(52)) | (x[1] << u(12))) & mask
    out[start + 2 * step] = ((x[1] >> u(40)) | (x[2] << u(24))) & mask
    out[start + 3 * step] = ((x[2] >> u(28)) | (x[3] << u(36))) & mask
    out[start + 4 * step] = ((x[3] >> u(16)) | (x[4] << u(48))) & mask
    out[start + 5 * step] = (x[4] >> u(4)) & mask
    out[start + 6 * step] = ((x[4] >> u(56)) | (x[5] << u(8))) & mask
    out[start + 7 * step] = x[5] >> u(44)


@kernel("void(uint64[:,:,::1],int64,int64,uint64[::1],uint64[::1])")
def convert_points(points: Words, begin: int, end: int, small: Words, table: Words) -> None:
    """Fill rows i and n + i of the table with point i and λ·point i, for begin <= i < end.

    The table has eight rows more than it needs, where the lanes of a last incomplete group go.
    """
    n = len(points)
    own = np.empty(8, np.int64)
    image = np.empty(8, np.int64)
    scratch = aligned(8 * 16)
    identity = np.arange(8)
    for group in range(begin, end, 8):
        for lane in range(8):
            i = group + lane
            own[lane] = i if i < end else 2 * n + lane
            image[lane] = n + i if i < end else 2 * n + lane
            if i < end:
                write_limbs(fq_load(points, 2 * i), scratch, 16 * lane, 1)
                write_limbs(fq_load(points, 2 * i + 1), scratch, 16 * lane + 8, 1)
        x = load_rows(scratch, identity, 0, 0)
        y = shared_product(load_rows(scratch, identity, 0, 8), into_lanes())
        store_rows(table, own, 0, 0, shared_product(x, into_lanes()))
        store_rows(table, own, 0, 8, y)
        store_rows(table, image, 0, 0, shared_product(x, into_lanes_scaled()))
        store_rows(table, image, 0, 8, negated(y, small, 2))


@device
def inverse_of_lanes(x: Any, scratch: Words) -> tuple[Any, bool]:
    """Return the inverses of eight values with one inversion, and whether all were non-zero."""
    r4 = rotate4(x)
    a1 = shared_product(x, r4)
    r2 = rotate2(a1)
    a2 = shared_product(a1, r2)
    r1 = rotate1(a2)
    store_block(scratch, 0, shared_product(a2, r1))
    total = words_of_lane(scratch, 0)
    inverse = invert(total)
    for lane in range(8):
        write_limbs(inverse, scratch, lane, 8)
    y = shared_product(load_block(scratch, 0), after_inverse())
    y = shared_product(shared_product(shared_product(y, r1), r2), r4)
    return y, not is_zero(total)


@device
def add_complete(x1: Any, y1: Any, z1: Any, x2: Any, y2: Any, z2: Any, small: Words) -> Any:
    """Return the sum of projective points (X/Z, Y/Z), all exceptions included.

    Renes, Costello, Batina 2016, algorithm 7 with 3b = 3. Coordinates of the first point are below 4q.
    """
    t0 = shared_product(x1, x2)
    t1 = shared_product(y1, y2)
    t2 = shared_product(z1, z2)
    t3 = shared_product(plus(x1, y1, small, 0), plus(x2, y2, small, 0))
    t3 = minus_two(t3, t0, t1, small, 3)
    t4 = shared_product(plus(y1, z1, small, 0), plus(y2, z2, small, 0))
    t4 = minus_two(t4, t1, t2, small, 3)
    t5 = shared_product(plus(x1, z1, small, 0), plus(x2, z2, small, 0))
    t5 = tripled(minus_two(t5, t0, t2, small, 3), small, 0)
    t0 = tripled(t0, small, 0)
    high = plus_tripled(t1, t2, small, 0)
    low = minus_tripled(t1, t2, small, 4)
    x3 = minus(shared_product(t3, low), shared_product(t4, t5), small, 2)
    y3 = plus(shared_product(t5, t0), shared_product(low, high), small, 0)
    z3 = plus(shared_product(high, t4), shared_product(t0, t3), small, 0)
    return x3, y3, z3


@device
def write_sum(x: Any, y: Any, z: Any, blocks: Words, out: Words, which: int) -> None:
    """Write eight projective points as Jacobian words to rows which, which + 2, … of ``out``."""
    store_block(blocks, 0, shared_product(x, out_of_lanes()))
    store_block(blocks, 1, shared_product(y, out_of_lanes()))
    store_block(blocks, 2, shared_product(z, out_of_lanes()))
    for lane in range(8):
        px = words_of_lane(blocks[:64], lane)
        py = words_of_lane(blocks[64:128], lane)
        pz = words_of_lane(blocks[128:192], lane)
        store_jacobian(out, 2 * lane + which, fq_mul(px, pz), fq_mul(fq_mul(py, pz), pz), pz)


@device
def cut_buckets(
    starts: Indices, cap: int, lane_starts: Indices, lane_counts: Indices, targets: Indices
) -> int:
    """Cut every bucket into lanes of at most ``cap`` entries and list the lanes by falling length.

    ``targets`` are the numbers of the lanes in the order of the buckets; ``starts`` is changed to where the
    lanes of every bucket begin in that order. Returns the number of lanes.
    """
    places = np.zeros(cap + 2, np.int64)
    for b in range(len(starts) - 1):
        size = starts[b + 1] - starts[b]
        places[0] += size // cap
        if size % cap:
            places[cap - size % cap] += 1
    total = 0
    for k in range(cap):
        total, places[k] = total + places[k], total
    lane = 0
    begin = starts[0]
    for b in range(len(starts) - 1):
        end = starts[b + 1]
        starts[b] = lane
        while begin < end:
            length = min(cap, end - begin)
            place = places[cap - length]
            places[cap - length] += 1
            lane_starts[place] = begin
            lane_counts[place] = length
            targets[place] = lane
            begin += length
            lane += 1
    starts[len(starts) - 1] = lane
    return lane


@kernel("boolean(uint64[::1],uint32[::1],int64[::1],uint64[::1],uint64[::1],uint64[:,:,::1])")
def bucket_sums(
    table: Words,
    entries: npt.NDArray[np.uint32],
    ends: Indices,
    multiples: Words,
    small: Words,
    out: Words,
) -> bool:
    """Sum consecutive buckets of one window in eight segments: bucket b holds entries[ends[b] : ends[b + 1]].

    The number of buckets is a multiple of eight. Rows 2s and 2s + 1 of ``out`` are the two Jacobian sums of
    ``msm_buckets.bucket_sums`` for segment s. False, and no result, when two points with equal x met.
    """
    count = len(ends) - 1
    starts = ends.copy()
    size = starts[count] - starts[0]
    cap = 16
    while cap * count < 2 * size and cap < 512:
        cap *= 2
    bound = size // cap + count + 8
    lane_starts, lane_counts = np.empty(bound, np.int64), np.empty(bound, np.int64)
    targets, group_places = np.empty(bound, np.int64), np.empty(bound, np.int64)
    source, rows = table, aligned(16 * (bound + 8))
    spare = aligned(16 * (bound + 8))
    chunk = min(CHUNK, 1 + size // 2)
    places, groups_of = np.empty(chunk, np.int64), np.empty(chunk, np.int64)
    bounds = np.empty(chunk, np.int64)
    denominators, prefixes = aligned(64 * chunk), aligned(64 * chunk)
    scratch = aligned(64)
    signs, chosen = np.empty(8, np.int64), np.empty(8, np.int64)
    t = 0
    level = 0
    unfinished = True
    number = 0
    while unfinished:
        number = cut_buckets(starts, cap, lane_starts, lane_counts, targets)
        groups = (number + 7) >> 3
        for lane in range(number, 8 * groups):
            lane_starts[lane] = lane_counts[lane] = 0
            targets[lane] = number
        slots = 0
        for g in range(groups):
            group_places[g] = slots
            slots += lane_counts[8 * g]
        points = aligned(128 * slots)
        for g in range(groups):
            for k in range(lane_counts[8 * g]):
                for lane in range(8):
                    chosen[lane] = signs[lane] = 0
                    if k < lane_counts[8 * g + lane]:
                        place = lane_starts[8 * g + lane] + k
                        if level == 0:
                            entry = np.int64(entries[place])
                            chosen[lane] = entry >> 1
                            signs[lane] = -(entry & 1)
                            # Rows lie all over memory: those of the next group are asked for meanwhile.
                            if g + 1 < groups and k < lane_counts[8 * g + 8 + lane]:
                                next_entry = np.int64(entries[lane_starts[8 * g + 8 + lane] + k])
                                prefetch_row(source, next_entry >> 1)
                        else:
                            chosen[lane] = place
                place = 2 * (group_places[g] + k)
                store_block(points, place, load_rows(source, chosen, 0, 0))
                store_block(points, place + 1, negated_where(signs, load_rows(source, chosen, 0, 8)))

        step = 1
        while groups > 0 and step < lane_counts[0]:
            if t + 2 > ROUNDS:
                return False
            g = 0
            j = 0
            while g < groups:
                waiting = 0
                total = one()
                while g < groups and waiting < chunk:
                    if j + step >= lane_counts[8 * g]:
                        g += 1
                        j = 0
                        continue
                    place = group_places[g] + j
                    dx = minus_inline(
                        load_block(points, 2 * (place + step)), load_block(points, 2 * place), multiples, t
                    )
                    dx = where_above(lane_counts, 8 * g, j + step, dx, one())
                    store_block(denominators, waiting, dx)
                    store_block(prefixes, waiting, total)
                    total = product(total, dx)
                    places[waiting], groups_of[waiting], bounds[waiting] = place, 8 * g, j + step
                    waiting += 1
                    j += 2 * step
                inverse, good = inverse_of_lanes(total, scratch)
                if not good:
                    return False
                for k in range(waiting - 1, -1, -1):
                    left, right = 2 * places[k], 2 * (places[k] + step)
                    slope = product(inverse, load_block(prefixes, k))
                    inverse = product(inverse, load_block(denominators, k))
                    x1, y1 = load_block(points, left), load_block(points, left + 1)
                    slope = product(slope, minus_inline(load_block(points, right + 1), y1, multiples, t))
                    x3 = minus_two_inline(product(slope, slope), x1, load_block(points, right), multiples, t)
                    y3 = product(slope, minus_inline(x1, x3, multiples, t + 1))
                    y3 = minus_inline(y3, y1, multiples, t)
                    store_block(points, left, where_above(lane_counts, groups_of[k], bounds[k], x3, x1))
                    store_block(points, left + 1, where_above(lane_counts, groups_of[k], bounds[k], y3, y1))
            step *= 2
            t += 1

        for g in range(groups):
            store_rows(rows, targets, 8 * g, 0, load_block(points, 2 * group_places[g]))
            store_rows(rows, targets, 8 * g, 8, load_block(points, 2 * group_places[g] + 1))
        source, rows, spare = rows, spare, rows
        level += 1
        unfinished = False
        for b in range(count):
            if starts[b + 1] - starts[b] > 1:
                unfinished = True

    # The row after the last is (0, 1), infinity for ``add_complete`` when its z is zero.
    store_block(scratch, 0, one())
    for j in range(8):
        source[16 * number + j] = np.uint64(0)
        source[16 * number + 8 + j] = scratch[8 * j]
    sx, sy, sz = zero(), one(), zero()
    tx, ty, tz = zero(), one(), zero()
    length = count >> 3
    for k in range(length - 1, -1, -1):
        for lane in range(8):
            b = lane * length + k
            signs[lane] = starts[b + 1] - starts[b]
            chosen[lane] = starts[b] if signs[lane] else number
        x = load_rows(source, chosen, 0, 0)
        y = carried(load_rows(source, chosen, 0, 8), multiples, t)
        z = where_above(signs, 0, 0, one(), zero())
        sx, sy, sz = add_complete(sx, sy, sz, x, y, z, small)
        tx, ty, tz = add_complete(tx, ty, tz, sx, sy, sz, small)
    blocks = aligned(192)
    write_sum(sx, sy, sz, blocks, out, 0)
    write_sum(tx, ty, tz, blocks, out, 1)
    return True
