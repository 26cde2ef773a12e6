"""Merkle trees of a fixed depth whose unused part is padded with one constant.

Leaves are padded with e = node(0, 0) to a power of two; above the top of that tree every level up to the
depth is node(root, e), with always the same e. Source: snarkVM ``console/collections/src/merkle_tree``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from avm.base.errors import VerifyError
from avm.primitives import poseidon
from avm.primitives.bhp import bhp
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

FIELD_BITS = 253
NodeHash = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a path: the node, its sibling and their parent, the hash of left and right."""

    level: int
    current: int
    sibling: int
    is_left: bool
    parent: int


@dataclass(frozen=True, slots=True)
class MerklePath:
    """The index of a leaf and the sibling on every level, the leaf's first."""

    index: int
    siblings: tuple[int, ...]

    def steps(self, node_hash: NodeHash, leaf_hash: int) -> tuple[Step, ...]:
        """Return every intermediate hash on the way from the leaf's hash to the root."""
        steps = []
        current = leaf_hash
        for level, sibling in enumerate(self.siblings):
            is_left = not self.index >> level & 1
            parent = node_hash(current, sibling) if is_left else node_hash(sibling, current)
            steps.append(Step(level, current, sibling, is_left, parent))
            current = parent
        return tuple(steps)

    def verify(self, node_hash: NodeHash, leaf_hash: int, root: int) -> None:
        """Raise VerifyError unless the path leads from the leaf's hash to the root."""
        if self.index >> len(self.siblings):
            raise VerifyError(f"leaf {self.index} lies outside a tree of depth {len(self.siblings)}")
        steps = self.steps(node_hash, leaf_hash)
        if (steps[-1].parent if steps else leaf_hash) != root:
            raise VerifyError("the Merkle path does not lead to the root")


@dataclass(slots=True)
class MerkleTree:
    """A tree of ``depth`` levels over leaf hashes; appending one costs ``depth`` node hashes."""

    depth: int
    node_hash: NodeHash
    empty: int
    _levels: list[list[int]] = field(default_factory=lambda: [[]], repr=False)
    _root: int = field(default=-1, repr=False)
    _zeros: list[int] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0])

    @property
    def leaves(self) -> Sequence[int]:
        """The leaf hashes in order."""
        return self._levels[0]

    @property
    def height(self) -> int:
        """The number of levels that hold leaves or their padding; above them only e is added."""
        return len(self._levels) - 1

    @property
    def root(self) -> int:
        """The root of all ``depth`` levels."""
        if self._root < 0:
            root = self._levels[-1][0] if len(self) else self.empty
            for _ in range(self.depth - self.height):
                root = self.node_hash(root, self.empty)
            self._root = root
        return self._root

    def level(self, height: int) -> Sequence[int]:
        """Return the nodes of a level that have a leaf below them; level 0 is the leaves."""
        return self._levels[height]

    def extend(self, leaves: Iterable[int]) -> None:
        """Append leaf hashes; ValueError when the tree is full."""
        first = len(self)
        self._levels[0].extend(leaves)
        if len(self) > 1 << self.depth:
            del self._levels[0][first:]
            raise ValueError(f"a tree of depth {self.depth} holds at most {1 << self.depth} leaves")
        if len(self) == first:
            return
        self._root = -1
        height = 0
        while len(self._levels[height]) > 1:
            first >>= 1
            if height + 1 == len(self._levels):
                self._levels.append([])
                first = 0
            self._hash_level(height, first)
            height += 1

    def append(self, leaf: int) -> None:
        """Append one leaf hash; ValueError when the tree is full."""
        self.extend([leaf])

    def copy(self) -> MerkleTree:
        """Return an independent tree with the same nodes."""
        levels = [list(nodes) for nodes in self._levels]
        return MerkleTree(self.depth, self.node_hash, self.empty, levels, self._root, list(self._zeros))

    def edge(self) -> Iterator[tuple[int, int, int]]:
        """Yield (level, position, hash) of the last node of every level: what the last append changed."""
        for level, nodes in enumerate(self._levels):
            if nodes:
                yield level, len(nodes) - 1, nodes[-1]

    def restore(self, levels: Sequence[Sequence[int]]) -> None:
        """Take over the nodes of an earlier tree; ValueError if their numbers are not those of a tree."""
        count, sizes = len(levels[0]) if levels else 0, []
        while True:
            sizes.append(count)
            if count <= 1:
                break
            count = (count + 1) // 2
        if [len(nodes) for nodes in levels or [[]]] != sizes or sizes[0] > 1 << self.depth:
            raise ValueError("the nodes are not those of a tree")
        self._levels = [list(nodes) for nodes in levels or [[]]]
        self._root = -1

    def path(self, index: int) -> MerklePath:
        """Return the path of a leaf; IndexError when there is none."""
        if not 0 <= index < len(self):
            raise IndexError(f"the tree has {len(self)} leaves, none at {index}")
        siblings = []
        for height in range(self.depth):
            if height < self.height:
                nodes, other = self._levels[height], index >> height ^ 1
                siblings.append(nodes[other] if other < len(nodes) else self._zero(height))
            else:
                siblings.append(self.empty)
        return MerklePath(index, tuple(siblings))

    def _hash_level(self, height: int, first: int) -> None:
        """Recompute the parents of a level from the parent ``first`` on."""
        nodes = self._levels[height]
        parents = self._levels[height + 1]
        del parents[first:]
        rest = nodes[2 * first :]
        if len(rest) % 2:
            rest.append(self._zero(height))
        pairs = list(zip(rest[::2], rest[1::2]))
        many = _MANY.get(self.node_hash)
        parents += many(pairs) if many else [self.node_hash(left, right) for left, right in pairs]

    def _zero(self, height: int) -> int:
        """Return the root of a subtree of this height that holds only padding."""
        if not self._zeros:
            self._zeros.append(self.empty)
        while len(self._zeros) <= height:
            self._zeros.append(self.node_hash(self._zeros[-1], self._zeros[-1]))
        return self._zeros[height]


def bhp_leaf(bits: Sequence[bool]) -> int:
    """Return the hash of a leaf given as bits: BHP1024 over a zero bit and the bits."""
    return bhp(1024).hash([False, *bits])


def bhp_nodes(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the hash of each pair of nodes: BHP512 over a one bit and both."""
    inputs = [1 | left << 1 | right << 1 + FIELD_BITS for left, right in pairs]
    return [x for x, _ in bhp(512).points(inputs, 1 + 2 * FIELD_BITS)]


def bhp_node(left: int, right: int) -> int:
    """Return the hash of two nodes: BHP512 over a one bit and both."""
    return bhp_nodes([(left, right)])[0]


def poseidon_leaf(fields: Sequence[int]) -> int:
    """Return the hash of a leaf given as fields: Poseidon of rate 4 over 0 and the fields."""
    return poseidon.hash(4, [0, *fields])


def poseidon_nodes(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the hash of each pair of nodes: Poseidon of rate 2 over 1 and both."""
    return poseidon.hash_each(2, [(1, left, right) for left, right in pairs])


def poseidon_node(left: int, right: int) -> int:
    """Return the hash of two nodes: Poseidon of rate 2 over 1 and both."""
    return poseidon.hash(2, [1, left, right])


_MANY: dict[NodeHash, Callable[[Sequence[tuple[int, int]]], list[int]]] = {
    bhp_node: bhp_nodes,
    poseidon_node: poseidon_nodes,
}


@cache
def _empty(node_hash: NodeHash) -> int:
    return node_hash(0, 0)


def bhp_tree(depth: int, leaves: Iterable[Sequence[bool]] = ()) -> MerkleTree:
    """Return the tree over leaves given as bits, with BHP hashes."""
    tree = MerkleTree(depth, bhp_node, _empty(bhp_node))
    tree.extend(bhp_leaf(leaf) for leaf in leaves)
    return tree


def poseidon_tree(depth: int, leaves: Iterable[Sequence[int]] = ()) -> MerkleTree:
    """Return the tree over leaves given as fields, with Poseidon hashes."""
    tree = MerkleTree(depth, poseidon_node, _empty(poseidon_node))
    tree.extend(poseidon_leaf(leaf) for leaf in leaves)
    return tree


# --- circuit ---

Leaf = TypeVar("Leaf", BooleanVar, FieldVar)


@dataclass(frozen=True, slots=True)
class CircuitHashes(Generic[Leaf]):
    """The hashes of a tree in a circuit: of a leaf that is a list, and of two nodes."""

    leaf: Callable[[ConstraintSystem, Sequence[Leaf]], FieldVar]
    node: Callable[[FieldVar, FieldVar], FieldVar]


class MerklePathVar:
    """A Merkle path of a circuit: the index of 64 bits, then the siblings, the leaf's first."""

    __slots__ = ("cs", "index", "siblings")

    def __init__(self, index: IntegerVar, siblings: Sequence[FieldVar]) -> None:
        self.cs = index.cs
        self.index = index
        self.siblings = tuple(siblings)

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, path: MerklePath) -> MerklePathVar:
        """Inject a path: 64 bits and a field element for each level."""
        index = IntegerVar.new(cs, LiteralType.U64, mode, path.index)
        return cls(index, [FieldVar.new(cs, mode, sibling) for sibling in path.siblings])

    @gadget("merkle path")
    def verify(self, hashes: CircuitHashes[Leaf], root: FieldVar, leaf: Sequence[Leaf]) -> BooleanVar:
        """Return whether the path leads from a leaf to the root; bits of the index above the depth are free.

        For BHP at depth 32 over 1024 bits 13501 constants, 61938 variables and 62066 constraints
        (`circuit/collections/src/merkle_tree/verify.rs`).
        """
        current = hashes.leaf(self.cs, leaf)
        for bit, sibling in zip(self.index.bits, self.siblings):
            is_left = bit.not_()
            left = FieldVar.ternary(is_left, current, sibling)
            right = FieldVar.ternary(is_left, sibling, current)
            current = hashes.node(left, right)
        return root.is_eq(current)


def bhp_leaf_circuit(cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> FieldVar:
    """Return the hash of a leaf given as bits."""
    return bhp(1024).hash_to_group_circuit(cs, (BooleanVar.constant(cs, False), *bits)).x


def bhp_node_circuit(left: FieldVar, right: FieldVar) -> FieldVar:
    """Return the hash of two nodes: 409 constants, 1879 variables and 1883 constraints with their bits."""
    cs = left.cs
    bits = (BooleanVar.constant(cs, True), *left.to_bits_le(), *right.to_bits_le())
    return bhp(512).hash_to_group_circuit(cs, bits).x


def poseidon_leaf_circuit(cs: ConstraintSystem, fields: Sequence[FieldVar]) -> FieldVar:
    """Return the hash of a leaf given as fields."""
    return poseidon.hash_circuit(cs, 4, (FieldVar.zero(cs), *fields))


def poseidon_node_circuit(left: FieldVar, right: FieldVar) -> FieldVar:
    """Return the hash of two nodes."""
    return poseidon.hash_circuit(left.cs, 2, (FieldVar.one(left.cs), left, right))


BHP_HASHES = CircuitHashes(bhp_leaf_circuit, bhp_node_circuit)
POSEIDON_HASHES = CircuitHashes(poseidon_leaf_circuit, poseidon_node_circuit)
