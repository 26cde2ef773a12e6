"""The verifying key of a circuit: its sizes, twelve commitments and id, and the network's encoding of them.

Source: snarkVM ``algorithms/src/snark/varuna/data_structures/circuit_verifying_key.rs``, wrapped with a
version byte and the number of variables as in ``synthesizer/snark/src/verifying_key``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from avm.algebra import g1
from avm.algebra.domain import Domain
from avm.algebra.g1_decoding import SIZE, decode_points
from avm.base import bech32
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.varuna.proof import G1

VERSION_BYTE = 1
SIZE_IN_BYTES = 673
HRP = "verifier"
INDEX_POLYNOMIALS = tuple(f"{name}_{m}" for name in ("col", "row", "row_col", "row_col_val") for m in "abc")
"""Names of the committed polynomials in the order of the key: their labels sorted as text."""
MAX_SIZE = 1 << 40
MAX_PUBLIC_INPUTS = 1 << 14
"""Far above what functions have; keeps a hostile key from making the verifier hash for minutes."""


@dataclass(frozen=True, slots=True)
class CircuitInfo:
    """Sizes of an indexed circuit: publics padded to a power of two, hiding variables and row included."""

    num_public_inputs: int
    num_public_and_private_variables: int
    num_constraints: int
    num_non_zero_a: int
    num_non_zero_b: int
    num_non_zero_c: int

    def to_bytes(self) -> bytes:
        """Return the six numbers as u64 (48 bytes)."""
        out = ByteWriter()
        for value in self.as_tuple():
            out.u64(value)
        return out.bytes()

    def as_tuple(self) -> tuple[int, int, int, int, int, int]:
        """Return the six numbers in encoding order."""
        return (
            self.num_public_inputs,
            self.num_public_and_private_variables,
            self.num_constraints,
            self.num_non_zero_a,
            self.num_non_zero_b,
            self.num_non_zero_c,
        )

    @property
    def constraint_domain(self) -> Domain:
        """The domain R of rows."""
        return Domain.at_least(self.num_constraints)

    @property
    def variable_domain(self) -> Domain:
        """The domain C of columns."""
        return Domain.at_least(self.num_public_and_private_variables)

    @property
    def input_domain(self) -> Domain:
        """The domain X of public inputs."""
        return Domain.at_least(self.num_public_inputs)

    @property
    def matrix_domains(self) -> tuple[Domain, Domain, Domain]:
        """The domains K of the entries of A, B and C."""
        return (
            Domain.at_least(self.num_non_zero_a),
            Domain.at_least(self.num_non_zero_b),
            Domain.at_least(self.num_non_zero_c),
        )

    @property
    def degree_bounds(self) -> tuple[int, int, int, int]:
        """The enforced degree bounds: of g_1, g_a, g_b, g_c."""
        a, b, c = self.matrix_domains
        return self.variable_domain.size - 2, a.size - 2, b.size - 2, c.size - 2

    @property
    def highest_power(self) -> int:
        """The largest exponent of beta that proving this circuit alone needs."""
        largest = max(domain.size for domain in self.matrix_domains)
        return max(self.variable_domain.size + 3, self.constraint_domain.size - 1, largest - 1)


@dataclass(frozen=True, slots=True)
class CircuitShape:
    """A circuit before any commitment: its sizes, its id (32 bytes) and ``num_variables`` of its key."""

    info: CircuitInfo
    circuit_id: bytes
    num_variables: int

    def to_bytes(self) -> bytes:
        """Return the six sizes, the id and the number of variables."""
        return self.info.to_bytes() + self.circuit_id + self.num_variables.to_bytes(8, "little")

    @staticmethod
    def from_bytes(data: bytes) -> CircuitShape:
        """Read what ``to_bytes`` returns; DecodeError for anything else."""
        reader = ByteReader(data)
        info = CircuitInfo(*(reader.u64() for _ in range(6)))
        shape = CircuitShape(info, reader.take(32), reader.u64())
        reader.finish()
        return shape


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """What a verifier needs of a circuit.

    ``commitments`` are in the order of ``INDEX_POLYNOMIALS``. ``num_variables`` counts the variables of the
    circuit before indexing: constants, publics with One, privates.
    """

    info: CircuitInfo
    commitments: tuple[G1, ...]
    circuit_id: bytes
    num_variables: int

    def to_bytes(self) -> bytes:
        """Return the encoding (673 bytes)."""
        out = ByteWriter().u8(VERSION_BYTE).raw(self.info.to_bytes()).u64(len(self.commitments))
        for commitment in self.commitments:
            out.raw(g1.to_compressed(commitment))
        return out.raw(self.circuit_id).u64(self.num_variables).bytes()

    @staticmethod
    def from_bytes(data: bytes) -> VerifyingKey:
        """Read a key; DecodeError on anything that is not a canonical encoding."""
        reader = ByteReader(data)
        if (version := reader.u8()) != VERSION_BYTE:
            raise DecodeError(f"a verifying key must begin with version {VERSION_BYTE}, not {version}")
        key = VerifyingKey._read(reader)
        reader.finish()
        return key

    @staticmethod
    def _read(reader: ByteReader) -> VerifyingKey:
        info = CircuitInfo(*(reader.u64() for _ in range(6)))
        if (count := reader.u64()) != len(INDEX_POLYNOMIALS):
            raise DecodeError(f"a verifying key has {len(INDEX_POLYNOMIALS)} commitments, not {count}")
        commitments = [reader.take(SIZE) for _ in INDEX_POLYNOMIALS]
        circuit_id, num_variables = reader.take(32), reader.u64()
        return VerifyingKey(info, tuple(decode_points(commitments)), circuit_id, num_variables)

    def __str__(self) -> str:
        return bech32.encode(HRP, self.to_bytes())

    @staticmethod
    def parse(text: str) -> VerifyingKey:
        """Read a key from its text ``verifier1...``; DecodeError as in ``from_bytes``."""
        return VerifyingKey.from_bytes(bech32.decode(HRP, text))

    @property
    def checksum(self) -> str:
        """SHA-256 of the encoding as hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def fault_of(info: CircuitInfo) -> str:
    """Return why no circuit can have these sizes, or an empty text when one can.

    The encoding of a key does not depend on it, so a key is read first and its sizes judged when it is used.
    """
    publics = info.num_public_inputs
    if max(info.as_tuple()) > MAX_SIZE:
        return "the key names a circuit of impossible size"
    if publics < 1 or publics & (publics - 1):
        return f"the number of public inputs must be a power of two, not {publics}"
    if publics > MAX_PUBLIC_INPUTS:
        return f"{publics} public inputs are more than the {MAX_PUBLIC_INPUTS} that are verified"
    if info.variable_domain.size <= publics:
        return "the key has no room for private variables"
    if info.num_constraints < 1 or min(domain.size for domain in info.matrix_domains) < 2:
        return "the key has a matrix with fewer than two entries"
    return ""
