"""Comparisons and choices of values that are plain integers: those of fields, scalars and integer types."""

from __future__ import annotations

from avm.types.literal_type import LiteralType


def lt(_type: LiteralType, a: int, b: int) -> bool:
    """Return a < b as canonical integers."""
    return a < b


def lte(_type: LiteralType, a: int, b: int) -> bool:
    """Return a <= b as canonical integers."""
    return a <= b


def gt(_type: LiteralType, a: int, b: int) -> bool:
    """Return a > b as canonical integers."""
    return a > b


def gte(_type: LiteralType, a: int, b: int) -> bool:
    """Return a >= b as canonical integers."""
    return a >= b


def is_eq(_type: LiteralType, a: int, b: int) -> bool:
    """Return whether both are the same."""
    return a == b


def is_neq(_type: LiteralType, a: int, b: int) -> bool:
    """Return whether they differ."""
    return a != b


def ternary(_type: LiteralType, condition: bool, a: int, b: int) -> int:
    """Return a when the condition holds, else b."""
    return a if condition else b


# --- circuit ---
