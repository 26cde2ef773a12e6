"""Blocks: transactions with what they changed, under a header that commits to all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from avm.base.bits import bits_to_bytes_le, int_to_bits_le
from avm.base.json_value import JsonObject, items, members, text
from avm.ledger import state
from avm.ledger.ids import Kind, canonical_text, field_text, id_text, parse_field, parse_id
from avm.ledger.operations import Operation, finalize_id
from avm.ledger.rejection import Reason, reading, rejected, require_canonical
from avm.ledger.state import Header, Metadata
from avm.ledger.transaction import NETWORK, Transaction
from avm.primitives.bhp import bhp

GENESIS_TIME = 1725462000
GENESIS_HASH = "ab1j6kqwn9gp7ya356wj6ahzuuurmz2rlwn87nyx5g2z7gayvt9ry9qnna3jg"
_ROOTS = (
    "transactions_root",
    "finalize_root",
    "ratifications_root",
    "solutions_root",
    "subdag_root",
    "content_root",
)


@dataclass(frozen=True)
class Confirmed:
    """An accepted transaction with the changes of storage that it made."""

    transaction: Transaction
    operations: tuple[Operation, ...] = ()

    @cached_property
    def text(self) -> str:
        """The canonical text: what the block commits to and the ledger's file holds."""
        return canonical_text(self.to_json())

    def to_json(self) -> JsonObject:
        """Return the confirmed transaction as JSON values."""
        return {
            "status": "accepted",
            "type": self.transaction.kind,
            "transaction": self.transaction.to_json(),
            "finalize": [operation.to_json() for operation in self.operations],
        }

    @classmethod
    def from_json(cls, data: JsonObject, *, trusted: bool = False) -> Confirmed:
        """Return the confirmed transaction of ``to_json``; the ids of trusted data are not computed."""
        operations = tuple(Operation.from_json(members(item)) for item in items(data["finalize"]))
        return cls(Transaction.from_json(members(data["transaction"]), trusted=trusted), operations)


@dataclass(frozen=True)
class Block:
    """A block: the hash before it, its header, and its transactions."""

    previous_hash: int
    header: Header
    transactions: tuple[Confirmed, ...] = ()

    @property
    def height(self) -> int:
        """The number of blocks before this one."""
        return self.header.metadata.height

    @property
    def timestamp(self) -> int:
        """The time of the block, in seconds since 1970."""
        return self.header.metadata.timestamp

    @cached_property
    def hash(self) -> int:
        """The hash that names the block."""
        return state.block_hash(self.previous_hash, self.header.tree().root)

    @property
    def hash_text(self) -> str:
        """The hash as text."""
        return id_text(Kind.BLOCK, self.hash)

    def to_json(self) -> JsonObject:
        """Return the block as JSON values, in the network's shape without authority."""
        header, metadata = self.header, self.header.metadata
        roots = {name: field_text(getattr(header, name)) for name in _ROOTS}
        previous_root = id_text(Kind.STATE_ROOT, header.previous_state_root)
        fields = {name: getattr(metadata, name) for name in Metadata.__slots__}
        return {
            "block_hash": self.hash_text,
            "previous_hash": id_text(Kind.BLOCK, self.previous_hash),
            "header": {"previous_state_root": previous_root, **roots, "metadata": fields},
            "ratifications": [],
            "solutions": None,
            "transactions": [{**c.to_json(), "index": i} for i, c in enumerate(self.transactions)],
            "aborted_transaction_ids": [],
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Block:
        """Return the block of ``to_json``; VerifyError when it is not one or has another hash."""
        with reading("a block"):
            header = members(data["header"])
            roots = {name: parse_field(text(header[name])) for name in _ROOTS}
            previous_root = parse_id(Kind.STATE_ROOT, text(header["previous_state_root"]))
            block = cls(
                parse_id(Kind.BLOCK, text(data["previous_hash"])),
                Header(previous_root, metadata=Metadata.from_json(members(header["metadata"])), **roots),
                tuple(Confirmed.from_json(members(item)) for item in items(data["transactions"])),
            )
            stated = data["block_hash"]
            if stated != block.hash_text:
                raise rejected(Reason.FORM, f"the block {stated} has another hash: {block.hash_text}")
            require_canonical("block", data, block.to_json())
        return block


def content_roots(transactions: Sequence[Confirmed]) -> dict[str, int]:
    """Return the roots of a header that follow from the block's transactions."""
    finalize_ids = [finalize_id(c.operations) for c in transactions]
    return {
        "transactions_root": state.transactions_tree(c.transaction.id for c in transactions).root,
        "finalize_root": state.finalize_tree([*finalize_ids, state.empty_finalize_id()]).root,
        "ratifications_root": state.empty_ratifications_root(),
        "solutions_root": 0,
        "subdag_root": 0,
        "content_root": state.content_root([c.text.encode() for c in transactions]),
    }


def next_metadata(previous: Metadata, timestamp: int) -> Metadata:
    """Return the metadata of the block after one; the proof targets stay, as nobody mines here."""
    return Metadata(
        previous.network,
        previous.round + 1,
        previous.height + 1,
        timestamp,
        previous.cumulative_weight,
        previous.cumulative_proof_target,
        previous.coinbase_target,
        previous.proof_target,
        previous.last_coinbase_target,
        previous.last_coinbase_timestamp,
    )


def random_seed(metadata: Metadata, previous_hash: int) -> bytes:
    """Return the seed of the random numbers that finalize code may draw in a block."""
    parts = (
        (metadata.round, 64),
        (metadata.height, 32),
        (metadata.cumulative_weight, 128),
        (metadata.cumulative_proof_target, 128),
        (previous_hash, 253),
        (metadata.timestamp, 64),
    )
    digest = bhp(768).hash([bit for value, size in parts for bit in int_to_bits_le(value, size)])
    return bits_to_bytes_le(int_to_bits_le(digest, 256))


def make_block(
    previous_hash: int, previous_root: int, metadata: Metadata, transactions: Sequence[Confirmed]
) -> Block:
    """Return the block with the roots of its content."""
    roots = content_roots(transactions)
    return Block(previous_hash, Header(previous_root, metadata=metadata, **roots), tuple(transactions))


def genesis() -> Block:
    """Return the first block of every local chain: it holds nothing and is always the same."""
    metadata = Metadata(NETWORK, 0, 0, GENESIS_TIME, last_coinbase_timestamp=GENESIS_TIME)
    return make_block(0, 0, metadata, ())
