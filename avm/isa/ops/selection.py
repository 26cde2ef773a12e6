"""``ternary``: one of two values, chosen by a boolean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.isa.op import Count, LiteralOp, Op
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType, LiteralValue

if TYPE_CHECKING:
    from avm.data.circuit_values import LiteralVar

BOOLEAN = LiteralType.BOOLEAN
_SIZES = {LiteralType.ADDRESS: 2, LiteralType.GROUP: 2, LiteralType.SIGNATURE: 7}
"""Variables of a choice between values that are no integers, where it is not one."""
_CHOICES = tuple(t for t in LiteralType if t not in (LiteralType.STRING, LiteralType.IDENTIFIER))


def _chosen(condition: bool, first: LiteralValue, second: LiteralValue) -> LiteralValue:
    return first if condition else second


@dataclass(frozen=True, kw_only=True)
class TernaryOp(LiteralOp):
    """``ternary``: the chosen value itself, of any type."""

    def evaluate_values(self, types: tuple[LiteralType, ...], values: Sequence[LiteralValue]) -> LiteralValue:
        return _chosen(*values)

    def evaluation(self, statement: Statement, types: tuple[LiteralType, ...]) -> Callable[..., LiteralValue]:
        return _chosen

    def gadget(self, operands: Sequence[LiteralVar]) -> LiteralVar:
        return super().gadget((operands[1], *operands))


TERNARY = TernaryOp(
    mnemonic="ternary",
    code=66,
    rows=tuple(((BOOLEAN, t, t), t) for t in _CHOICES),
    counts={
        (BOOLEAN, t, t): Count(0, size, size)
        for t in _CHOICES
        for size in [t.bits if t.is_integer else _SIZES.get(t, 1)]
    },
    summary="Returns the second operand if the first is true, otherwise the third. "
    "Both are literals of one type, not strings or identifiers. Never halts.",
)

OPS: tuple[Op, ...] = (TERNARY,)
