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

from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import kernel
from avm.algebra.kernels.g1_lanes import after_inverse, aligned, inverse_of_lanes, words_of_lane, write_limbs
from avm.algebra.kernels.inverse import invert
from avm.algebra.kernels.lane_sums import (
    BLOCK,
    aligned_blocks,
    combination,
    joined,
    sum_of_multiples,
    sum_of_products,
    sum_of_products_and,
    term_table,
    write_lanes,
)
from avm.algebra.kernels.lanes import (
    RADIX_BITS,
    constant,
    limbs52,
    linear,
    load_block,
    shared_product,
    store_block,
)

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

PARAMETER = 0x8508C00000000001
PARAMETER_BITS = np.array([int(bit) for bit in bin(PARAMETER)[3:]], dtype=np.uint8)
"""The bits of the curve parameter after the first."""
STEPS = len(PARAMETER_BITS) + int(PARAMETER_BITS.sum())
"""Lines of a pair."""
MULTIPLES = np.array([limbs52(k * FQ_MODULUS) for k in (0, 1, 64)], np.uint64).reshape(-1)
"""The multiples of q that keep differences from being negative."""

one = constant((1 << RADIX_BITS) % FQ_MODULUS)
zero = constant(0)
doubled = linear(2)
minus_five = linear(-5)
negated = linear(-1)


# ---- where things lie, in blocks

# Miller's loop: the element and its multiples, a line and its multiples, the coordinates −x/y and 1/y.
F, DOUBLE, FIFTH, NEXT, LINE, LINE_FIFTH, SLOPE_SCALE, CONSTANT_SCALE = 0, 12, 24, 36, 48, 52, 56, 57
# The exponentiation: the left factor, w^i·right for i < 6 (the a, the b and −5 times the b), −5 times the a.
LEFT, TURNED_A, TURNED_B, TURNED_FIFTH, FIFTH_A = 58, 60, 66, 72, 78
# A square's factors, eight on the left and four on the right.
SQUARE_LEFT, SQUARE_RIGHT = 79, 87
# Constants: 1 everywhere, Frobenius's factors of the a and of the b, its square's, (−1)^k, small factors.
ONE, FROBENIUS_A, FROBENIUS_B, FROBENIUS_SQUARE, ALTERNATING, FACTORS = 91, 92, 93, 94, 95, 96
SLOTS = 98
BLOCKS = SLOTS + 2 * 6


def _square_terms() -> tuple[Indices, Indices]:
    groups: list[list[tuple[int, int]]] = [[] for _ in range(12)]
    for i in range(12):
        for j in range(i, 12):
            w, u = (i >> 1) + (j >> 1), (i & 1) + (j & 1)
            u += w >= 6
            left, right = (F if i == j else DOUBLE) + i, (F if u < 2 else FIFTH) + j
            groups[2 * (w % 6) + u % 2].append((BLOCK * left, BLOCK * right))
    return term_table(groups)


def _line_terms() -> tuple[Indices, Indices]:
    groups: list[list[tuple[int, int]]] = [[] for _ in range(12)]
    for i in range(12):
        for j, power in enumerate((1, 1, 3, 3)):
            w, u = (i >> 1) + power, (i & 1) + (j & 1)
            u += w >= 6
            line = (LINE if u < 2 else LINE_FIFTH) + j
            groups[2 * (w % 6) + u % 2].append((BLOCK * line, BLOCK * (F + i)))
    return term_table(groups)


SQUARE_TERMS, SQUARE_STARTS = _square_terms()
LINE_TERMS, LINE_STARTS = _line_terms()

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

# Small factors by lane. Lane k of a square holds the coefficient of w^k; see ``own`` below.
_FACTOR_ROWS = (
    [0] * 6,
    [-5] * 6,
    [3, -30, 3, 6, 3, 6],
    [-15, -30, -15, -30, -15, -30],
    [-30, 0] * 3,
    [6] * 6,
    [3, 0] * 3,
    [0, -30, 0, 6, 0, 6],
    [-15, 0] * 3,
    [-2, 2] * 3,
)
NONE, MINUS_FIVE, AA, AB, AC, BA, BB, BB_MORE, BC, KEPT = (BLOCK * FACTORS + 8 * i for i in range(10))


def constants() -> Words:
    """Return fresh blocks for the kernels of this module, their constants filled in."""
    blocks = aligned_blocks(BLOCKS)
    frobenius = [pow(-5 % FQ_MODULUS, (FQ_MODULUS - 1) // 12 * k, FQ_MODULUS) for k in range(6)]
    write_lanes(blocks, ONE, [1] * 8)
    write_lanes(blocks, FROBENIUS_A, frobenius)
    write_lanes(blocks, FROBENIUS_B, [-x for x in frobenius])
    write_lanes(blocks, FROBENIUS_SQUARE, [x * x for x in frobenius])
    write_lanes(blocks, ALTERNATING, [1, -1] * 4)
    for row, factors in enumerate(_FACTOR_ROWS):
        start = BLOCK * FACTORS + 8 * row
        blocks[start : start + 6] = np.array(factors, dtype=np.int64).astype(np.uint64)
    return blocks


def _places(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
    return [(BLOCK * left, BLOCK * right) for left, right in pairs]


def _unit_terms() -> Indices:
    """Return the terms of a product's a and b (twelve each) and of a square's (four each)."""
    lanes_a, lanes_b = [BLOCK * LEFT + i for i in range(6)], [BLOCK * (LEFT + 1) + i for i in range(6)]
    turned = [[BLOCK * (first + i) for i in range(6)] for first in (TURNED_A, TURNED_B, TURNED_FIFTH)]
    x, y = SQUARE_LEFT, SQUARE_RIGHT
    terms, _ = term_table(
        [
            [*zip(lanes_a, turned[0]), *zip(lanes_b, turned[2])],
            [*zip(lanes_a, turned[1]), *zip(lanes_b, turned[0])],
            _places((x, y), (x + 1, y + 1), (x + 2, y + 3), (x + 6, ONE)),
            _places((x + 3, y + 1), (x + 4, y + 2), (x + 5, y + 3), (x + 7, ONE)),
        ]
    )
    return terms


UNIT_TERMS = _unit_terms()

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

PRODUCT, SQUARE, SCALE, INVERSE, LANE = range(5)


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


class Program:
    """Builds the lines that ``run`` carries out; slots 0 to 5 are elements."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, int, int, int]] = []

    @staticmethod
    def place(slot: int) -> int:
        """Return where a slot lies, in words."""
        return BLOCK * (SLOTS + 2 * slot)

    def table(self) -> Indices:
        """Return the lines as ``run`` takes them."""
        return np.array(self.lines, dtype=np.int64).reshape(-1, 4)

    def product(self, o: int, f: int, g: int) -> None:
        """o = f·g."""
        self.lines.append((PRODUCT, self.place(o), self.place(f), self.place(g)))

    def square(self, o: int) -> None:
        """o = o², cyclotomic."""
        self.lines.append((SQUARE, self.place(o), 0, 0))

    def lane(self, o: int, lane: int) -> None:
        """o = the result of Miller's loop in a lane."""
        self.lines.append((LANE, self.place(o), lane, 0))

    def scale(self, o: int, f: int, a: int, b: int) -> None:
        """o = f times two blocks."""
        self.lines.append((SCALE, self.place(o), self.place(f), BLOCK * a << 32 | BLOCK * b))

    def copy(self, o: int, f: int) -> None:
        """o = f."""
        self.scale(o, f, ONE, ONE)

    def conjugate(self, o: int, f: int) -> None:
        """o = f^(q⁶)."""
        self.scale(o, f, ALTERNATING, ALTERNATING)

    def frobenius(self, o: int, f: int) -> None:
        """o = f^q."""
        self.scale(o, f, FROBENIUS_A, FROBENIUS_B)

    def frobenius_square(self, o: int, f: int) -> None:
        """o = f^(q²)."""
        self.scale(o, f, FROBENIUS_SQUARE, FROBENIUS_SQUARE)

    def power(self, o: int, f: int) -> None:
        """o = f^x for the curve parameter x, f in the cyclotomic subgroup."""
        self.copy(o, f)
        for bit in PARAMETER_BITS:
            self.square(o)
            if bit:
                self.product(o, o, f)

    def final_exponentiation(self) -> None:
        """Slot 0 = (slot 0)^(3(q¹² − 1)/r) for an element that is not zero; the formula is ``pairing``'s."""
        # 1/f = conjugate(f)·n^(q²)·n^(q⁴)·m^q/(m·m^q), n = f·conjugate(f) in Fq6, m the norm of n to Fq2.
        self.conjugate(1, 0)
        self.product(2, 0, 1)
        self.frobenius_square(3, 2)
        self.frobenius_square(4, 3)
        self.product(3, 3, 4)
        self.product(4, 2, 3)
        self.frobenius(5, 4)
        self.product(3, 3, 5)
        self.product(4, 4, 5)
        self.lines.append((INVERSE, self.place(5), self.place(4), 0))
        self.scale(3, 3, SLOTS + 2 * 5, SLOTS + 2 * 5)
        self.product(1, 1, 1)
        self.product(1, 1, 3)
        self.frobenius_square(2, 1)
        self.product(0, 1, 2)
        self.power(1, 0)
        self.conjugate(2, 0)
        self.product(2, 1, 2)
        self.power(1, 2)
        self.conjugate(3, 2)
        self.product(2, 1, 3)
        self.power(1, 2)
        self.frobenius(3, 2)
        self.product(2, 1, 3)
        self.power(1, 2)
        self.power(3, 1)
        self.frobenius_square(4, 2)
        self.product(3, 3, 4)
        self.conjugate(4, 2)
        self.product(3, 3, 4)
        self.copy(4, 0)
        self.square(4)
        self.product(4, 4, 0)
        self.product(0, 3, 4)
