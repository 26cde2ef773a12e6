"""Sums of few multiples of points of G1 in eight lanes with common doublings (Straus), and the subgroup test.

Scalars come as digits of ``avm.algebra.few_sums``: windows of four bits, two half-size scalars for each
point. Every lane has its own columns of digits and its own sum; lanes may be joined in the end. The group law
is complete: equal points, opposite ones, infinity and zero scalars need no care.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import device, kernel
from avm.algebra.kernels.g1_curve import FQ_ONE, FQ_ZERO, JAC, PTS, is_zero, same, store_jacobian
from avm.algebra.kernels.g1_lanes import (
    add_complete,
    aligned,
    into_lanes,
    minus_tripled,
    one,
    out_of_lanes,
    plus,
    tripled,
    words_of_lane,
    write_limbs,
    zero,
)
from avm.algebra.kernels.lanes import (
    RADIX_BITS,
    constant,
    linear,
    load_block,
    load_rows,
    shared_product,
    store_block,
    store_rows,
)
from avm.algebra.kernels.limbs import fq_load, fq_mul

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Digits = npt.NDArray[np.int8]

WINDOW = 4
ENTRIES = 9
"""Multiples 0 … 8 of a point in the table, two rows of sixteen words each: x and y, z and −y."""

beta = constant(g1.BETA * (1 << RADIX_BITS) % FQ_MODULUS)
negated = linear(-1)
doubled = linear(2)
eightfold = linear(8)


@device
def load_points(points: Words, begin: int, end: int, scratch: Words) -> Any:
    """Return points begin … begin + 7 in lanes, X, Y, Z below 1.01·q; infinity from ``end`` on."""
    for lane in range(8):
        x, y, z = FQ_ZERO, FQ_ONE, FQ_ZERO
        if begin + lane < end:
            wx = fq_load(points, 2 * (begin + lane))
            wy = fq_load(points, 2 * (begin + lane) + 1)
            if not (is_zero(wx) and is_zero(wy)):
                x, y, z = wx, wy, FQ_ONE
        write_limbs(x, scratch, lane, 8)
        write_limbs(y, scratch, 64 + lane, 8)
        write_limbs(z, scratch, 128 + lane, 8)
    return (
        shared_product(load_block(scratch, 0), into_lanes()),
        shared_product(load_block(scratch, 1), into_lanes()),
        shared_product(load_block(scratch, 2), into_lanes()),
    )


@device
def double_complete(x: Any, y: Any, z: Any, small: Words) -> Any:
    """Return the double of projective points below 4q, infinity included.

    Renes, Costello, Batina 2016, algorithm 9 with 3b = 3.
    """
    yy = shared_product(y, y)
    zz = tripled(shared_product(z, z), small, 0)
    yy8 = eightfold(yy, small, 0)
    x3 = shared_product(zz, yy8)
    y3 = plus(yy, zz, small, 0)
    z3 = shared_product(shared_product(y, z), yy8)
    rest = minus_tripled(yy, zz, small, 10)
    x = doubled(shared_product(rest, shared_product(x, y)), small, 0)
    return x, plus(x3, shared_product(rest, y3), small, 0), z3


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
    table = aligned(16 * (infinity + 32))
    scratch = aligned(64 * 3)
    rows, z_rows = np.empty(8, np.int64), np.empty(8, np.int64)
    image_rows, image_z_rows = np.empty(8, np.int64), np.empty(8, np.int64)
    y_rows = np.empty(8, np.int64)
    for group in range(0, n, 8):
        x1, y1, z1 = load_points(points, group, n, scratch)
        x, y, z = zero(), one(), zero()
        for entry in range(ENTRIES):
            for lane in range(8):
                i = group + lane
                # Lanes without a point go to columns that nobody reads.
                rows[lane] = 2 * (ENTRIES * (i if i < n else 2 * n + lane) + entry)
                image_rows[lane] = 2 * (ENTRIES * (n + i if i < n else 2 * n + lane) + entry)
                z_rows[lane], image_z_rows[lane] = rows[lane] + 1, image_rows[lane] + 1
            store_rows(table, rows, 0, 0, x)
            minus_y = negated(y, small, 4)
            store_rows(table, rows, 0, 8, y)
            store_rows(table, z_rows, 0, 0, z)
            store_rows(table, z_rows, 0, 8, minus_y)
            store_rows(table, image_rows, 0, 0, shared_product(x, beta()))
            store_rows(table, image_rows, 0, 8, minus_y)
            store_rows(table, image_z_rows, 0, 0, z)
            store_rows(table, image_z_rows, 0, 8, y)
            if entry < ENTRIES - 1:
                x, y, z = add_complete(x, y, z, x1, y1, z1, small)
    for lane in range(8):
        rows[lane] = infinity + 2 * lane
        z_rows[lane] = rows[lane] + 1
    store_rows(table, rows, 0, 0, zero())
    store_rows(table, rows, 0, 8, one())
    store_rows(table, z_rows, 0, 0, zero())

    parts = infinity + 16
    for batch in range(len(columns)):
        x, y, z = zero(), one(), zero()
        # The last round, −1, joins the lanes.
        for w in range(len(digits) - 1, -2, -1):
            count = columns.shape[1]
            if w >= 0:
                for _ in range(WINDOW):
                    x, y, z = double_complete(x, y, z, small)
            else:
                for lane in range(8):
                    rows[lane] = parts + 2 * lane
                    z_rows[lane] = rows[lane] + 1
                store_rows(table, rows, 0, 0, x)
                store_rows(table, rows, 0, 8, y)
                store_rows(table, z_rows, 0, 0, z)
                x, y, z = zero(), one(), zero()
                count = joins.shape[1]
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
                x2, y2 = load_rows(table, rows, 0, 0), load_rows(table, y_rows, 0, 8)
                x, y, z = add_complete(x, y, z, x2, y2, load_rows(table, z_rows, 0, 0), small)
        store_block(out[batch], 0, x)
        store_block(out[batch], 1, y)
        store_block(out[batch], 2, z)


@kernel(f"void(uint64[:,::1],{JAC})")
def to_jacobian(sums: Words, out: Words) -> None:
    """Write the first points of ``sums_in_lanes``'s result, lane by lane, as Jacobian words."""
    blocks = aligned(64 * 3)
    for batch in range(len(sums)):
        for k in range(3):
            store_block(blocks, k, shared_product(load_block(sums[batch], k), out_of_lanes()))
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
    scratch = aligned(64 * 5)
    parameter = np.uint64(0x8508C00000000001)
    for group in range(0, n, 8):
        x1, y1, z1 = load_points(points, group, n, scratch)
        x, y, z = x1, y1, z1
        for _ in range(2):
            bx, by, bz = x, y, z
            for bit in range(62, -1, -1):
                x, y, z = double_complete(x, y, z, small)
                if (parameter >> np.uint64(bit)) & np.uint64(1):
                    x, y, z = add_complete(x, y, z, bx, by, bz, small)
        store_block(scratch, 0, shared_product(x, out_of_lanes()))
        store_block(scratch, 1, shared_product(shared_product(shared_product(x1, beta()), z), out_of_lanes()))
        store_block(scratch, 2, shared_product(y, out_of_lanes()))
        store_block(scratch, 3, shared_product(shared_product(negated(y1, small, 2), z), out_of_lanes()))
        store_block(scratch, 4, shared_product(z, out_of_lanes()))
        for lane in range(min(8, n - group)):
            i = 2 * (group + lane)
            if is_zero(fq_load(points, i)) and is_zero(fq_load(points, i + 1)):
                continue
            if is_zero(words_of_lane(scratch[256:320], lane)):
                return False
            if not same(words_of_lane(scratch[:64], lane), words_of_lane(scratch[64:128], lane)):
                return False
            if not same(words_of_lane(scratch[128:192], lane), words_of_lane(scratch[192:256], lane)):
                return False
    return True
