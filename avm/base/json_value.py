"""JSON documents: the type of what ``json`` reads and writes, and readers of values of one kind.

A reader raises TypeError for a value of another kind, ValueError for one that is out of its range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]


def text(value: object) -> str:
    """Return a text as it is."""
    if not isinstance(value, str):
        raise _other("a text", value)
    return value


def number(value: object, below: int) -> int:
    """Return a whole number that is not negative and less than ``below``."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise _other("a number", value)
    if not 0 <= value < below:
        raise ValueError(f"expected a number from 0 to {below - 1}")
    return value


def real(value: object) -> float:
    """Return a number, whole or not."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _other("a number", value)
    return float(value)


def hex_bytes(value: object) -> bytes:
    """Return the bytes of a text in hexadecimal."""
    return bytes.fromhex(text(value))


def items(value: JsonValue) -> Sequence[JsonValue]:
    """Return a list as it is."""
    if not isinstance(value, list):
        raise _other("a list", value)
    return value


def members(value: JsonValue) -> JsonObject:
    """Return an object as it is."""
    if not isinstance(value, dict):
        raise _other("an object", value)
    return value


def _other(expected: str, value: object) -> TypeError:
    return TypeError(f"expected {expected}, found {str(value)[:50]}")
