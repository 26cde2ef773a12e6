"""The file format of a development string: one blob, versioned, checksummed, marked insecure.

All integers little-endian, points in the canonical encodings: magic and format version; u8 insecure (always 1
here); u32 log2 of the number of powers; the powers (96 bytes each); the gamma powers (u64 exponent, 96
bytes); beta H (192); the negative powers (u64 bound, 192 bytes); the updates; SHA-256 of all of it. The
format is our own.
"""

from __future__ import annotations

import hashlib

from avm.algebra import g1, g2
from avm.algebra.fields import Fr
from avm.algebra.points import G1Points
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import CheckFailure, DecodeError
from avm.varuna.srs.contribution_record import Knowledge, UpdateRecord
from avm.varuna.srs.development import LARGEST_LOG, NAME, SMALLEST_LOG
from avm.varuna.srs.reference_string import MemoryPowers, Srs, blinding_exponents, degree_bounds

MAGIC = b"AVMSRS\x00\x01"
MAX_UPDATES = 1 << 16


def srs_to_bytes(srs: Srs) -> bytes:
    """Return the blob of a complete string; CheckFailure for the official one, whose powers have a gap."""
    if srs.table.available != srs.max_degree + 1 or not srs.insecure:
        raise CheckFailure(f"{srs.name} is not a development string; its official files are its format")
    out = ByteWriter().raw(MAGIC).boolean(srs.insecure).uint(srs.max_degree.bit_length(), 4)
    out.raw(srs.table.first(srs.table.available).to_uncompressed())
    for exponent in blinding_exponents(srs.max_degree):
        out.u64(exponent).raw(g1.to_uncompressed(srs.gamma_powers[exponent]))
    out.raw(g2.to_uncompressed(srs.beta_h))
    for bound in degree_bounds(srs.max_degree):
        out.u64(bound).raw(g2.to_uncompressed(srs.negative_powers[bound]))
    out.uint(len(srs.updates), 4)
    for record in srs.updates:
        _write_record(out, record)
    body = out.bytes()
    return body + hashlib.sha256(body).digest()


def srs_from_bytes(data: bytes, checked_powers: G1Points | None = None) -> Srs:
    """Read a blob; DecodeError when it is damaged, of another version, or names another structure.

    ``checked_powers`` are the powers of this very blob, read before: then no point is checked once more.
    The checksum guards against damage only. A file from someone else must also pass ``check_srs`` and
    ``verify_updates`` before it is used.
    """
    body, digest = data[:-32], data[-32:]
    if body[: len(MAGIC)] != MAGIC:
        raise DecodeError("the file is not a development reference string of this version")
    if hashlib.sha256(body).digest() != digest:
        raise DecodeError("the reference string is damaged: its checksum is wrong")
    reader = ByteReader(body, len(MAGIC))
    if not reader.boolean():
        raise DecodeError("a development string must be marked insecure")
    log_size = reader.uint(4)
    if not SMALLEST_LOG <= log_size <= LARGEST_LOG:
        raise DecodeError(f"a development string has 2^{SMALLEST_LOG} to 2^{LARGEST_LOG} powers")
    degree = (1 << log_size) - 1
    encoded, check = reader.take(96 << log_size), checked_powers is None
    points = G1Points.from_uncompressed(encoded) if checked_powers is None else checked_powers
    if len(points) != 1 << log_size:
        raise DecodeError(f"2^{log_size} powers are expected, not {len(points)}")
    gamma = {}
    for exponent in blinding_exponents(degree):
        _expect(reader, exponent)
        gamma[exponent] = g1.from_uncompressed(reader.take(96), check)
    beta_h = g2.from_uncompressed(reader.take(192), check)
    negative = {}
    for bound in degree_bounds(degree):
        _expect(reader, bound)
        negative[bound] = g2.from_uncompressed(reader.take(192), check)
    if (count := reader.uint(4)) > MAX_UPDATES:
        raise DecodeError(f"a history has at most {MAX_UPDATES} updates, not {count}")
    updates = tuple(_read_record(reader, check) for _ in range(count))
    reader.finish()
    return Srs(
        name=NAME,
        insecure=True,
        max_degree=degree,
        table=MemoryPowers(points),
        gamma_powers=gamma,
        beta_h=beta_h,
        negative_powers=negative,
        updates=updates,
    )


def _expect(reader: ByteReader, value: int) -> None:
    if (found := reader.u64()) != value:
        raise DecodeError(f"the exponent {value} is expected here, not {found}")


def _write_record(out: ByteWriter, record: UpdateRecord) -> None:
    name = record.name.encode()
    out.uint(len(name), 2).raw(name)
    out.raw(bytes.fromhex(record.before_digest)).raw(bytes.fromhex(record.after_digest))
    for point in (
        record.before_beta_g,
        record.after_beta_g,
        record.before_gamma_g,
        record.after_gamma_g,
        record.beta_proof.commitment,
        record.gamma_proof.commitment,
    ):
        out.raw(g1.to_compressed(point))
    out.raw(g2.to_compressed(record.after_beta_h))
    out.raw(Fr.to_bytes_le(record.beta_proof.response)).raw(Fr.to_bytes_le(record.gamma_proof.response))


def _read_record(reader: ByteReader, check: bool) -> UpdateRecord:
    try:
        name = reader.take(reader.u16()).decode()
    except UnicodeDecodeError as error:
        raise DecodeError("the name of a contribution is not UTF-8") from error
    before_digest, after_digest = reader.take(32).hex(), reader.take(32).hex()
    before_beta, after_beta, before_gamma, after_gamma, beta_commitment, gamma_commitment = (
        g1.from_compressed(reader.take(48), check) for _ in range(6)
    )
    after_beta_h = g2.from_compressed(reader.take(96), check)
    beta_response, gamma_response = (Fr.from_bytes_le(reader.take(32)) for _ in range(2))
    return UpdateRecord(
        name=name,
        before_digest=before_digest,
        after_digest=after_digest,
        before_beta_g=before_beta,
        after_beta_g=after_beta,
        after_beta_h=after_beta_h,
        before_gamma_g=before_gamma,
        after_gamma_g=after_gamma,
        beta_proof=Knowledge(beta_commitment, beta_response),
        gamma_proof=Knowledge(gamma_commitment, gamma_response),
    )
