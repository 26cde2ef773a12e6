"""Size in bits of the encodings of a type, tagged and raw, known without a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from avm.base.errors import CheckFailure
from avm.data.literal import MAX_STRING_BYTES
from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType, innermost
from avm.isa.machine import TypeScope
from avm.isa.types import DynamicFuture, DynamicRecord, RegisterType
from avm.types.literal_type import LiteralType

_LITERAL_TAG = 2 + 8 + 16
_STRUCT_TAG = 2 + 8
_ARRAY_TAG = 2 + 32


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
    """Bits of any value's encoding; a future's cannot be told without its program."""
    if isinstance(type_, LiteralType | StructType | ArrayType):
        return plaintext_bits(type_, scope, raw=raw)
    if isinstance(type_, FutureValue | DynamicFuture | DynamicRecord):
        raise CheckFailure(f"the size of a value of type '{type_}' is not known here")
    total = 1 + 253 + 32 + 253 + 8
    for name, _, entry in scope.entries(type_):
        total += 8 * len(name) + 2 + plaintext_bits(entry, scope, raw=raw)
    return total


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
