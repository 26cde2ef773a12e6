"""The verifier: replays the dialogue and decides by one product of pairings.

``README.md`` beside this file says why nothing false passes. When the product fails the three openings are
checked one by one, so that the report names the part of the statement that does not hold. Source: snarkVM
``algorithms/src/snark/varuna/varuna.rs`` (``verify_batch``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from avm.algebra.fields import FR_MODULUS
from avm.base.errors import VerifyError
from avm.varuna.canonical import fault_of_proof
from avm.varuna.combinations import Statement, label, queries
from avm.varuna.commitment import OpenedQuery, check_openings
from avm.varuna.proof import G1, MATRICES, Proof
from avm.varuna.protocol import Dialogue
from avm.varuna.report import CHECKS, Check, VerifyReport
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifying_key import INDEX_POLYNOMIALS, VerifyingKey, fault_of
from avm.varuna.version import CURRENT, VarunaVersion
from avm.varuna.weights import statement_digest

Inputs = Sequence[int]

_NAMES = {
    "alpha": (CHECKS[1], "opening at alpha: A z times B z equals C z in every row"),
    "beta": (
        CHECKS[2],
        "opening at beta: the sums come from the committed witness and the public inputs",
    ),
    "gamma": (CHECKS[3], "opening at gamma: the sums come from the matrices of the key"),
}


def verify(
    key: VerifyingKey,
    srs: SrsVerifier,
    inputs: Inputs | Sequence[Inputs],
    proof: Proof,
    *,
    version: VarunaVersion = CURRENT,
) -> VerifyReport:
    """Verify a proof of one circuit; see ``verify_batch``. ``inputs`` may be those of one instance."""
    instances = [inputs] if inputs and isinstance(inputs[0], int) else list(inputs)
    return verify_batch([(key, instances)], srs, proof, version=version)  # type: ignore[list-item]


def verify_batch(
    statements: Sequence[tuple[VerifyingKey, Sequence[Inputs]]],
    srs: SrsVerifier,
    proof: Proof,
    *,
    version: VarunaVersion = CURRENT,
) -> VerifyReport:
    """Return whether ``proof`` shows that every circuit accepts all its instances' public inputs.

    Public inputs include the leading 1; missing ones at the end count as zero. Circuits may come in any
    order. A statement that does not fit the proof is a failed check, never an exception.
    """
    began = time.perf_counter()
    ordered = sorted(statements, key=lambda statement: statement[0].circuit_id)
    checks = [_check_shape(ordered, proof, srs)]
    if checks[0].passed:
        try:
            checks += _check_proof(ordered, srs, proof, version)
        except VerifyError as error:
            checks.append(Check("Challenges", False, error.message))
    return VerifyReport(all(check.passed for check in checks), time.perf_counter() - began, tuple(checks))


def _check_shape(
    statements: Sequence[tuple[VerifyingKey, Sequence[Inputs]]], proof: Proof, srs: SrsVerifier
) -> Check:
    """Check everything that can be seen without cryptography."""
    name = CHECKS[0]
    if not statements:
        return Check(name, False, "there is no statement to verify")
    if tuple(len(instances) for _, instances in statements) != proof.batch_sizes:
        return Check(name, False, "the proof is for another number of circuits or instances")
    if len({key.circuit_id for key, _ in statements}) != len(statements):
        return Check(name, False, "two keys are of the same circuit")
    if fault := fault_of_proof(proof):
        return Check(name, False, fault)
    for key, instances in statements:
        if fault := fault_of(key.info):
            return Check(name, False, fault)
        if len(key.commitments) != len(INDEX_POLYNOMIALS):
            return Check(name, False, f"a key has {len(INDEX_POLYNOMIALS)} commitments")
        missing = [bound for bound in key.info.degree_bounds if bound not in srs.negative_powers]
        if missing:
            return Check(name, False, f"the parameters do not know the degree bound {missing[0]}")
        for values in instances:
            if not values or values[0] != 1:
                return Check(name, False, "the public inputs must begin with 1")
            if len(values) > key.info.num_public_inputs:
                limit = key.info.num_public_inputs
                return Check(name, False, f"{len(values)} public inputs are too many, the key takes {limit}")
            if any(not isinstance(value, int) or not 0 <= value < FR_MODULUS for value in values):
                return Check(name, False, "a public input is not a canonical field element")
    return Check(name, True, "keys, public inputs and proof have matching shapes")


def _check_proof(
    statements: Sequence[tuple[VerifyingKey, Sequence[Inputs]]],
    srs: SrsVerifier,
    proof: Proof,
    version: VarunaVersion,
) -> list[Check]:
    keys = [key for key, _ in statements]
    padded = [
        [[*values, *[0] * (key.info.num_public_inputs - len(values))] for values in instances]
        for key, instances in statements
    ]
    dialogue = Dialogue(version, keys, padded)
    row_combiners = dialogue.first(proof.witness, proof.mask)
    alpha = dialogue.second(proof.h_0)
    column_combiners, etas = dialogue.column_weights(proof.third_sums)
    beta = dialogue.third(proof.g_1, proof.h_1, proof.third_sums)
    deltas = dialogue.fourth(list(zip(proof.g_a, proof.g_b, proof.g_c, strict=True)), proof.fourth_sums)
    gamma = dialogue.fifth(proof.h_2)
    dialogue.evaluations(proof.evaluations())
    statement = Statement(
        infos=[key.info for key in keys],
        inputs=padded,
        largest=dialogue.largest,
        row_combiners=row_combiners,
        column_combiners=column_combiners,
        etas=etas,
        deltas=deltas,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        third_sums=proof.third_sums,
        fourth_sums=proof.fourth_sums,
        g_1_at_beta=proof.g_1_at_beta,
        g_at_gamma=list(zip(proof.g_a_at_gamma, proof.g_b_at_gamma, proof.g_c_at_gamma, strict=True)),
    )
    opened = [
        OpenedQuery(query, opening.witness, opening.random_v)
        for query, opening in zip(queries(statement), proof.openings, strict=True)
    ]
    everything = statement_digest(version, keys, padded, srs, proof)
    verdicts = check_openings(opened, _commitments(keys, proof), srs, dialogue.transcript, everything)
    return [
        Check(_NAMES[query.query.point_name][0], passed, _NAMES[query.query.point_name][1])
        for query, passed in zip(opened, verdicts, strict=True)
    ]


def _commitments(keys: Sequence[VerifyingKey], proof: Proof) -> dict[str, G1]:
    """Return all commitments by label."""
    points: dict[str, G1] = {
        "mask": proof.mask,
        "h_0": proof.h_0,
        "g_1": proof.g_1,
        "h_1": proof.h_1,
        "h_2": proof.h_2,
    }
    witness = iter(proof.witness)
    for i, size in enumerate(proof.batch_sizes):
        points.update((label("w", i, j), next(witness)) for j in range(size))
    for i, key in enumerate(keys):
        for m, group in zip(MATRICES, (proof.g_a, proof.g_b, proof.g_c)):
            points[label(f"g_{m}", i)] = group[i]
        points.update((label(name, i), point) for name, point in zip(INDEX_POLYNOMIALS, key.commitments))
    return points
