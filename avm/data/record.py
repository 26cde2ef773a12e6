"""Records: owned bundles of entries, each constant, public or private.

Source: snarkVM ``console/program/src/data/record``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from avm.account.address import address_text
from avm.algebra.edwards import Point
from avm.base.bits import int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.base.limits import MAX_NESTING, MAX_RECORD_ENTRIES
from avm.data.encoding import INDENT, Encodable
from avm.data.identifier import scan_name
from avm.data.literal import Literal, scan_literal
from avm.data.plaintext import (
    Array,
    Plaintext,
    Struct,
    read_plaintext,
    scan_elements,
    scan_members,
)
from avm.data.record_encoding import read_layout, record_bits, record_bytes
from avm.data.scanner import Scanner
from avm.data.types import Visibility
from avm.primitives.group_codec import point_to_bytes
from avm.types.literal_type import LiteralType

_VISIBILITY = re.compile(r"\.(constant|public|private)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The value of a record entry and who may see it."""

    visibility: Visibility
    value: Plaintext


@dataclass(frozen=True, slots=True)
class Record(Encodable):
    """A record of version 0, or of version 1, whose commitment hides its contents also from its receiver."""

    owner: Point
    owner_private: bool
    data: tuple[tuple[str, Entry], ...]
    nonce: Point
    version: int = 1

    def get(self, name: str) -> Plaintext | None:
        """Return the value of the entry of that name; ``owner`` is the owner's address."""
        if name == "owner":
            return Literal(LiteralType.ADDRESS, self.owner)
        return next((entry.value for key, entry in self.data if key == name), None)

    def tagged_bits(self) -> list[bool]:
        """Return the bits that commitments and ids are made of."""
        data = [(name, entry.visibility, entry.value.tagged_bits()) for name, entry in self.data]
        owner = int_to_bits_le(self.owner[0], 253)
        return record_bits(self.owner_private, owner, data, self.nonce, self.version)

    def raw_bits(self) -> list[bool]:
        """Return the tagged bits: a record has no other form."""
        return self.tagged_bits()

    def to_fields_raw(self) -> list[int]:
        """Return the fields with the terminator: a record has no other form."""
        return self.to_fields()

    def to_bytes(self) -> bytes:
        """Return the bytes of the record; Halt on an unknown version."""
        data = [(name, entry.visibility, entry.value.to_bytes()) for name, entry in self.data]
        owner = point_to_bytes(self.owner)
        if self.owner_private:
            owner = Literal(LiteralType.ADDRESS, self.owner).to_bytes()
        return record_bytes(self.owner_private, owner, data, self.nonce, self.version)

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``."""
        visibility = Visibility.PRIVATE if self.owner_private else Visibility.PUBLIC
        items = [f"owner: {address_text(self.owner)}.{visibility}"]
        for name, entry in self.data:
            items.append(f"{name}: {entry.value.lines(depth + 1, f'.{entry.visibility}')}")
        items += [f"_nonce: {self.nonce[0]}group.public", f"_version: {self.version}u8.public"]
        inner, edge = "\n" + INDENT * (depth + 1), "\n" + INDENT * depth
        return "{" + ",".join(inner + item for item in items) + edge + "}"

    def __str__(self) -> str:
        return self.lines(0)


def read_record(reader: ByteReader) -> Record:
    """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
    parts = read_layout(reader, _read_owner, read_plaintext)
    data = tuple((name, Entry(seen, value)) for name, seen, value in parts.data)
    return Record(parts.owner, parts.owner_private, data, parts.nonce, parts.version)


def _read_owner(reader: ByteReader) -> Point:
    value = read_plaintext(reader)
    if not isinstance(value, Literal) or value.type is not LiteralType.ADDRESS:
        raise DecodeError("the owner of a record must be an address")
    owner: Point = value.value
    return owner


def _scan_visibility(scanner: Scanner) -> Visibility:
    match = scanner.match(_VISIBILITY)
    if match is None:
        raise scanner.fail(
            f"expected a visibility, found {scanner.rest()}",
            hint="every value in a record ends with .private, .public or .constant",
        )
    return Visibility[match.group(1).upper()]


def _scan_entry(scanner: Scanner, depth: int, seen: set[Visibility]) -> Plaintext:
    """Read a value whose literals carry visibilities, and collect these."""
    if depth > MAX_NESTING:
        raise scanner.fail(f"the entry is nested more than {MAX_NESTING} deep")

    def inner(scanner: Scanner, depth: int) -> Plaintext:
        return _scan_entry(scanner, depth, seen)

    scanner.skip()
    if scanner.at("{"):
        return Struct(scan_members(scanner, depth, inner))
    if scanner.at("["):
        return Array(scan_elements(scanner, depth, inner))
    literal = scan_literal(scanner)
    seen.add(_scan_visibility(scanner))
    return literal


def _scan_key(scanner: Scanner, name: str) -> None:
    scanner.skip()
    scanner.expect(name)
    scanner.blanks()
    scanner.expect(":")
    scanner.skip()


def _scan_public(scanner: Scanner, type: LiteralType) -> Literal:
    start = scanner.position
    literal = scan_literal(scanner)
    if literal.type is not type:
        raise scanner.fail(f"expected a {type}, found a {literal.type}", start=start)
    scanner.expect(".public")
    return literal


def scan_record(scanner: Scanner) -> Record:
    """Read a record at the cursor, after blanks and comments."""
    scanner.skip()
    scanner.expect("{")
    _scan_key(scanner, "owner")
    start = scanner.position
    owner = scan_literal(scanner)
    owner_visibility = _scan_visibility(scanner)
    if owner.type is not LiteralType.ADDRESS or owner_visibility is Visibility.CONSTANT:
        raise scanner.fail("the owner must be a private or public address", start=start)
    scanner.expect(",")
    scanner.skip()
    data: list[tuple[str, Entry]] = []
    taken = {"owner"}
    while not scanner.at("_nonce"):
        start = scanner.position
        name = scan_name(scanner)
        if name in taken:
            raise scanner.fail(f"the entry {name} is given twice", start=start)
        if len(data) >= MAX_RECORD_ENTRIES:
            raise scanner.fail(f"a record has at most {MAX_RECORD_ENTRIES} entries", start=start)
        taken.add(name)
        scanner.blanks()
        scanner.expect(":")
        seen: set[Visibility] = set()
        value = _scan_entry(scanner, 0, seen)
        if len(seen) > 1:
            raise scanner.fail(f"the parts of entry {name} have different visibilities", start=start)
        data.append((name, Entry(seen.pop(), value)))
        scanner.blanks()
        scanner.expect(",")
        scanner.skip()
    _scan_key(scanner, "_nonce")
    nonce = _scan_public(scanner, LiteralType.GROUP).value
    scanner.take(",")
    scanner.skip()
    version = 0
    if scanner.at("_version"):
        _scan_key(scanner, "_version")
        version = _scan_public(scanner, LiteralType.U8).value
        scanner.skip()
    scanner.expect("}")
    return Record(owner.value, owner_visibility is Visibility.PRIVATE, tuple(data), nonce, version)


def parse_record(text: str) -> Record:
    """Return the record of a text; ParseFailure when it is not one."""
    scanner = Scanner(text)
    record = scan_record(scanner)
    scanner.finish()
    return record
