"""Plaintext values: literals, structs and arrays of them.

Source: snarkVM ``console/program/src/data/plaintext``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from avm.base.bits import bits_to_int_le, int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt
from avm.base.limits import MAX_ARRAY_LENGTH, MAX_DATA_FIELDS, MAX_NESTING, MAX_STRUCT_MEMBERS
from avm.data.encoding import Encodable, block, size_prefix
from avm.data.identifier import identifier_bits, identifier_bytes, read_identifier, scan_name
from avm.data.literal import Literal, scan_literal
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

MAX_ELEMENTS = MAX_DATA_FIELDS * 252 // (16 + 26 + 1)
"""Elements of all arrays in one value: each takes a size, a literal's tag and a bit at least."""

_TYPES = {t.value: t for t in LiteralType}


@dataclass(frozen=True, slots=True)
class Struct(Encodable):
    """Named members in the order of their declaration."""

    members: tuple[tuple[str, Plaintext], ...]

    def get(self, name: str) -> Plaintext | None:
        """Return the member of that name."""
        return next((value for key, value in self.members if key == name), None)

    def tagged_bits(self) -> list[bool]:
        """Return 0, 1, the member count (8), then name and value of each, both with their sizes."""
        bits = [False, True, *int_to_bits_le(len(self.members), 8)]
        for name, value in self.members:
            inner = value.tagged_bits()
            bits += int_to_bits_le(8 * len(name), 8) + identifier_bits(name)
            bits += int_to_bits_le(size_prefix(inner, f"member {name}"), 16) + inner
        return bits

    def raw_bits(self) -> list[bool]:
        """Return the bits of all literals."""
        return [bit for _, value in self.members for bit in value.raw_bits()]

    def to_bytes(self) -> bytes:
        """Return the kind 1, the member count, then name, size (two bytes) and bytes of each."""
        out = bytes([1, len(self.members)])
        for name, value in self.members:
            out += identifier_bytes(name) + _sized(value)
        return out

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``, with ``suffix`` after every literal."""
        items = [f"{name}: {value.lines(depth + 1, suffix)}" for name, value in self.members]
        return block("{", items, "}", depth)

    def __str__(self) -> str:
        return self.lines(0)


@dataclass(frozen=True, slots=True)
class Array(Encodable):
    """Elements one after another."""

    elements: tuple[Plaintext, ...]

    def tagged_bits(self) -> list[bool]:
        """Return 1, 0, the length (32), then each element with its size."""
        bits = [True, False, *int_to_bits_le(len(self.elements), 32)]
        for value in self.elements:
            inner = value.tagged_bits()
            bits += int_to_bits_le(size_prefix(inner, "an element"), 16) + inner
        return bits

    def raw_bits(self) -> list[bool]:
        """Return the bits of all literals."""
        return [bit for value in self.elements for bit in value.raw_bits()]

    def to_bytes(self) -> bytes:
        """Return the kind 2, the length (four bytes), then size (two bytes) and bytes of each element."""
        return b"\2" + len(self.elements).to_bytes(4, "little") + b"".join(map(_sized, self.elements))

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``, with ``suffix`` after every literal."""
        return block("[", [value.lines(depth + 1, suffix) for value in self.elements], "]", depth)

    def __str__(self) -> str:
        return self.lines(0)


Plaintext = Literal | Struct | Array

_BITS = (Literal(LiteralType.BOOLEAN, False), Literal(LiteralType.BOOLEAN, True))


def boolean_array(bits: Iterable[bool]) -> Array:
    """Return bits as an array of booleans, which share two literals: programs make many of these."""
    return Array(tuple(_BITS[bit] for bit in bits))


def _sized(value: Plaintext) -> bytes:
    data = value.to_bytes()
    if len(data) > 0xFFFF:
        raise Halt(f"a part of the value has {len(data)} bytes; 65535 are the most that can be encoded")
    return len(data).to_bytes(2, "little") + data


def find(value: Plaintext, path: Sequence[str | int]) -> Plaintext:
    """Follow member names and element indices; Halt when one does not exist."""
    for step in path:
        found: Plaintext | None = None
        if isinstance(value, Struct) and isinstance(step, str):
            found = value.get(step)
        elif isinstance(value, Array) and isinstance(step, int) and 0 <= step < len(value.elements):
            found = value.elements[step]
        if found is None:
            raise Halt(f"the value has no part {step}")
        value = found
    return value


def scan_members(
    scanner: Scanner, depth: int, scan_value: Callable[[Scanner, int], Plaintext]
) -> tuple[tuple[str, Plaintext], ...]:
    """Read ``{ name: value, … }`` with a reader for the values."""
    scanner.expect("{")
    members: dict[str, Plaintext] = {}
    while True:
        scanner.skip()
        name = scan_name(scanner)
        if name in members:
            raise scanner.fail(f"the member {name} is given twice", start=scanner.position - len(name))
        if len(members) >= MAX_STRUCT_MEMBERS:
            raise scanner.fail(
                f"a struct has at most {MAX_STRUCT_MEMBERS} members", start=scanner.position - len(name)
            )
        scanner.expects(":")
        members[name] = scan_value(scanner, depth + 1)
        scanner.blanks()
        if not scanner.take(","):
            break
    scanner.skip()
    scanner.expect("}")
    return tuple(members.items())


def scan_elements(
    scanner: Scanner, depth: int, scan_value: Callable[[Scanner, int], Plaintext]
) -> tuple[Plaintext, ...]:
    """Read ``[value, …]`` with a reader for the values."""
    scanner.expect("[")
    elements = [scan_value(scanner, depth + 1)]
    while scanner.take(","):
        scanner.elements += 1
        if scanner.elements > MAX_ELEMENTS:
            raise scanner.fail(
                f"the value has more than {MAX_ELEMENTS:,} elements, and no value of more fits the network's "
                f"{MAX_DATA_FIELDS:,} field elements"
            )
        elements.append(scan_value(scanner, depth + 1))
    scanner.skip()
    scanner.expect("]")
    return tuple(elements)


def scan_plaintext(scanner: Scanner, depth: int = 0) -> Plaintext:
    """Read a plaintext at the cursor, after blanks and comments."""
    if depth > MAX_NESTING:
        raise scanner.fail(f"the value is nested more than {MAX_NESTING} deep")
    scanner.skip()
    if scanner.at("{"):
        return Struct(scan_members(scanner, depth, scan_plaintext))
    if scanner.at("["):
        return Array(scan_elements(scanner, depth, scan_plaintext))
    return scan_literal(scanner)


def parse_plaintext(text: str) -> Plaintext:
    """Return the value of a text; ParseFailure when it is not a plaintext."""
    scanner = Scanner(text)
    value = scan_plaintext(scanner)
    scanner.finish()
    return value


def read_plaintext(reader: ByteReader, depth: int = 0) -> Plaintext:
    """Read what ``to_bytes`` writes; DecodeError when it is not a canonical plaintext."""
    if depth > MAX_NESTING:
        raise DecodeError(f"the value is nested more than {MAX_NESTING} deep")
    kind = reader.u8()
    if kind == 0:
        return read_literal(reader)
    if kind == 1:
        members: list[tuple[str, Plaintext]] = []
        for _ in range(reader.u8()):
            name = read_identifier(reader)
            members.append((name, _read_sized(reader, depth)))
        _check_names([name for name, _ in members])
        return Struct(tuple(members))
    if kind == 2:
        length = reader.u32()
        if not 1 <= length <= MAX_ARRAY_LENGTH:
            raise DecodeError(f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {length}")
        return Array(tuple(_read_sized(reader, depth) for _ in range(length)))
    raise DecodeError(f"there is no plaintext of kind {kind}")


def read_literal(reader: ByteReader) -> Literal:
    """Read the number of a literal's type (two bytes) and its native bytes."""
    variant = reader.u16()
    if variant not in _TYPES:
        raise DecodeError(f"there is no literal type {variant}")
    return Literal.read(_TYPES[variant], reader)


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or not 1 <= len(names) <= MAX_STRUCT_MEMBERS:
        raise DecodeError(f"a struct has 1 to {MAX_STRUCT_MEMBERS} members with different names")


def _read_sized(reader: ByteReader, depth: int) -> Plaintext:
    inner = ByteReader(reader.take(reader.u16()))
    value = read_plaintext(inner, depth + 1)
    inner.finish()
    return value


def plaintext_from_bits(bits: Sequence[bool], depth: int = 0) -> Plaintext:
    """Return the value of exactly its tagged bits; DecodeError when they are not canonical."""
    value, end = _from_bits(bits, 0, depth)
    if end != len(bits):
        raise DecodeError(f"{len(bits) - end} bits are left over after the value")
    return value


def _take(bits: Sequence[bool], start: int, size: int) -> int:
    if start + size > len(bits):
        raise DecodeError("the bits end within the value")
    return bits_to_int_le(bits[start : start + size])


def _from_bits(bits: Sequence[bool], at: int, depth: int) -> tuple[Plaintext, int]:
    if depth > MAX_NESTING:
        raise DecodeError(f"the value is nested more than {MAX_NESTING} deep")
    kind, at = _take(bits, at, 2), at + 2
    if kind == 0:
        variant, size = _take(bits, at, 8), _take(bits, at + 8, 16)
        at += 24
        _take(bits, at, size)
        if variant not in _TYPES:
            raise DecodeError(f"there is no literal type {variant}")
        return Literal.from_bits_le(_TYPES[variant], bits[at : at + size]), at + size
    if kind == 2:
        members = []
        count, at = _take(bits, at, 8), at + 8
        for _ in range(count):
            size = _take(bits, at, 8)
            name = _take(bits, at + 8, size).to_bytes((size + 7) // 8, "little")
            reader = ByteReader(bytes([len(name)]) + name)
            value, at = _sized_from_bits(bits, at + 8 + size, depth)
            members.append((read_identifier(reader), value))
        _check_names([name for name, _ in members])
        return Struct(tuple(members)), at
    if kind == 1:
        elements = []
        count, at = _take(bits, at, 32), at + 32
        if not 1 <= count <= MAX_ARRAY_LENGTH:
            raise DecodeError(f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {count}")
        for _ in range(count):
            value, at = _sized_from_bits(bits, at, depth)
            elements.append(value)
        return Array(tuple(elements)), at
    raise DecodeError("there is no plaintext of kind 3")


def _sized_from_bits(bits: Sequence[bool], at: int, depth: int) -> tuple[Plaintext, int]:
    size, at = _take(bits, at, 16), at + 16
    _take(bits, at, size)
    return plaintext_from_bits(bits[at : at + size], depth + 1), at + size
