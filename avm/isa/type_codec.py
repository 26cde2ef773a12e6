"""The bytes of types: what members, registers, inputs and outputs are declared as.

Source: snarkVM ``console/program/src/data_types/*/bytes.rs``.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.base.limits import MAX_NESTING
from avm.data.identifier import identifier_bytes, program_id_bytes, read_identifier, read_program_id
from avm.data.types import (
    ArrayType,
    DynamicFuture,
    DynamicRecord,
    ExternalRecordValue,
    FutureValue,
    NamedType,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    ValueType,
    Visibility,
)
from avm.isa.types import CastType, Coordinate, RegisterType
from avm.types.literal_type import LiteralType

_LITERALS = {type_.value: type_ for type_ in LiteralType}
_AXES = ("x", "y")
_ARRAY = 2


def locator_bytes(program: str, name: str) -> bytes:
    """Return the bytes of ``program.aleo/name``."""
    return program_id_bytes(program) + identifier_bytes(name)


def read_locator(reader: ByteReader) -> tuple[str, str]:
    """Read what ``locator_bytes`` writes."""
    return read_program_id(reader), read_identifier(reader)


def read_literal_type(reader: ByteReader) -> LiteralType:
    """Read the number of a literal type."""
    number = reader.u8()
    if number not in _LITERALS:
        raise DecodeError(f"there is no literal type {number}")
    return _LITERALS[number]


def _struct_bytes(type_: StructType) -> bytes:
    if type_.program is None:
        return identifier_bytes(type_.name)
    return locator_bytes(type_.program, type_.name)


def plaintext_type_bytes(type_: PlaintextType) -> bytes:
    """Return the bytes: 0 and a literal type, 1 and a struct, 2 and an array, 3 and an external struct."""
    if isinstance(type_, LiteralType):
        return bytes([0, type_.value])
    if isinstance(type_, StructType):
        return bytes([1 if type_.program is None else 3]) + _struct_bytes(type_)
    return bytes([_ARRAY]) + array_type_bytes(type_)


def array_type_bytes(type_: ArrayType) -> bytes:
    """Return the bytes: innermost element (0, 1, or 2 for an external struct), lengths, outermost first."""
    lengths: list[int] = []
    inner: PlaintextType = type_
    while isinstance(inner, ArrayType):
        lengths.append(inner.length)
        inner = inner.element
    if isinstance(inner, LiteralType):
        out = bytes([0, inner.value])
    else:
        out = bytes([1 if inner.program is None else 2]) + _struct_bytes(inner)
    return out + bytes([len(lengths)]) + b"".join(length.to_bytes(4, "little") for length in lengths)


def read_plaintext_type(reader: ByteReader) -> PlaintextType:
    """Read what ``plaintext_type_bytes`` writes."""
    kind = reader.u8()
    if kind == 0:
        return read_literal_type(reader)
    if kind == 1:
        return StructType(read_identifier(reader))
    if kind == _ARRAY:
        return read_array_type(reader)
    if kind == 3:
        program, name = read_locator(reader)
        return StructType(name, program)
    raise DecodeError(f"there is no plaintext type of kind {kind}")


def read_array_type(reader: ByteReader) -> ArrayType:
    """Read what ``array_type_bytes`` writes."""
    kind = reader.u8()
    element: PlaintextType
    if kind == 0:
        element = read_literal_type(reader)
    elif kind == 1:
        element = StructType(read_identifier(reader))
    elif kind == 2:
        program, name = read_locator(reader)
        element = StructType(name, program)
    else:
        raise DecodeError(f"there is no array element of kind {kind}")
    dimensions = reader.u8()
    if not 1 <= dimensions <= MAX_NESTING:
        raise DecodeError(f"an array type has 1 to {MAX_NESTING} dimensions, not {dimensions}")
    found: PlaintextType = element
    for length in reversed([reader.u32() for _ in range(dimensions)]):
        found = ArrayType(found, length)
    assert isinstance(found, ArrayType)
    return found


_NAMED = (RecordValue, ExternalRecordValue, FutureValue, DynamicRecord, DynamicFuture)
"""The types that say themselves what they are, in the order of their numbers."""
_ON_CHAIN = (FutureValue, DynamicFuture)
_CASTS = (RecordValue, ExternalRecordValue, DynamicRecord)


def _named_bytes(type_: object, first: int, among: Sequence[type]) -> bytes:
    """Return the number, which counts from ``first`` on, and the bytes of a record or future."""
    number = next((i for i, kind in enumerate(among, first) if isinstance(type_, kind)), None)
    if number is None:
        raise DecodeError(f"a {type_} does not stand here")
    if isinstance(type_, RecordValue):
        return bytes([number]) + identifier_bytes(type_.name)
    if isinstance(type_, ExternalRecordValue):
        return bytes([number]) + locator_bytes(type_.program, type_.name)
    if isinstance(type_, FutureValue):
        return bytes([number]) + locator_bytes(type_.program, type_.function)
    return bytes([number])


def _read_named(reader: ByteReader, index: int, among: Sequence[type]) -> NamedType:
    if index >= len(among):
        raise DecodeError(f"there is no type of kind {index} here")
    kind = among[index]
    if kind is RecordValue:
        return RecordValue(read_identifier(reader))
    if kind is ExternalRecordValue:
        return ExternalRecordValue(*read_locator(reader))
    if kind is FutureValue:
        return FutureValue(*read_locator(reader))
    return DynamicRecord() if kind is DynamicRecord else DynamicFuture()


def value_type_bytes(type_: object) -> bytes:
    """Return the bytes of a function's input or output: 0 to 2 a plaintext by visibility, then the others."""
    if isinstance(type_, PlaintextValue):
        return bytes([type_.visibility.value]) + plaintext_type_bytes(type_.type)
    return _named_bytes(type_, 3, _NAMED)


def read_value_type(reader: ByteReader) -> ValueType:
    """Read what ``value_type_bytes`` writes."""
    kind = reader.u8()
    if kind < 3:
        return PlaintextValue(Visibility(kind), read_plaintext_type(reader))
    return _read_named(reader, kind - 3, _NAMED)


def register_type_bytes(type_: object) -> bytes:
    """Return the bytes of a closure's input or output: 0 and a plaintext, then the others."""
    if isinstance(type_, PlaintextType):
        return b"\0" + plaintext_type_bytes(type_)
    return _named_bytes(type_, 1, _NAMED)


def read_register_type(reader: ByteReader) -> RegisterType:
    """Read what ``register_type_bytes`` writes."""
    kind = reader.u8()
    return read_plaintext_type(reader) if kind == 0 else _read_named(reader, kind - 1, _NAMED)


def finalize_type_bytes(type_: object) -> bytes:
    """Return the bytes of an input or output on chain: 0 and a plaintext, 1 a future, 2 a dynamic one."""
    if isinstance(type_, PlaintextType):
        return b"\0" + plaintext_type_bytes(type_)
    return _named_bytes(type_, 1, _ON_CHAIN)


def read_finalize_type(reader: ByteReader) -> RegisterType:
    """Read what ``finalize_type_bytes`` writes."""
    kind = reader.u8()
    return read_plaintext_type(reader) if kind == 0 else _read_named(reader, kind - 1, _ON_CHAIN)


def cast_type_bytes(type_: object) -> bytes:
    """Return the bytes of a cast's target: 0 and 1 coordinates, 2 a plaintext, 3 to 5 records."""
    if isinstance(type_, Coordinate):
        return bytes([_AXES.index(type_.axis)])
    if isinstance(type_, PlaintextType):
        return b"\2" + plaintext_type_bytes(type_)
    return _named_bytes(type_, 3, _CASTS)


def read_cast_type(reader: ByteReader) -> CastType:
    """Read what ``cast_type_bytes`` writes."""
    kind = reader.u8()
    if kind < 2:
        return Coordinate(_AXES[kind])
    if kind == 2:
        return read_plaintext_type(reader)
    found = _read_named(reader, kind - 3, _CASTS)
    assert not isinstance(found, FutureValue | DynamicFuture)
    return found
