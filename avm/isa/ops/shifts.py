"""Shifts of integers by a u8, u16 or u32."""

from __future__ import annotations

from collections.abc import Callable

from avm.isa.op import INTEGERS, LiteralOp, Op, Size, magnitude_counts, magnitude_rows
from avm.types.literal_type import LiteralType

_Formula = Callable[[int, int], Size]


def _shift(
    mnemonic: str,
    code: int,
    summary: str,
    signed: _Formula,
    unsigned: _Formula,
    halting: tuple[LiteralType, ...] = (),
) -> LiteralOp:
    return LiteralOp(
        mnemonic=mnemonic,
        code=code,
        rows=magnitude_rows(*INTEGERS),
        counts=magnitude_counts(signed, unsigned),
        halting=halting,
        summary=summary,
    )


def _steps(constants: int, last: Size, checks: int = 1) -> _Formula:
    """Up to 64 bits: a product in the field for each of the log2 n bits that count, then 2n bits."""

    def size(n: int, m: int) -> Size:
        log = n.bit_length() - 1
        return (constants * log, 2 * n + log, 2 * n + log + checks) if n < 128 else last

    return size


def _left(n: int, width: int, checks: int) -> Size:
    log = n.bit_length() - 1
    return 3 * n + log, width + log, width + log + checks


SHL = _shift(
    "shl",
    57,
    "Shifts left, that is multiplies by 2 to the n. Halts when n is not less than the width or when a bit "
    "is lost.",
    lambda n, m: _left(n, 3 * n, n + 2) if n < 128 else (1474, 520 * m + 836, 525 * m + 839),
    lambda n, m: _left(n, 2 * n, 3) if n < 128 else (834, 520 * m - 325, 525 * m - 328),
    INTEGERS,
)
SHL_W = _shift(
    "shl.w",
    58,
    "Shifts left by n modulo the width; bits shifted out are dropped. Never halts.",
    _steps(1, (0, 336, 338)),
    _steps(1, (0, 336, 338)),
)
SHR = _shift(
    "shr",
    59,
    "Shifts right, keeping the sign of signed integers. Halts when n is not less than the width.",
    _steps(2, (512, 1622, 1634), checks=2),
    _steps(1, (128, 849, 858), checks=2),
    INTEGERS,
)
SHR_W = _shift(
    "shr.w",
    60,
    "Shifts right by n modulo the width, keeping the sign. Never halts.",
    _steps(2, (512, 1622, 1633)),
    _steps(1, (128, 849, 857)),
)

OPS: tuple[Op, ...] = (SHL, SHL_W, SHR, SHR_W)
