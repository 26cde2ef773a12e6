"""Paths from a thing on the chain up to the state root, with every hash on the way.

A path is a list of hops; each hop hashes the running value together with something known. Changing the
first value and recomputing shows where the path breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from avm.base.bits import int_to_bits_le
from avm.base.errors import StoreError
from avm.data.state_path import TRANSACTIONS_LEAF
from avm.ledger import state
from avm.ledger.chain import Ledger
from avm.ledger.ids import Kind, id_text
from avm.ledger.state import field_bits
from avm.ledger.transaction import Execution, Transaction
from avm.primitives.merkle import MerkleTree, bhp_leaf, bhp_node


@dataclass(frozen=True, slots=True)
class Hop:
    """One hash of a path.

    ``kind`` is ``leaf`` (the value under a tag of numbers, hashed), ``node`` (the hash of two nodes), or
    ``transition`` and ``block`` (an id out of a root and another field). ``side`` says where the running
    value ``current`` stands beside ``other``; a leaf has no other and ``tag`` lists its (number, bits).
    """

    tree: str
    level: int
    kind: str
    side: str
    current: int
    other: int
    result: int
    tag: tuple[tuple[int, int], ...] = ()

    @property
    def left(self) -> int:
        """The left input of the hash."""
        return self.current if self.side == "left" else self.other

    @property
    def right(self) -> int:
        """The right input of the hash."""
        return self.other if self.side == "left" else self.current

    def recompute(self, current: int) -> Hop:
        """Return the hop with another running value, hashed anew."""
        left, right = (current, self.other) if self.side == "left" else (self.other, current)
        if self.kind == "leaf":
            head = [bit for number, size in self.tag for bit in int_to_bits_le(number, size)]
            result = bhp_leaf(head + field_bits(current))
        elif self.kind == "node":
            result = bhp_node(left, right)
        elif self.kind == "transition":
            result = state.transition_id(left, right)
        else:
            result = state.block_hash(left, right)
        return replace(self, current=current, result=result)


@dataclass(frozen=True, slots=True)
class StatePath:
    """The way from ``leaf``, called ``name``, to the state root; ``root`` is what the chain has stored."""

    name: str
    leaf: int
    hops: tuple[Hop, ...]
    root: int

    @property
    def computed_root(self) -> int:
        """The root that the hops lead to."""
        return self.hops[-1].result

    @property
    def valid(self) -> bool:
        """Whether the path leads to the stored root."""
        return self.computed_root == self.root

    def recompute(self, leaf: int | None = None, others: Sequence[tuple[int, int]] = ()) -> StatePath:
        """Return the path with every hash done again, from another leaf or with other siblings.

        ``others`` are (index of a hop, its new sibling).
        """
        changed = dict(others)
        current = self.leaf if leaf is None else leaf
        hops = []
        for index, hop in enumerate(self.hops):
            if index in changed:
                hop = replace(hop, other=changed[index])
            hops.append(hop.recompute(current))
            current = hops[-1].result
        return StatePath(self.name, self.leaf if leaf is None else leaf, tuple(hops), self.root)


class _Builder:
    """Collects hops; ``current`` is the hash reached so far."""

    def __init__(self, leaf: int) -> None:
        self.current = leaf
        self.hops: list[Hop] = []

    def _add(self, hop: Hop) -> None:
        done = hop.recompute(self.current)
        self.hops.append(done)
        self.current = done.result

    def climb(self, name: str, tree: MerkleTree, index: int, tag: tuple[tuple[int, int], ...]) -> None:
        """Add the leaf's hash and every level of a tree."""
        self._add(Hop(name, 0, "leaf", "left", 0, 0, 0, tag))
        for level, sibling in enumerate(tree.path(index).siblings):
            side = "right" if index >> level & 1 else "left"
            self._add(Hop(name, level + 1, "node", side, 0, sibling, 0))

    def join(self, kind: str, side: str, other: int) -> None:
        """Add the hash of the value reached with another field."""
        self._add(Hop(kind, 0, kind, side, 0, other, 0))


def transaction_path(
    ledger: Ledger, transaction_id: str, transition: int | None = None, part: int | None = None
) -> StatePath:
    """Return the path of a transaction, or of a transition in it, or of that one's input or output.

    ``part`` counts the inputs, then the outputs. The path ends at the state root of the newest block.

    Raises:
        StoreError: there is no such transaction, transition or part.
    """
    place = ledger.store.place(transaction_id)
    if place is None:
        raise StoreError(f"there is no transaction {transaction_id} in the ledger")
    height, position = place
    block = ledger.block(height)
    transaction = block.transactions[position].transaction
    name, builder = _inside(transaction, transition, part)
    ids = [item.transaction.id for item in block.transactions]
    builder.climb("transactions", state.transactions_tree(ids), position, ())
    builder.climb("header", block.header.tree(), TRANSACTIONS_LEAF, ((TRANSACTIONS_LEAF, 8),))
    return _finish(ledger, name, builder, block.previous_hash, height)


def _finish(ledger: Ledger, name: str, builder: _Builder, previous: int, height: int) -> StatePath:
    leaf = builder.hops[0].current if builder.hops else builder.current
    builder.join("block", "right", previous)
    tree = ledger.store.tree
    builder.climb("chain", tree, height, ())
    return StatePath(name, leaf, tuple(builder.hops), tree.root)


def _inside(transaction: Transaction, transition: int | None, part: int | None) -> tuple[str, _Builder]:
    """Return the name of what the path begins with, and the hops up to the transaction's id."""
    payload = transaction.payload
    if transition is None:
        return f"transaction {transaction.id_text}", _Builder(transaction.id)
    if not isinstance(payload, Execution) or not 0 <= transition < len(payload.transitions):
        raise StoreError(f"the transaction has no transition {transition}")
    call = payload.transitions[transition]
    if part is None:
        name, builder = f"transition {call.id_text}", _Builder(call.id)
    else:
        parts = (*call.inputs, *call.outputs)
        if not 0 <= part < len(parts):
            raise StoreError(f"the transition has no input or output {part}")
        chosen = parts[part]
        kind, index = ("input", part) if part < len(call.inputs) else ("output", part - len(call.inputs))
        name, builder = f"{kind} {index} of {call.function}", _Builder(chosen.id)
        tag = chosen.leaf_tag(part, output=kind == "output")
        builder.climb("transition", call.tree(), part, tag)
        builder.join("transition", "left", call.tcm)
    builder.climb("transaction", payload.tree(), transition, ((1, 8), (transition, 16)))
    return name, builder


def hash_text(hop: Hop) -> str:
    """Return the result of a hop as the text it is known by: an id where it names something."""
    kinds = {"transition": Kind.TRANSITION, "block": Kind.BLOCK}
    return id_text(kinds[hop.kind], hop.result) if hop.kind in kinds else f"{hop.result}field"
