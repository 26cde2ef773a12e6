"""Wrapping arithmetic on integers: results are taken modulo 2^n in two's complement."""

from __future__ import annotations

from avm.isa.op import (
    INTEGERS,
    SIGNED,
    LiteralOp,
    Op,
    Trait,
    binary_rows,
    integer_counts,
    magnitude_counts,
    magnitude_rows,
    unary_rows,
)

ADD_W = LiteralOp(
    mnemonic="add.w",
    code=3,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(2, lambda n: (0, n + 1, n + 2), lambda n: (0, n + 1, n + 2)),
    traits=Trait.COMMUTATIVE,
    summary="Adds two integers and wraps around. Never halts.",
)
SUB_W = LiteralOp(
    mnemonic="sub.w",
    code=65,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(2, lambda n: (0, n + 1, n + 2), lambda n: (0, n + 1, n + 2)),
    summary="Subtracts two integers and wraps around. Never halts.",
)
MUL_W = LiteralOp(
    mnemonic="mul.w",
    code=47,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(2, *[lambda n: (0, n + n // 2 + 4, n + n // 2 + 5)] * 2),
    traits=Trait.COMMUTATIVE,
    summary="Multiplies two integers and wraps around. Never halts.",
)
DIV_W = LiteralOp(
    mnemonic="div.w",
    code=18,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(
        2,
        lambda n: (4 * n, 9 * n + 6, 9 * n + 12) if n <= 64 else (4 * n, 1481, 1491),
        lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716),
    ),
    halting=INTEGERS,
    summary="Divides two integers, truncating; the smallest signed integer by -1 gives itself. "
    "Halts on division by zero.",
)
REM_W = LiteralOp(
    mnemonic="rem.w",
    code=56,
    rows=binary_rows(*INTEGERS),
    counts=integer_counts(
        2,
        lambda n: (4 * n, 9 * n + 5, 9 * n + 11) if n <= 64 else (4 * n, 1480, 1490),
        lambda n: (n, 3 * n + 2, 3 * n + 5) if n <= 64 else (n, 709, 716),
    ),
    halting=INTEGERS,
    summary="Remainder of a truncating division; the smallest signed integer by -1 gives 0. "
    "Halts on division by zero.",
)
ABS_W = LiteralOp(
    mnemonic="abs.w",
    code=1,
    rows=unary_rows(*SIGNED),
    counts=integer_counts(1, lambda n: (n, 2 * n + 1, 2 * n + 2), None),
    summary="Absolute value of a signed integer; the smallest value gives itself. Never halts.",
)


POW_W = LiteralOp(
    mnemonic="pow.w",
    code=54,
    rows=magnitude_rows(*INTEGERS),
    counts=magnitude_counts(
        *[lambda n, m: (2 * n, (4 * n + 8) * m - 3 * n // 2 - 7, (4 * n + 10) * m - 3 * n // 2 - 8)] * 2
    ),
    summary="Raises an integer to a u8, u16 or u32 power and wraps around. Never halts.",
)

OPS: tuple[Op, ...] = (ADD_W, SUB_W, MUL_W, DIV_W, REM_W, ABS_W, POW_W)
