"""Size in bits of the encodings of a type, tagged and raw, known without a value."""

from __future__ import annotations

from avm.base.errors import CheckFailure
from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType, Visibility
from avm.isa.machine import TypeScope
from avm.isa.types import DynamicFuture, DynamicRecord, IdentifierType, RegisterType
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
    if isinstance(type_, LiteralType):
        return literal_bits(type_) + (0 if raw else _LITERAL_TAG)
    if isinstance(type_, ArrayType):
        element = plaintext_bits(type_.element, scope, raw=raw)
        return type_.length * element if raw else _ARRAY_TAG + type_.length * (element + 16)
    total = 0 if raw else _STRUCT_TAG
    for name, member in scope.members(type_):
        total += plaintext_bits(member, scope, raw=raw) + (0 if raw else 8 + 8 * len(name) + 16)
    return total


def value_bits(type_: RegisterType, scope: TypeScope, *, raw: bool) -> int:
    """Bits of any value's encoding; a future's cannot be told without its program."""
    if isinstance(type_, LiteralType | StructType | ArrayType):
        return plaintext_bits(type_, scope, raw=raw)
    if isinstance(type_, FutureValue | DynamicFuture | DynamicRecord | IdentifierType):
        raise CheckFailure(f"the size of a value of type '{type_}' is not known here")
    total = 1 + 253 + 32 + 253 + 8
    for name, visibility, entry in scope.entries(type_):
        body = plaintext_bits(entry, scope, raw=raw)
        total += 8 * len(name) + 2 + body if visibility in Visibility else 0
    return total
