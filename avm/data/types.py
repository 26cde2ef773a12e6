"""The types of program values, and their text: ``u32``, ``[u8; 4u32]``, ``Pair.private``, ``t.record``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from avm.data.identifier import identifier_fault, program_id_fault
from avm.data.plaintext import MAX_ELEMENTS
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

MAX_ARRAY_LENGTH = MAX_ELEMENTS
MAX_DEPTH = 32
_LENGTH = re.compile(r"((?:[0-9]_*)+)u32")


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


ValueType = PlaintextValue | RecordValue | ExternalRecordValue | FutureValue


def scan_locator(scanner: Scanner) -> tuple[str | None, str]:
    """Read ``name`` or ``program.aleo/name``; the first part is None without a program."""
    start = scanner.position
    word = scanner.word()
    if word is None:
        raise scanner.fail(f"expected a type, found {scanner.rest()}")
    program = None
    if scanner.at(".aleo/"):
        scanner.expect(".aleo/")
        program = f"{word}.aleo"
        if fault := program_id_fault(program):
            raise scanner.fail(fault, start=start)
        start = scanner.position
        word = scanner.word() or ""
    if (fault := identifier_fault(word)) and not (program is None and _is_literal(word)):
        raise scanner.fail(fault, start=start)
    return program, word


def _is_literal(word: str) -> bool:
    return word in _LITERALS


def scan_plaintext_type(scanner: Scanner, depth: int = 0) -> PlaintextType:
    """Read a plaintext type at the cursor."""
    if depth > MAX_DEPTH:
        raise scanner.fail(f"the type is nested more than {MAX_DEPTH} deep")
    if not scanner.take("["):
        program, word = scan_locator(scanner)
        literal = _LITERALS.get(word) if program is None else None
        return StructType(word, program) if literal is None else literal
    scanner.skip()
    element = scan_plaintext_type(scanner, depth + 1)
    scanner.skip()
    scanner.expect(";")
    scanner.skip()
    start = scanner.position
    match = scanner.match(_LENGTH)
    if match is None:
        raise scanner.fail("expected a length", hint="an array type looks like [field; 4u32]")
    digits = match.group(1).replace("_", "")
    length = int(digits) if len(digits) < 10 else 0
    if not 1 <= length <= MAX_ARRAY_LENGTH:
        raise scanner.fail(f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {length}", start=start)
    scanner.skip()
    scanner.expect("]")
    return ArrayType(element, length)


def scan_value_type(scanner: Scanner) -> ValueType:
    """Read a value type at the cursor."""
    start = scanner.position
    plaintext = scan_plaintext_type(scanner)
    for visibility in Visibility:
        if scanner.take(f".{visibility}"):
            return PlaintextValue(visibility, plaintext)
    if isinstance(plaintext, StructType):
        if scanner.take(".record"):
            if plaintext.program is None:
                return RecordValue(plaintext.name)
            return ExternalRecordValue(plaintext.program, plaintext.name)
        if plaintext.program is not None and scanner.take(".future"):
            return FutureValue(plaintext.program, plaintext.name)
    raise scanner.fail(
        "the type has no visibility", start=start, hint="add .public, .private, .constant, .record or .future"
    )


def parse_plaintext_type(text: str) -> PlaintextType:
    """Return the type of a text; ParseFailure when it is not one."""
    scanner = Scanner(text, "<type>")
    result = scan_plaintext_type(scanner)
    scanner.finish()
    return result


def parse_value_type(text: str) -> ValueType:
    """Return the type of an input or output; ParseFailure when it is not one."""
    scanner = Scanner(text, "<type>")
    result = scan_value_type(scanner)
    scanner.finish()
    return result


_LITERALS = {t.type_name: t for t in LiteralType}
