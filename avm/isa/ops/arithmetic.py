"""Checked arithmetic on fields, groups, scalars and integers; what does not fit halts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from avm.isa.op import (
    INTEGERS,
    MAGNITUDES,
    SIGNED,
    UNSIGNED,
    Count,
    LiteralOp,
    Op,
    Trait,
    binary_rows,
    integer_counts,
    magnitude_counts,
    magnitude_rows,
    unary_rows,
    value_function,
)
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType, LiteralValue

if TYPE_CHECKING:
    from avm.data.circuit_values import LiteralVar

FIELD, GROUP, SCALAR = LiteralType.FIELD, LiteralType.GROUP, LiteralType.SCALAR

ADD = LiteralOp(
    mnemonic="add",
    code=2,
    rows=binary_rows(FIELD, GROUP, SCALAR, *INTEGERS),
    counts={
        (FIELD, FIELD): Count(0, 0, 0),
        (GROUP, GROUP): Count(2, 6, 6),
        (SCALAR, SCALAR): Count(1, 755, 757),
    }
    | integer_counts(2, lambda n: (0, n + 4, n + 6), lambda n: (0, n, n + 1)),
    halting=INTEGERS,
    traits=Trait.COMMUTATIVE,
    summary="Adds two values of one type. Fields and scalars add modulo their order. Integers halt on "
    "overflow.",
)
SUB = LiteralOp(
    mnemonic="sub",
    code=64,
    rows=binary_rows(FIELD, GROUP, *INTEGERS),
    counts={(FIELD, FIELD): Count(0, 0, 0), (GROUP, GROUP): Count(2, 6, 6)}
    | integer_counts(2, lambda n: (0, n + 4, n + 6), lambda n: (0, n + 1, n + 3)),
    halting=INTEGERS,
    summary="Subtracts the second value from the first. Integers halt on overflow or below zero.",
)


@dataclass(frozen=True, kw_only=True)
class MulOp(LiteralOp):
    """``mul``: of a scalar and a group the group multiplies, wherever it stands."""

    def evaluate_values(self, types: tuple[LiteralType, ...], values: Sequence[LiteralValue]) -> LiteralValue:
        if types[0] is SCALAR:
            return super().evaluate_values(types[::-1], values[::-1])
        return super().evaluate_values(types, values)

    def evaluation(self, statement: Statement, types: tuple[LiteralType, ...]) -> Callable[..., LiteralValue]:
        if types[0] is SCALAR:
            return super().evaluation(statement, types)
        return partial(value_function(types[0], self.half_name), types[0])

    def gadget(self, operands: Sequence[LiteralVar]) -> LiteralVar:
        from avm.types.scalar import ScalarVar

        return super().gadget(operands[::-1] if isinstance(operands[0], ScalarVar) else operands)


MUL = MulOp(
    mnemonic="mul",
    code=46,
    rows=(*binary_rows(FIELD, *INTEGERS), ((GROUP, SCALAR), GROUP), ((SCALAR, GROUP), GROUP)),
    prices={GROUP: 10_000, SCALAR: 10_000},
    counts={(FIELD, FIELD): Count(0, 1, 1)}
    | dict.fromkeys(((GROUP, SCALAR), (SCALAR, GROUP)), Count(750, 3753, 3755))
    | integer_counts(
        2,
        lambda n: (3 * n, 8 * n + 6, 8 * n + 12) if n < 128 else (3 * n, 1098, 1106),
        lambda n: (0, n, n + 1) if n < 128 else (0, 196, 199),
    ),
    halting=INTEGERS,
    traits=Trait.COMMUTATIVE,
    summary="Multiplies two values of one type, or a group by a scalar. Integers halt on overflow.",
)
DIV = LiteralOp(
    mnemonic="div",
    code=17,
    rows=binary_rows(FIELD, *INTEGERS),
    prices={FIELD: 1_500},
    counts={(FIELD, FIELD): Count(0, 2, 2)}
    | integer_counts(
        2,
        lambda n: (6 * n, 9 * n + 11, 9 * n + 18) if n <= 64 else (6 * n, 1486, 1497),
        lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716),
    ),
    halting=(FIELD, *INTEGERS),
    summary="Divides the first value by the second; integers truncate towards zero. "
    "Halts on division by zero and for the smallest signed integer divided by -1.",
)
REM = LiteralOp(
    mnemonic="rem",
    code=55,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(
        2,
        lambda n: (6 * n, 9 * n + 10, 9 * n + 17) if n <= 64 else (6 * n, 1485, 1496),
        lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716),
    ),
    halting=INTEGERS,
    summary="Remainder of a truncating division, with the sign of the dividend. "
    "Halts on division by zero and for the smallest signed integer by -1.",
)
MOD = LiteralOp(
    mnemonic="mod",
    code=45,
    rows=binary_rows(*UNSIGNED),
    counts=integer_counts(2, None, lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716)),
    halting=UNSIGNED,
    summary="Remainder of two unsigned integers. Halts on division by zero.",
)
ABS = LiteralOp(
    mnemonic="abs",
    code=0,
    rows=unary_rows(*SIGNED),
    counts=integer_counts(1, lambda n: (n, 2 * n + 3, 2 * n + 5), None),
    halting=SIGNED,
    summary="Absolute value of a signed integer. Halts for the smallest value of the type.",
)
NEG = LiteralOp(
    mnemonic="neg",
    code=49,
    rows=unary_rows(FIELD, GROUP, *SIGNED),
    counts={(FIELD,): Count(0, 0, 0), (GROUP,): Count(0, 0, 0)}
    | integer_counts(1, lambda n: (n, n + 2, n + 4), None),
    halting=SIGNED,
    summary="Negates a value. Halts for the smallest value of a signed type.",
)
DOUBLE = LiteralOp(
    mnemonic="double",
    code=19,
    rows=unary_rows(FIELD, GROUP),
    counts={(FIELD,): Count(0, 0, 0), (GROUP,): Count(1, 5, 5)},
    summary="Adds a field element or group element to itself. Never halts.",
)
SQUARE = LiteralOp(
    mnemonic="square",
    code=62,
    rows=unary_rows(FIELD),
    counts={(FIELD,): Count(0, 1, 1)},
    summary="Multiplies a field element with itself. Never halts.",
)
INV = LiteralOp(
    mnemonic="inv",
    code=40,
    rows=unary_rows(FIELD),
    price=2_500,
    counts={(FIELD,): Count(0, 1, 1)},
    halting=(FIELD,),
    summary="Multiplicative inverse of a field element. Halts for zero.",
)
SQRT = LiteralOp(
    mnemonic="sqrt",
    code=63,
    rows=unary_rows(FIELD),
    price=2_500,
    counts={(FIELD,): Count(1, 758, 761)},
    halting=(FIELD,),
    summary="The smaller of the two square roots of a field element. Halts when there is none.",
)


POW = LiteralOp(
    mnemonic="pow",
    code=53,
    rows=(*binary_rows(FIELD), *magnitude_rows(*INTEGERS)),
    prices={FIELD: 1_500},
    counts={(FIELD, FIELD): Count(0, 1262, 1264)}
    | magnitude_counts(
        lambda n, m: (
            (6 * n * m, (17 * n + 18) * m - 10 * n - 9, (17 * n + 28) * m - 10 * n - 16)
            if n < 128
            else (6 * n * m, 2329 * m - 1359, 2342 * m - 1368)
        ),
        lambda n, m: (
            (2 * n, (3 * n + 4) * m - n - 1, (3 * n + 6) * m - n - 2)
            if n < 128
            else (2 * n, 523 * m - 199, 528 * m - 202)
        ),
    ),
    halting=INTEGERS,
    summary="Raises a value to a power: a field element to a field element taken as an integer, an integer "
    f"to a {', '.join(m.type_name for m in MAGNITUDES[:2])} or u32. Anything to the power 0 is 1. "
    "Integers halt on overflow.",
)

OPS: tuple[Op, ...] = (ADD, SUB, MUL, DIV, REM, MOD, ABS, NEG, DOUBLE, SQUARE, INV, SQRT, POW)
