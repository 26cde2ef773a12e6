"""Order of fields, scalars and integers by their canonical integer value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from avm.isa.op import INTEGERS, Count, LiteralOp, Op, compare_rows, integer_counts
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType, LiteralValue

FIELD, SCALAR = LiteralType.FIELD, LiteralType.SCALAR


@dataclass(frozen=True, kw_only=True)
class ComparisonOp(LiteralOp):
    """A comparison, on values that are plain integers: ``compare`` is that of Python."""

    compare: Callable[[int, int], bool]

    def evaluate_values(self, types: tuple[LiteralType, ...], values: Sequence[LiteralValue]) -> LiteralValue:
        return self.compare(*values)

    def evaluation(self, statement: Statement, types: tuple[LiteralType, ...]) -> Callable[[int, int], bool]:
        return self.compare


def _comparison(mnemonic: str, code: int, compare: Callable[[int, int], bool], words: str) -> ComparisonOp:
    return ComparisonOp(
        mnemonic=mnemonic,
        code=code,
        compare=compare,
        rows=compare_rows(FIELD, SCALAR, *INTEGERS),
        counts={(FIELD, FIELD): Count(0, 1516, 1520), (SCALAR, SCALAR): Count(0, 505, 507)}
        | integer_counts(2, lambda n: (n, n + 4, n + 5), lambda n: (n, n + 1, n + 2)),
        summary=f"Says whether the first value is {words} the second. Fields and scalars compare as "
        "canonical integers. Never halts.",
    )


GT = _comparison("gt", 20, operator.gt, "greater than")
GTE = _comparison("gte", 21, operator.ge, "greater than or equal to")
LT = _comparison("lt", 43, operator.lt, "less than")
LTE = _comparison("lte", 44, operator.le, "less than or equal to")

OPS: tuple[Op, ...] = (GT, GTE, LT, LTE)
