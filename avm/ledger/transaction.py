"""Transactions: an execution with its proof, or the deployment of a program.

The ids follow the network's trees. A deployed function is hashed by its canonical text, since the binary
form of programs comes with the network's full transaction format.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from avm.account.address import address_text, parse_address
from avm.account.signature import Signature, message_of_bytes
from avm.algebra.edwards import Point
from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteWriter
from avm.base.json_value import JsonObject, hex_bytes, items, members, number, text
from avm.data.identifier import identifier_bytes
from avm.ledger import state
from avm.ledger.binding import TransitionSignature, sign_transition
from avm.ledger.ids import Kind, canonical_text, id_text, parse_id
from avm.ledger.rejection import Reason, reading, rejected, require_canonical
from avm.ledger.transition import Transition
from avm.primitives.bhp import bhp
from avm.primitives.group_codec import point_to_bytes
from avm.primitives.keccak import sha3
from avm.primitives.merkle import MerkleTree
from avm.program.model import Program
from avm.program.parser import parse

DEPLOYMENT_VERSION = 2
NETWORK = 0
BOUND_KINDS = ("constant", "public", "future")
"""Kinds of inputs and outputs that stand among the public values of a proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof with all that a verifier needs: key, public inputs, version, and the SRS it was made under."""

    data: bytes = field(repr=False)
    version: int
    verifying_key: bytes = field(repr=False)
    public_inputs: tuple[int, ...] = ()
    circuit_id: str = ""
    srs: str = ""

    def to_json(self) -> JsonObject:
        """Return the proof as JSON values; bytes are hex."""
        return {
            "data": self.data.hex(),
            "varuna_version": self.version,
            "verifying_key": self.verifying_key.hex(),
            "public_inputs": [str(value) for value in self.public_inputs],
            "circuit_id": self.circuit_id,
            "srs": self.srs,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Proof:
        """Return the proof of ``to_json``."""
        return cls(
            hex_bytes(data["data"]),
            number(data["varuna_version"], 1 << 8),
            hex_bytes(data["verifying_key"]),
            tuple(int(text(value)) for value in items(data["public_inputs"])),
            text(data["circuit_id"]),
            text(data["srs"]),
        )


@dataclass(frozen=True)
class Execution:
    """The transitions of a call, callees first and the root last, made against a state of the chain.

    ``signer`` stands in the open where the function uses ``self.signer`` or ``self.caller``. ``signature``
    is by the key of the last transition, over everything else.
    """

    transitions: tuple[Transition, ...]
    state_root: int
    proof: Proof
    signer: Point | None = None
    signature: TransitionSignature | None = None

    kind = "execute"

    def message(self) -> bytes:
        """Return what is signed: the network and the canonical text of everything but the signature."""
        return canonical_text([NETWORK, replace(self, signature=None).to_json()]).encode()

    def signed(self, secret: int) -> Execution:
        """Return the execution with the signature by the secret of the last transition's public key."""
        return replace(self, signature=sign_transition(secret, self.message()))

    @property
    def is_signed(self) -> bool:
        """Whether the signature is there and holds."""
        signature = self.signature
        return signature is not None and signature.verify(self.transitions[-1].tpk, self.message())

    def notes(self) -> list[str]:
        """Return the names of what stands here although no proof binds it: only its maker says so."""
        names = []
        for transition in self.transitions:
            for side, parts in (("input", transition.inputs), ("output", transition.outputs)):
                names += [f"{side} {i}" for i, part in enumerate(parts, 1) if part.kind not in BOUND_KINDS]
            names += ["tpk", "tcm", "scm"]
        return names

    def tree(self) -> MerkleTree:
        """Return the tree over the transitions."""
        return state.transaction_tree(1, (transition.id for transition in self.transitions))

    def to_json(self) -> JsonObject:
        """Return the execution as JSON values."""
        return {
            "transitions": [transition.to_json() for transition in self.transitions],
            "global_state_root": id_text(Kind.STATE_ROOT, self.state_root),
            "proof": self.proof.to_json(),
            "signer": None if self.signer is None else address_text(self.signer),
            "signature": None if self.signature is None else str(self.signature),
            "notes": self.notes(),
        }

    @classmethod
    def from_json(cls, data: JsonObject, *, trusted: bool = False) -> Execution:
        """Return the execution of ``to_json``."""
        transitions = map(members, items(data["transitions"]))
        return cls(
            tuple(Transition.from_json(item, trusted=trusted) for item in transitions),
            parse_id(Kind.STATE_ROOT, text(data["global_state_root"])),
            Proof.from_json(members(data["proof"])),
            None if data.get("signer") is None else parse_address(text(data["signer"])),
            None if data["signature"] is None else TransitionSignature.parse(text(data["signature"])),
        )


@dataclass(frozen=True)
class Deployment:
    """A program's canonical text with verifying keys of its functions.

    A deployment of a program that the chain knows, with the same text and edition, adds keys to it.
    ``owner`` is there only with the owner's ``signature``.
    """

    program: str = field(repr=False)
    verifying_keys: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    edition: int = 0
    owner: Point | None = None
    signature: Signature | None = None

    kind = "deploy"

    def message(self) -> list[int]:
        """Return what the owner signs: a hash of the network and of all that the id depends on."""
        return message_of_bytes(sha3(256, NETWORK.to_bytes(2, "little") + self.to_bytes()))

    @property
    def is_signed(self) -> bool:
        """Whether the owner agrees; without an owner, whether there is no signature either."""
        if self.owner is None or self.signature is None:
            return self.owner is None and self.signature is None
        return self.signature.verify(self.owner, self.message())

    @cached_property
    def parsed(self) -> Program:
        """The program; ParseFailure when the text is not one."""
        return parse(self.program)

    @cached_property
    def checksum(self) -> bytes:
        """The hash of the canonical text."""
        return sha3(256, self.program.encode())

    def to_bytes(self) -> bytes:
        """Return the bytes that the id depends on."""
        writer = ByteWriter().u8(DEPLOYMENT_VERSION).u16(self.edition)
        text = self.program.encode()
        writer.u32(len(text)).raw(text).u16(len(self.verifying_keys))
        for name, key in self.verifying_keys:
            writer.raw(identifier_bytes(name)).u32(len(key)).raw(key)
        writer.raw(self.checksum).raw(b"" if self.owner is None else point_to_bytes(self.owner))
        return writer.bytes()

    def tree(self) -> MerkleTree:
        """Return the tree over the functions."""
        head = int_to_bits_le(DEPLOYMENT_VERSION, 8) + bytes_to_bits_le(sha3(256, self.to_bytes()))
        functions = self.parsed.functions.values()
        leaves = (bhp(1024).hash(head + bytes_to_bits_le(str(f).encode())) for f in functions)
        return state.transaction_tree(0, leaves)

    def to_json(self) -> JsonObject:
        """Return the deployment as JSON values."""
        return {
            "edition": self.edition,
            "program": self.program,
            "verifying_keys": [[name, key.hex()] for name, key in self.verifying_keys],
            "program_checksum": self.checksum.hex(),
            "program_owner": None if self.owner is None else address_text(self.owner),
            "owner_signature": None if self.signature is None else str(self.signature),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Deployment:
        """Return the deployment of ``to_json``."""
        owner = data["program_owner"]
        keys = tuple((text(name), hex_bytes(key)) for name, key in map(items, items(data["verifying_keys"])))
        signature = data["owner_signature"]
        return cls(
            text(data["program"]),
            keys,
            number(data["edition"], 1 << 16),
            None if owner is None else parse_address(text(owner)),
            None if signature is None else Signature.parse(text(signature)),
        )


@dataclass(frozen=True)
class Transaction:
    """What a block holds: an execution or a deployment."""

    payload: Execution | Deployment

    @property
    def kind(self) -> str:
        """``execute`` or ``deploy``."""
        return self.payload.kind

    @cached_property
    def id(self) -> int:
        """The root of the transaction's tree."""
        return self.payload.tree().root

    @property
    def id_text(self) -> str:
        """The id as text."""
        return id_text(Kind.TRANSACTION, self.id)

    def to_json(self) -> JsonObject:
        """Return the transaction as JSON values."""
        name = "execution" if isinstance(self.payload, Execution) else "deployment"
        return {"type": self.kind, "id": self.id_text, name: self.payload.to_json()}

    @classmethod
    def from_json(cls, data: JsonObject, *, trusted: bool = False) -> Transaction:
        """Return the transaction of ``to_json``; the ids of trusted data are taken over, not computed.

        Raises:
            VerifyError: the fields are not those of a transaction, or the id is not its own.
        """
        with reading("a transaction"):
            if data["type"] == "execute":
                transaction = cls(Execution.from_json(members(data["execution"]), trusted=trusted))
            else:
                transaction = cls(Deployment.from_json(members(data["deployment"])))
            stated = text(data["id"])
            if trusted:
                transaction.__dict__["id"] = parse_id(Kind.TRANSACTION, stated)
            if stated != transaction.id_text:
                raise rejected(Reason.FORM, f"the transaction {stated} has another id: {transaction.id_text}")
            if not trusted:
                require_canonical("transaction", data, transaction.to_json())
        return transaction
