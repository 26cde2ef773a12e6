"""``ternary``: one of two values, chosen by a boolean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from avm.isa.op import LiteralOp, Op, plain
from avm.types.literal_type import LiteralType

BOOLEAN = LiteralType.BOOLEAN
_CHOICES = tuple(t for t in LiteralType if t not in (LiteralType.STRING, LiteralType.IDENTIFIER))


def _choose(types: tuple[LiteralType, ...], values: Sequence[Any]) -> Any:
    return values[1] if values[0] else values[2]


def _connect(operands: Sequence[Any]) -> Any:
    condition, first, second = operands
    return type(first).ternary(condition, first, second)


TERNARY = LiteralOp(
    mnemonic="ternary",
    code=66,
    form=plain(3),
    rows=tuple(((BOOLEAN, t, t), t) for t in _CHOICES),
    compute=_choose,
    connect=_connect,
    summary="Returns the second operand if the first is true, otherwise the third. Both are literals of "
    "one type, "
    "not strings or identifiers. Never halts.",
)

OPS: tuple[Op, ...] = (TERNARY,)
