"""Shifts of integers by a u8, u16 or u32."""

from __future__ import annotations

from avm.isa.op import INTEGERS, LiteralOp, Op, magnitude_rows
from avm.types.literal_type import LiteralType


def _shift(mnemonic: str, code: int, summary: str, halting: tuple[LiteralType, ...] = ()) -> LiteralOp:
    return LiteralOp(
        mnemonic=mnemonic,
        code=code,
        rows=magnitude_rows(*INTEGERS),
        halting=halting,
        summary=summary,
    )


SHL = _shift(
    "shl",
    57,
    "Shifts left, that is multiplies by 2 to the n. Halts when n is not less than the width or when a bit "
    "is lost.",
    INTEGERS,
)
SHL_W = _shift("shl.w", 58, "Shifts left by n modulo the width; bits shifted out are dropped. Never halts.")
SHR = _shift(
    "shr",
    59,
    "Shifts right, keeping the sign of signed integers. Halts when n is not less than the width.",
    INTEGERS,
)
SHR_W = _shift("shr.w", 60, "Shifts right by n modulo the width, keeping the sign. Never halts.")

OPS: tuple[Op, ...] = (SHL, SHL_W, SHR, SHR_W)
