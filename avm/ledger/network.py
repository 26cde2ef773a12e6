"""The network's form of executions, fees and transactions.

Only the encodings and the ids live here; the local chain has its own transactions (``transaction.py``).
Source: snarkVM ``ledger/block/src/transaction``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from avm.account.address import address_text, parse_address
from avm.account.signature import SIZE_IN_BYTES, Signature
from avm.algebra.edwards import Point
from avm.algebra.fields import Fr
from avm.base import bech32
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.json_value import JsonObject, JsonValue, items, members, text
from avm.base.reading import reading
from avm.data.future import Future
from avm.data.literal import Literal
from avm.ledger import state
from avm.ledger.deployment import Deployment
from avm.ledger.ids import Kind, id_text, parse_id
from avm.ledger.transition import Transition
from avm.ledger.transition_codec import (
    read_transition,
    shown_value,
    transition_from_json,
    transition_to_bytes,
)
from avm.primitives.group_codec import point_from_bytes, point_to_bytes
from avm.primitives.merkle import MerkleTree, bhp_leaf
from avm.types.literal_type import LiteralType
from avm.varuna.proof import proof_size

PROOF_PREFIX = "proof"
MAX_CIRCUITS = 64
VARIANTS = {"deploy": 0, "execute": 1, "fee": 2}
FEE_FUNCTIONS = {"fee_private": 4, "fee_public": 3}
"""The functions of credits.aleo that pay fees, and the numbers of their inputs; each has one output."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Transitions made against a state root, and the bytes of the proof of them, if it is there."""

    transitions: tuple[Transition, ...]
    state_root: int
    proof: bytes | None = None

    def _tail_bytes(self) -> bytes:
        """Return the bytes of the state root and the proof."""
        out = ByteWriter().raw(Fr.to_bytes_le(self.state_root)).boolean(self.proof is not None)
        return out.raw(self.proof or b"").bytes()

    def _tail_json(self) -> JsonObject:
        """Return the state root and the proof as JSON values."""
        data: dict[str, JsonValue] = {"global_state_root": id_text(Kind.STATE_ROOT, self.state_root)}
        if self.proof is not None:
            data["proof"] = bech32.encode(PROOF_PREFIX, self.proof)
        return data


@dataclass(frozen=True, slots=True)
class Execution(Proven):
    """The transitions of a call, callees first and the root last."""

    @property
    def id(self) -> int:
        """The root over the ids of the transitions, which a fee names."""
        return self.tree().root

    def tree(self) -> MerkleTree:
        """Return the tree over the ids of the transitions."""
        return state.transaction_tree(1, (transition.id for transition in self.transitions))

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        out = ByteWriter().u8(1).u8(len(self.transitions))
        for transition in self.transitions:
            out.raw(transition_to_bytes(transition))
        return out.raw(self._tail_bytes()).bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> Execution:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
        _version(reader, "execution")
        count = _count(reader.u8())
        return cls(_distinct(read_transition(reader) for _ in range(count)), *_read_tail(reader))

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        return {"transitions": [t.to_json() for t in self.transitions], **self._tail_json()}

    @classmethod
    def from_json(cls, data: JsonObject) -> Execution:
        """Return the execution of ``to_json``; DecodeError or ParseFailure when it is none."""
        with reading("an execution"):
            found = items(data["transitions"])
            _count(len(found))
            transitions = _distinct(transition_from_json(members(item)) for item in found)
            return cls(transitions, *_tail_from_json(data))


def _count(number: int) -> int:
    """Return the number of transitions of an execution; DecodeError when there are none or too many."""
    if not 1 <= number <= state.MAX_TRANSITIONS:
        raise DecodeError(f"an execution has 1 to {state.MAX_TRANSITIONS} transitions, not {number}")
    return number


def _distinct(transitions: Iterable[Transition]) -> tuple[Transition, ...]:
    """Return transitions with each id once: the network keeps them by their ids."""
    return tuple({transition.id: transition for transition in transitions}.values())


@dataclass(frozen=True, slots=True)
class Fee(Proven):
    """One transition of credits.aleo that pays for an execution or a deployment."""

    @property
    def transition(self) -> Transition:
        """The transition."""
        return self.transitions[0]

    @property
    def id(self) -> int:
        """The id of the transition."""
        return self.transition.id

    @property
    def is_public(self) -> bool:
        """Whether the payer and the amount are in the open."""
        return self.transition.function == "fee_public"

    @property
    def payer(self) -> Point | None:
        """The address that pays, if the fee is public."""
        output = self.transition.outputs[-1]
        value = shown_value(output) if output.kind == "future" else None
        first = value.arguments[0] if isinstance(value, Future) and value.arguments else None
        if isinstance(first, Literal) and first.type is LiteralType.ADDRESS:
            address: Point = first.value
            return address
        return None

    def _input(self, index: int, type_: LiteralType) -> int:
        """Return a public input, counted after the record of a private fee; DecodeError when it is none."""
        output = self.transition.outputs[-1].kind
        if output not in ("record", "future"):
            raise DecodeError(f"the output of a fee is no {output}")
        part = self.transition.inputs[index + (output == "record")]
        value = shown_value(part) if part.kind == "public" else None
        if not isinstance(value, Literal) or value.type is not type_:
            raise DecodeError(f"a fee has no public {type_} as input {index}")
        number: int = value.value
        return number

    @property
    def base_amount(self) -> int:
        """The microcredits that the size of what is paid for costs."""
        return self._input(0, LiteralType.U64)

    @property
    def priority_amount(self) -> int:
        """The microcredits on top of it."""
        return self._input(1, LiteralType.U64)

    @property
    def amount(self) -> int:
        """All microcredits, at most those that fit into 64 bits."""
        return min(self.base_amount + self.priority_amount, (1 << 64) - 1)

    @property
    def paid_for(self) -> int:
        """The id of the deployment or execution."""
        return self._input(2, LiteralType.FIELD)

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        return ByteWriter().u8(1).raw(transition_to_bytes(self.transition)).raw(self._tail_bytes()).bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> Fee:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical or pays nothing."""
        _version(reader, "fee")
        return cls((_paying(read_transition(reader)),), *_read_tail(reader))

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        return {"transition": self.transition.to_json(), **self._tail_json()}

    @classmethod
    def from_json(cls, data: JsonObject) -> Fee:
        """Return the fee of ``to_json``; DecodeError or ParseFailure when it is none."""
        with reading("a fee"):
            transition = _paying(transition_from_json(members(data["transition"])))
            return cls((transition,), *_tail_from_json(data))


def _paying(transition: Transition) -> Transition:
    """Return a transition that pays a fee; DecodeError when it is another."""
    wanted = FEE_FUNCTIONS.get(transition.function)
    sizes = (len(transition.inputs), len(transition.outputs))
    if transition.program != "credits.aleo" or sizes != (wanted, 1):
        raise DecodeError(f"{transition.program}/{transition.function} pays no fee")
    return transition


@dataclass(frozen=True, slots=True)
class ProgramOwner:
    """The account that owns a deployed program, and its signature of the deployment's id."""

    address: Point
    signature: Signature

    def verify(self, deployment: int) -> bool:
        """Whether the owner signed the deployment of this id."""
        return self.signature.verify(self.address, [deployment])

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        return b"\1" + point_to_bytes(self.address) + self.signature.to_bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> ProgramOwner:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
        _version(reader, "program owner")
        address = point_from_bytes(reader.take(32))
        return cls(address, Signature.from_bytes(reader.take(SIZE_IN_BYTES)))

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        return {"address": address_text(self.address), "signature": str(self.signature)}

    @classmethod
    def from_json(cls, data: JsonObject) -> ProgramOwner:
        """Return the owner of ``to_json``; DecodeError when it is none."""
        with reading("a program owner"):
            return cls(parse_address(text(data["address"])), Signature.parse(text(data["signature"])))


@dataclass(frozen=True)
class Transaction:
    """A deployment with its owner and fee, an execution with or without a fee, or a fee alone."""

    payload: Execution | Deployment | None
    fee: Fee | None = None
    owner: ProgramOwner | None = None

    @property
    def kind(self) -> str:
        """``deploy``, ``execute`` or ``fee``."""
        if self.payload is None:
            return "fee"
        return "deploy" if isinstance(self.payload, Deployment) else "execute"

    @property
    def execution(self) -> Execution | None:
        """The execution, if it is one."""
        return self.payload if isinstance(self.payload, Execution) else None

    @property
    def deployment(self) -> Deployment | None:
        """The deployment, if it is one."""
        return self.payload if isinstance(self.payload, Deployment) else None

    @cached_property
    def id(self) -> int:
        """The root over the functions or transitions, the fee's last."""
        if self.payload is None:
            return state.transaction_tree(1, [self._must_pay().id]).root
        tree = self.payload.tree()
        if self.fee is not None:
            leaf = state.transaction_leaf(1, len(tree), self.fee.id)
            tree.append(bhp_leaf(leaf))
        return tree.root

    def _must_pay(self) -> Fee:
        if self.fee is None:
            raise DecodeError("a transaction without payload has a fee")
        return self.fee

    @property
    def id_text(self) -> str:
        """The id as text."""
        return id_text(Kind.TRANSACTION, self.id)

    def transitions(self) -> tuple[Transition, ...]:
        """Return all transitions, the fee's last."""
        proven = (self.execution, self.fee)
        return tuple(t for part in proven if part is not None for t in part.transitions)

    def check(self) -> None:
        """Raise DecodeError unless the parts make a transaction: an owner who signed, a fee that pays."""
        if self.payload is None and self._must_pay().amount == 0:
            raise DecodeError("a transaction that is a fee alone pays something")
        if not isinstance(self.payload, Deployment):
            return
        if self.fee is None or self.owner is None or not self.owner.verify(self.payload.id):
            raise DecodeError("a deployment has a fee and an owner who signed its id")
        if self.payload.owner not in (None, self.owner.address):
            raise DecodeError("the owner of the deployment is not the one who signed it")

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        out = ByteWriter().u8(1).u8(VARIANTS[self.kind]).raw(Fr.to_bytes_le(self.id))
        if self.owner is not None:
            out.raw(self.owner.to_bytes())
        if self.payload is not None:
            out.raw(self.payload.to_bytes())
        if self.execution is not None:
            out.boolean(self.fee is not None)
        return out.raw(b"" if self.fee is None else self.fee.to_bytes()).bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> Transaction:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical or has another id."""
        _version(reader, "transaction")
        variant = reader.u8()
        if variant not in VARIANTS.values():
            raise DecodeError(f"there is no transaction of variant {variant}")
        stated = Fr.from_bytes_le(reader.take(32))
        payload: Execution | Deployment | None = None
        owner = None
        if variant == VARIANTS["deploy"]:
            owner, payload = ProgramOwner.read(reader), Deployment.read(reader)
        elif variant == VARIANTS["execute"]:
            payload = Execution.read(reader)
        has_fee = variant != VARIANTS["execute"] or reader.boolean()
        return cls(payload, Fee.read(reader) if has_fee else None, owner)._named(stated)

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        data: dict[str, JsonValue] = {"type": self.kind, "id": self.id_text}
        if self.owner is not None:
            data["owner"] = self.owner.to_json()
        if self.payload is not None:
            data["deployment" if self.kind == "deploy" else "execution"] = self.payload.to_json()
        if self.fee is not None:
            data["fee"] = self.fee.to_json()
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> Transaction:
        """Return the transaction of ``to_json``; ids may be left out.

        Raises:
            DecodeError, ParseFailure: something is missing, or an id that is given is not its own.
        """
        with reading("a transaction"):
            kind = text(data["type"])
            if kind not in VARIANTS:
                raise DecodeError(f"there is no transaction of kind {kind[:40]}")
            payload: Execution | Deployment | None = None
            owner = None
            if kind == "deploy":
                owner = ProgramOwner.from_json(members(data["owner"]))
                payload = Deployment.from_json(members(data["deployment"]))
            elif kind == "execute":
                payload = Execution.from_json(members(data["execution"]))
            paid = data["fee"] if kind != "execute" else data.get("fee")
            made = cls(payload, None if paid is None else Fee.from_json(members(paid)), owner)
            return made._named(parse_id(Kind.TRANSACTION, text(data["id"])) if "id" in data else made.id)

    def _named(self, stated: int) -> Transaction:
        """Return the transaction after its check; DecodeError when it has another id."""
        self.check()
        if self.id != stated:
            raise DecodeError("the id of the transaction is not its own")
        return self


def _version(reader: ByteReader, what: str) -> None:
    if (version := reader.u8()) != 1:
        raise DecodeError(f"there is no {what} of version {version}")


def _tail_from_json(data: JsonObject) -> tuple[int, bytes | None]:
    """Read the state root and the proof, if there is one."""
    root = parse_id(Kind.STATE_ROOT, text(data["global_state_root"]))
    if data.get("proof") is None:
        return root, None
    proof = bech32.decode(PROOF_PREFIX, text(data["proof"]))
    reader = ByteReader(proof)
    _read_proof(reader)
    reader.finish()
    return root, proof


def _read_tail(reader: ByteReader) -> tuple[int, bytes | None]:
    root = Fr.from_bytes_le(reader.take(32))
    return root, _read_proof(reader) if reader.boolean() else None


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
