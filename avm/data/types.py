"""The types of program values, and their one grammar: ``u32``, ``[u8; 4u32]``, ``Pair.private``.

Source: snarkVM ``console/program/src/data_types/*/parse.rs``; as there, a type is read by the first of its
forms that fits, and ends where its own characters end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from avm.base.limits import MAX_ARRAY_LENGTH, MAX_NESTING
from avm.base.sources import Source
from avm.data.identifier import identifier_fault, program_id_fault, try_locator
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

LITERAL_TYPES = {t.type_name: t for t in LiteralType}
_TYPE = Source("<type>")
_LENGTH = re.compile(r"([0-9][0-9_]*+)u32")
_LITERAL = re.compile("|".join(LITERAL_TYPES))


class Visibility(Enum):
    """Who sees a value; the number is its tag in byte encodings."""

    CONSTANT = 0
    PUBLIC = 1
    PRIVATE = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class StructType:
    """A struct by name, of another program when ``program`` is given."""

    name: str
    program: str | None = None

    def __str__(self) -> str:
        return self.name if self.program is None else f"{self.program}/{self.name}"


@dataclass(frozen=True, slots=True)
class ArrayType:
    """An array of a fixed number of elements of one type."""

    element: PlaintextType
    length: int

    def __str__(self) -> str:
        return f"[{self.element}; {self.length}u32]"


PlaintextType = LiteralType | StructType | ArrayType


def innermost(type_: PlaintextType) -> LiteralType | StructType:
    """The type of the elements below all dimensions of an array, any other type itself."""
    while isinstance(type_, ArrayType):
        type_ = type_.element
    return type_


@dataclass(frozen=True, slots=True)
class PlaintextValue:
    """A plaintext type with the visibility of the input or output that has it."""

    visibility: Visibility
    type: PlaintextType

    def __str__(self) -> str:
        return f"{self.type}.{self.visibility}"


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A record of the program itself."""

    name: str

    def __str__(self) -> str:
        return f"{self.name}.record"


@dataclass(frozen=True, slots=True)
class ExternalRecordValue:
    """A record of another program."""

    program: str
    name: str

    def __str__(self) -> str:
        return f"{self.program}/{self.name}.record"


@dataclass(frozen=True, slots=True)
class FutureValue:
    """The future of a function of some program."""

    program: str
    function: str

    def __str__(self) -> str:
        return f"{self.program}/{self.function}.future"


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


NamedType = RecordValue | ExternalRecordValue | FutureValue | DynamicRecord | DynamicFuture
"""A type that says itself what it is, without a visibility."""

ValueType = PlaintextValue | NamedType
"""What a function's input or output is declared as."""


def kind_of(type_: object) -> str:
    """Return the kind of an input or output of a type, as requests and transitions name it.

    ``unknown`` is that of a type without a visibility, which only closures and finalize blocks have.
    """
    if isinstance(type_, PlaintextValue):
        return str(type_.visibility)
    return next((kind for named, kind in _KINDS.items() if isinstance(type_, named)), "unknown")


_KINDS: dict[type, str] = {
    RecordValue: "record",
    ExternalRecordValue: "external_record",
    FutureValue: "future",
    DynamicRecord: "record_dynamic",
    DynamicFuture: "future_dynamic",
}


def scan_plaintext_type(scanner: Scanner) -> PlaintextType:
    """Read a plaintext type at the cursor."""
    if scanner.at("["):
        return scan_array_type(scanner)
    locator = try_locator(scanner)
    if locator is not None:
        return StructType(locator[1], locator[0])
    start = scanner.position
    word = scanner.word()
    if word is not None and not identifier_fault(word):
        return StructType(word)
    scanner.position = start
    return scan_literal_type(scanner)


def scan_literal_type(scanner: Scanner) -> LiteralType:
    """Read the name of a literal type at the cursor; what follows it may be anything."""
    match = scanner.match(_LITERAL)
    if match is not None:
        return LITERAL_TYPES[match.group()]
    start = scanner.position
    word = scanner.word()
    if word is not None and scanner.take("."):
        fault = program_id_fault(f"{word}.{scanner.word() or ''}")
    else:
        fault = identifier_fault(word) if word is not None else ""
    if fault:
        raise scanner.fail(fault, start=start)
    raise scanner.fail(f"expected a type, found {scanner.rest()}", start=start)


def scan_array_type(scanner: Scanner) -> ArrayType:
    """Read an array type at the cursor: all its brackets, the innermost element, then the lengths."""
    start, depth = scanner.position, 0
    while scanner.take("["):
        scanner.blanks()
        depth += 1
    if depth == 0:
        raise scanner.fail(f"expected an array type, found {scanner.rest()}")
    if depth > MAX_NESTING:
        raise scanner.fail(f"the type is nested more than {MAX_NESTING} deep", start=start)
    found: PlaintextType = _scan_element(scanner)
    for _ in range(depth):
        scanner.expects(";", "an array type looks like [field; 4u32]")
        scanner.blanks()
        found = ArrayType(found, _scan_length(scanner))
        scanner.expects("]")
    assert isinstance(found, ArrayType)
    return found


def _scan_element(scanner: Scanner) -> PlaintextType:
    """Read the innermost type of an array: as in the reference, a literal type comes before a name."""
    locator = try_locator(scanner)
    if locator is not None:
        return StructType(locator[1], locator[0])
    match = scanner.match(_LITERAL)
    if match is not None:
        return LITERAL_TYPES[match.group()]
    return scan_plaintext_type(scanner)


def _scan_length(scanner: Scanner) -> int:
    start = scanner.position
    match = scanner.match(_LENGTH)
    if match is None:
        raise scanner.fail(
            f"expected a length, found {scanner.rest()}", hint="an array type looks like [field; 4u32]"
        )
    digits = match.group(1).replace("_", "").lstrip("0") or "0"
    length = int(digits) if len(digits) < 10 else MAX_ARRAY_LENGTH + 1
    if not 1 <= length <= MAX_ARRAY_LENGTH:
        raise scanner.fail(f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {digits[:20]}", start=start)
    return length


def scan_visibility(scanner: Scanner) -> Visibility:
    """Read ``.constant``, ``.public`` or ``.private`` at the cursor."""
    for visibility in Visibility:
        if scanner.take(f".{visibility}"):
            return visibility
    raise scanner.fail(
        f"expected a visibility, found {scanner.rest()}", hint="write .public, .private or .constant"
    )


def try_named_type(scanner: Scanner) -> NamedType | None:
    """Read a record, future or their dynamic forms, if one follows."""
    if scanner.take("dynamic.record"):
        return DynamicRecord()
    if scanner.take("dynamic.future"):
        return DynamicFuture()
    start = scanner.position
    locator = try_locator(scanner)
    if locator is not None:
        if scanner.take(".future"):
            return FutureValue(*locator)
        if scanner.take(".record"):
            return ExternalRecordValue(*locator)
    else:
        word = scanner.word()
        if word is not None and not identifier_fault(word) and scanner.take(".record"):
            return RecordValue(word)
    scanner.position = start
    return None


def scan_value_type(scanner: Scanner) -> ValueType:
    """Read the type of a function's input or output at the cursor."""
    named = try_named_type(scanner)
    if named is not None:
        return named
    start = scanner.position
    plaintext = scan_plaintext_type(scanner)
    for visibility in Visibility:
        if scanner.take(f".{visibility}"):
            return PlaintextValue(visibility, plaintext)
    raise scanner.fail(
        "the type has no visibility", start=start, hint="add .public, .private, .constant, .record or .future"
    )


def parse_plaintext_type(text: str) -> PlaintextType:
    """Return the type of a text; ParseFailure when it is not one."""
    scanner = Scanner(text, _TYPE)
    result = scan_plaintext_type(scanner)
    scanner.finish()
    return result


def parse_value_type(text: str) -> ValueType:
    """Return the type of an input or output; ParseFailure when it is not one."""
    scanner = Scanner(text, _TYPE)
    result = scan_value_type(scanner)
    scanner.finish()
    return result
