"""Proofs of small circuits: they verify, and nothing else does."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools

import pytest

from avm.base.errors import Cancelled, CheckFailure, DecodeError
from avm.base.pool import Pool
from avm.base.progress import Cancel, NullProgress
from avm.r1cs import Assignment
from avm.varuna.proof import Opening, Proof
from avm.varuna.prover import UnsatisfiedError, prove, prove_batch
from avm.varuna.report import STAGES
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify, verify_batch
from avm.varuna.version import VarunaVersion

VERSIONS = list(VarunaVersion)


@pytest.fixture(scope="module")
def proof(product, srs: Srs, pool: Pool) -> Proof:
    return prove(product.key, srs, product.assignment, pool=pool, seed=b"fixed")[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_proof_verifies_under_its_own_version_only(product, srs: Srs, pool: Pool, version) -> None:
    proof, report = prove(product.key, srs, product.assignment, version=version, pool=pool)
    assert len(proof.to_bytes()) == report.proof_bytes == 957
    assert report.version == version
    for other in VERSIONS:
        verdict = verify(product.verifying, srs.verifier(), product.inputs, proof, version=other)
        assert verdict.valid == (other is version)
        assert verdict.valid == (verdict.failed == ())


def test_a_proof_of_sampled_rows_verifies(sampled, srs: Srs, pool: Pool) -> None:
    proof, _ = prove(sampled.key, srs, sampled.assignment, pool=pool)
    assert verify(sampled.verifying, srs.verifier(), sampled.inputs, proof).valid
    decoded = Proof.parse(str(proof))
    assert verify(sampled.verifying, srs.verifier(), sampled.inputs, decoded).valid


def test_other_public_inputs_are_refused(product, srs: Srs, proof: Proof) -> None:
    verifier, key = srs.verifier(), product.verifying
    assert verify(key, verifier, product.inputs, proof).valid
    for inputs in ([1, 547], [0, 546], [], [1, 546, 0]):
        assert not verify(key, verifier, inputs, proof).valid


@pytest.mark.prove
def test_another_key_or_string_is_refused(product, sampled, srs: Srs, proof: Proof) -> None:
    assert not verify(sampled.verifying, srs.verifier(), sampled.inputs, proof).valid
    renamed = dataclasses.replace(product.verifying, circuit_id=bytes(32))
    assert verify(
        renamed, srs.verifier(), product.inputs, proof
    ).valid  # the id is no part of one circuit's proof
    first, second, *rest = product.verifying.commitments
    swapped = dataclasses.replace(product.verifying, commitments=(second, first, *rest))
    assert not verify(swapped, srs.verifier(), product.inputs, proof).valid
    other = development_srs(7, seed=b"others")
    assert not verify(product.verifying, other.verifier(), product.inputs, proof).valid


@pytest.mark.prove
def test_every_altered_part_is_refused(product, srs: Srs, proof: Proof) -> None:
    point = proof.h_1
    changes: list[dict[str, object]] = [
        {"mask": point}, {"h_0": point}, {"g_1": point}, {"h_1": proof.h_0}, {"h_2": point},
        {"witness": (point,)}, {"g_a": (point,)}, {"g_b": (point,)}, {"g_c": (point,)},
        {"g_1_at_beta": 1}, {"g_a_at_gamma": (1,)}, {"g_b_at_gamma": (1,)}, {"g_c_at_gamma": (1,)},
        {"third_sums": (((1, 2, 3),),)}, {"fourth_sums": ((1, 2, 3),)},
        {"openings": (proof.openings[0], Opening(proof.openings[1].witness, 5), proof.openings[2])},
        {"openings": proof.openings[::-1]},
    ]  # fmt: skip
    for change in changes:
        altered = dataclasses.replace(proof, **change)  # type: ignore[arg-type]
        assert not verify(product.verifying, srs.verifier(), product.inputs, altered).valid, change


def test_the_openings_alone_name_the_failing_check(product, srs: Srs, proof: Proof) -> None:
    for k, name in enumerate(("Row check", "Column sums", "Matrix sums")):
        openings = list(proof.openings)
        openings[k] = Opening(proof.h_0, openings[k].random_v)
        altered = dataclasses.replace(proof, openings=tuple(openings))
        verdict = verify(product.verifying, srs.verifier(), product.inputs, altered)
        assert verdict.failed == (name,)


@pytest.mark.prove
def test_every_altered_byte_is_refused(product, srs: Srs, proof: Proof) -> None:
    data = proof.to_bytes()
    for place in itertools.chain(range(0, 600, 13), range(600, len(data), 41)):
        altered = bytearray(data)
        altered[place] ^= 1 << (place % 8)
        try:
            decoded = Proof.from_bytes(bytes(altered))
        except DecodeError:
            continue
        assert not verify(product.verifying, srs.verifier(), product.inputs, decoded).valid, place


@pytest.mark.prove
@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_of_circuits_and_instances_is_one_proof(product, sampled, srs, pool, version) -> None:
    other = Assignment((1, 12 * 17), (2, 6, 12))
    circuits = [(product.key, [product.assignment, other]), (sampled.key, [sampled.assignment] * 3)]
    proof, _ = prove_batch(circuits, srs, version=version, pool=pool)
    statements = [
        (product.verifying, [product.inputs, list(other.public)]),
        (sampled.verifying, [sampled.inputs] * 3),
    ]
    verifier = srs.verifier()
    assert Proof.from_bytes(proof.to_bytes()) == proof
    assert verify_batch(statements, verifier, proof, version=version).valid
    assert verify_batch(statements[::-1], verifier, proof, version=version).valid
    swapped = [(product.verifying, [list(other.public), product.inputs]), statements[1]]
    assert not verify_batch(swapped, verifier, proof, version=version).valid
    assert not verify_batch(statements[:1], verifier, proof, version=version).valid


def test_the_order_of_circuits_does_not_matter(product, sampled, srs: Srs, pool: Pool) -> None:
    circuits = [(product.key, [product.assignment]), (sampled.key, [sampled.assignment])]
    one = prove_batch(circuits, srs, seed=b"s", pool=pool)[0]
    assert prove_batch(circuits[::-1], srs, seed=b"s", pool=pool)[0].batch_sizes == one.batch_sizes


def test_an_assignment_that_breaks_a_row_is_named(product, srs: Srs, pool: Pool) -> None:
    wrong = Assignment((1, 21 * 26 + 1), (3, 7, 21))
    with pytest.raises(UnsatisfiedError, match="row 1 of") as failure:
        prove(product.key, srs, [product.assignment, wrong], pool=pool)
    assert (failure.value.row, failure.value.instance, failure.value.broken_rows) == (1, 1, 1)
    with pytest.raises(UnsatisfiedError, match=r"row 0 .*2 rows"):
        prove(product.key, srs, Assignment((1, 5), (3, 7, 20)), pool=pool)


@pytest.mark.parametrize(
    "assignment", [Assignment((1,), (3, 7, 21)), Assignment((1, 2), (3, 7)), Assignment((2, 2), (3, 7, 21))]
)
def test_an_assignment_of_another_shape_is_refused(product, srs: Srs, assignment: Assignment) -> None:
    with pytest.raises(CheckFailure):
        prove(product.key, srs, assignment)


def test_an_empty_or_repeated_batch_is_refused(product, srs: Srs, pool: Pool) -> None:
    for circuits in ([], [(product.key, [])], [(product.key, [product.assignment])] * 2):
        with pytest.raises(CheckFailure):
            prove_batch(circuits, srs, pool=pool)


def test_only_a_seed_makes_proofs_repeat(product, srs: Srs, pool: Pool, proof: Proof) -> None:
    again = prove(product.key, srs, product.assignment, pool=pool, seed=b"fixed")[0]
    assert again == proof
    first, second = (prove(product.key, srs, product.assignment, pool=pool)[0] for _ in range(2))
    assert first.witness != second.witness
    assert first.openings[1].random_v != second.openings[1].random_v


BYTES = {
    1: ("77ff7aae5111ca3e", "723a0790d2001f48"),
    2: ("d05c6624c5d8c2eb", "cd211b87650de2d2"),
    3: ("aa6cccd924dbb91e", "8a1c2c1ab1a434a9"),
}
"""How the SHA-256 of two proofs with a fixed seed begin, of one instance and of a batch, by version."""


@pytest.mark.prove
@pytest.mark.parametrize("version", VERSIONS)
def test_the_bytes_of_a_proof_stay_as_they_are(product, sampled, srs: Srs, pool: Pool, version) -> None:
    batches = [
        [(product.key, [product.assignment])],
        [(product.key, [product.assignment] * 2), (sampled.key, [sampled.assignment])],
    ]
    for batch, digest in zip(batches, BYTES[version], strict=True):
        made = prove_batch(batch, srs, version=version, pool=pool, seed=b"fixed")[0]
        assert hashlib.sha256(made.to_bytes()).hexdigest()[:16] == digest


def test_the_report_has_the_stages_and_commitments_of_the_proof(product, srs: Srs, pool: Pool) -> None:
    stages: list[str] = []
    steps: dict[str, list[float]] = {}

    class Listener(NullProgress):
        def stage(self, name: str, detail: str = "") -> None:
            stages.append(name)

        def step(self, done: int, total: int) -> None:
            steps.setdefault(stages[-1], []).append(done / total)

    proof, report = prove(product.key, srs, product.assignment, pool=pool, progress=Listener())
    assert stages == [stage.name for stage in report.stages] == list(STAGES)
    assert [steps[name][-1] for name in stages[1:]] == [1.0] * 6
    items = {item.name: item for stage in report.stages for item in stage.items}
    assert list(items) == ["w[0][0]", "mask", "h_0", "g_1", "h_1", "g_a[0]", "g_b[0]", "g_c[0]", "h_2"]
    parts = {part.name: part.value for part in proof.parts()}
    assert all(items[name].commitment == parts[name] for name in items)
    assert [name for name, item in items.items() if item.hiding] == ["w[0][0]", "g_1"]
    assert items["g_1"].degree_bound == 6
    assert report.seconds >= sum(stage.seconds for stage in report.stages) > 0


def test_a_cancelled_proof_stops(product, srs: Srs, pool: Pool) -> None:
    cancel = Cancel()

    class CancelAtRowCheck(NullProgress):
        def stage(self, name: str, detail: str = "") -> None:
            if name == "Row check":
                cancel.cancel()

    with pytest.raises(Cancelled):
        prove(product.key, srs, product.assignment, progress=CancelAtRowCheck(), cancel=cancel, pool=pool)
    assert prove(product.key, srs, product.assignment, pool=pool)[0].batch_sizes == (1,)
