"""The network's form of deployments: a program with a verifying key and a certificate of each circuit.

Version 1 has no checksum and no owner, version 2 has both, version 3 (an amendment, which adds keys to a
program) only the checksum. Source: snarkVM ``ledger/block/src/transaction/deployment``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.account.address import address_text, parse_address
from avm.algebra.edwards import Point
from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.json_value import JsonObject, JsonValue, items, number, text
from avm.base.limits import MAX_FUNCTIONS, MAX_RECORDS
from avm.base.reading import reading
from avm.data.identifier import check_identifier, identifier_bytes, program_id_bits, read_identifier
from avm.data.literal import literal_value
from avm.ledger import state
from avm.primitives.bhp import bhp
from avm.primitives.group_codec import point_from_bytes, point_to_bytes
from avm.primitives.keccak import sha3
from avm.primitives.merkle import MerkleTree
from avm.program.codec import function_bytes, program_to_bytes, read_program
from avm.program.model import Program
from avm.program.parser import parse
from avm.types.literal_type import LiteralType
from avm.varuna.certificate import SIZE_IN_BYTES as CERTIFICATE_SIZE
from avm.varuna.certificate import Certificate
from avm.varuna.verifying_key import SIZE_IN_BYTES as KEY_SIZE
from avm.varuna.verifying_key import VerifyingKey

CHECKSUM_SIZE = 32
VERSIONS = (1, 2, 3)
Key = tuple[str, VerifyingKey, Certificate]


@dataclass(frozen=True)
class Deployment:
    """A program at an edition; ``keys`` are of its functions in order, then, or not, of its records."""

    edition: int
    program: Program = field(repr=False)
    keys: tuple[Key, ...] = field(repr=False)
    checksum: bytes | None = None
    owner: Point | None = None

    @property
    def version(self) -> int:
        """The version, which follows from what is there."""
        if self.checksum is None:
            return 1
        return 3 if self.owner is None else 2

    @property
    def function_keys(self) -> tuple[Key, ...]:
        """The keys of the functions."""
        return self.keys[: len(self.program.functions)]

    @property
    def record_keys(self) -> tuple[Key, ...]:
        """The keys of the records' translation circuits, none where the deployment has none."""
        return self.keys[len(self.program.functions) :]

    @property
    def num_variables(self) -> int:
        """The variables of all circuits."""
        return sum(key.num_variables for _, key, _ in self.keys)

    @property
    def num_constraints(self) -> int:
        """The constraints of all circuits."""
        return sum(key.info.num_constraints for _, key, _ in self.keys)

    @property
    def id(self) -> int:
        """The root over the functions, which the owner signs and a fee names."""
        return self.tree().root

    def tree(self) -> MerkleTree:
        """Return the tree over the functions.

        A leaf is BHP1024 of the program id (version 1) or of the version and a SHA3-256 of all bytes, and of
        the function's bytes (``ledger/block/src/transaction/merkle.rs``).
        """
        if self.version == 1:
            head = program_id_bits(self.program.id)
        else:
            head = int_to_bits_le(self.version, 8) + bytes_to_bits_le(sha3(256, self.to_bytes()))
        functions = (bytes_to_bits_le(function_bytes(f)) for f in self.program.functions.values())
        return state.transaction_tree(0, (bhp(1024).hash(head + bits) for bits in functions))

    def check(self) -> None:
        """Raise DecodeError unless the keys are those of the program, and the checksum is the program's."""
        functions, records = tuple(self.program.functions), tuple(self.program.records)
        names = tuple(name for name, _, _ in self.keys)
        if not functions:
            raise DecodeError(f"{self.program.id} has no functions to deploy")
        if names not in (functions, functions + records):
            raise DecodeError(f"the keys are not those of the functions and records of {self.program.id}")
        if self.owner is not None and self.checksum is None:
            raise DecodeError("a deployment with an owner has a checksum")
        if self.checksum not in (None, self.program.checksum()):
            raise DecodeError(f"the checksum is not that of {self.program.id}")

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        out = ByteWriter().u8(self.version).u16(self.edition).raw(program_to_bytes(self.program))
        out.u16(len(self.keys))
        for name, key, certificate in self.keys:
            out.raw(identifier_bytes(name)).raw(key.to_bytes()).raw(certificate.to_bytes())
        owner = b"" if self.owner is None else point_to_bytes(self.owner)
        return out.raw(self.checksum or b"").raw(owner).bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> Deployment:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical or ``check`` refuses it."""
        version = reader.u8()
        if version not in VERSIONS:
            raise DecodeError(f"there is no deployment of version {version}")
        edition, program = reader.u16(), read_program(reader)
        count = reader.u16()
        if count > MAX_FUNCTIONS + MAX_RECORDS:
            raise DecodeError(f"a deployment has at most {MAX_FUNCTIONS + MAX_RECORDS} keys, not {count}")
        keys = tuple(_read_key(reader) for _ in range(count))
        checksum = None if version == 1 else reader.take(CHECKSUM_SIZE)
        owner = point_from_bytes(reader.take(32)) if version == 2 else None
        deployment = cls(edition, program, keys, checksum, owner)
        deployment.check()
        return deployment

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        data: dict[str, JsonValue] = {
            "edition": self.edition,
            "program": str(self.program),
            "verifying_keys": [[name, [str(key), str(c)]] for name, key, c in self.keys],
        }
        if self.checksum is not None:
            data["program_checksum"] = [f"{byte}u8" for byte in self.checksum]
        if self.owner is not None:
            data["program_owner"] = address_text(self.owner)
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> Deployment:
        """Return the deployment of ``to_json``; DecodeError or ParseFailure when it is none."""
        with reading("a deployment"):
            edition, program = number(data["edition"], 1 << 16), parse(text(data["program"]))
            given = items(data["verifying_keys"])
            if len(given) > MAX_FUNCTIONS + MAX_RECORDS:
                raise DecodeError(f"a deployment has at most {MAX_FUNCTIONS + MAX_RECORDS} keys")
            keys = tuple(_key_from_json(item) for item in given)
            owner = data.get("program_owner")
            deployment = cls(
                edition,
                program,
                keys,
                _checksum_from_json(data.get("program_checksum")),
                None if owner is None else parse_address(text(owner)),
            )
            deployment.check()
            return deployment


def _read_key(reader: ByteReader) -> Key:
    name, key = read_identifier(reader), VerifyingKey.from_bytes(reader.take(KEY_SIZE))
    return name, key, Certificate.from_bytes(reader.take(CERTIFICATE_SIZE))


def _key_from_json(item: JsonValue) -> Key:
    name, pair = items(item)
    key, certificate = items(pair)
    return (
        check_identifier(text(name)),
        VerifyingKey.parse(text(key)),
        Certificate.parse(text(certificate)),
    )


def _checksum_from_json(value: JsonValue) -> bytes | None:
    if value is None:
        return None
    checksum = bytes(literal_value(text(byte), LiteralType.U8) for byte in items(value))
    if len(checksum) != CHECKSUM_SIZE:
        raise DecodeError(f"a checksum has {CHECKSUM_SIZE} bytes, not {len(checksum)}")
    return checksum
