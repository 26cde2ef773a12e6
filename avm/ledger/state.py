"""The Merkle trees of the chain, from the outputs of a transition up to the state root.

Each function returns a tree or the hash that stands for one; all hashes are field elements.
Source: snarkVM ``console/program/src/state_path`` and ``ledger/block/src``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.json_value import JsonObject, number
from avm.data.state_path import (
    BLOCKS_DEPTH,
    HEADER_DEPTH,
    TRANSACTION_DEPTH,
    TRANSACTIONS_DEPTH,
    TRANSITION_DEPTH,
)
from avm.primitives.bhp import bhp
from avm.primitives.keccak import sha3
from avm.primitives.merkle import MerkleTree, bhp_tree

FINALIZE_ID_DEPTH = 9
FINALIZE_DEPTH = 20
RATIFICATIONS_DEPTH = 16
MAX_TRANSITIONS = (1 << TRANSACTION_DEPTH) - 1

Bits = list[bool]


def field_bits(value: int) -> Bits:
    """Return the 253 bits of a field element."""
    return int_to_bits_le(value, 253)


_SIZES = {
    "network": 16,
    "round": 64,
    "height": 32,
    "timestamp": 63,
    "cumulative_weight": 128,
    "cumulative_proof_target": 128,
    "coinbase_target": 64,
    "proof_target": 64,
    "last_coinbase_target": 64,
    "last_coinbase_timestamp": 63,
}
"""Bits of the largest value of each field; times are signed, and none of them is before 1970."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a header says besides the roots; times are seconds since 1970."""

    network: int
    round: int
    height: int
    timestamp: int
    cumulative_weight: int = 0
    cumulative_proof_target: int = 0
    coinbase_target: int = 2**29 - 1
    proof_target: int = 2**27
    last_coinbase_target: int = 2**29 - 1
    last_coinbase_timestamp: int = 0

    @classmethod
    def from_json(cls, data: JsonObject) -> Metadata:
        """Return metadata from its fields; ValueError or TypeError unless each is there and has its size."""
        if set(data) != set(_SIZES):
            raise ValueError("the metadata has other fields")
        return cls(**{name: number(data[name], 1 << size) for name, size in _SIZES.items()})

    def bits(self) -> Bits:
        """Return the 696 bits that are hashed, a zero byte first."""
        parts = (
            (0, 8),
            (self.network, 16),
            (self.round, 64),
            (self.height, 32),
            (self.cumulative_weight, 128),
            (self.cumulative_proof_target, 128),
            (self.coinbase_target, 64),
            (self.proof_target, 64),
            (self.last_coinbase_target, 64),
            (self.last_coinbase_timestamp, 64),
            (self.timestamp, 64),
        )
        return [bit for value, size in parts for bit in int_to_bits_le(value, size)]

    def hash(self) -> int:
        """Return the hash that stands in the header."""
        return bhp(1024).hash(self.bits())


@dataclass(frozen=True, slots=True)
class Header:
    """The roots of everything a block holds, and of the chain before it.

    ``content_root`` stands in the leaf that the network leaves zero: the ids of transactions do not cover
    their proofs and keys, so a local block commits to their whole text there.
    """

    previous_state_root: int
    transactions_root: int
    finalize_root: int
    ratifications_root: int
    solutions_root: int
    subdag_root: int
    metadata: Metadata
    content_root: int = 0

    def leaves(self) -> tuple[int, ...]:
        """Return the eight leaves in order."""
        return (
            self.previous_state_root,
            self.transactions_root,
            self.finalize_root,
            self.ratifications_root,
            self.solutions_root,
            self.subdag_root,
            self.content_root,
            self.metadata.hash(),
        )

    def tree(self) -> MerkleTree:
        """Return the header tree."""
        return bhp_tree(HEADER_DEPTH, (header_leaf(i, leaf) for i, leaf in enumerate(self.leaves())))


def header_leaf(index: int, value: int) -> Bits:
    """Return the bits of a leaf of the header tree."""
    return int_to_bits_le(index, 8) + field_bits(value)


def block_hash(previous: int, header_root: int) -> int:
    """Return the hash that names a block."""
    return bhp(1024).hash(field_bits(previous) + field_bits(header_root))


def block_tree(hashes: Iterable[int] = ()) -> MerkleTree:
    """Return the tree over all block hashes; its root is the state root."""
    return bhp_tree(BLOCKS_DEPTH, map(field_bits, hashes))


def content_root(texts: Sequence[bytes]) -> int:
    """Return the hash over the canonical texts of a block's transactions; zero of none."""
    if not texts:
        return 0
    digest = sha3(256, b"".join(sha3(256, text) for text in texts))
    return bhp(1024).hash(bytes_to_bits_le(digest))


def transactions_tree(ids: Iterable[int]) -> MerkleTree:
    """Return the tree over the ids of a block's transactions."""
    return bhp_tree(TRANSACTIONS_DEPTH, map(field_bits, ids))


def transaction_leaf(variant: int, index: int, value: int) -> Bits:
    """Return the bits of a leaf of a transaction: variant 0 is a deployed function, 1 a transition."""
    return int_to_bits_le(variant, 8) + int_to_bits_le(index, 16) + field_bits(value)


def transaction_tree(variant: int, ids: Iterable[int]) -> MerkleTree:
    """Return the tree of a transaction; its root is the transaction's id."""
    leaves = (transaction_leaf(variant, i, value) for i, value in enumerate(ids))
    return bhp_tree(TRANSACTION_DEPTH, leaves)


def transition_tree(tags: Sequence[Iterable[tuple[int, int]]], ids: Sequence[int]) -> MerkleTree:
    """Return the tree over the ids of the inputs, then of the outputs.

    A tag is what stands before the id in its leaf, as (number, bits).
    """
    heads = ([bit for number, size in tag for bit in int_to_bits_le(number, size)] for tag in tags)
    return bhp_tree(TRANSITION_DEPTH, (head + field_bits(i) for head, i in zip(heads, ids, strict=True)))


def transition_id(root: int, tcm: int) -> int:
    """Return the id of a transition from the root of its tree and its commitment."""
    return bhp(512).hash(field_bits(root) + field_bits(tcm))


def finalize_id_tree(operations: Iterable[Bits]) -> MerkleTree:
    """Return the tree over one transaction's finalize operations."""
    return bhp_tree(FINALIZE_ID_DEPTH, operations)


def finalize_tree(finalize_ids: Iterable[int]) -> MerkleTree:
    """Return the tree over the finalize ids of a block's transactions and, last, of its ratifications."""
    return bhp_tree(FINALIZE_DEPTH, map(field_bits, finalize_ids))


@cache
def empty_finalize_id() -> int:
    """Return the finalize id of a transaction, or block, without operations."""
    return finalize_id_tree(()).root


@cache
def empty_ratifications_root() -> int:
    """Return the ratifications root of a block without any."""
    return bhp_tree(RATIFICATIONS_DEPTH).root
