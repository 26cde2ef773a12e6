"""Order of fields, scalars and integers by their canonical integer value."""

from __future__ import annotations

from avm.isa.op import INTEGERS, Count, LiteralOp, Op, compare_rows, integer_counts
from avm.types.literal_type import LiteralType

FIELD, SCALAR = LiteralType.FIELD, LiteralType.SCALAR


def _comparison(mnemonic: str, code: int, words: str) -> LiteralOp:
    return LiteralOp(
        mnemonic=mnemonic,
        code=code,
        rows=compare_rows(FIELD, SCALAR, *INTEGERS),
        counts={(FIELD, FIELD): Count(0, 1516, 1520), (SCALAR, SCALAR): Count(0, 505, 507)}
        | integer_counts(2, lambda n: (n, n + 4, n + 5), lambda n: (n, n + 1, n + 2)),
        summary=f"Says whether the first value is {words} the second. Fields and scalars compare as "
        "canonical integers. Never halts.",
    )


GT = _comparison("gt", 20, "greater than")
GTE = _comparison("gte", 21, "greater than or equal to")
LT = _comparison("lt", 43, "less than")
LTE = _comparison("lte", 44, "less than or equal to")

OPS: tuple[Op, ...] = (GT, GTE, LT, LTE)
