"""Checked arithmetic on fields, groups, scalars and integers; what does not fit halts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from avm.isa.op import (
    INTEGERS,
    MAGNITUDES,
    SIGNED,
    UNSIGNED,
    Count,
    LiteralOp,
    Op,
    Trait,
    binary,
    binary_rows,
    circuit,
    half,
    integer_counts,
    magnitude_rows,
    plain,
    unary,
    unary_rows,
)
from avm.types.literal_type import LiteralType

FIELD, GROUP, SCALAR = LiteralType.FIELD, LiteralType.GROUP, LiteralType.SCALAR

ADD = LiteralOp(
    mnemonic="add",
    code=2,
    form=plain(2),
    rows=binary_rows(FIELD, GROUP, SCALAR, *INTEGERS),
    compute=binary("add"),
    connect=circuit("add"),
    counts={(FIELD, FIELD): Count(0, 0, 0), (GROUP, GROUP): Count(2, 6, 6)}
    | integer_counts(2, lambda n: (0, n + 4, n + 6), lambda n: (0, n, n + 1)),
    halting=INTEGERS,
    traits=Trait.COMMUTATIVE,
    summary="Adds two values of one type. Fields and scalars add modulo their order. Integers halt on "
    "overflow.",
)
SUB = LiteralOp(
    mnemonic="sub",
    code=64,
    form=plain(2),
    rows=binary_rows(FIELD, GROUP, *INTEGERS),
    compute=binary("sub"),
    connect=circuit("sub"),
    counts={(FIELD, FIELD): Count(0, 0, 0)}
    | integer_counts(2, lambda n: (0, n + 4, n + 6), lambda n: (0, n + 1, n + 3)),
    halting=INTEGERS,
    summary="Subtracts the second value from the first. Integers halt on overflow or below zero.",
)


def _mul(types: tuple[LiteralType, ...], values: Sequence[Any]) -> Any:
    if types == (SCALAR, GROUP):
        return half(GROUP).mul(GROUP, values[1], values[0])
    return half(types[0]).mul(types[0], *values)


def _connect_mul(operands: Sequence[Any]) -> Any:
    from avm.types.scalar import ScalarVar

    left, right = operands
    return right.mul(left) if isinstance(left, ScalarVar) else left.mul(right)


MUL = LiteralOp(
    mnemonic="mul",
    code=46,
    form=plain(2),
    rows=(*binary_rows(FIELD, *INTEGERS), ((GROUP, SCALAR), GROUP), ((SCALAR, GROUP), GROUP)),
    compute=_mul,
    prices={GROUP: 10_000, SCALAR: 10_000},
    connect=_connect_mul,
    counts={(FIELD, FIELD): Count(0, 1, 1)}
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
    form=plain(2),
    rows=binary_rows(FIELD, *INTEGERS),
    compute=binary("div"),
    prices={FIELD: 1_500},
    connect=circuit("div"),
    counts={(FIELD, FIELD): Count(0, 2, 2)}
    | integer_counts(
        2,
        lambda n: (6 * n, 9 * n + 11, 9 * n + 18) if n <= 64 else (6 * n, 1486, 1497),
        lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716),
    ),
    halting=(FIELD, *INTEGERS),
    summary="Divides the first value by the second; integers truncate towards zero. Halts on division by "
    "zero "
    "and for the smallest signed integer divided by -1.",
)
REM = LiteralOp(
    mnemonic="rem",
    code=55,
    form=plain(2),
    rows=binary_rows(*INTEGERS),
    compute=binary("rem"),
    connect=circuit("rem"),
    halting=INTEGERS,
    summary="Remainder of a truncating division, with the sign of the dividend. Halts on division by zero "
    "and "
    "for the smallest signed integer by -1.",
)
MOD = LiteralOp(
    mnemonic="mod",
    code=45,
    form=plain(2),
    rows=binary_rows(*UNSIGNED),
    compute=binary("mod"),
    connect=circuit("mod"),
    halting=UNSIGNED,
    summary="Remainder of two unsigned integers. Halts on division by zero.",
)
ABS = LiteralOp(
    mnemonic="abs",
    code=0,
    form=plain(1),
    rows=unary_rows(*SIGNED),
    compute=unary("abs_"),
    connect=circuit("abs_"),
    counts=integer_counts(1, lambda n: (n, 2 * n + 3, 2 * n + 5), lambda n: None),
    halting=SIGNED,
    summary="Absolute value of a signed integer. Halts for the smallest value of the type.",
)
NEG = LiteralOp(
    mnemonic="neg",
    code=49,
    form=plain(1),
    rows=unary_rows(FIELD, GROUP, *SIGNED),
    compute=unary("neg"),
    connect=circuit("neg"),
    counts={(FIELD,): Count(0, 0, 0)} | integer_counts(1, lambda n: (n, n + 2, n + 4), lambda n: None),
    halting=SIGNED,
    summary="Negates a value. Halts for the smallest value of a signed type.",
)
DOUBLE = LiteralOp(
    mnemonic="double",
    code=19,
    form=plain(1),
    rows=unary_rows(FIELD, GROUP),
    compute=unary("double"),
    connect=circuit("double"),
    counts={(FIELD,): Count(0, 0, 0), (GROUP,): Count(1, 5, 5)},
    summary="Adds a field element or group element to itself. Never halts.",
)
SQUARE = LiteralOp(
    mnemonic="square",
    code=62,
    form=plain(1),
    rows=unary_rows(FIELD),
    compute=unary("square"),
    connect=circuit("square"),
    counts={(FIELD,): Count(0, 1, 1)},
    summary="Multiplies a field element with itself. Never halts.",
)
INV = LiteralOp(
    mnemonic="inv",
    code=40,
    form=plain(1),
    rows=unary_rows(FIELD),
    compute=unary("inv"),
    price=2_500,
    connect=circuit("inv"),
    counts={(FIELD,): Count(0, 1, 1)},
    halting=(FIELD,),
    summary="Multiplicative inverse of a field element. Halts for zero.",
)
SQRT = LiteralOp(
    mnemonic="sqrt",
    code=63,
    form=plain(1),
    rows=unary_rows(FIELD),
    compute=unary("sqrt"),
    price=2_500,
    connect=circuit("sqrt"),
    counts={(FIELD,): Count(1, 758, 761)},
    halting=(FIELD,),
    summary="The smaller of the two square roots of a field element. Halts when there is none.",
)


POW = LiteralOp(
    mnemonic="pow",
    code=53,
    form=plain(2),
    rows=(*binary_rows(FIELD), *magnitude_rows(*INTEGERS)),
    compute=binary("pow_"),
    prices={FIELD: 1_500},
    connect=circuit("pow_"),
    halting=INTEGERS,
    summary="Raises a value to a power: a field element to a field element taken as an integer, an "
    "integer to a "
    f"{', '.join(m.type_name for m in MAGNITUDES[:2])} or u32. Anything to the power 0 is 1. Integers "
    "halt on "
    "overflow.",
)

OPS: tuple[Op, ...] = (ADD, SUB, MUL, DIV, REM, MOD, ABS, NEG, DOUBLE, SQUARE, INV, SQRT, POW)
