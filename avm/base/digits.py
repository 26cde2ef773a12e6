"""Numbers written in digits, of any length: without Python's own limit, in less than quadratic time."""

from __future__ import annotations

import re

from avm.base.errors import ParseFailure

MAX_DIGITS = 1_000_000
"""Digits of the longest number that is read; a limit of ours, far above any value of the machine."""

_CHUNK = 2048
_BASES = {2: "01", 8: "0-7", 10: "0-9", 16: "0-9A-Fa-f"}
_SHAPES = {base: re.compile(f"_*[{digits}][{digits}_]*") for base, digits in _BASES.items()}


def parse_digits(text: str, base: int = 10, *, limit: int = MAX_DIGITS) -> int:
    """Return the number of ASCII digits in base 2, 8, 10 or 16; underscores between them mean nothing.

    ParseFailure for anything else (a sign, a blank, digits of other scripts, no digit at all) and for more
    than ``limit`` digits.
    """
    digits = plain_digits(text, base, limit=limit)
    if base != 10:
        return int(digits, base)  # linear, and without Python's limit
    return _join(digits)


def parse_digits_mod(text: str, modulus: int, *, limit: int = MAX_DIGITS) -> int:
    """Return a decimal number reduced by ``modulus``, in time linear in its digits; errors as above."""
    digits = plain_digits(text, limit=limit)
    value = 0
    for start in range(0, len(digits), _CHUNK):
        chunk = digits[start : start + _CHUNK]
        value = (value * pow(10, len(chunk), modulus) + int(chunk)) % modulus
    return value


def plain_digits(text: str, base: int = 10, *, limit: int = MAX_DIGITS) -> str:
    """Return the digits without underscores and leading zeros, one digit at least; errors as above."""
    if len(text) > limit and len(text.replace("_", "")) > limit:
        raise ParseFailure(f"a number has at most {limit:,} digits", hint=f"this one begins {brief(text)}")
    if not _SHAPES[base].fullmatch(text):
        raise ParseFailure(f"{brief(text)!a} is not a number in base {base}")
    return text.replace("_", "").lstrip("0") or "0"


def brief(number: str | int, size: int = 40) -> str:
    """Return a number for a message: in full when short, else its first digits and how many there are.

    Python refuses to print integers of more than 4,300 digits; these are told by their number of bits.
    """
    if isinstance(number, int):
        if number.bit_length() > 10_000:
            return f"a number of {number.bit_length():,} bits"
        number = str(number)
    return number if len(number) <= size else f"{number[: size // 2]}… ({len(number):,} characters)"


def _join(digits: str) -> int:
    """Read chunks that Python takes, then join neighbours: as fast as its multiplication."""
    if len(digits) <= _CHUNK:
        return int(digits)
    first = len(digits) % _CHUNK
    starts = [0] * (first > 0) + list(range(first, len(digits), _CHUNK))
    ends = [*starts[1:], len(digits)]
    parts = [int(digits[a:b]) for a, b in zip(starts, ends, strict=True)]
    power: int = 10**_CHUNK
    while len(parts) > 1:
        if len(parts) % 2:
            parts.insert(0, 0)
        parts = [parts[i] * power + parts[i + 1] for i in range(0, len(parts), 2)]
        power *= power if len(parts) > 1 else 1
    return parts[0]
