"""Logic on booleans and bits of integers."""

from __future__ import annotations

from avm.isa.op import (
    INTEGERS,
    Count,
    LiteralOp,
    Op,
    Trait,
    binary_rows,
    integer_counts,
    unary_rows,
)
from avm.types.literal_type import LiteralType

BOOLEAN = LiteralType.BOOLEAN


def _bitwise(mnemonic: str, code: int, words: str) -> LiteralOp:
    return LiteralOp(
        mnemonic=mnemonic,
        code=code,
        rows=binary_rows(BOOLEAN, *INTEGERS),
        counts={(BOOLEAN, BOOLEAN): Count(0, 1, 1)}
        | integer_counts(2, lambda n: (0, n, n), lambda n: (0, n, n)),
        traits=Trait.COMMUTATIVE,
        summary=f"{words} of two booleans, or of each pair of bits of two integers. Never halts.",
    )


AND = _bitwise("and", 4, "Conjunction")
OR = _bitwise("or", 52, "Disjunction")
XOR = _bitwise("xor", 67, "Exclusive or")
NOT = LiteralOp(
    mnemonic="not",
    code=51,
    rows=unary_rows(BOOLEAN, *INTEGERS),
    counts={(BOOLEAN,): Count(0, 0, 0)} | integer_counts(1, lambda n: (0, 0, 0), lambda n: (0, 0, 0)),
    summary="Negation of a boolean, or of each bit of an integer. Never halts.",
)
NAND = LiteralOp(
    mnemonic="nand",
    code=48,
    rows=binary_rows(BOOLEAN),
    counts={(BOOLEAN, BOOLEAN): Count(0, 1, 1)},
    traits=Trait.COMMUTATIVE,
    summary="Negated conjunction of two booleans. Never halts.",
)
NOR = LiteralOp(
    mnemonic="nor",
    code=50,
    rows=binary_rows(BOOLEAN),
    counts={(BOOLEAN, BOOLEAN): Count(0, 1, 1)},
    traits=Trait.COMMUTATIVE,
    summary="Negated disjunction of two booleans. Never halts.",
)

OPS: tuple[Op, ...] = (AND, OR, XOR, NOT, NAND, NOR)
