"""Hints: how the variables that a gadget computes follow from those it has already.

A gadget makes its variables by a hint, never from a value: synthesis reads no witness, and what it records is
a program, the tape, that gives the witness of any inputs. Each hint is declared here once, with the plain
function that defines it; its place in ``HINTS`` is its code.

A hint is total: where it has no answer (a quotient by zero, a root of no square) it gives a default, and the
constraints beside it fail. It proves nothing; only rows do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from avm.algebra import edwards
from avm.algebra.fields import FR_MODULUS, Fr
from avm.base.errors import Halt

Values = Sequence[int]


class Reads(Enum):
    """Where a hint finds its operands."""

    GIVEN = auto()
    """One value from outside the circuit."""
    ROW = auto()
    """The values of A, B and C of the row that binds the variable, with the variable itself as zero."""
    COMBINATIONS = auto()
    """The values of linear combinations that are recorded for it."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A rule for variables: ``compute(operands, count)`` returns their ``count`` canonical values."""

    name: str
    reads: Reads
    operands: int
    compute: Callable[[Values, int], Values] = field(repr=False)
    code: int = -1


def _quotient(top: int, bottom: int, default: int = 0) -> int:
    return top * pow(bottom, -1, FR_MODULUS) % FR_MODULUS if bottom else default


def _bits(x: int, count: int) -> list[int]:
    """Return the low bits of a canonical integer, lowest first."""
    return [x >> i & 1 for i in range(count)]


def _divided(operands: Values, count: int) -> list[int]:
    """Return the bits of quotient and remainder, half of ``count`` each; a divisor of zero counts as one."""
    quotient, remainder = divmod(operands[0], operands[1] or 1)
    return _bits(quotient, count // 2) + _bits(remainder, count // 2)


def _root(x: int, root: Callable[[int], int]) -> int:
    try:
        return root(x)
    except Halt:
        return 0


def _quarter(operands: Values, count: int) -> Values:
    """Return the point whose quadruple is a point of the curve; (0, 0) for any other point."""
    point = operands[0], operands[1]
    return edwards.mul(point, _COFACTOR_INVERSE) if edwards.is_on_curve(point) else (0, 0)


def _subgroup_y(operands: Values, count: int) -> Values:
    """Return y of the point of the subgroup with this x, and 0 where there is none."""
    try:
        return (edwards.from_x(operands[0])[1],)
    except Halt:
        return (0,)


_COFACTOR_INVERSE = pow(edwards.COFACTOR, -1, edwards.ORDER)

_DECLARED = (
    Hint("given", Reads.GIVEN, 1, lambda v, n: v),
    Hint("bits of given", Reads.GIVEN, 1, lambda v, n: _bits(v[0], n)),
    # A * B = C + out, A * B = C - out, out * B = C, A * out = C.
    Hint("product", Reads.ROW, 3, lambda v, n: ((v[0] * v[1] - v[2]) % FR_MODULUS,)),
    Hint("missing", Reads.ROW, 3, lambda v, n: ((v[2] - v[0] * v[1]) % FR_MODULUS,)),
    Hint("left factor", Reads.ROW, 3, lambda v, n: (_quotient(v[2], v[1]),)),
    Hint("right factor", Reads.ROW, 3, lambda v, n: (_quotient(v[2], v[0]),)),
    Hint("right factor or one", Reads.ROW, 3, lambda v, n: (_quotient(v[2], v[0], default=1),)),
    Hint("copy", Reads.COMBINATIONS, 1, lambda v, n: v),
    Hint("is nonzero", Reads.COMBINATIONS, 1, lambda v, n: (int(v[0] != 0),)),
    Hint("bits", Reads.COMBINATIONS, 1, lambda v, n: _bits(v[0], n)),
    Hint("bits of product", Reads.COMBINATIONS, 2, lambda v, n: _bits(v[0] * v[1] % FR_MODULUS, n)),
    Hint("bits of quotient and remainder", Reads.COMBINATIONS, 2, _divided),
    Hint("smaller root", Reads.COMBINATIONS, 1, lambda v, n: (_root(v[0], Fr.sqrt),)),
    Hint("even root", Reads.COMBINATIONS, 1, lambda v, n: (_root(v[0], Fr.even_sqrt),)),
    Hint("quarter of point", Reads.COMBINATIONS, 2, _quarter),
    Hint("y of subgroup", Reads.COMBINATIONS, 1, _subgroup_y),
)

HINTS = tuple(Hint(h.name, h.reads, h.operands, h.compute, code) for code, h in enumerate(_DECLARED))
"""Every hint, at the place of its code."""
(
    GIVEN,
    GIVEN_BITS,
    PRODUCT,
    MISSING,
    LEFT_FACTOR,
    RIGHT_FACTOR,
    RIGHT_FACTOR_OR_ONE,
    COPY,
    IS_NONZERO,
    BITS,
    BITS_OF_PRODUCT,
    DIVIDED,
    SMALLER_ROOT,
    EVEN_ROOT,
    QUARTER,
    SUBGROUP_Y,
) = HINTS
