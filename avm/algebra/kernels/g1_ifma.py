"""The group law of G1 in eight lanes at once, and the way of points into and out of lanes.

A table of lanes has three lines of eight words for every point (x, y): x·2^416, y/2^26·2^416 (``msm_ifma``
says why) and β·x·2^416, in limbs of 52 bits: λ·(x, y) = (β·x, −y) is its image under the endomorphism.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.aot import device, kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import RADIX_BITS
from avm.algebra.kernels.fq_ifma import (
    constant,
    load_block,
    load_rows,
    rotation,
    shared_product,
    store_block,
    store_lines,
)
from avm.algebra.kernels.fq_ifma_blocks import block_linear, block_product
from avm.algebra.kernels.g1_curve import FQ_ZERO, is_zero
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.limbs import fq_add, fq_load
from avm.algebra.kernels.point_table import POINT_LINES
from avm.algebra.kernels.radix52 import LIMB_BITS, limbs52

Words = npt.NDArray[np.uint64]

SMALL = np.array([limbs52(k * FQ_MODULUS) for k in range(16)], np.uint64).reshape(-1)
"""The multiples 0 … 15 of q."""

Y_BITS = LIMB_BITS // 2
"""Tables hold y/2^26."""

one = constant((1 << RADIX_BITS) % FQ_MODULUS)
zero = constant(0)
# 384-bit Montgomery words become 416-bit ones (times the endomorphism's factor, or over 2^26), and back.
into_lanes = constant((1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
into_lanes_scaled = constant(g1.BETA * (1 << (2 * RADIX_BITS - 384)) % FQ_MODULUS)
into_lanes_lowered = constant((1 << (2 * RADIX_BITS - 384 - Y_BITS)) % FQ_MODULUS)
raise_y = constant((1 << (RADIX_BITS + Y_BITS)) % FQ_MODULUS)
out_of_lanes = constant((1 << 384) % FQ_MODULUS)
# ``invert`` maps w to 2^768/w; times 2^480/2^416 this is 2^832/w, the inverse's 416-bit form.
after_inverse = constant((1 << 480) % FQ_MODULUS)
block_plus, block_minus, block_minus_two = block_linear(1, 1), block_linear(1, -1), block_linear(1, -1, -1)
block_tripled, block_plus_tripled = block_linear(3), block_linear(1, 3)
block_minus_tripled = block_linear(1, -3)
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
    """Fill lines 3i … 3i + 2 of the table for the points i, begin <= i < end.

    All coordinates are below 1.01·q. The table has eight points more than it needs, where the lanes of a last
    incomplete group go.
    """
    n = len(points)
    lines = np.empty(8, np.int64)
    scratch = aligned(8 * 16)
    factors = aligned(POINT_LINES * 64)
    store_block(factors, 0, into_lanes())
    store_block(factors, 1, into_lanes_lowered())
    store_block(factors, 2, into_lanes_scaled())
    identity = np.arange(8)
    for group in range(begin, end, 8):
        for lane in range(min(8, end - group)):
            for coordinate in range(2):
                x = fq_load(points, 2 * (group + lane) + coordinate)
                write_limbs(x, scratch, 16 * lane + 8 * coordinate, 1)
        for line in range(POINT_LINES):
            for lane in range(8):
                lines[lane] = POINT_LINES * (group + lane if group + lane < end else n + lane) + line
            value = load_rows(scratch, identity, 0, 8 * (line & 1))
            store_lines(table, lines, 0, shared_product(value, load_block(factors, line)))


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


ADD_BLOCKS = 6
"""Blocks that ``add`` works in."""


@device
def add(blocks: Words, p: int, q: int, free: int, small: Words) -> None:
    """Add the projective point (X/Z, Y/Z) in blocks q, q + 1, q + 2 to the one in p, p + 1, p + 2.

    All exceptions included: Renes, Costello, Batina 2016, algorithm 7 with 3b = 3. Coordinates at p are below
    4q, at q below 4q; blocks free … free + 5 are overwritten.
    """
    t0, t1, t2, t3, t4, t5 = free, free + 1, free + 2, free + 3, free + 4, free + 5
    # The crossed products, before the coordinates at p are overwritten.
    block_plus(blocks, t0, p, p + 1, small, 0)
    block_plus(blocks, t1, q, q + 1, small, 0)
    block_product(blocks, t3, t0, t1)
    block_plus(blocks, t0, p + 1, p + 2, small, 0)
    block_plus(blocks, t1, q + 1, q + 2, small, 0)
    block_product(blocks, t4, t0, t1)
    block_plus(blocks, t0, p, p + 2, small, 0)
    block_plus(blocks, t1, q, q + 2, small, 0)
    block_product(blocks, t5, t0, t1)
    block_product(blocks, t0, p, q)
    block_product(blocks, t1, p + 1, q + 1)
    block_product(blocks, t2, p + 2, q + 2)
    block_minus_two(blocks, t3, t3, t0, t1, small, 3)
    block_minus_two(blocks, t4, t4, t1, t2, small, 3)
    block_minus_two(blocks, t5, t5, t0, t2, small, 3)
    block_tripled(blocks, t5, t5, small, 0)
    block_tripled(blocks, t0, t0, small, 0)
    block_minus_tripled(blocks, p, t1, t2, small, 4)
    block_plus_tripled(blocks, t1, t1, t2, small, 0)
    # Now p holds t1 − 3·t2 and t1 holds t1 + 3·t2.
    block_product(blocks, p + 1, p, t1)
    block_product(blocks, p, p, t3)
    block_product(blocks, t2, t4, t5)
    block_minus(blocks, p, p, t2, small, 2)
    block_product(blocks, t2, t5, t0)
    block_plus(blocks, p + 1, p + 1, t2, small, 0)
    block_product(blocks, t1, t1, t4)
    block_product(blocks, t0, t0, t3)
    block_plus(blocks, p + 2, t1, t0, small, 0)
