"""The text of ids: one field element in bech32m, with a prefix that says what it names."""

from __future__ import annotations

import json
from enum import Enum

from avm.algebra.fields import Fr
from avm.base import bech32
from avm.base.json_value import JsonValue


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


def canonical_text(data: JsonValue) -> str:
    """Return JSON values as the one text that stands for them: what is hashed, signed and stored."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
