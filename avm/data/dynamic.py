"""Dynamic records and futures: values of one size that stand for records and futures of any program.

A dynamic record keeps a Merkle root in place of the entries, a dynamic future a checksum in place of the
arguments. Source: snarkVM ``console/program/src/data/dynamic``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from avm.account.address import address_text
from avm.algebra.edwards import Point
from avm.algebra.fields import Fr
from avm.base.bits import bits_to_bytes_le, int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import CheckFailure, DecodeError
from avm.data.encoding import DATA_BITS, INDENT, Encodable, bits_to_fields
from avm.data.identifier import (
    check_program_id,
    identifier_fault,
    identifier_field,
    program_id_fault,
    scan_name,
    scan_program_id,
)
from avm.data.literal import Literal, scan_literal
from avm.data.record import Entry, Record
from avm.data.record_encoding import TAGS
from avm.data.scanner import Scanner
from avm.primitives import poseidon
from avm.primitives.group_codec import point_from_bytes, point_to_bytes
from avm.primitives.keccak import sha3
from avm.primitives.merkle import MerkleTree
from avm.types.literal_type import LiteralType

VERSION = 1
ENTRY_TREE_DEPTH = 5
LEAF_DOMAIN = "DynamicRecordLeafHasher"
PATH_DOMAIN = "DynamicRecordPathHasher"
_RAW_KEYS = ("_program_name", "_program_network", "_function_name")
_CHECKSUM_MASK = (1 << DATA_BITS) - 1


def entry_leaf(name: str, entry: Entry) -> list[int]:
    """Return the field elements of an entry: its name, then visibility, value and terminator bits."""
    bits = [*TAGS[entry.visibility], *entry.value.tagged_bits(), True]
    return [identifier_field(name), *bits_to_fields(bits)]


def leaf_hash(fields: Sequence[int]) -> int:
    """Return the hash of an entry's field elements."""
    return poseidon.hash(8, [0, *fields], domain=LEAF_DOMAIN)


def node_hash(left: int, right: int) -> int:
    """Return the hash of two nodes of the tree of entries."""
    return poseidon.hash(2, [1, left, right], domain=PATH_DOMAIN)


def entry_tree(data: Sequence[tuple[str, Entry]]) -> MerkleTree:
    """Return the Merkle tree over the entries of a record, in their order."""
    tree = MerkleTree(ENTRY_TREE_DEPTH, node_hash, node_hash(0, 0))
    tree.extend(leaf_hash(entry_leaf(name, entry)) for name, entry in data)
    return tree


@dataclass(frozen=True, slots=True)
class DynamicRecord(Encodable):
    """A record of any program: owner, root over its entries, nonce and version.

    ``data`` are the entries where they are known; they take no part in equality and encodings.
    """

    owner: Point
    root: int
    nonce: Point
    version: int = 1
    data: tuple[tuple[str, Entry], ...] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, record: Record) -> DynamicRecord:
        """Return the dynamic form of a record."""
        return cls(record.owner, entry_tree(record.data).root, record.nonce, record.version, record.data)

    def to_record(self, owner_private: bool) -> Record:
        """Return the record again; CheckFailure where the entries are not known."""
        if self.data is None:
            raise CheckFailure("the entries of the dynamic record are not known")
        return Record(self.owner, owner_private, self.data, self.nonce, self.version)

    def tagged_bits(self) -> list[bool]:
        """Return the 767 bits of owner, root, nonce (253 each) and version (8)."""
        parts = (self.owner[0], self.root, self.nonce[0])
        return [bit for part in parts for bit in int_to_bits_le(part, 253)] + int_to_bits_le(self.version, 8)

    def raw_bits(self) -> list[bool]:
        """Return the tagged bits: a dynamic record has no other form."""
        return self.tagged_bits()

    def to_fields_raw(self) -> list[int]:
        """Return the fields with the terminator: a dynamic record has no other form."""
        return self.to_fields()

    def to_bytes(self) -> bytes:
        """Return the 98 bytes: the format's version 1, owner, root, nonce, version."""
        points = point_to_bytes(self.owner) + Fr.to_bytes_le(self.root) + point_to_bytes(self.nonce)
        return bytes([VERSION]) + points + bytes([self.version])

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``."""
        inner, edge = "\n" + INDENT * (depth + 1), "\n" + INDENT * depth
        items = (
            f"owner: {address_text(self.owner)}",
            f"_root: {self.root}field",
            f"_nonce: {self.nonce[0]}group",
            f"_version: {self.version}u8",
        )
        return "{" + ",".join(inner + item for item in items) + edge + "}"

    def __str__(self) -> str:
        return self.lines(0)


@dataclass(frozen=True, slots=True)
class DynamicFuture(Encodable):
    """A future of any program: the names of program, network and function, and a checksum of the arguments.

    All four are field elements.
    """

    program: int
    network: int
    function: int
    checksum: int

    @classmethod
    def of(cls, program_id: str, function: str, arguments: Sequence[Sequence[bool]]) -> DynamicFuture:
        """Return the dynamic form of a future from the tagged bits of its arguments.

        The checksum is the low 252 bits of SHA3-256 over the number of arguments (8 bits) and their bits,
        padded with zeros to whole bytes.
        """
        name, _, network = check_program_id(program_id).partition(".")
        bits = int_to_bits_le(len(arguments), 8) + [bit for argument in arguments for bit in argument]
        digest = sha3(256, bits_to_bytes_le(bits))
        checksum = int.from_bytes(digest, "little") & _CHECKSUM_MASK
        return cls(identifier_field(name), identifier_field(network), identifier_field(function), checksum)

    @property
    def _numbers(self) -> tuple[int, int, int, int]:
        return self.program, self.network, self.function, self.checksum

    def names(self) -> tuple[str, str] | None:
        """Return the program id and the function, if the fields are names."""
        program, network, function = (_name(value) for value in self._numbers[:3])
        if not (program and network and function) or program_id_fault(f"{program}.{network}"):
            return None
        return f"{program}.{network}", function

    def tagged_bits(self) -> list[bool]:
        """Return the 1012 bits of the four field elements."""
        return [bit for value in self._numbers for bit in int_to_bits_le(value, 253)]

    def raw_bits(self) -> list[bool]:
        """Return the tagged bits: a dynamic future has no other form."""
        return self.tagged_bits()

    def to_fields_raw(self) -> list[int]:
        """Return the fields with the terminator: a dynamic future has no other form."""
        return self.to_fields()

    def to_bytes(self) -> bytes:
        """Return the 129 bytes: the format's version 1 and the four field elements."""
        return bytes([VERSION]) + b"".join(map(Fr.to_bytes_le, self._numbers))

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text, which has one line; names are shown where all three fields are names."""
        names = self.names()
        if names is not None:
            head = f"_program_id: {names[0]}, _function_name: {names[1]}"
        else:
            shown = zip(_RAW_KEYS, self._numbers, strict=False)
            head = ", ".join(f"{name}: {value}field" for name, value in shown)
        return f"{{ {head}, _checksum: {self.checksum}field }}"

    def __str__(self) -> str:
        return self.lines(0)


def _name(value: int) -> str:
    """Return the identifier in a field element, or the empty string; it ends at the first zero byte."""
    data = value.to_bytes(32, "little").partition(b"\0")[0]
    if not data.isascii():
        return ""
    text = data.decode()
    return "" if identifier_fault(text) else text


def _key(scanner: Scanner, name: str) -> None:
    scanner.skip()
    scanner.expect(name)
    scanner.blanks()
    scanner.expect(":")


def _scan(scanner: Scanner, type: LiteralType) -> Literal:
    start = scanner.position
    if type is LiteralType.ADDRESS and not scanner.at("aleo1"):
        raise scanner.fail(f"expected an address, found {scanner.rest()}")
    literal = scan_literal(scanner)
    if literal.type is not type:
        raise scanner.fail(f"expected a {type}, found a {literal.type}", start=start)
    return literal


def _member(scanner: Scanner, name: str, type: LiteralType) -> Literal:
    _key(scanner, name)
    scanner.skip()
    return _scan(scanner, type)


def scan_dynamic_record(scanner: Scanner) -> DynamicRecord:
    """Read a dynamic record at the cursor, after blanks and comments; its version is 0 if none is given."""
    scanner.skip()
    scanner.expect("{")
    owner: Point = _member(scanner, "owner", LiteralType.ADDRESS).value
    scanner.expect(",")
    root: int = _member(scanner, "_root", LiteralType.FIELD).value
    scanner.expect(",")
    nonce: Point = _member(scanner, "_nonce", LiteralType.GROUP).value
    scanner.take(",")
    scanner.skip()
    version = 0
    if scanner.at("_version"):
        version = _member(scanner, "_version", LiteralType.U8).value
        scanner.skip()
    scanner.expect("}")
    return DynamicRecord(owner, root, nonce, version)


def looks_like_dynamic_future(scanner: Scanner) -> bool:
    """Whether the text at the cursor opens a brace and begins as a dynamic future does."""
    probe = Scanner(scanner.text, scanner.source, scanner.position)
    probe.skip()
    if not probe.take("{"):
        return False
    probe.skip()
    return probe.at("_program_id") or probe.at("_program_name")


def scan_dynamic_future(scanner: Scanner) -> DynamicFuture:
    """Read a dynamic future at the cursor, after blanks and comments, with names or with fields."""
    scanner.skip()
    scanner.expect("{")
    scanner.skip()
    numbers: list[int] = []
    if scanner.at("_program_id"):
        _key(scanner, "_program_id")
        scanner.blanks()
        name, _, network = scan_program_id(scanner).partition(".")
        _comma(scanner)
        _key(scanner, "_function_name")
        scanner.blanks()
        numbers = [identifier_field(part) for part in (name, network, scan_name(scanner))]
    else:
        for key in _RAW_KEYS:
            if numbers:
                _comma(scanner)
            _key(scanner, key)
            scanner.blanks()
            numbers.append(_scan(scanner, LiteralType.FIELD).value)
    _comma(scanner)
    _key(scanner, "_checksum")
    scanner.blanks()
    numbers.append(_scan(scanner, LiteralType.FIELD).value)
    scanner.skip()
    scanner.expect("}")
    return DynamicFuture(*numbers)


def _comma(scanner: Scanner) -> None:
    scanner.blanks()
    scanner.expect(",")


def _read_version(reader: ByteReader, what: str) -> None:
    if (version := reader.u8()) != VERSION:
        raise DecodeError(f"there is no {what} of version {version}")


def read_dynamic_record(reader: ByteReader) -> DynamicRecord:
    """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
    _read_version(reader, "dynamic record")
    owner, root = point_from_bytes(reader.take(32)), Fr.from_bytes_le(reader.take(32))
    return DynamicRecord(owner, root, point_from_bytes(reader.take(32)), reader.u8())


def read_dynamic_future(reader: ByteReader) -> DynamicFuture:
    """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
    _read_version(reader, "dynamic future")
    return DynamicFuture(*(Fr.from_bytes_le(reader.take(32)) for _ in range(4)))
