"""Records inside a circuit: owner, entries, nonce and version, all private variables when injected.

Entries' names and visibilities are fixed. As plaintexts do, an owner, an entry and the nonce keep the bits
that were found for them, and a ``clone`` knows those found so far (`circuit/program/src/data/record`).
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import Halt
from avm.data.circuit_names import Bits, count_name, counted_bits, fixed_bits, name_bits
from avm.data.circuit_values import (
    CircuitLiteral,
    CircuitPlaintext,
    count_path,
    follow,
    inject,
    pack,
)
from avm.data.record import Entry, Record
from avm.data.record_encoding import TAGS
from avm.data.types import Visibility
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

_OWNER = "owner"


class CircuitEntry:
    """A value of a record entry and who may see it."""

    __slots__ = ("value", "visibility")

    def __init__(self, visibility: Visibility, value: CircuitPlaintext) -> None:
        self.visibility = visibility
        self.value = value

    def clone(self) -> CircuitEntry:
        """Return a copy; bits found later are not shared."""
        return CircuitEntry(self.visibility, self.value.clone())

    def tagged_bits(self, mode: Mode = Mode.CONSTANT) -> Bits:
        """Return two bits of visibility, which are not counted if fixed, and the bits of the value."""
        cs, tags = self.value.cs, TAGS[self.visibility]
        if mode is Mode.CONSTANT:
            return (*fixed_bits(cs, tags), *self.value.tagged_bits())
        return (*[BooleanVar.new(cs, mode, tag) for tag in tags], *self.value.tagged_bits())

    def to_fields(self, mode: Mode = Mode.CONSTANT) -> list[FieldVar]:
        """Return the bits packed as those of plaintexts are."""
        return pack(self.value.cs, self.tagged_bits(mode))


class CircuitRecord:
    """A record of a circuit."""

    __slots__ = ("cs", "entries", "nonce", "owner", "owner_private", "version")

    def __init__(
        self,
        owner: AddressVar,
        owner_private: bool,
        entries: Sequence[tuple[str, CircuitEntry]],
        nonce: GroupVar,
        version: IntegerVar,
    ) -> None:
        self.cs = owner.cs
        self.owner = owner
        self.owner_private = owner_private
        self.entries = tuple(entries)
        self.nonce = nonce
        self.version = version

    @classmethod
    def new(cls, cs: ConstraintSystem, record: Record) -> CircuitRecord:
        """Inject a record: owner, names and values of the entries, nonce, version."""
        owner = AddressVar.new(cs, Mode.PRIVATE, record.owner)
        entries = []
        for name, entry in record.data:
            count_name(cs, name)
            entries.append((name, CircuitEntry(entry.visibility, inject(cs, Mode.PRIVATE, entry.value))))
        nonce = GroupVar.new(cs, Mode.PRIVATE, record.nonce)
        version = IntegerVar.new(cs, LiteralType.U8, Mode.PRIVATE, record.version)
        return cls(owner, record.owner_private, entries, nonce, version)

    def value(self) -> Record:
        """Return the record of the witness."""
        data = [(name, Entry(entry.visibility, entry.value.value())) for name, entry in self.entries]
        owner, nonce = self.owner.value, self.nonce.value
        return Record(owner, self.owner_private, tuple(data), nonce, self.version.value)

    def clone(self) -> CircuitRecord:
        """Return a copy; bits found later are not shared."""
        entries = [(name, entry.clone()) for name, entry in self.entries]
        return CircuitRecord(
            self.owner.clone(), self.owner_private, entries, self.nonce.clone(), self.version
        )

    def is_hiding(self) -> BooleanVar:
        """Return whether the version is not zero: then the commitment hides the contents."""
        zero = IntegerVar.constant(self.cs, LiteralType.U8, 0)
        return self.version.is_eq(zero).not_()

    def tagged_bits(self) -> Bits:
        """Return owner, size of the data (31 bits), hiding bit, data, nonce and version.

        The data are per entry the name, the visibility and the bits of the value.
        """
        owner = self.owner.to_bits_le()
        return self.framed(owner, [(name, entry.tagged_bits()) for name, entry in self.entries])

    def framed(self, owner: Bits, data: Sequence[tuple[str, Bits]]) -> Bits:
        """Return the bits of the record with these bits of the owner and of each entry."""
        cs = self.cs
        entries = [bit for name, bits in data for bit in (*name_bits(cs, name), *bits)]
        size = counted_bits(cs, len(entries), 32)[:31]
        head = (*fixed_bits(cs, [self.owner_private]), *owner, *size, self.is_hiding())
        return (*head, *entries, *self.nonce.to_bits_le(), *self.version.bits)

    def to_fields(self) -> list[FieldVar]:
        """Return the bits packed as those of plaintexts are."""
        return pack(self.cs, self.tagged_bits())

    def part(self, path: Sequence[str | int]) -> CircuitPlaintext:
        """Return a copy of the owner or of the part of an entry that a path leads to; the path is counted.

        Raises:
            Halt: the path leads nowhere.
        """
        count_path(self.cs, path)
        if len(path) == 1:
            count_name(self.cs, _OWNER)
        first, *rest = path
        if first == _OWNER and not rest:
            return CircuitLiteral(LiteralType.ADDRESS, self.owner.clone())
        found = next((entry.value for name, entry in self.entries if name == first), None)
        if found is None:
            raise Halt(f"the record has no entry '{first}'")
        return follow(found, rest)
