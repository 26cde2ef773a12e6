"""State paths: the way from an output of a transition up to the root over all blocks, and its circuit.

Source: snarkVM ``console/program/src/state_path``, ``circuit/program/src/state_path``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.primitives.bhp import bhp
from avm.primitives.merkle import BHP_HASHES, MerklePath, MerklePathVar
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

BLOCKS_DEPTH = 32
HEADER_DEPTH = 3
TRANSACTIONS_DEPTH = 20
TRANSACTION_DEPTH = 5
TRANSITION_DEPTH = 5

TRANSACTIONS_LEAF = 1
"""The leaf of a block's header that holds the root over its transactions."""
EXECUTION_LEAF = 1
"""The variant of a transaction's leaf that is a transition."""
RECORD_LEAF = 3
"""The variant of a transition's leaf that is a record."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a tree: small numbers as (value, bits), then an id."""

    tags: tuple[tuple[int, int], ...]
    id: int


def header_leaf(index: int, root: int) -> Leaf:
    """Return the leaf of a header."""
    return Leaf(((index, 8),), root)


def transaction_leaf(variant: int, index: int, transition: int) -> Leaf:
    """Return the leaf of a transaction."""
    return Leaf(((variant, 8), (index, 16)), transition)


def transition_leaf(version: int, index: int, variant: int, part: int) -> Leaf:
    """Return the leaf of a transition: of an input or output by its id."""
    return Leaf(((version, 8), (index, 8), (variant, 8)), part)


@dataclass(frozen=True, slots=True)
class StatePath:
    """What stands on the way from ``transition_leaf`` to the root; all hashes are field elements."""

    global_state_root: int
    block_path: MerklePath
    block_hash: int
    previous_block_hash: int
    header_root: int
    header_path: MerklePath
    header_leaf: Leaf
    transactions_path: MerklePath
    transaction_id: int
    transaction_path: MerklePath
    transaction_leaf: Leaf
    transition_root: int
    tcm: int
    transition_path: MerklePath
    transition_leaf: Leaf


# --- circuit ---


def given_path(path: StatePath) -> list[int]:
    """Return the numbers that ``StatePathVar`` hands to the circuit, in their order."""

    def way(given: MerklePath) -> list[int]:
        return [given.index, *given.siblings]

    def leaf(given: Leaf) -> list[int]:
        return [*(value for value, _ in given.tags), given.id]

    return [
        *(path.global_state_root, *way(path.block_path), path.block_hash, path.previous_block_hash),
        *(path.header_root, *way(path.header_path), *leaf(path.header_leaf), *way(path.transactions_path)),
        *(path.transaction_id, *way(path.transaction_path), *leaf(path.transaction_leaf)),
        *(path.transition_root, path.tcm, *way(path.transition_path), *leaf(path.transition_leaf)),
    ]


class LeafVar:
    """A leaf of a circuit."""

    __slots__ = ("id", "tags")

    def __init__(self, tags: Sequence[IntegerVar], id: FieldVar) -> None:
        self.tags = tuple(tags)
        self.id = id

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, leaf: Leaf) -> LeafVar:
        """Inject a leaf."""
        types = {8: LiteralType.U8, 16: LiteralType.U16}
        tags = [IntegerVar.new(cs, types[size], mode, value) for value, size in leaf.tags]
        return cls(tags, FieldVar.new(cs, mode, leaf.id))

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of the numbers and of the id, and keep the latter."""
        return (*(bit for tag in self.tags for bit in tag.bits), *self.id.to_bits_le())

    def has_tag(self, place: int, value: int) -> BooleanVar:
        """Return whether one of the numbers is a fixed one."""
        tag = self.tags[place]
        return tag.is_eq(IntegerVar.constant(tag.cs, tag.type, value))


class StatePathVar:
    """A state path of a circuit: the root over all blocks is public, everything else is private."""

    def __init__(self, cs: ConstraintSystem, path: StatePath) -> None:
        mode = Mode.PRIVATE
        self.cs = cs
        self.global_state_root = FieldVar(cs, cs.new_public(path.global_state_root, "global state root"))
        self.block_path = MerklePathVar.new(cs, mode, path.block_path)
        self.block_hash = FieldVar.new(cs, mode, path.block_hash)
        self.previous_block_hash = FieldVar.new(cs, mode, path.previous_block_hash)
        self.header_root = FieldVar.new(cs, mode, path.header_root)
        self.header_path = MerklePathVar.new(cs, mode, path.header_path)
        self.header_leaf = LeafVar.new(cs, mode, path.header_leaf)
        self.transactions_path = MerklePathVar.new(cs, mode, path.transactions_path)
        self.transaction_id = FieldVar.new(cs, mode, path.transaction_id)
        self.transaction_path = MerklePathVar.new(cs, mode, path.transaction_path)
        self.transaction_leaf = LeafVar.new(cs, mode, path.transaction_leaf)
        self.transition_root = FieldVar.new(cs, mode, path.transition_root)
        self.tcm = FieldVar.new(cs, mode, path.tcm)
        self.transition_path = MerklePathVar.new(cs, mode, path.transition_path)
        self.transition_leaf = LeafVar.new(cs, mode, path.transition_leaf)

    @gadget("state path")
    def verify(self, is_global: BooleanVar, local_state_root: FieldVar) -> BooleanVar:
        """Return whether the path leads to the root over all blocks, or else to a transaction at hand.

        29450 constants, 130867 variables and 131145 constraints; both ways are always made.
        """
        cs = self.cs
        transition = self.transition_path.verify(
            BHP_HASHES, self.transition_root, self.transition_leaf.to_bits_le()
        ).and_(self.transition_leaf.has_tag(2, RECORD_LEAF))
        id_bits = (*self.transition_root.to_bits_le(), *self.tcm.to_bits_le())
        transition_id = bhp(512).hash_to_group_circuit(cs, id_bits).x
        leaf = transition_id.is_eq(self.transaction_leaf.id)
        transaction = self.transaction_path.verify(
            BHP_HASHES, self.transaction_id, self.transaction_leaf.to_bits_le()
        ).and_(self.transaction_leaf.has_tag(0, EXECUTION_LEAF))
        transactions, header, block, chain = self._way_through_block()
        within = transition.and_(transaction).and_(leaf)
        local = within.and_(local_state_root.is_eq(self.transaction_id))
        whole = within.and_(transactions).and_(header).and_(block).and_(chain)
        return BooleanVar.ternary(is_global, whole, local)

    def _way_through_block(self) -> tuple[BooleanVar, BooleanVar, BooleanVar, BooleanVar]:
        """Return of transaction, header, block and chain whether each holds what stands below it."""
        transactions = self.transactions_path.verify(
            BHP_HASHES, self.header_leaf.id, self.transaction_id.to_bits_le()
        )
        header = self.header_path.verify(BHP_HASHES, self.header_root, self.header_leaf.to_bits_le()).and_(
            self.header_leaf.has_tag(0, TRANSACTIONS_LEAF)
        )
        bits = (*self.previous_block_hash.to_bits_le(), *self.header_root.to_bits_le())
        block = bhp(1024).hash_to_group_circuit(self.cs, bits).x.is_eq(self.block_hash)
        chain = self.block_path.verify(BHP_HASHES, self.global_state_root, self.block_hash.to_bits_le())
        return transactions, header, block, chain
