"""Size in bits of the encodings of a type, tagged and raw, known without a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from avm.data.literal import MAX_STRING_BYTES
from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType, innermost
from avm.isa.machine import TypeScope
from avm.isa.types import DynamicFuture, DynamicRecord, RegisterType
from avm.types.literal_type import LiteralType

_LITERAL_TAG = 2 + 8 + 16
_STRUCT_TAG = 2 + 8
_ARRAY_TAG = 2 + 32
_RECORD = 1 + 253 + 31 + 1 + 253 + 8
"""Bits of a record without its entries: owner with its kind, size of the entries, kind, nonce, version."""
_DYNAMIC_RECORD, _DYNAMIC_FUTURE = 3 * 253 + 8, 4 * 253


def literal_bits(type_: LiteralType, *, raw: bool) -> int:
    """Bits of a literal's encoding, with its tag or ``raw``; for a string those of the longest."""
    size = 8 * MAX_STRING_BYTES if type_.size_in_bits is None else type_.size_in_bits
    return size + (0 if raw else _LITERAL_TAG)


def array_bits(length: int, element: int, *, raw: bool) -> int:
    """Bits of the encoding of an array of ``length`` elements of ``element`` bits each."""
    return length * element if raw else _ARRAY_TAG + length * (element + 16)


def plaintext_bits(type_: PlaintextType, scope: TypeScope, *, raw: bool) -> int:
    """Bits of a plaintext's encoding: with tags and names, or ``raw`` without."""

    def struct(_: str, parts: Parts) -> int:
        if raw:
            return _sum(parts)
        return _STRUCT_TAG + sum(bits + 8 + 8 * len(name) + 16 for name, bits in parts)

    return fold(type_, scope, partial(literal_bits, raw=raw), partial(array_bits, raw=raw), struct)


def literal_count(type_: PlaintextType, scope: TypeScope) -> int:
    """Literals in a value of a type."""
    return fold(type_, scope, lambda _: 1, lambda length, count: length * count, lambda _, parts: _sum(parts))


Parts = Sequence[tuple[str, int]]


def _sum(parts: Parts) -> int:
    return sum(number for _, number in parts)


def fold(
    type_: PlaintextType,
    scope: TypeScope,
    literal: Callable[[LiteralType], int],
    array: Callable[[int, int], int],
    struct: Callable[[str, Parts], int],
) -> int:
    """Compute a number of a type from those of its parts.

    Each struct is visited once however often it stands in others, and none by recursion: a program may nest
    hundreds of structs, each within arrays of many dimensions.
    """
    known: dict[StructType, int] = {}

    def number(part: PlaintextType) -> int:
        lengths = []
        while isinstance(part, ArrayType):
            lengths.append(part.length)
            part = part.element
        found = known[part] if isinstance(part, StructType) else literal(part)
        for length in reversed(lengths):
            found = array(length, found)
        return found

    pending = [inner for inner in [innermost(type_)] if isinstance(inner, StructType)]
    while pending:
        current = pending[-1]
        members = scope.members(current)
        inner = {innermost(member) for _, member in members}
        missing = [part for part in inner if isinstance(part, StructType) and part not in known]
        if missing:
            pending += missing
            continue
        pending.pop()
        known[current] = struct(current.name, [(name, number(member)) for name, member in members])
    return number(type_)


def value_bits(type_: RegisterType, scope: TypeScope, *, raw: bool) -> int:
    """Bits of any value's encoding; records and futures have one form only, with tags.

    Source: `console/program/src/data_types/{record_type,register_type,finalize_type}/size_in_bits.rs`.
    """
    if isinstance(type_, LiteralType | StructType | ArrayType):
        return plaintext_bits(type_, scope, raw=raw)
    if isinstance(type_, DynamicRecord | DynamicFuture):
        return _DYNAMIC_RECORD if isinstance(type_, DynamicRecord) else _DYNAMIC_FUTURE
    if isinstance(type_, FutureValue):
        return _future_bits(type_, scope, {})
    total = _RECORD
    for name, _, entry in scope.entries(type_):
        total += 8 * len(name) + 2 + plaintext_bits(entry, scope, raw=False)
    return total


def _future_bits(type_: FutureValue, scope: TypeScope, known: dict[FutureValue, int]) -> int:
    """Bits of a future: program, function, count, and each argument with its kind and size."""
    if type_ not in known:
        names = len(type_.program) - 1 + len(type_.function)
        total = 16 + 16 + 8 + 8 * names
        for argument in scope.future_arguments(type_):
            if isinstance(argument, FutureValue):
                bits = _future_bits(argument, scope, known)
            else:
                bits = value_bits(argument, scope, raw=False)
            total += 1 + (16 if bits <= 0xFFFF else 32) + bits
        known[type_] = total
    return known[type_]


def literal_bytes(type_: LiteralType) -> int:
    """Bytes of a literal's own encoding; 0 for strings, which have no fixed size.

    The two scalars and two points of a signature have 32 bytes each.
    """
    return 4 * 32 if type_ is LiteralType.SIGNATURE else ((type_.size_in_bits or 0) + 7) // 8


def priced_bytes(type_: object, scope: TypeScope) -> int:
    """Bytes of a plaintext type as costs count them: those of raw bits; a struct is its name and members."""
    if not isinstance(type_, LiteralType | StructType | ArrayType):
        return 0
    return fold(
        type_,
        scope,
        lambda literal: (literal_bits(literal, raw=True) + 7) // 8,
        lambda length, size: length * size,
        lambda name, parts: 1 + len(name) + _sum(parts),
    )
