"""The network's form of executions: transitions and a proof of all of them, with a fee.

Only the encodings and the ids live here; the local chain has its own transactions (``transaction.py``).
Source: snarkVM ``ledger/block/src/transaction``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from avm.algebra.fields import Fr
from avm.base import bech32
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError, Unsupported
from avm.base.json_value import JsonObject, JsonValue, items, members, text
from avm.ledger import state
from avm.ledger.ids import Kind, id_text, parse_id
from avm.ledger.rejection import reading
from avm.ledger.transition import Transition
from avm.ledger.transition_codec import read_transition, transition_to_bytes
from avm.varuna.proof import proof_size

PROOF_PREFIX = "proof"
MAX_CIRCUITS = 64
VARIANTS = {"deploy": 0, "execute": 1, "fee": 2}


@dataclass(frozen=True, slots=True)
class Proven:
    """Transitions made against a state root, and the bytes of the proof of them, if it is there."""

    transitions: tuple[Transition, ...]
    state_root: int
    proof: bytes | None

    def tail_bytes(self) -> bytes:
        """Return the bytes of the state root and the proof."""
        out = ByteWriter().raw(Fr.to_bytes_le(self.state_root)).boolean(self.proof is not None)
        return out.raw(self.proof or b"").bytes()

    def tail_json(self) -> JsonObject:
        """Return the state root and the proof as JSON values."""
        data: dict[str, JsonValue] = {"global_state_root": id_text(Kind.STATE_ROOT, self.state_root)}
        if self.proof is not None:
            data["proof"] = bech32.encode(PROOF_PREFIX, self.proof)
        return data


@dataclass(frozen=True)
class NetworkTransaction:
    """An execution with its fee, an execution without one, or a fee alone."""

    execution: Proven | None
    fee: Proven | None

    @property
    def kind(self) -> str:
        """``execute`` or ``fee``."""
        return "fee" if self.execution is None else "execute"

    @cached_property
    def id(self) -> int:
        """The root over all transitions, the fee's last."""
        return state.transaction_tree(1, (transition.id for transition in self.transitions())).root

    def transitions(self) -> tuple[Transition, ...]:
        """Return all transitions, the fee's last."""
        return tuple(t for part in (self.execution, self.fee) if part is not None for t in part.transitions)

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        out = ByteWriter().u8(1).u8(VARIANTS[self.kind]).raw(Fr.to_bytes_le(self.id))
        if self.execution is not None:
            out.u8(1).u8(len(self.execution.transitions))
            for transition in self.execution.transitions:
                out.raw(transition_to_bytes(transition))
            out.raw(self.execution.tail_bytes()).boolean(self.fee is not None)
        if self.fee is not None:
            out.u8(1).raw(transition_to_bytes(self.fee.transitions[0])).raw(self.fee.tail_bytes())
        return out.bytes()

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        data: dict[str, JsonValue] = {"type": self.kind, "id": id_text(Kind.TRANSACTION, self.id)}
        if self.execution is not None:
            transitions = [transition.to_json() for transition in self.execution.transitions]
            data["execution"] = {"transitions": transitions, **self.execution.tail_json()}
        if self.fee is not None:
            data["fee"] = {"transition": self.fee.transitions[0].to_json(), **self.fee.tail_json()}
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> NetworkTransaction:
        """Return the transaction of ``to_json``; ids may be left out.

        Raises:
            DecodeError: something is missing, or an id that is given is not the transaction's own.
        """
        with reading("a transaction", DecodeError):
            if data["type"] == "deploy":
                raise Unsupported("the network's deployments are not built yet")
            execution = fee = None
            if data["type"] == "execute":
                proven = members(data["execution"])
                execution = _proven_from_json(proven, items(proven["transitions"]))
            if data.get("fee") is not None:
                paid = members(data["fee"])
                fee = _proven_from_json(paid, [paid["transition"]])
            transaction = cls(execution, fee)
            if "id" in data and parse_id(Kind.TRANSACTION, text(data["id"])) != transaction.id:
                raise DecodeError("the id of the transaction is not its own")
        return transaction

    @classmethod
    def read(cls, reader: ByteReader) -> NetworkTransaction:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical or has another id."""
        _version(reader, "transaction")
        variant = reader.u8()
        if variant == VARIANTS["deploy"]:
            raise Unsupported("the network's deployments are not built yet")
        if variant not in VARIANTS.values():
            raise DecodeError(f"there is no transaction of variant {variant}")
        stated = Fr.from_bytes_le(reader.take(32))
        execution = fee = None
        if variant == VARIANTS["execute"]:
            _version(reader, "execution")
            transitions = tuple(read_transition(reader) for _ in range(reader.u8()))
            execution = _read_tail(reader, transitions)
        if variant == VARIANTS["fee"] or reader.boolean():
            _version(reader, "fee")
            fee = _read_tail(reader, (read_transition(reader),))
        transaction = cls(execution, fee)
        if transaction.id != stated:
            raise DecodeError("the id of the transaction is not its own")
        return transaction


def execution_from_json(data: JsonObject) -> Proven:
    """Return an execution alone. DecodeError when something is missing or an id is not its own.

    As in the reference transitions are kept by their ids: one that comes again takes the first one's place.
    """
    with reading("an execution", DecodeError):
        read = _proven_from_json(data, items(data["transitions"]))
        by_id = {transition.id: transition for transition in read.transitions}
        return Proven(tuple(by_id.values()), read.state_root, read.proof)


def _proven_from_json(data: JsonObject, transitions: Sequence[JsonValue]) -> Proven:
    proof = bech32.decode(PROOF_PREFIX, text(data["proof"])) if "proof" in data else None
    if proof is not None:
        reader = ByteReader(proof)
        _read_proof(reader)
        reader.finish()
    root = parse_id(Kind.STATE_ROOT, text(data["global_state_root"]))
    return Proven(tuple(Transition.from_json(members(item)) for item in transitions), root, proof)


def _version(reader: ByteReader, what: str) -> None:
    if (version := reader.u8()) != 1:
        raise DecodeError(f"there is no {what} of version {version}")


def _read_tail(reader: ByteReader, transitions: tuple[Transition, ...]) -> Proven:
    root = Fr.from_bytes_le(reader.take(32))
    return Proven(transitions, root, _read_proof(reader) if reader.boolean() else None)


def _read_proof(reader: ByteReader) -> bytes:
    """Read the bytes of a proof, whose length follows from the numbers of its instances."""
    version, circuits = reader.take(1), reader.take(8)
    count = int.from_bytes(circuits, "little")
    if not 1 <= count <= MAX_CIRCUITS:
        raise DecodeError(f"a proof is for 1 to {MAX_CIRCUITS} circuits, not {count}")
    sizes = reader.take(8 * count)
    instances = [int.from_bytes(sizes[i : i + 8], "little") for i in range(0, len(sizes), 8)]
    head = version + circuits + sizes
    return head + reader.take(proof_size(instances) - len(head))
