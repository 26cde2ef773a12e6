"""Certificates: a short proof that a verifying key commits to the matrices of a given circuit.

All twelve index polynomials are combined with random weights and opened at a random point, which a verifier
who has the circuit can evaluate directly. Nothing is secret, so certificates are deterministic. They use the
domain string of Varuna V1 and V2 under all rules. The weights and the point are drawn after the commitments,
sizes and id; there is one opening, so no equations are added up.
Source: snarkVM ``algorithms/src/snark/varuna/varuna.rs`` (``prove_vk``, ``verify_vk``).
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.algebra import g1, vector
from avm.base import bech32
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.base.progress import Cancel
from avm.r1cs import Matrices
from avm.varuna.combinations import Combination, Query
from avm.varuna.commitment import Committer, OpenedQuery, Polynomial, check_openings
from avm.varuna.indexer import arrange, circuit_id_of
from avm.varuna.proof import G1
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.transcript import Transcript
from avm.varuna.verifying_key import INDEX_POLYNOMIALS, VerifyingKey, fault_of

VERSION_BYTE = 1
SIZE_IN_BYTES = 58
HRP = "certificate"
DOMAIN = b"VARUNA-2023"
"""What the transcript of a certificate starts with, whatever the version of proofs."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The commitment to the quotient of the opening."""

    witness: G1

    def to_bytes(self) -> bytes:
        """Return version byte, u64 1, the point, and 0 for no blinding (58 bytes)."""
        point = g1.to_compressed(self.witness)
        return ByteWriter().u8(VERSION_BYTE).u64(1).raw(point).boolean(False).bytes()

    @staticmethod
    def from_bytes(data: bytes) -> Certificate:
        """Read a certificate; DecodeError on anything that is not a canonical encoding."""
        reader = ByteReader(data)
        if (version := reader.u8()) != VERSION_BYTE:
            raise DecodeError(f"a certificate must begin with version {VERSION_BYTE}, not {version}")
        if (count := reader.u64()) != 1:
            raise DecodeError(f"a certificate has one opening, not {count}")
        certificate = Certificate(g1.from_compressed(reader.take(48)))
        if reader.boolean():
            raise DecodeError("a certificate must not be blinded")
        reader.finish()
        return certificate

    def __str__(self) -> str:
        return bech32.encode(HRP, self.to_bytes())

    @staticmethod
    def parse(text: str) -> Certificate:
        """Read a certificate from its text ``certificate1...``."""
        return Certificate.from_bytes(bech32.decode(HRP, text))


def certify(key: ProvingKey, srs: Srs, pool: Pool | None = None, cancel: Cancel | None = None) -> Certificate:
    """Return the certificate of the key's circuit."""
    transcript, weights, point = _challenges(key.verifying_key)
    query = Query("challenge", point, (Combination("circuit_check", weights),))
    polynomials = {name: Polynomial(values) for name, values in key.polynomials(cancel).items()}
    (opening,) = Committer(srs, pool, cancel).open([query], polynomials, transcript)
    return Certificate(opening.witness)


def verify_certificate(
    key: VerifyingKey,
    matrices: Matrices,
    srs: SrsVerifier,
    certificate: Certificate,
    cancel: Cancel | None = None,
) -> bool:
    """Return whether ``key`` is the verifying key of the circuit with these (unpadded) matrices."""
    info, indexed = arrange(matrices, cancel)
    if info != key.info or fault_of(info) or circuit_id_of(info, indexed) != key.circuit_id:
        return False
    circuit = ProvingKey(key, indexed, matrices.num_public, matrices.num_private)
    transcript, weights, point = _challenges(key)
    value = sum(
        weights[name] * vector.evaluate(values, point) for name, values in circuit.polynomials(cancel).items()
    )
    query = Query("challenge", point, (Combination("circuit_check", weights, value=value),))
    commitments = dict(zip(INDEX_POLYNOMIALS, key.commitments, strict=True))
    opened = [OpenedQuery(query, certificate.witness, None)]
    (holds,) = check_openings(opened, commitments, srs, transcript, key.to_bytes() + certificate.to_bytes())
    return holds


def _challenges(key: VerifyingKey) -> tuple[Transcript, dict[str, int], int]:
    """Return the transcript after the key, the weight of every index polynomial, and the point."""
    transcript = Transcript(DOMAIN)
    transcript.absorb_bytes(key.info.to_bytes())
    transcript.absorb_points(key.commitments)
    transcript.absorb_bytes(key.circuit_id)
    *combiners, point = transcript.squeeze_scalars(len(INDEX_POLYNOMIALS))
    return transcript, dict(zip(INDEX_POLYNOMIALS, [1, *combiners], strict=True)), point
