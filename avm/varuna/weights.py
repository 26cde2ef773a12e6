"""The weights with which the verifier adds up several equations: fixed after all that the prover sends.

A sum of equations says something about each of them only if nobody could know the weights while anything in
the equations could still be chosen. So the weights are a hash of the whole statement and proof, and of the
equations themselves, each point and scalar of them. All verifiers get the same weights, no prover and no
transcript has a part in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from avm.algebra import g1, g2
from avm.algebra.fields import FR_MODULUS, Fr
from avm.base.codec import ByteWriter

if TYPE_CHECKING:
    from avm.varuna.proof import Proof
    from avm.varuna.srs.reference_string import SrsVerifier
    from avm.varuna.verifying_key import VerifyingKey
    from avm.varuna.version import VarunaVersion

WEIGHT_BYTES = 16
"""128 bits: a false equation survives the sum with a chance of 2^-128 for every hash that is tried."""
_STATEMENT_DOMAIN = b"AVM Studio Varuna statement 1"
_WEIGHTS_DOMAIN = b"AVM Studio Varuna weights 1"

Terms = Sequence[tuple[g1.Point, int]]


def statement_digest(
    version: VarunaVersion,
    keys: Sequence[VerifyingKey],
    inputs: Sequence[Sequence[Sequence[int]]],
    srs: SrsVerifier,
    proof: Proof,
) -> bytes:
    """Return SHA-256 of all that is verified: version, keys, instances, public inputs, SRS, proof (32 bytes).

    ``inputs`` are canonical public inputs by circuit and instance. Counts go before lists, so two statements
    have different preimages.
    """
    out = ByteWriter().raw(_STATEMENT_DOMAIN).u8(int(version)).raw(bytes.fromhex(srs.digest)).u64(len(keys))
    for key, instances in zip(keys, inputs, strict=True):
        out.raw(key.to_bytes()).u64(len(instances))
        for values in instances:
            out.u64(len(values))
            for value in values:
                out.raw(Fr.to_bytes_le(value))
    return hashlib.sha256(out.raw(proof.to_bytes()).bytes()).digest()


def weights_of(statement: bytes, equations: Sequence[Mapping[g2.Point, Terms]]) -> list[int]:
    """Return a weight from 1 to 2^128 for every equation, a hash of ``statement`` and all equations.

    An equation says that the product over partners Q in G2 of e(sum of k P over its terms (P, k), Q) is one.
    """
    out = ByteWriter().raw(_WEIGHTS_DOMAIN).u64(len(statement)).raw(statement).u64(len(equations))
    for equation in equations:
        out.u64(len(equation))
        for partner, terms in equation.items():
            _write_side(out, partner, terms)
    stream = hashlib.shake_256(out.bytes()).digest(WEIGHT_BYTES * len(equations))
    pieces = (stream[i : i + WEIGHT_BYTES] for i in range(0, len(stream), WEIGHT_BYTES))
    return [1 + int.from_bytes(piece, "little") for piece in pieces]


def _write_side(out: ByteWriter, partner: g2.Point, terms: Iterable[tuple[g1.Point, int]]) -> None:
    terms = list(terms)
    out.raw(g2.to_compressed(partner)).u64(len(terms))
    for point, k in terms:
        out.raw(g1.to_compressed(point)).raw(Fr.to_bytes_le(k % FR_MODULUS))
