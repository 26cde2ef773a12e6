"""What a proof in memory must look like before it is verified: parts that fit each other, canonical values.

A proof that was read has passed all of it (``Proof.from_bytes``). This is for one that was put together by
hand, so that ``verify`` answers with a failed check and not with an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from avm.algebra.fields import FR_MODULUS
from avm.varuna.proof import Opening, Proof, fault_of_blindings


def fault_of_proof(proof: Proof) -> str:
    """Return why a proof in memory has no canonical encoding, or an empty text when it has one.

    Points are not looked at: ``Proof.from_bytes`` lets none in that is outside the prime-order subgroup.
    """
    n = len(proof.batch_sizes)
    per_circuit: tuple[Sequence[object], ...] = (
        proof.g_a, proof.g_b, proof.g_c, proof.g_a_at_gamma, proof.g_b_at_gamma, proof.g_c_at_gamma,
        proof.third_sums, proof.fourth_sums,
    )  # fmt: skip
    if any(len(part) != n for part in per_circuit):
        return "a part of the proof is for another number of circuits"
    if len(proof.witness) != sum(proof.batch_sizes):
        return "the proof has another number of witness commitments"
    if tuple(len(sums) for sums in proof.third_sums) != proof.batch_sizes:
        return "the proof has column sums of another number of instances"
    if any(len(triple) != 3 for triple in _triples(proof)):
        return "a sum of the proof is not for A, B and C"
    if any(type(value) is not int or not 0 <= value < FR_MODULUS for value in _scalars(proof)):
        return "a value of the proof is not a canonical field element"
    return fault_of_blindings([opening.random_v for opening in proof.openings])


def _triples(proof: Proof) -> Iterator[tuple[int, ...]]:
    for sums in proof.third_sums:
        yield from sums
    yield from proof.fourth_sums


def _scalars(proof: Proof) -> Iterator[int]:
    yield from proof.evaluations()
    for triple in _triples(proof):
        yield from triple
    yield from _values(proof.openings)


def _values(openings: Sequence[Opening]) -> Iterator[int]:
    return (opening.random_v for opening in openings if opening.random_v is not None)
