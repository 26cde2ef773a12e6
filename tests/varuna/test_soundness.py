"""A prover who falsifies a step is refused by the check that is there for it.

``avm/varuna/README.md`` names these tests line by line. Every prover here is ours with one step altered.
"""

from __future__ import annotations

import dataclasses

import pytest

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS as P
from avm.base.pool import Pool
from avm.r1cs import Assignment
from avm.varuna.prover import prove_batch
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.transcript import Transcript
from avm.varuna.verifier import verify, verify_batch
from avm.varuna.version import CURRENT, VarunaVersion
from tests.varuna import cheating
from tests.varuna.cheating import COLUMN, MATRIX, ROW, Case

pytestmark = pytest.mark.prove


@pytest.fixture(params=list(VarunaVersion), ids=lambda version: version.name)
def case(request: pytest.FixtureRequest, product, srs: Srs, pool: Pool) -> Case:
    return Case(product, srs, pool, request.param)


def test_the_honest_prover_is_accepted(case: Case) -> None:
    assert case.failed(case.prove()) == ()


# ---- rows


@pytest.mark.parametrize(
    "wrong",
    [Assignment((1, 500), (3, 7, 20)), Assignment((1, 547), (3, 7, 21)), Assignment((1, 9), (3, 7, 20))],
    ids=["first row", "second row", "both"],
)
def test_a_broken_row_is_refused(case: Case, wrong: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    cheating.unchecked_rows(monkeypatch)
    assert case.failed(case.prove(wrong), wrong.public) == (ROW,)


def test_a_broken_row_with_sums_that_fit_it_is_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Assignment((1, 547), (3, 7, 21))
    cheating.unchecked_rows(monkeypatch)
    cheating.column_sums_that_fit_h_0(monkeypatch)
    assert case.failed(case.prove(wrong), wrong.public) == (COLUMN,)


# ---- column sums, public inputs, mask


@pytest.mark.parametrize("k", range(3), ids="abc")
def test_a_false_column_sum_is_refused(case: Case, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cheating.column_sums(
        monkeypatch,
        lambda s: tuple((x + (i == k)) % P for i, x in enumerate(s)),  # type: ignore[arg-type, return-value]
    )
    assert COLUMN in case.failed(case.prove())


def test_other_public_inputs_are_refused(case: Case) -> None:
    proof = case.prove()
    for inputs in ([1, 547], [1, 0], [1], [1, P - 546]):
        assert case.failed(proof, inputs)
    for inputs in ([546, 1], [1, 546, 0], [0, 546], [1, 546 + P], [1, -1], [1, 546.0]):
        assert case.failed(proof, inputs) == ("Statement and key",)  # type: ignore[arg-type]


def test_a_witness_of_other_public_inputs_is_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    cheating.absorbed_inputs(monkeypatch, [1, 547])
    assert case.failed(case.prove(), [1, 547]) == (COLUMN,)


def test_a_mask_whose_sum_is_not_zero_is_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    cheating.mask_sum(monkeypatch, 5)
    assert case.failed(case.prove()) == (COLUMN,)


@pytest.mark.parametrize("k", range(3), ids="abc")
def test_v3_separates_the_mask_from_every_column_sum(
    product, srs: Srs, pool: Pool, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mask's sum and a claimed sum are off by opposite amounts; the weights do not let them cancel."""
    case = Case(product, srs, pool, VarunaVersion.V3)
    columns = product.verifying.info.variable_domain.size
    for sign in (1, -1):
        with monkeypatch.context() as patch:
            cheating.mask_sum(patch, sign % P)
            cheating.column_sums(
                patch,
                lambda s: tuple((x + columns * (i == k)) % P for i, x in enumerate(s)),  # type: ignore[arg-type, return-value]
            )
            assert COLUMN in case.failed(case.prove())


# ---- matrix sums and the key


@pytest.mark.parametrize("k", range(3), ids="abc")
def test_a_false_matrix_sum_is_refused(case: Case, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cheating.matrix_sum(monkeypatch, k)
    assert set(case.failed(case.prove())) == {COLUMN, MATRIX}


@pytest.mark.parametrize("k", range(3), ids="abc")
def test_sums_of_another_matrix_are_refused(case: Case, k: int) -> None:
    """The assignment satisfies the circuit with one entry doubled, so all but the matrices is true."""
    fitting = Assignment((1, 7 * 12), (2, 7, 7)) if k == 2 else Assignment((1, 42 * 47), (3, 7, 42))
    key = cheating.with_matrix(case.key, k)
    assert case.failed(case.prove(fitting, key), fitting.public) == (MATRIX,)


@pytest.mark.parametrize("place", range(12))
def test_another_commitment_in_the_key_is_refused(case: Case, place: int) -> None:
    points = list(case.verifying.commitments)
    points[place] = g1.neg(points[place])
    proof = case.prove()
    case.verifying = dataclasses.replace(case.verifying, commitments=tuple(points))
    assert case.failed(proof)


@pytest.mark.parametrize("place", range(6))
def test_other_domains_in_the_key_are_refused(case: Case, place: int) -> None:
    proof = case.prove()
    sizes = list(case.verifying.info.as_tuple())
    sizes[place] *= 2 if place else 4
    case.verifying = dataclasses.replace(case.verifying, info=type(case.verifying.info)(*sizes))
    assert case.failed(proof)


def test_the_key_of_another_circuit_is_refused(case: Case, sampled) -> None:
    proof = case.prove()
    case.verifying = sampled.verifying
    assert case.failed(proof, sampled.inputs)


# ---- weights that nobody may choose


@pytest.mark.parametrize("which", ["row", "column", "etas", "deltas"])
@pytest.mark.parametrize("version", list(VarunaVersion))
def test_a_prover_who_leaves_out_the_weights_is_refused(
    product, sampled, srs: Srs, pool: Pool, version: VarunaVersion, which: str
) -> None:
    if which == "column" and not version.sums_first:
        pytest.skip("V1 draws no column combiners")
    batch = [(product.key, [product.assignment] * 2), (sampled.key, [sampled.assignment])]
    statements = [(product.verifying, [product.inputs] * 2), (sampled.verifying, [sampled.inputs])]
    with cheating.constant_weights(which):
        proof = prove_batch(batch, srs, version=version, pool=pool)[0]
        assert verify_batch(statements, srs.verifier(), proof, version=version).valid
    expected = {"row": ROW, "column": COLUMN, "etas": COLUMN, "deltas": MATRIX}[which]
    assert expected in verify_batch(statements, srs.verifier(), proof, version=version).failed


def test_false_instances_whose_errors_cancel_without_weights_are_refused(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [Assignment((1, 546 + error), (3, 7, 21)) for error in (1, -1)]
    cheating.unchecked_rows(monkeypatch)
    with cheating.constant_weights("row"):
        proof = prove_batch([(case.key, pair)], case.srs, version=case.version, pool=case.pool)[0]
    inputs = [list(each.public) for each in pair]
    verdict = verify(case.verifying, case.srs.verifier(), inputs, proof, version=case.version)
    assert ROW in verdict.failed


@pytest.mark.parametrize("place", range(3))
def test_one_false_instance_in_a_batch_is_refused(
    case: Case, sampled, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheating.unchecked_rows(monkeypatch)
    assignments = [case.assignment] * 3
    assignments[place] = Assignment((1, 547), (3, 7, 21))
    batch = [(sampled.key, [sampled.assignment]), (case.key, assignments)]
    proof = prove_batch(batch, case.srs, version=case.version, pool=case.pool)[0]
    inputs = [list(each.public) for each in assignments]
    statements = [(sampled.verifying, [sampled.inputs]), (case.verifying, inputs)]
    assert verify_batch(statements, case.srs.verifier(), proof, version=case.version).failed == (ROW,)
    for wrong in (
        statements[1:],
        [statements[0], (case.verifying, inputs[:2])],
        [statements[0], (case.verifying, [*inputs, inputs[0]])],
        [statements[1], statements[1]],
        [],
    ):
        verdict = verify_batch(wrong, case.srs.verifier(), proof, version=case.version)
        assert verdict.failed == ("Statement and key",)


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
def test_a_challenge_inside_its_domain_is_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = ("alpha", "beta", "deltas", "gamma")
    if case.version.sums_first:
        draws = ("alpha", "etas", "beta", "deltas", "gamma")
    proof, original, names = case.prove(), Transcript.squeeze_scalars, iter(draws)

    def squeeze(self: Transcript, count: int) -> list[int]:
        drawn = original(self, count)
        return [1, *drawn[1:]] if count and next(names) == name else drawn

    monkeypatch.setattr(Transcript, "squeeze_scalars", squeeze)
    assert case.failed(proof) == ("Challenges",)


# ---- the reference string, the version


def test_another_reference_string_is_refused(case: Case) -> None:
    proof, verifier = case.prove(), case.srs.verifier()
    other = development_srs(7, seed=b"others").verifier()
    bound = case.verifying.info.degree_bounds[0]
    strings = [
        other,
        dataclasses.replace(verifier, beta_h=other.beta_h),
        dataclasses.replace(verifier, gamma_g=other.gamma_g),
        dataclasses.replace(verifier, negative_powers=other.negative_powers),
        SrsVerifier(verifier.gamma_g, verifier.beta_h, dict(verifier.negative_powers) | {bound: None}),
    ]
    for string in strings:
        assert not verify(case.verifying, string, case.assignment.public, proof, version=case.version).valid


def test_a_degree_bound_that_the_string_does_not_know_is_refused(case: Case) -> None:
    proof, verifier = case.prove(), case.srs.verifier()
    for bound in case.verifying.info.degree_bounds:
        powers = {d: point for d, point in verifier.negative_powers.items() if d != bound}
        string = dataclasses.replace(verifier, negative_powers=powers)
        verdict = verify(case.verifying, string, case.assignment.public, proof, version=case.version)
        assert verdict.failed == ("Statement and key",)


def test_the_version_that_is_meant_where_none_is_named_is_the_sound_one(
    product, srs: Srs, pool: Pool
) -> None:
    import inspect

    from avm.varuna import prover, verifier

    assert CURRENT is VarunaVersion.V3
    takers = (prover.prove, prover.prove_batch, verifier.verify, verifier.verify_batch)
    assert {inspect.signature(each).parameters["version"].default for each in takers} == {CURRENT}
    assert (
        Case(product, srs, pool, CURRENT).failed(prover.prove(product.key, srs, product.assignment)[0]) == ()
    )
