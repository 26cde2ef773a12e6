"""The pairing in eight lanes, the IFMA twin of ``pairing_tower``: sums of products over Fq.

An element of Fq12 = Fq[u, w]/(u² + 5, w⁶ − u) is Σ (a_k + b_k·u)·w^k, k < 6. In Miller's loop a lane is a
pair of points: an element takes twelve blocks, a_0, b_0, a_1, …. In the final exponentiation, where there is
one element left, lane k is the coefficient of w^k: an element takes two blocks, the a_k and the b_k. Then a
product is Σ a_i·(w^i·g) + b_i·(u·w^i·g) with a_i and b_i in all lanes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import BLOCK, RADIX_BITS
from avm.algebra.kernels.fq_dot_products import (
    combination,
    joined,
    sum_of_multiples,
    sum_of_products,
    sum_of_products_and,
)
from avm.algebra.kernels.fq_ifma import constant, linear, load_block, shared_product, store_block
from avm.algebra.kernels.g1_ifma import after_inverse, aligned, inverse_of_lanes, words_of_lane, write_limbs
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.pairing_places import (
    AA,
    AB,
    AC,
    BA,
    BB,
    BB_MORE,
    BC,
    CONSTANT_SCALE,
    DOUBLE,
    FIFTH,
    FIFTH_A,
    INVERSE,
    KEPT,
    LEFT,
    LINE,
    LINE_FIFTH,
    MINUS_FIVE,
    NEXT,
    NONE,
    PRODUCT,
    SCALE,
    SLOPE_SCALE,
    SQUARE,
    SQUARE_LEFT,
    SQUARE_RIGHT,
    TURNED_A,
    TURNED_B,
    TURNED_FIFTH,
    F,
)
from avm.algebra.kernels.radix52 import limbs52

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

MULTIPLES = np.array([limbs52(k * FQ_MODULUS) for k in (0, 1, 64)], np.uint64).reshape(-1)
"""The multiples of q that keep differences from being negative."""

one = constant((1 << RADIX_BITS) % FQ_MODULUS)
zero = constant(0)
doubled = linear(2)
minus_five = linear(-5)
negated = linear(-1)


MILLER_SIGNATURE = "boolean(uint64[::1],uint64[::1],uint64[::1],{0},{0},{0},{0},uint8[::1],uint64[::1])"


@kernel(MILLER_SIGNATURE.format("int64[::1]"))
def miller_loop(
    points: Words,
    lines: Words,
    multiples: Words,
    square: Indices,
    square_starts: Indices,
    line: Indices,
    line_starts: Indices,
    bits: Bytes,
    blocks: Words,
) -> bool:
    """Set element F of every lane to the Miller function of its pair, up to a factor in Fq.

    ``points`` are the blocks X, Y, Z of projective points (X/Z, Y/Z) of G1, ``lines`` four blocks for each
    line: its two elements of Fq2. A lane whose Z or whose lines are zero gives one. False, and no result,
    when some Y is zero. Coordinates are below 16q.
    """
    inverse, good = inverse_of_lanes(load_block(points, 1), aligned(64))
    if not good:
        return False
    x = shared_product(load_block(points, 0), inverse)
    store_block(blocks, SLOPE_SCALE, negated(x, multiples, 2))
    store_block(blocks, CONSTANT_SCALE, shared_product(load_block(points, 2), inverse))
    for k in range(12):
        store_block(blocks, F + k, zero())
    store_block(blocks, F, one())
    step = 0
    for bit in bits:
        for k in range(12):
            x = load_block(blocks, F + k)
            store_block(blocks, DOUBLE + k, doubled(x, multiples, 0))
            store_block(blocks, FIFTH + k, minus_five(x, multiples, 2))
        for k in range(12):
            sum_of_products(blocks, square, square_starts[k], square_starts[k + 1], BLOCK * (NEXT + k), 0)
        for i in range(12 * BLOCK):
            blocks[BLOCK * F + i] = blocks[BLOCK * NEXT + i]
        for _ in range(1 + np.int64(bit)):
            for k in range(4):
                scale = load_block(blocks, SLOPE_SCALE if k < 2 else CONSTANT_SCALE)
                x = shared_product(load_block(lines, 4 * step + k), scale)
                store_block(blocks, LINE + k, x)
                store_block(blocks, LINE_FIFTH + k, minus_five(x, multiples, 2))
            for k in range(12):
                out = BLOCK * (NEXT + k)
                sum_of_products_and(blocks, line, line_starts[k], line_starts[k + 1], out, BLOCK * (F + k))
            for i in range(12 * BLOCK):
                blocks[BLOCK * F + i] = blocks[BLOCK * NEXT + i]
            step += 1
    return True


# ---- one element: lanes are coefficients

# Lane 0 of x·w comes from lane 5 of another block.
turn = joined([13, 0, 1, 2, 3, 4, 6, 7])
# Squares in the cyclotomic subgroup (Granger and Scott 2010): let g_k = a_k + b_k·u, and take the elements
# (g_0, g_3), (g_1, g_4), (g_2, g_5) of Fq4 = Fq2[w³]. Lanes 0, 2, 4 get the first coefficients
# g_k² + u·g_(k+3)² of the squares of number 0, 1, 2, lanes 3 and 5 the second ones 2·g_k·g_(k+3) of number 0
# and 1, lane 1 gets u times that of number 2. The result is three times this plus (−1)^(k+1)·2·g_k.
own = joined([0, 2, 1, 0, 2, 1, 6, 7])
partner = joined([3, 5, 4, 3, 5, 4, 6, 7])
right_of_a = joined([0, 13, 1, 3, 2, 4, 6, 7])
right_of_b = joined([8, 5, 9, 11, 10, 12, 6, 7])
right_of_partner = joined([3, 13, 4, 3, 5, 4, 6, 7])


@kernel("void(int64[:,::1],int64[::1],uint64[::1])")
def run(program: Any, terms: Indices, blocks: Words) -> None:
    """Carry out lines (operation, o, f, g) on elements of Fq12 at offsets o, f, g in words of ``blocks``.

    PRODUCT: o = f·g. SQUARE: o = o² for o in the cyclotomic subgroup. SCALE: o = f with its a and b
    multiplied lane by lane by two blocks, at g >> 32 and g mod 2^32. INVERSE: the first block of o = 1/f in
    all lanes, f in Fq. LANE: o = element F of lane f in Miller's loop. Elements are below 1.01·q.
    """
    for number in range(len(program)):
        operation, o, f, g = program[number, 0], program[number, 1], program[number, 2], program[number, 3]
        if operation == PRODUCT:
            combination(blocks, g, MINUS_FIVE, g, NONE, BLOCK * FIFTH_A)
            combination(blocks, g + BLOCK, MINUS_FIVE, g, NONE, BLOCK * TURNED_FIFTH)
            for i in range(BLOCK):
                blocks[BLOCK * LEFT + i] = blocks[f + i]
                blocks[BLOCK * LEFT + BLOCK + i] = blocks[f + BLOCK + i]
                blocks[BLOCK * TURNED_A + i] = blocks[g + i]
                blocks[BLOCK * TURNED_B + i] = blocks[g + BLOCK + i]
            for i in range(5):
                a, b, fifth = BLOCK * (TURNED_A + i), BLOCK * (TURNED_B + i), BLOCK * (TURNED_FIFTH + i)
                turn(blocks, a, fifth, a + BLOCK)
                turn(blocks, b, a, b + BLOCK)
                turn(blocks, fifth, BLOCK * FIFTH_A, fifth + BLOCK)
                turn(blocks, BLOCK * FIFTH_A, a, BLOCK * FIFTH_A)
            sum_of_multiples(blocks, terms, 0, 12, o, 0)
            sum_of_multiples(blocks, terms, 12, 24, o + BLOCK, 0)
        elif operation == SQUARE:
            x, y = BLOCK * SQUARE_LEFT, BLOCK * SQUARE_RIGHT
            a, b, c = BLOCK * TURNED_A, BLOCK * TURNED_B, BLOCK * TURNED_FIFTH
            d = y + 3 * BLOCK
            own(blocks, o, o, a)
            own(blocks, o + BLOCK, o, b)
            partner(blocks, o, o, c)
            partner(blocks, o + BLOCK, o, d)
            right_of_a(blocks, o, o + BLOCK, y)
            right_of_b(blocks, o, o + BLOCK, y + BLOCK)
            right_of_partner(blocks, o, o + BLOCK, y + 2 * BLOCK)
            combination(blocks, a, AA, a, NONE, x)
            combination(blocks, b, AB, b, NONE, x + BLOCK)
            combination(blocks, c, AC, c, NONE, x + 2 * BLOCK)
            combination(blocks, a, BA, a, NONE, x + 3 * BLOCK)
            combination(blocks, c, BB, b, BB_MORE, x + 4 * BLOCK)
            combination(blocks, d, BC, d, NONE, x + 5 * BLOCK)
            combination(blocks, o, KEPT, o, NONE, x + 6 * BLOCK)
            combination(blocks, o + BLOCK, KEPT, o, NONE, x + 7 * BLOCK)
            sum_of_products(blocks, terms, 24, 28, o, 0)
            sum_of_products(blocks, terms, 28, 32, o + BLOCK, 0)
        elif operation == SCALE:
            for k in range(2):
                place = ((g >> 32) if k == 0 else (g & 0xFFFFFFFF)) // BLOCK
                value = shared_product(load_block(blocks, f // BLOCK + k), load_block(blocks, place))
                store_block(blocks, o // BLOCK + k, value)
        elif operation == INVERSE:
            inverse = invert(words_of_lane(blocks[f : f + BLOCK], 0))
            for lane in range(8):
                write_limbs(inverse, blocks, o + lane, 8)
            store_block(blocks, o // BLOCK, shared_product(load_block(blocks, o // BLOCK), after_inverse()))
        else:
            for k in range(6):
                for limb in range(0, BLOCK, 8):
                    blocks[o + limb + k] = blocks[BLOCK * (F + 2 * k) + limb + f]
                    blocks[o + BLOCK + limb + k] = blocks[BLOCK * (F + 2 * k + 1) + limb + f]
