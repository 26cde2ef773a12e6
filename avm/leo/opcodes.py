"""The opcode of each operator: what code generation writes and what constant folding runs."""

from __future__ import annotations

from typing import Final

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
