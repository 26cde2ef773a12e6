"""Size in bits of the encodings of a type, tagged and raw, known without a value."""

from __future__ import annotations

from avm.base.errors import CheckFailure
from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType, Visibility
from avm.isa.machine import TypeScope
from avm.isa.types import DynamicFuture, DynamicRecord, RegisterType
from avm.types.literal_type import LiteralType

_LITERAL_TAG = 2 + 8 + 16
_STRUCT_TAG = 2 + 8
_ARRAY_TAG = 2 + 32


def literal_bits(type_: LiteralType) -> int:
    """Width of a literal's own bits; fails for strings, which have no fixed width."""
    if type_.size_in_bits is None:
        raise CheckFailure("a string has no fixed size")
    return type_.size_in_bits


def plaintext_bits(type_: PlaintextType, scope: TypeScope, *, raw: bool) -> int:
    """Bits of a plaintext's encoding: with tags and names, or ``raw`` without."""
    return _bits(type_, scope, raw, {})


def _bits(type_: PlaintextType, scope: TypeScope, raw: bool, known: dict[StructType, int]) -> int:
    """Size of a type; ``known`` keeps those of structs, which may stand in each other many times."""
    if isinstance(type_, LiteralType):
        return literal_bits(type_) + (0 if raw else _LITERAL_TAG)
    if isinstance(type_, ArrayType):
        element = _bits(type_.element, scope, raw, known)
        return type_.length * element if raw else _ARRAY_TAG + type_.length * (element + 16)
    if type_ not in known:
        total = 0 if raw else _STRUCT_TAG
        for name, member in scope.members(type_):
            total += _bits(member, scope, raw, known) + (0 if raw else 8 + 8 * len(name) + 16)
        known[type_] = total
    return known[type_]


def value_bits(type_: RegisterType, scope: TypeScope, *, raw: bool) -> int:
    """Bits of any value's encoding; a future's cannot be told without its program."""
    if isinstance(type_, LiteralType | StructType | ArrayType):
        return plaintext_bits(type_, scope, raw=raw)
    if isinstance(type_, FutureValue | DynamicFuture | DynamicRecord):
        raise CheckFailure(f"the size of a value of type '{type_}' is not known here")
    total = 1 + 253 + 32 + 253 + 8
    for name, visibility, entry in scope.entries(type_):
        body = plaintext_bits(entry, scope, raw=raw)
        total += 8 * len(name) + 2 + body if visibility in Visibility else 0
    return total


def literal_bytes(type_: LiteralType) -> int:
    """Bytes of a literal's own encoding; 0 for strings, which have no fixed size.

    The two scalars and two points of a signature have 32 bytes each.
    """
    return 4 * 32 if type_ is LiteralType.SIGNATURE else ((type_.size_in_bits or 0) + 7) // 8


def priced_bytes(type_: object, scope: TypeScope) -> int:
    """Bytes of a plaintext type as costs count them: a struct is its name and its members."""
    return _priced(type_, scope, {})


def _priced(type_: object, scope: TypeScope, known: dict[StructType, int]) -> int:
    if isinstance(type_, ArrayType):
        return type_.length * _priced(type_.element, scope, known)
    if isinstance(type_, StructType):
        if type_ not in known:
            members = sum(_priced(member, scope, known) for _, member in scope.members(type_))
            known[type_] = 1 + len(type_.name) + members
        return known[type_]
    return literal_bytes(type_) if isinstance(type_, LiteralType) else 0
