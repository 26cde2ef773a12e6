"""Dynamic records inside a circuit: a record of any program, known by the Merkle root of its entries.

(`circuit/program/src/data/dynamic/record`, `circuit/collections/src/merkle_tree`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from avm.base.errors import Halt
from avm.data.circuit_names import Bits, count_constants, count_name
from avm.data.circuit_record import CircuitEntry, CircuitRecord
from avm.data.circuit_values import CircuitLiteral, CircuitPlaintext, count_path, inject, pack
from avm.data.dynamic import ENTRY_TREE_DEPTH, LEAF_DOMAIN, PATH_DOMAIN, DynamicRecord, entry_tree
from avm.data.identifier import identifier_field
from avm.primitives.merkle import CircuitHashes, MerklePathVar
from avm.primitives.poseidon import hash_circuit, parameters_fr
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

_LEAF_RATE, _NODE_RATE = 8, 2


class CircuitDynamicRecord:
    """Owner, root of the entries, nonce and version of a record."""

    __slots__ = ("cs", "nonce", "owner", "root", "version")

    def __init__(self, owner: AddressVar, root: FieldVar, nonce: GroupVar, version: IntegerVar) -> None:
        self.cs = owner.cs
        self.owner = owner
        self.root = root
        self.nonce = nonce
        self.version = version

    @classmethod
    def new(cls, cs: ConstraintSystem, record: DynamicRecord) -> CircuitDynamicRecord:
        """Inject a dynamic record; all its parts are private."""
        return cls(
            AddressVar.new(cs, Mode.PRIVATE, record.owner),
            FieldVar.new(cs, Mode.PRIVATE, record.root),
            GroupVar.new(cs, Mode.PRIVATE, record.nonce),
            IntegerVar.new(cs, LiteralType.U8, Mode.PRIVATE, record.version),
        )

    @classmethod
    def from_record(cls, record: CircuitRecord) -> CircuitDynamicRecord:
        """Return the dynamic form of a record: the tree of its entries is made."""
        owner, nonce = record.owner.clone(), record.nonce.clone()
        return cls(owner, entries_root(record.cs, record.entries), nonce, record.version)

    def clone(self) -> CircuitDynamicRecord:
        """Return a copy; bits found later are not shared."""
        owner, root, nonce = self.owner.clone(), self.root.clone(), self.nonce.clone()
        return CircuitDynamicRecord(owner, root, nonce, self.version)

    def tagged_bits(self) -> Bits:
        """Return the bits of all parts."""
        head = (*self.owner.to_bits_le(), *self.root.to_bits_le())
        return (*head, *self.nonce.to_bits_le(), *self.version.bits)

    def to_fields(self) -> list[FieldVar]:
        """Return the bits packed as those of plaintexts are."""
        return pack(self.cs, self.tagged_bits())

    def part(self, path: Sequence[str | int]) -> CircuitLiteral:
        """Return a copy of the owner, the only part that is in reach; the path is counted.

        Raises:
            Halt: the path leads elsewhere.
        """
        count_path(self.cs, path)
        count_name(self.cs, "owner")
        if tuple(path) != ("owner",):
            raise Halt(f"a dynamic record has no part '{path[0]}'")
        return CircuitLiteral(LiteralType.ADDRESS, self.owner.clone())


def entries_root(cs: ConstraintSystem, entries: Sequence[tuple[str, CircuitEntry]]) -> FieldVar:
    """Return the root of the tree of entries, padded with empty leaves, then to its depth."""
    with cs.gadget("record data tree"):
        count_hashers(cs)
        packed = [(name, entry.to_fields()) for name, entry in entries]
        zero = FieldVar.zero(cs)
        empty = _node(zero, zero)
        level = [leaf_hash(cs, name, fields) for name, fields in packed]
        hollow = _node(empty, empty)
        width = 1 << max(0, len(level) - 1).bit_length()
        if not level or (len(level) > 1 and len(level) % 2):
            level.append(empty)
        depth = width.bit_length() - 1
        while width > 1:
            width //= 2
            level = [_node(level[i], level[i + 1]) for i in range(0, len(level), 2)]
            level += [hollow] * (width - len(level))
        root = level[0]
        for _ in range(ENTRY_TREE_DEPTH - depth):
            root = _node(root, empty)
        return root


def read_entry(
    record: CircuitDynamicRecord, name: str, opened: DynamicRecord, *, fixed_visibility: bool
) -> CircuitPlaintext:
    """Return the value of an entry, which is injected with its path in the tree and required to be there.

    ``opened`` is the record with its entries; its visibility is a constant if ``fixed_visibility``, else
    part of what is injected (`get_record_dynamic.rs`).

    Raises:
        Halt: the record has no such entry.
    """
    cs = record.cs
    data = opened.data or ()
    index = next((i for i, (key, _) in enumerate(data) if key == name), None)
    if index is None:
        raise Halt(f"the dynamic record has no entry '{name}'")
    path, found = entry_tree(data).path(index), data[index][1]
    count_name(cs, name)
    entry = CircuitEntry(found.visibility, inject(cs, Mode.PRIVATE, found.value))
    with cs.gadget("record data path"):
        fields = entry.to_fields(Mode.CONSTANT if fixed_visibility else Mode.PRIVATE)
        count_hashers(cs)
        way = MerklePathVar.new(cs, Mode.PRIVATE, path)
        hashes: CircuitHashes[FieldVar] = CircuitHashes(lambda cs, leaf: leaf_hash(cs, name, leaf), _node)
        cs.assert_true(way.verify(hashes, record.root, fields).lc)
    return entry.value


def leaf_hash(cs: ConstraintSystem, name: str, fields: Sequence[FieldVar]) -> FieldVar:
    """Return the hash of an entry: its name, which has been counted, and its packed bits."""
    leaf = [FieldVar.zero(cs), FieldVar.fixed(cs, identifier_field(name)), *fields]
    return hash_circuit(cs, _LEAF_RATE, leaf, domain=LEAF_DOMAIN)


def _node(left: FieldVar, right: FieldVar) -> FieldVar:
    cs = left.cs
    return hash_circuit(cs, _NODE_RATE, [FieldVar.one(cs), left, right], domain=PATH_DOMAIN)


def count_hashers(cs: ConstraintSystem) -> None:
    """Count the constants of the two hashers, which are made anew for each tree and path."""
    count_constants(cs, _hasher_constants(_LEAF_RATE) + _hasher_constants(_NODE_RATE))


@cache
def _hasher_constants(rate: int) -> int:
    """Return the constants of a hasher: domain, exponent with its 253 bits, round constants, matrix."""
    parameters = parameters_fr(rate)
    rounds = parameters.full_rounds + parameters.partial_rounds
    return 2 + 253 + rounds * (rate + 1) + (rate + 1) ** 2
