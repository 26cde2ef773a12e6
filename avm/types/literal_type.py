"""The kinds of literal a program can hold, in the order of their variant numbers.

The number of a member is its variant number in every encoding
(`console/program/src/data/literal/variant.rs`).
"""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeAlias

from avm.base.errors import ParseFailure

LiteralValue: TypeAlias = Any
"""The Python value of a literal: bool, int, str, point or signature; its ``LiteralType`` says which."""


class LiteralType(Enum):
    """A literal type; the value is the variant number (0..17) of the byte and bit encodings."""

    ADDRESS = 0
    BOOLEAN = 1
    FIELD = 2
    GROUP = 3
    I8 = 4
    I16 = 5
    I32 = 6
    I64 = 7
    I128 = 8
    U8 = 9
    U16 = 10
    U32 = 11
    U64 = 12
    U128 = 13
    SCALAR = 14
    SIGNATURE = 15
    STRING = 16
    IDENTIFIER = 17

    type_name: str
    """The name in program text, e.g. ``u32``."""
    size_in_bits: int | None
    """The fixed number of bits of the raw encoding; None for strings, whose length varies."""
    is_integer: bool
    is_signed: bool
    is_unsigned: bool
    is_numeric: bool
    """Whether literals are a numeral and the type's name: integers, fields, groups, scalars."""
    bits: int
    """The width of an integer type, 0 for every other type."""
    min: int
    """The smallest value of an integer type (0 elsewhere)."""
    max: int
    """The largest value of an integer type (0 elsewhere)."""

    def __init__(self, variant: int) -> None:
        self.is_signed = 4 <= variant <= 8
        self.is_unsigned = 9 <= variant <= 13
        self.is_integer = self.is_signed or self.is_unsigned
        self.is_numeric = self.is_integer or variant in (2, 3, 14)
        self.bits = 8 << (variant - (4 if self.is_signed else 9)) if self.is_integer else 0
        self.min = -(1 << (self.bits - 1)) if self.is_signed else 0
        self.max = (1 << (self.bits - self.is_signed)) - 1 if self.is_integer else 0
        fixed = {0: 253, 1: 1, 2: 253, 3: 253, 14: 251, 15: 1008, 17: 248}
        self.size_in_bits = self.bits if self.is_integer else fixed.get(variant)

    @classmethod
    def from_name(cls, name: str) -> LiteralType:
        """Return the type of that name in program text.

        Raises:
            ParseFailure: no literal type is called so.
        """
        found = _BY_NAME.get(name)
        if found is None:
            raise ParseFailure(f"'{name}' is not a literal type", hint=f"one of {', '.join(_BY_NAME)}")
        return found

    __hash__ = object.__hash__
    """By identity, as equality is: types are keys of many tables."""

    def __str__(self) -> str:
        return self.type_name


for _member in LiteralType:
    _member.type_name = _member.name.lower()

_BY_NAME = {member.type_name: member for member in LiteralType}
