"""Bit lists, least significant bit first, as snarkVM's ``to_bits_le`` orders them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def int_to_bits_le(value: int, size: int) -> list[bool]:
    """Return the ``size`` low bits of ``value``; negative values give two's complement."""
    value &= (1 << size) - 1
    return [c == "1" for c in reversed(f"{value:0{size}b}")] if size else []


def bits_to_int_le(bits: Sequence[bool] | Iterable[bool]) -> int:
    """Return the unsigned integer of a bit list."""
    text = "".join("1" if b else "0" for b in bits)
    return int(text[::-1], 2) if text else 0


def bytes_to_bits_le(data: bytes) -> list[bool]:
    """Return the bits of ``data``: bytes in order, each least significant bit first."""
    return int_to_bits_le(int.from_bytes(data, "little"), 8 * len(data))


def bits_to_bytes_le(bits: Sequence[bool]) -> bytes:
    """Pack bits into bytes; a trailing partial byte is zero-extended."""
    return bits_to_int_le(bits).to_bytes((len(bits) + 7) // 8, "little")
