"""The text of ids: one field element in bech32m, with a prefix that says what it names."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from avm.algebra.fields import Fr
from avm.base import bech32


class Kind(Enum):
    """What an id names; the value is its prefix."""

    BLOCK = "ab"
    STATE_ROOT = "sr"
    TRANSACTION = "at"
    TRANSITION = "au"


def id_text(kind: Kind, value: int) -> str:
    """Return the text of an id."""
    return bech32.encode(kind.value, Fr.to_bytes_le(value))


def parse_id(kind: Kind, text: str) -> int:
    """Return the field element of an id; DecodeError when the text is not an id of this kind."""
    return Fr.from_bytes_le(bech32.decode(kind.value, text))


def field_text(value: int) -> str:
    """Return a field element as program text."""
    return f"{value}field"


def parse_field(text: str) -> int:
    """Return the field element of ``field_text``; ValueError when the text is not exactly that."""
    value = int(text.removesuffix("field")) if len(text) < 100 else -1
    if not 0 <= value < Fr.modulus or field_text(value) != text:
        raise ValueError(f"{text[:100]!r} is not a field element")
    return value


def parse_text(value: Any) -> str:
    """Return a text of a JSON document; TypeError when it is something else."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {str(value)[:50]}")
    return value


def parse_number(value: Any, bits: int) -> int:
    """Return a number of a JSON document; TypeError or ValueError unless it has at most ``bits`` bits."""
    if type(value) is not int:
        raise TypeError(f"expected a number, found {str(value)[:50]}")
    if not 0 <= value < 1 << bits:
        raise ValueError(f"expected a number of at most {bits} bits")
    return value


def canonical_text(data: Any) -> str:
    """Return JSON values as the one text that stands for them: what is hashed, signed and stored."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
