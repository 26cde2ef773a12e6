"""Where the pairing in lanes keeps its values, its constants and tables, and its exponentiation in steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import BLOCK, aligned_blocks, term_table, write_lanes

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

PARAMETER = 0x8508C00000000001
PARAMETER_BITS = np.array([int(bit) for bit in bin(PARAMETER)[3:]], dtype=np.uint8)
"""The bits of the curve parameter after the first."""
STEPS = len(PARAMETER_BITS) + int(PARAMETER_BITS.sum())
"""Lines of a pair."""
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

PRODUCT, SQUARE, SCALE, INVERSE, LANE = range(5)


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
