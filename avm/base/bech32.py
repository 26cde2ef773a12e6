"""Bech32m text encoding (BIP-350), without its length limit, as Aleo uses it."""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import DecodeError

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_INDEX = {c: i for i, c in enumerate(_CHARSET)}
_CONST = 0x2BC830A3
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _feedback(top: int) -> int:
    """Return the sum of the generators that the five bits choose."""
    check = 0
    for i, generator in enumerate(_GENERATORS):
        if top >> i & 1:
            check ^= generator
    return check


_FEEDBACK = [_feedback(top) for top in range(32)]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[check >> 25]
    return check


def _expand(hrp: str) -> list[int]:
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def encode(hrp: str, data: bytes) -> str:
    """Return ``data`` as bech32m text with the human-readable part ``hrp``."""
    accumulator = bits = 0
    words: list[int] = []
    for byte in data:
        accumulator = (accumulator << 8 | byte) & 0xFFF
        bits += 8
        while bits >= 5:
            bits -= 5
            words.append(accumulator >> bits & 31)
    if bits:
        words.append(accumulator << (5 - bits) & 31)
    check = _polymod([*_expand(hrp), *words, 0, 0, 0, 0, 0, 0]) ^ _CONST
    words.extend(check >> 5 * (5 - i) & 31 for i in range(6))
    return f"{hrp}1{''.join(_CHARSET[w] for w in words)}"


def decode(hrp: str, text: str) -> bytes:
    """Return the bytes of bech32m ``text``; DecodeError on a wrong prefix, character, checksum or padding."""
    if text != text.lower() and text != text.upper():
        raise DecodeError("bech32m text must not mix upper and lower case")
    text = text.lower()
    found, separator, payload = text.rpartition("1")
    if not separator or found != hrp:
        raise DecodeError(f"the text must begin with {hrp}1")
    try:
        words = [_INDEX[c] for c in payload]
    except KeyError as error:
        raise DecodeError(f"{error.args[0]!r} is not a bech32 character") from None
    if len(words) < 6 or _polymod([*_expand(hrp), *words]) != _CONST:
        raise DecodeError("the bech32m checksum is wrong", hint="one or more characters were mistyped")
    accumulator = bits = 0
    out = bytearray()
    for word in words[:-6]:
        accumulator = (accumulator << 5 | word) & 0xFFF
        bits += 5
        if bits >= 8:
            bits -= 8
            out.append(accumulator >> bits & 0xFF)
    if bits >= 5 or accumulator & ((1 << bits) - 1):
        raise DecodeError("the bech32m padding is not canonical")
    return bytes(out)
