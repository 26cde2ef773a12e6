"""Types a register can hold, as written in Aleo text.

Plaintext types and the record and future names come from ``avm.data.types``; the types of later
consensus versions (``dynamic.record``, ``dynamic.future``, ``identifier``) are added here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.limits import MAX_ARRAY_LENGTH, MAX_NESTING
from avm.isa.text import Scanner
from avm.types.literal_type import LiteralType

_LENGTH = re.compile(r"([0-9]+)u32")
LITERAL_TYPES: dict[str, LiteralType] = {t.type_name: t for t in LiteralType}


@dataclass(frozen=True, slots=True)
class DynamicRecord:
    """A record of any program, known by owner and Merkle root of its entries."""

    def __str__(self) -> str:
        return "dynamic.record"


@dataclass(frozen=True, slots=True)
class DynamicFuture:
    """A future of any program, known by the checksum of its arguments."""

    def __str__(self) -> str:
        return "dynamic.future"


@dataclass(frozen=True, slots=True)
class IdentifierType:
    """The type of identifier literals such as ``'transfer'``."""

    def __str__(self) -> str:
        return "identifier"


@dataclass(frozen=True, slots=True)
class Coordinate:
    """The cast targets ``group.x`` and ``group.y``."""

    axis: str

    def __str__(self) -> str:
        return f"group.{self.axis}"


PlainType = PlaintextType | IdentifierType
"""A plaintext type, or the type of identifier literals."""

RegisterType = (
    PlaintextType
    | IdentifierType
    | RecordValue
    | ExternalRecordValue
    | FutureValue
    | DynamicRecord
    | DynamicFuture
)
"""What a register holds."""


@dataclass(frozen=True, slots=True)
class IdentifierValue:
    """An ``identifier`` with its visibility."""

    visibility: Visibility
    type: IdentifierType

    def __str__(self) -> str:
        return f"{self.type}.{self.visibility}"


InterfaceType = (
    PlaintextValue
    | IdentifierValue
    | RecordValue
    | ExternalRecordValue
    | FutureValue
    | DynamicRecord
    | DynamicFuture
)
"""What a function's input or output is declared as."""

CastType = PlaintextType | IdentifierType | RecordValue | ExternalRecordValue | DynamicRecord | Coordinate
"""What ``cast`` can make."""


def is_plaintext(type_: object) -> bool:
    """Return whether ``type_`` is a plaintext type."""
    return isinstance(type_, LiteralType | StructType | ArrayType | IdentifierType)


def register_type(declared: InterfaceType | RegisterType) -> RegisterType:
    """Strip the visibility of a declared type."""
    if isinstance(declared, PlaintextValue | IdentifierValue):
        return declared.type
    return declared


def qualify(type_: RegisterType, program: str) -> RegisterType:
    """Return ``type_`` of ``program`` as another program sees it: names become external."""
    if isinstance(type_, StructType):
        return type_ if type_.program else StructType(type_.name, program)
    if isinstance(type_, ArrayType):
        element = qualify(type_.element, program)
        assert isinstance(element, LiteralType | StructType | ArrayType)
        return ArrayType(element, type_.length)
    if isinstance(type_, RecordValue):
        return ExternalRecordValue(program, type_.name)
    return type_


def read_plain_type(scanner: Scanner, depth: int = 0) -> PlainType:
    """Read ``u32``, ``[T; 4u32]``, ``Point`` or ``other.aleo/Point``."""
    if scanner.take("["):
        if depth >= MAX_NESTING:
            raise scanner.failure(f"a type is nested deeper than {MAX_NESTING} levels")
        element = read_plain_type(scanner, depth + 1)
        scanner.expect(";")
        start = scanner.position
        length = scanner.match(_LENGTH)
        if length is None:
            raise scanner.failure(f"expected a length such as 4u32, found {scanner.found()}")
        count = int(length[:-3])
        if not 1 <= count <= MAX_ARRAY_LENGTH:
            raise scanner.failure(
                f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {count}", start=start + 1
            )
        scanner.expect("]")
        if isinstance(element, IdentifierType):
            raise scanner.failure("identifiers cannot be stored in arrays", start=start)
        return ArrayType(element, count)
    if scanner.peek_program_id():
        program = scanner.program_id()
        scanner.expect("/")
        return StructType(scanner.identifier("a struct name"), program)
    name = scanner.identifier("a type")
    if name == "identifier":
        return IdentifierType()
    return LITERAL_TYPES.get(name) or StructType(name)


def read_plaintext_type(scanner: Scanner) -> PlaintextType:
    """Read a plaintext type that can be stored in a struct, mapping or array."""
    start = scanner.position
    found = read_plain_type(scanner)
    if isinstance(found, IdentifierType):
        raise scanner.failure("an identifier cannot be stored", start=start)
    return found


def read_visibility(scanner: Scanner) -> Visibility:
    """Read ``.constant``, ``.public`` or ``.private``."""
    for visibility in Visibility:
        if scanner.take(f".{visibility}"):
            return visibility
    raise scanner.failure(
        f"expected a visibility, found {scanner.found()}", hint="Write .public, .private or .constant."
    )


def _special_type(
    scanner: Scanner,
) -> RecordValue | ExternalRecordValue | FutureValue | DynamicRecord | DynamicFuture | None:
    if scanner.take("dynamic.record"):
        return DynamicRecord()
    if scanner.take("dynamic.future"):
        return DynamicFuture()
    mark = scanner.position
    if scanner.peek_program_id():
        program = scanner.program_id()
        scanner.expect("/")
        name = scanner.identifier()
        if scanner.take(".record"):
            return ExternalRecordValue(program, name)
        if scanner.take(".future"):
            return FutureValue(program, name)
    elif not scanner.peek("["):
        name = scanner.identifier("a type")
        if scanner.take(".record"):
            return RecordValue(name)
    scanner.position = mark
    return None


def read_interface_type(scanner: Scanner) -> InterfaceType:
    """Read the type of a function's input or output, such as ``u32.public`` or ``token.record``."""
    special = _special_type(scanner)
    if special is not None:
        return special
    type_ = read_plain_type(scanner)
    visibility = read_visibility(scanner)
    if isinstance(type_, IdentifierType):
        return IdentifierValue(visibility, type_)
    return PlaintextValue(visibility, type_)


def read_register_type(scanner: Scanner) -> RegisterType:
    """Read the type of a closure's input or output (no visibility)."""
    special = _special_type(scanner)
    return special if special is not None else read_plain_type(scanner)


def read_cast_type(scanner: Scanner) -> CastType:
    """Read what follows ``as`` in a cast."""
    for axis in ("x", "y"):
        if scanner.take(f"group.{axis}"):
            return Coordinate(axis)
    special = _special_type(scanner)
    if isinstance(special, FutureValue | DynamicFuture):
        raise scanner.failure("a future cannot be made by a cast")
    return special if special is not None else read_plain_type(scanner)
