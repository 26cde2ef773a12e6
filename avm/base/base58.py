"""Base58 text encoding in the Bitcoin alphabet, without a checksum."""

from __future__ import annotations

from avm.base.errors import DecodeError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_INDEX = {c: i for i, c in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Return ``data`` as base58; each leading zero byte is a leading ``1``."""
    value = int.from_bytes(data, "big")
    out = []
    while value:
        value, digit = divmod(value, 58)
        out.append(_ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(out))


def decode(text: str) -> bytes:
    """Return the bytes of base58 ``text``; DecodeError on a character outside the alphabet."""
    value = 0
    for c in text:
        digit = _INDEX.get(c)
        if digit is None:
            raise DecodeError(f"{c!r} is not a base58 character")
        value = value * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + value.to_bytes((value.bit_length() + 7) // 8, "big")
