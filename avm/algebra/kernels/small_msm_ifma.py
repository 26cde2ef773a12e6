"""Sums of few multiples of points of G1 in eight lanes with common doublings (Straus), and the subgroup test.

Scalars come as digits of ``avm.algebra.small_msm``: windows of four bits, two half-size scalars for each
point. Every lane has its own columns of digits and its own sum; lanes may be joined in the end. The group law
is complete: equal points, opposite ones, infinity and zero scalars need no care.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.aot import device, kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import RADIX_BITS
from avm.algebra.kernels.fq_ifma import constant, load_block, load_rows, store_block, store_rows
from avm.algebra.kernels.fq_ifma_blocks import block_linear, block_product
from avm.algebra.kernels.g1_curve import FQ_ONE, FQ_ZERO, JAC, PTS, is_zero, same, store_jacobian
from avm.algebra.kernels.g1_ifma import (
    ADD_BLOCKS,
    add,
    aligned,
    block_minus_tripled,
    block_plus,
    block_tripled,
    into_lanes,
    one,
    out_of_lanes,
    words_of_lane,
    write_limbs,
    zero,
)
from avm.algebra.kernels.limbs import fq_load, fq_mul

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Digits = npt.NDArray[np.int8]

WINDOW = 4
ENTRIES = 9
"""Multiples 0 … 8 of a point in the table, two rows of sixteen words each: x and y, z and −y."""

beta = constant(g1.BETA * (1 << RADIX_BITS) % FQ_MODULUS)
block_negated, block_doubled, block_eightfold = block_linear(-1), block_linear(2), block_linear(8)

# Blocks: the sum, the next point, room for the group law, x and β·x, y and −y, factors.
SUM, NEXT, FREE = 0, 3, 6
XS, YS, FACTOR = FREE + ADD_BLOCKS, FREE + ADD_BLOCKS + 2, FREE + ADD_BLOCKS + 4
BLOCKS = FACTOR + 1


@device
def set_to_infinity(blocks: Words, p: int) -> None:
    """Set the projective point in blocks p, p + 1, p + 2 to (0, 1, 0)."""
    store_block(blocks, p, zero())
    store_block(blocks, p + 1, one())
    store_block(blocks, p + 2, zero())


@device
def load_points(points: Words, begin: int, end: int, blocks: Words, p: int) -> None:
    """Set the point in blocks p, p + 1, p + 2 to points begin … begin + 7, infinity from ``end`` on."""
    for lane in range(8):
        x, y, z = FQ_ZERO, FQ_ONE, FQ_ZERO
        if begin + lane < end:
            wx = fq_load(points, 2 * (begin + lane))
            wy = fq_load(points, 2 * (begin + lane) + 1)
            if not (is_zero(wx) and is_zero(wy)):
                x, y, z = wx, wy, FQ_ONE
        write_limbs(x, blocks, 64 * p + lane, 8)
        write_limbs(y, blocks, 64 * (p + 1) + lane, 8)
        write_limbs(z, blocks, 64 * (p + 2) + lane, 8)
    store_block(blocks, FACTOR, into_lanes())
    for k in range(3):
        block_product(blocks, p + k, p + k, FACTOR)


@device
def double(blocks: Words, p: int, free: int, small: Words) -> None:
    """Double the projective point in blocks p, p + 1, p + 2, coordinates below 4q; uses six free blocks.

    Infinity included: Renes, Costello, Batina 2016, algorithm 9 with 3b = 3.
    """
    yy, zz, yy8, t, x3, y3 = free, free + 1, free + 2, free + 3, free + 4, free + 5
    block_product(blocks, yy, p + 1, p + 1)
    block_product(blocks, zz, p + 2, p + 2)
    block_tripled(blocks, zz, zz, small, 0)
    block_eightfold(blocks, yy8, yy, small, 0)
    block_product(blocks, t, p + 1, p + 2)
    block_product(blocks, p + 2, t, yy8)
    block_product(blocks, t, p, p + 1)
    block_product(blocks, x3, zz, yy8)
    block_plus(blocks, y3, yy, zz, small, 0)
    block_minus_tripled(blocks, yy, yy, zz, small, 10)
    block_product(blocks, y3, yy, y3)
    block_plus(blocks, p + 1, x3, y3, small, 0)
    block_product(blocks, t, yy, t)
    block_doubled(blocks, p, t, small, 0)


@kernel(f"void({PTS},int8[:,::1],int64[:,:,::1],int64[:,:,::1],uint64[::1],uint64[:,::1])")
def sums_in_lanes(
    points: Words, digits: Digits, columns: Indices, joins: Indices, small: Words, out: Words
) -> None:
    """Write to out[batch] the blocks X, Y, Z of eight projective sums (X/Z, Y/Z), coordinates below 4q.

    ``columns[batch]`` has rows of eight columns of ``digits``, one for each lane, −1 for none: a lane adds up
    its columns. ``joins[batch]`` has rows of eight lanes: lane l of the result is the sum of the l-th lanes.
    Points must lie in the prime-order subgroup.
    """
    n = len(points)
    infinity = 2 * ENTRIES * (2 * n + 8)
    parts = infinity + 16
    table = aligned(16 * (parts + 16))
    blocks = aligned(64 * BLOCKS)
    rows, y_rows, z_rows = np.empty(8, np.int64), np.empty(8, np.int64), np.empty(8, np.int64)
    for group in range(0, n, 8):
        load_points(points, group, n, blocks, NEXT)
        set_to_infinity(blocks, SUM)
        store_block(blocks, FACTOR, beta())
        for entry in range(ENTRIES):
            store_block(blocks, XS, load_block(blocks, SUM))
            block_product(blocks, XS + 1, SUM, FACTOR)
            store_block(blocks, YS, load_block(blocks, SUM + 1))
            block_negated(blocks, YS + 1, SUM + 1, small, 4)
            for image in range(2):
                for lane in range(8):
                    # Lanes without a point go to columns that nobody reads.
                    column = image * n + group + lane if group + lane < n else 2 * n + lane
                    rows[lane] = 2 * (ENTRIES * column + entry)
                    z_rows[lane] = rows[lane] + 1
                store_rows(table, rows, 0, 0, load_block(blocks, XS + image))
                store_rows(table, rows, 0, 8, load_block(blocks, YS + image))
                store_rows(table, z_rows, 0, 0, load_block(blocks, SUM + 2))
                store_rows(table, z_rows, 0, 8, load_block(blocks, YS + 1 - image))
            add(blocks, SUM, NEXT, FREE, small)

    set_to_infinity(blocks, SUM)
    for batch in range(len(columns)):
        # Two rounds more than windows: the first stores infinity, the last joins the lanes.
        for w in range(len(digits), -2, -1):
            count = columns.shape[1]
            if w < 0 or w == len(digits):
                for lane in range(8):
                    rows[lane] = 2 * lane + (parts if w < 0 else infinity)
                    z_rows[lane] = rows[lane] + 1
                if w == len(digits):
                    set_to_infinity(blocks, SUM)
                store_rows(table, rows, 0, 0, load_block(blocks, SUM))
                store_rows(table, rows, 0, 8, load_block(blocks, SUM + 1))
                store_rows(table, z_rows, 0, 0, load_block(blocks, SUM + 2))
                set_to_infinity(blocks, SUM)
                count = joins.shape[1] if w < 0 else 0
            else:
                for _ in range(WINDOW):
                    double(blocks, SUM, FREE, small)
            for k in range(count):
                for lane in range(8):
                    rows[lane] = infinity
                    negative = np.int64(0)
                    if w < 0:
                        if joins[batch, k, lane] >= 0:
                            rows[lane] = parts + 2 * joins[batch, k, lane]
                    elif columns[batch, k, lane] >= 0:
                        digit = np.int64(digits[w, columns[batch, k, lane]])
                        negative = np.int64(digit < 0)
                        rows[lane] = 2 * (ENTRIES * columns[batch, k, lane] + abs(digit))
                    z_rows[lane] = rows[lane] + 1
                    y_rows[lane] = rows[lane] + negative
                store_block(blocks, NEXT, load_rows(table, rows, 0, 0))
                store_block(blocks, NEXT + 1, load_rows(table, y_rows, 0, 8))
                store_block(blocks, NEXT + 2, load_rows(table, z_rows, 0, 0))
                add(blocks, SUM, NEXT, FREE, small)
        for k in range(3):
            store_block(out[batch], k, load_block(blocks, SUM + k))


@kernel(f"void(uint64[:,::1],{JAC})")
def to_jacobian(sums: Words, out: Words) -> None:
    """Write what ``sums_in_lanes`` found, lane by lane, as Jacobian words while ``out`` has room."""
    blocks = aligned(64 * 4)
    store_block(blocks, 3, out_of_lanes())
    for batch in range(len(sums)):
        for k in range(3):
            store_block(blocks, k, load_block(sums[batch], k))
            block_product(blocks, k, k, 3)
        for lane in range(min(8, len(out) - 8 * batch)):
            x = words_of_lane(blocks[:64], lane)
            y = words_of_lane(blocks[64:128], lane)
            z = words_of_lane(blocks[128:192], lane)
            store_jacobian(out, 8 * batch + lane, fq_mul(x, z), fq_mul(fq_mul(y, z), z), z)


@kernel(f"boolean({PTS},uint64[::1])")
def all_in_subgroup(points: Words, small: Words) -> bool:
    """Whether x²·(X, Y) = (β·X, −Y) for every point of the curve, x the curve parameter.

    Outside the subgroup the formulas can fail: the result then is (0, 0, 0) and stays so, which is refused.
    """
    n = len(points)
    first, base = BLOCKS, BLOCKS + 3
    blocks = aligned(64 * (BLOCKS + 6))
    parameter = np.uint64(0x8508C00000000001)
    for group in range(0, n, 8):
        load_points(points, group, n, blocks, first)
        for k in range(3):
            store_block(blocks, SUM + k, load_block(blocks, first + k))
        for _ in range(2):
            for k in range(3):
                store_block(blocks, base + k, load_block(blocks, SUM + k))
            for bit in range(62, -1, -1):
                double(blocks, SUM, FREE, small)
                if (parameter >> np.uint64(bit)) & np.uint64(1):
                    add(blocks, SUM, base, FREE, small)
        # Of affine points, X = β·x·Z and Y = −y·Z.
        store_block(blocks, FACTOR, beta())
        block_product(blocks, first, first, FACTOR)
        block_negated(blocks, first + 1, first + 1, small, 2)
        for k in range(2):
            block_product(blocks, first + k, first + k, SUM + 2)
        store_block(blocks, FACTOR, out_of_lanes())
        for k in range(3):
            block_product(blocks, SUM + k, SUM + k, FACTOR)
            block_product(blocks, first + k, first + k, FACTOR)
        for lane in range(min(8, n - group)):
            i = 2 * (group + lane)
            if is_zero(fq_load(points, i)) and is_zero(fq_load(points, i + 1)):
                continue
            if is_zero(words_of_lane(blocks[64 * (SUM + 2) : 64 * (SUM + 3)], lane)):
                return False
            for k in range(2):
                found = words_of_lane(blocks[64 * (SUM + k) : 64 * (SUM + k + 1)], lane)
                if not same(found, words_of_lane(blocks[64 * (first + k) : 64 * (first + k + 1)], lane)):
                    return False
    return True
