"""The opcode of each operator: what code generation writes, folding runs and passes ask for facts."""

from __future__ import annotations

from functools import cache
from typing import Final

from avm.isa.op import LiteralOp, Trait
from avm.isa.registry import ops
from avm.types.literal_type import LiteralType

BINARY: Final = {
    "Add": "add",
    "AddWrapped": "add.w",
    "And": "and",
    "BitwiseAnd": "and",
    "Div": "div",
    "DivWrapped": "div.w",
    "Eq": "is.eq",
    "Gte": "gte",
    "Gt": "gt",
    "Lte": "lte",
    "Lt": "lt",
    "Mod": "mod",
    "Mul": "mul",
    "MulWrapped": "mul.w",
    "Nand": "nand",
    "Neq": "is.neq",
    "Nor": "nor",
    "Or": "or",
    "BitwiseOr": "or",
    "Pow": "pow",
    "PowWrapped": "pow.w",
    "Rem": "rem",
    "RemWrapped": "rem.w",
    "Shl": "shl",
    "ShlWrapped": "shl.w",
    "Shr": "shr",
    "ShrWrapped": "shr.w",
    "Sub": "sub",
    "SubWrapped": "sub.w",
    "Xor": "xor",
}
UNARY: Final = {
    "Abs": "abs",
    "AbsWrapped": "abs.w",
    "Double": "double",
    "Inverse": "inv",
    "Not": "not",
    "Negate": "neg",
    "Square": "square",
    "SquareRoot": "sqrt",
}
COORDINATES: Final = {"ToXCoordinate": "group.x", "ToYCoordinate": "group.y"}
"""Operators that are casts to a coordinate."""
TERNARY: Final = "ternary"

_ORDERED = frozenset({"MulWrapped"})
"""Operators whose operands the reference compiler does not exchange, although they may be."""


@cache
def commutes(operator: str) -> bool:
    """Whether two uses of a binary operator are one when their operands change places."""
    return Trait.COMMUTATIVE in ops()[BINARY[operator]].traits and operator not in _ORDERED


@cache
def can_halt(operator: str, result: LiteralType | None) -> bool:
    """Whether an operator with a result of that type, None when it is not known, may halt."""
    if operator in COORDINATES:
        return False
    op = ops()[BINARY.get(operator) or UNARY[operator]]
    if not isinstance(op, LiteralOp) or result is None:
        return Trait.CAN_HALT in op.traits
    return result in op.halting


@cache
def total() -> frozenset[str]:
    """The opcodes of operators that do nothing but give their result."""
    return frozenset(m for m in (*BINARY.values(), *UNARY.values(), TERNARY) if ops()[m].is_total)
