"""Types a register can hold, and the types that casts name; the grammar is that of ``avm.data.types``."""

from __future__ import annotations

from dataclasses import dataclass

from avm.data.scanner import Scanner
from avm.data.types import (
    LITERAL_TYPES,
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
    scan_array_type,
    scan_literal_type,
    scan_plaintext_type,
    scan_value_type,
    scan_visibility,
    try_named_type,
)
from avm.types.literal_type import LiteralType

__all__ = [
    "LITERAL_TYPES",
    "CastType",
    "Coordinate",
    "DynamicFuture",
    "DynamicRecord",
    "InterfaceType",
    "RegisterType",
    "is_plaintext",
    "qualify",
    "read_cast_type",
    "read_finalize_type",
    "read_register_type",
    "register_type",
    "scan_array_type",
    "scan_literal_type",
    "scan_plaintext_type",
    "scan_value_type",
    "scan_visibility",
]


@dataclass(frozen=True, slots=True)
class Coordinate:
    """The cast targets ``group.x`` and ``group.y``."""

    axis: str

    def __str__(self) -> str:
        return f"group.{self.axis}"


RegisterType = PlaintextType | NamedType
"""What a register holds."""

InterfaceType = ValueType
"""What a function's input or output is declared as."""

CastType = PlaintextType | RecordValue | ExternalRecordValue | DynamicRecord | Coordinate
"""What ``cast`` can make."""


def is_plaintext(type_: object) -> bool:
    """Return whether ``type_`` is a plaintext type."""
    return isinstance(type_, LiteralType | StructType | ArrayType)


def register_type(declared: InterfaceType | RegisterType) -> RegisterType:
    """Strip the visibility of a declared type."""
    return declared.type if isinstance(declared, PlaintextValue) else declared


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


def read_register_type(scanner: Scanner) -> RegisterType:
    """Read the type of a closure's input or output (no visibility)."""
    named = try_named_type(scanner)
    return scan_plaintext_type(scanner) if named is None else named


def read_finalize_type(scanner: Scanner) -> tuple[RegisterType, str]:
    """Read the type of a finalize block's or view's input or output, and the suffix that plaintexts have."""
    named = try_named_type(scanner)
    if isinstance(named, FutureValue | DynamicFuture):
        return named, ""
    if named is not None:
        raise scanner.fail("a record does not exist on chain")
    found = scan_plaintext_type(scanner)
    scanner.expect(f".{Visibility.PUBLIC}")
    return found, f".{Visibility.PUBLIC}"


def read_cast_type(scanner: Scanner) -> CastType:
    """Read what follows ``as`` in a cast."""
    for axis in ("x", "y"):
        if scanner.take(f"group.{axis}"):
            return Coordinate(axis)
    named = try_named_type(scanner)
    if isinstance(named, FutureValue | DynamicFuture):
        raise scanner.fail("a future cannot be made by a cast")
    return scan_plaintext_type(scanner) if named is None else named
