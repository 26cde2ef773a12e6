"""A Varuna proof: its parts in order, the byte codec that follows that order, the parts for an inspector.

Source of the layout: snarkVM ``algorithms/src/snark/varuna/data_structures/proof.rs``, wrapped with a version
byte as in ``synthesizer/snark/src/proof``. Only proofs that hide the witness are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from avm.algebra import g1
from avm.algebra.fields import Fr
from avm.algebra.g1_decoding import SIZE, decode_points
from avm.base import bech32
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.varuna.report import ProofPart

G1 = g1.Point
Sums = tuple[int, int, int]

VERSION_BYTE = 1
HRP = "proof"
MAX_CIRCUITS = 1 << 10
MAX_INSTANCES = 1 << 16
MATRICES = ("a", "b", "c")
POINT_NAMES = ("alpha", "beta", "gamma")
BLINDED = (False, True, False)
"""Which openings are blinded, in the order of ``POINT_NAMES``: w and g_1 hide, both are opened at beta."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening at one point: commitment to the quotient and the blinding polynomial's value, if any."""

    witness: G1
    random_v: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof for a batch of circuits, each with one or more instances.

    Tuples over circuits follow the circuits' ids in increasing byte order; ``witness`` has all instances in
    order. ``third_sums[i][j]`` are the column sums of instance j of circuit i, ``fourth_sums[i]`` the
    matrix sums of circuit i, both for A, B, C. Scalars are canonical integers, points affine or None for
    infinity.
    """

    batch_sizes: tuple[int, ...]
    witness: tuple[G1, ...]
    mask: G1
    h_0: G1
    g_1: G1
    h_1: G1
    g_a: tuple[G1, ...]
    g_b: tuple[G1, ...]
    g_c: tuple[G1, ...]
    h_2: G1
    g_1_at_beta: int
    g_a_at_gamma: tuple[int, ...]
    g_b_at_gamma: tuple[int, ...]
    g_c_at_gamma: tuple[int, ...]
    third_sums: tuple[tuple[Sums, ...], ...]
    fourth_sums: tuple[Sums, ...]
    openings: tuple[Opening, ...]

    def evaluations(self) -> list[int]:
        """Return the claimed evaluations in transcript order."""
        return [self.g_1_at_beta, *self.g_a_at_gamma, *self.g_b_at_gamma, *self.g_c_at_gamma]

    def to_bytes(self) -> bytes:
        """Return the encoding; 957 bytes for one circuit with one instance."""
        out = ByteWriter()
        for _, _, _, data, _ in _walk(self):
            out.raw(data)
        return out.bytes()

    @staticmethod
    def from_bytes(data: bytes) -> Proof:
        """Read a proof; DecodeError on anything that is not the canonical encoding of a hiding proof.

        Every point is then on the curve and in its prime-order subgroup, every scalar below the modulus.
        """
        reader = ByteReader(data)
        if (version := reader.u8()) != VERSION_BYTE:
            raise DecodeError(f"a proof must begin with version {VERSION_BYTE}, not {version}")
        proof = _read(reader)
        reader.finish()
        return proof

    def __str__(self) -> str:
        return bech32.encode(HRP, self.to_bytes())

    @staticmethod
    def parse(text: str) -> Proof:
        """Read a proof from its text ``proof1...``; DecodeError as in ``from_bytes``."""
        return Proof.from_bytes(bech32.decode(HRP, text))

    def parts(self) -> tuple[ProofPart, ...]:
        """Return every part with its place in the encoding."""
        parts, offset = [], 0
        for name, kind, stage, data, value in _walk(self):
            parts.append(ProofPart(name, kind, stage, offset, len(data), value))
            offset += len(data)
        return tuple(parts)


def proof_size(batch_sizes: Sequence[int]) -> int:
    """Return the number of bytes of a proof, version byte included."""
    n, instances = len(batch_sizes), sum(batch_sizes)
    points, scalars = 5 + instances + 3 * n, 1 + 6 * n + 3 * instances
    return 1 + 8 * (1 + n) + 48 * points + 1 + 32 * scalars + 8 + 3 * 49 + 32


def fault_of_blindings(values: Sequence[int | None]) -> str:
    """Return why no honest proof has these blinding values of its openings, or an empty text.

    The format lets every opening be blinded or not; with one form for all, a proof has one encoding.
    """
    if len(values) != len(POINT_NAMES):
        return f"a proof has {len(POINT_NAMES)} openings, not {len(values)}"
    for name, blinded, value in zip(POINT_NAMES, BLINDED, values):
        if blinded and not value:
            return f"the opening at {name} is not blinded: the proof does not hide its witness"
        if not blinded and value is not None:
            return (
                f"the opening at {name} is blinded: it hides nothing, and an honest proof has no such value"
            )
    return ""


def _walk(proof: Proof) -> Iterator[tuple[str, str, str, bytes, str]]:
    """Yield (name, kind, stage, bytes, value as text) of every part in the order of the encoding."""

    def count(name: str, value: int, size: int = 8) -> tuple[str, str, str, bytes, str]:
        return name, "count", "Header", value.to_bytes(size, "little"), str(value)

    def flag(name: str, stage: str, value: bool) -> tuple[str, str, str, bytes, str]:
        return name, "flag", stage, bytes([value]), "yes" if value else "no"

    def point(name: str, stage: str, value: G1) -> tuple[str, str, str, bytes, str]:
        data = g1.to_compressed(value)
        return name, "point", stage, data, data.hex()

    def scalar(name: str, stage: str, value: int) -> tuple[str, str, str, bytes, str]:
        return name, "scalar", stage, Fr.to_bytes_le(value), str(value)

    sizes = proof.batch_sizes
    yield count("version", VERSION_BYTE, 1)
    yield count("circuits", len(sizes))
    for i, size in enumerate(sizes):
        yield count(f"instances[{i}]", size)
    places = [f"[{i}][{j}]" for i, size in enumerate(sizes) for j in range(size)]
    for place, value in zip(places, proof.witness, strict=True):
        yield point(f"w{place}", "Witness and mask", value)
    yield flag("has mask", "Witness and mask", True)
    yield point("mask", "Witness and mask", proof.mask)
    yield point("h_0", "Row check", proof.h_0)
    yield point("g_1", "Column sums", proof.g_1)
    yield point("h_1", "Column sums", proof.h_1)
    for m, group in zip(MATRICES, (proof.g_a, proof.g_b, proof.g_c)):
        for i, value in enumerate(group):
            yield point(f"g_{m}[{i}]", "Matrix sums", value)
    yield point("h_2", "Combine matrices", proof.h_2)
    yield scalar("g_1(beta)", "Batch opening", proof.g_1_at_beta)
    for m, values in zip(MATRICES, (proof.g_a_at_gamma, proof.g_b_at_gamma, proof.g_c_at_gamma)):
        for i, number in enumerate(values):
            yield scalar(f"g_{m}[{i}](gamma)", "Batch opening", number)
    triples = [triple for circuit in proof.third_sums for triple in circuit]
    for place, triple in zip(places, triples, strict=True):
        for m, number in zip(MATRICES, triple):
            yield scalar(f"column sum {m}{place}", "Column sums", number)
    for i, triple in enumerate(proof.fourth_sums):
        for m, number in zip(MATRICES, triple):
            yield scalar(f"matrix sum {m}[{i}]", "Matrix sums", number)
    yield count("openings", len(proof.openings))
    for name, opening in zip(POINT_NAMES, proof.openings, strict=True):
        yield point(f"quotient at {name}", "Batch opening", opening.witness)
        yield flag(f"blinded at {name}", "Batch opening", opening.random_v is not None)
        if opening.random_v is not None:
            yield scalar(f"blinding at {name}", "Batch opening", opening.random_v)


class _Parts:
    """Reads parts one after another. Points are taken as numbers first: all of them are decoded at once."""

    def __init__(self, reader: ByteReader) -> None:
        self.reader = reader
        self.encodings: list[bytes] = []

    def point(self) -> int:
        self.encodings.append(self.reader.take(SIZE))
        return len(self.encodings) - 1

    def points(self, count: int) -> list[int]:
        return [self.point() for _ in range(count)]

    def scalar(self) -> int:
        return Fr.from_bytes_le(self.reader.take(32))

    def scalars(self, count: int) -> tuple[int, ...]:
        return tuple(self.scalar() for _ in range(count))

    def sums(self, count: int) -> tuple[Sums, ...]:
        return tuple((self.scalar(), self.scalar(), self.scalar()) for _ in range(count))


def _read_sizes(reader: ByteReader) -> tuple[int, ...]:
    n = reader.u64()
    if not 1 <= n <= MAX_CIRCUITS:
        raise DecodeError(f"a proof covers 1 to {MAX_CIRCUITS} circuits, not {n}")
    sizes = tuple(reader.u64() for _ in range(n))
    if min(sizes) < 1 or sum(sizes) > MAX_INSTANCES:
        raise DecodeError(f"a proof covers 1 to {MAX_INSTANCES} instances, at least one of each circuit")
    if reader.remaining < proof_size(sizes) - 1 - 8 * (1 + n) - 32 - 48:
        raise DecodeError("the proof ends early")
    return sizes


def _read(reader: ByteReader) -> Proof:
    sizes = _read_sizes(reader)
    n, parts = len(sizes), _Parts(reader)
    witness = parts.points(sum(sizes))
    if not reader.boolean():
        raise DecodeError("the proof has no mask polynomial: it does not hide its witness")
    mask, h_0, first_g, first_h = parts.points(4)
    g_a, g_b, g_c, h_2 = parts.points(n), parts.points(n), parts.points(n), parts.point()
    g_1_at_beta = parts.scalar()
    g_a_at_gamma, g_b_at_gamma, g_c_at_gamma = parts.scalars(n), parts.scalars(n), parts.scalars(n)
    third_sums = tuple(parts.sums(size) for size in sizes)
    fourth_sums = parts.sums(n)
    if (count := reader.u64()) != len(POINT_NAMES):
        raise DecodeError(f"a proof has {len(POINT_NAMES)} openings, not {count}")
    openings = [(parts.point(), parts.scalar() if reader.boolean() else None) for _ in POINT_NAMES]
    if fault := fault_of_blindings([random_v for _, random_v in openings]):
        raise DecodeError(fault)
    decoded = decode_points(parts.encodings)

    def named(numbers: list[int]) -> tuple[G1, ...]:
        return tuple(decoded[number] for number in numbers)

    return Proof(
        batch_sizes=sizes,
        witness=named(witness),
        mask=decoded[mask],
        h_0=decoded[h_0],
        g_1=decoded[first_g],
        h_1=decoded[first_h],
        g_a=named(g_a),
        g_b=named(g_b),
        g_c=named(g_c),
        h_2=decoded[h_2],
        g_1_at_beta=g_1_at_beta,
        g_a_at_gamma=g_a_at_gamma,
        g_b_at_gamma=g_b_at_gamma,
        g_c_at_gamma=g_c_at_gamma,
        third_sums=third_sums,
        fourth_sums=fourth_sums,
        openings=tuple(Opening(decoded[number], random_v) for number, random_v in openings),
    )
