"""Pippenger's buckets with affine additions, portable tier.

The points of a bucket are added in pairs, round by round; all pairs of a round, over all buckets, share one
inversion per chunk. A heavy bucket (many equal scalars) costs no more than many light ones, and equal points,
inverse points and infinity are told apart pair by pair.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.kernels.g1_curve import (
    FQ_ONE,
    FQ_ZERO,
    add,
    add_affine,
    double,
    is_zero,
    same,
    store_jacobian,
)
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul, fq_store, fq_sub

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Entries = npt.NDArray[np.uint32]

CHUNK = 1024
"""Additions that share one inversion."""
FEW_PAIRS = 12
"""A round with fewer pairs is left to the running sum: its inversion would cost more than it saves."""

NORMAL, EQUAL, CANCEL, ONLY_LEFT, ONLY_RIGHT = 0, 1, 2, 3, 4


@device
def gather(points: Words, scaled_x: Words, entries: Entries, out: Words) -> None:
    """Write the points of the sorted entries: half scalar 2i stands for point i, 2i + 1 for λ·point i."""
    for k in range(len(entries)):
        entry = np.int64(entries[k])
        i = entry >> 2
        image = (entry >> 1) & 1
        x = fq_load(scaled_x, i) if image else fq_load(points, 2 * i)
        y = fq_load(points, 2 * i + 1)
        if (entry & 1) != image:
            y = fq_sub(FQ_ZERO, y)
        fq_store(out, 2 * k, x)
        fq_store(out, 2 * k + 1, y)


@device
def add_pairs(
    source: Words,
    lefts: Counts,
    count: int,
    targets: Counts,
    target: Words,
    denominators: Words,
    prefixes: Words,
    kinds: npt.NDArray[np.uint8],
) -> None:
    """target[targets[k]] = source[lefts[k]] + source[lefts[k] + 1] for k < count, with one inversion."""
    product = FQ_ONE
    for k in range(count):
        left = 2 * lefts[k]
        x1 = fq_load(source, left)
        x2 = fq_load(source, left + 2)
        d = fq_sub(x2, x1)
        kind = NORMAL
        if is_zero(d) or is_zero(x1) or is_zero(x2):
            y1 = fq_load(source, left + 1)
            y2 = fq_load(source, left + 3)
            if is_zero(x2) and is_zero(y2):
                kind = ONLY_LEFT
            elif is_zero(x1) and is_zero(y1):
                kind = ONLY_RIGHT
            elif is_zero(d):
                kind = EQUAL if same(y1, y2) and not is_zero(y1) else CANCEL
                d = fq_add(y1, y1)
        kinds[k] = kind
        fq_store(prefixes, k, product)
        if kind <= EQUAL:
            fq_store(denominators, k, d)
            product = fq_mul(product, d)
    inverse = invert(product)
    for k in range(count - 1, -1, -1):
        left = 2 * lefts[k]
        x1 = fq_load(source, left)
        y1 = fq_load(source, left + 1)
        x2 = fq_load(source, left + 2)
        y2 = fq_load(source, left + 3)
        kind = kinds[k]
        x3 = FQ_ZERO
        y3 = FQ_ZERO
        if kind <= EQUAL:
            slope = fq_mul(inverse, fq_load(prefixes, k))
            inverse = fq_mul(inverse, fq_load(denominators, k))
            if kind == EQUAL:
                xx = fq_mul(x1, x1)
                slope = fq_mul(slope, fq_add(fq_add(xx, xx), xx))
            else:
                slope = fq_mul(slope, fq_sub(y2, y1))
            x3 = fq_sub(fq_sub(fq_mul(slope, slope), x1), x2)
            y3 = fq_sub(fq_mul(slope, fq_sub(x1, x3)), y1)
        elif kind == ONLY_LEFT:
            x3, y3 = x1, y1
        elif kind == ONLY_RIGHT:
            x3, y3 = x2, y2
        fq_store(target, 2 * targets[k], x3)
        fq_store(target, 2 * targets[k] + 1, y3)


@kernel("void(uint64[:,:,::1],uint64[:,::1],uint32[::1],int64[::1],uint64[:,:,::1])")
def bucket_sums(points: Words, scaled_x: Words, entries: Entries, ends: Counts, out: Words) -> None:
    """Sum consecutive buckets of one window: bucket b holds entries[ends[b] : ends[b + 1]].

    ends[0] need not be 0. out[0] = Σ_b B_b and out[1] = Σ_b (b + 1)·B_b, Jacobian.
    """
    count = len(ends) - 1
    starts = ends - ends[0]
    size = starts[count]
    source = np.empty((size, 2, 6), np.uint64)
    gather(points, scaled_x, entries[ends[0] : ends[count]], source)
    lefts = np.empty(CHUNK, np.int64)
    targets = np.empty(CHUNK, np.int64)
    kinds = np.empty(CHUNK, np.uint8)
    denominators = np.empty((CHUNK, 6), np.uint64)
    prefixes = np.empty((CHUNK, 6), np.uint64)
    while True:
        pairs = 0
        results = 0
        for b in range(count):
            c = starts[b + 1] - starts[b]
            pairs += c >> 1
            results += (c + 1) >> 1
        if pairs < FEW_PAIRS:
            break
        target = np.empty((results, 2, 6), np.uint64)
        waiting = 0
        place = 0
        begin = starts[0]
        for b in range(count):
            end = starts[b + 1]
            starts[b] = place
            for left in range(begin, end, 2):
                if left + 1 == end:
                    fq_store(target, 2 * place, fq_load(source, 2 * left))
                    fq_store(target, 2 * place + 1, fq_load(source, 2 * left + 1))
                else:
                    lefts[waiting] = left
                    targets[waiting] = place
                    waiting += 1
                    if waiting == CHUNK:
                        add_pairs(source, lefts, waiting, targets, target, denominators, prefixes, kinds)
                        waiting = 0
                place += 1
            begin = end
        starts[count] = place
        add_pairs(source, lefts, waiting, targets, target, denominators, prefixes, kinds)
        source = target
    sx, sy, sz = FQ_ONE, FQ_ONE, FQ_ZERO
    tx, ty, tz = FQ_ONE, FQ_ONE, FQ_ZERO
    for b in range(count - 1, -1, -1):
        for k in range(starts[b], starts[b + 1]):
            sx, sy, sz = add_affine(sx, sy, sz, fq_load(source, 2 * k), fq_load(source, 2 * k + 1))
        tx, ty, tz = add(tx, ty, tz, sx, sy, sz)
    store_jacobian(out, 0, sx, sy, sz)
    store_jacobian(out, 1, tx, ty, tz)


@kernel("void(uint64[:,:,::1],int64,int64,uint64[:,:,::1])")
def join_segments(sums: Words, segments: int, log_count: int, out: Words) -> None:
    """Join the two sums of each of consecutive segments of 2^log_count buckets to those of all buckets.

    Rows 2s, 2s + 1 of ``sums`` are S and T of segment s; ``out`` gets Σ_s S_s and
    Σ_s (T_s + 2^log_count·s·S_s).
    """
    tx, ty, tz = FQ_ONE, FQ_ONE, FQ_ZERO
    rx, ry, rz = FQ_ONE, FQ_ONE, FQ_ZERO
    wx, wy, wz = FQ_ONE, FQ_ONE, FQ_ZERO
    for s in range(segments - 1, -1, -1):
        wx, wy, wz = add(wx, wy, wz, rx, ry, rz)
        k = 6 * s
        rx, ry, rz = add(rx, ry, rz, fq_load(sums, k), fq_load(sums, k + 1), fq_load(sums, k + 2))
        tx, ty, tz = add(tx, ty, tz, fq_load(sums, k + 3), fq_load(sums, k + 4), fq_load(sums, k + 5))
    for _ in range(log_count):
        wx, wy, wz = double(wx, wy, wz)
    tx, ty, tz = add(tx, ty, tz, wx, wy, wz)
    store_jacobian(out, 0, rx, ry, rz)
    store_jacobian(out, 1, tx, ty, tz)
