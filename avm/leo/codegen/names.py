"""Names of items in generated code: a plain identifier stays, anything longer gets a hash.

Point                 Point
geometry::Point       Point__8vXN3Ld2Q1K      hash of the path joined with `::`
u32?                  Optional__JzunLORyB8U
"""

from __future__ import annotations

import hashlib
import re

from avm.base.limits import MAX_NAME

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_IDENTIFIER = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*\Z")
_INSTANCE = re.compile(r"([a-zA-Z_]\w*)(?:::\[.*?\])?\Z")


def _base62(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
        if number == 0:
            return digits


def _is_plain(name: str) -> bool:
    return len(name) <= MAX_NAME and _IDENTIFIER.match(name) is not None


def _hashed(path: tuple[str, ...], base: str) -> str:
    digest = hashlib.sha256("::".join(path).encode()).digest()
    suffix = "__" + _base62(int.from_bytes(digest[:8], "big"))
    return base[: MAX_NAME - len(suffix)] + suffix


def legal_name(path: tuple[str, ...]) -> str:
    """The name of the item at a path; ValueError if the path has no legal form."""
    last = path[-1]
    if not all(_is_plain(part) for part in path[:-1]):
        raise ValueError("::".join(path))
    if len(path) == 1 and _is_plain(last):
        return last
    if last.endswith("__len__"):
        return _hashed(path, last.removesuffix("__len__")[:13] + "__len")
    if last.endswith("__"):
        return _hashed(path, last.removesuffix("__")[:18] + "__")
    instance = _INSTANCE.match(last)
    if instance is not None:
        return _hashed(path, instance.group(1))
    if last.endswith("?"):
        return _hashed(path, "Optional")
    raise ValueError("::".join(path))
