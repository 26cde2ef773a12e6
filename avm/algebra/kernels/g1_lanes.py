"""The group law of G1 in eight lanes at once, and the way of points into and out of lanes.

A table of lanes has two rows of sixteen words for every point: its coordinates in limbs of 52 bits and
Montgomery form x·2^416, and those of its image under the endomorphism, (β·x, −y) = λ·(x, y).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import device, kernel
from avm.algebra.kernels.g1_curve import FQ_ZERO, is_zero
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.lanes import (
    RADIX_BITS,
    constant,
    limbs52,
    linear,
    load_block,
    load_rows,
    rotation,
    shared_product,
    store_block,
    store_rows,
)
from avm.algebra.kernels.limbs import fq_add, fq_load

Words = npt.NDArray[np.uint64]

SMALL = np.array([limbs52(k * FQ_MODULUS) for k in range(16)], np.uint64).reshape(-1)
"""The multiples 0 … 15 of q."""

one = constant((1 << RADIX_BITS) % FQ_MODULUS)
zero = constant(0)
# 384-bit Montgomery words become 416-bit ones (times the endomorphism's factor), and back.
into_lanes = constant((1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
into_lanes_scaled = constant(g1.BETA * (1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
into_lanes_negated = constant(-(1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
out_of_lanes = constant((1 << 384) % FQ_MODULUS)
# ``invert`` maps w to 2^768/w; times 2^480/2^416 this is 2^832/w, the inverse's 416-bit form.
after_inverse = constant((1 << 480) % FQ_MODULUS)
minus = linear(1, -1)
minus_two = linear(1, -1, -1)
plus = linear(1, 1)
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


@kernel("void(uint64[:,:,::1],int64,int64,uint64[::1])")
def convert_points(points: Words, begin: int, end: int, table: Words) -> None:
    """Fill rows 2i and 2i + 1 of the table with point i and λ·point i, for begin <= i < end.

    All coordinates are below 1.01·q. The table has eight rows more than it needs, where the lanes of a last
    incomplete group go.
    """
    n = len(points)
    own = np.empty(8, np.int64)
    image = np.empty(8, np.int64)
    scratch = aligned(8 * 16)
    identity = np.arange(8)
    for group in range(begin, end, 8):
        for lane in range(8):
            i = group + lane
            own[lane] = 2 * i if i < end else 2 * n + lane
            image[lane] = 2 * i + 1 if i < end else 2 * n + lane
            if i < end:
                write_limbs(fq_load(points, 2 * i), scratch, 16 * lane, 1)
                write_limbs(fq_load(points, 2 * i + 1), scratch, 16 * lane + 8, 1)
        x = load_rows(scratch, identity, 0, 0)
        y = load_rows(scratch, identity, 0, 8)
        store_rows(table, own, 0, 0, shared_product(x, into_lanes()))
        store_rows(table, own, 0, 8, shared_product(y, into_lanes()))
        store_rows(table, image, 0, 0, shared_product(x, into_lanes_scaled()))
        store_rows(table, image, 0, 8, shared_product(y, into_lanes_negated()))


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
