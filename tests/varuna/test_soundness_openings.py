"""What is opened is what was committed, claimed and bounded: everything else is refused."""

from __future__ import annotations

import dataclasses

import pytest

from avm.algebra import g1, vector
from avm.algebra.fields import FR_MODULUS as P
from avm.base.errors import CheckFailure
from avm.base.pool import Pool
from avm.varuna import verifier
from avm.varuna.combinations import Combination, Query, Statement
from avm.varuna.commitment import Committer, OpenedQuery, Polynomial, check_openings
from avm.varuna.proof import G1, Opening
from avm.varuna.rounds.state import ProverState
from avm.varuna.srs.reference_string import Srs
from avm.varuna.transcript import Transcript
from avm.varuna.verifying_key import INDEX_POLYNOMIALS
from avm.varuna.version import VarunaVersion
from tests.varuna import cheating
from tests.varuna.cheating import COLUMN, MATRIX, ROW, Case

pytestmark = pytest.mark.prove

OPENED = {
    "h_0": ROW,
    **dict.fromkeys(("w[0][0]", "mask", "g_1", "h_1"), COLUMN),
    **dict.fromkeys(("g_a[0]", "g_b[0]", "g_c[0]", "h_2", *INDEX_POLYNOMIALS), MATRIX),
}
"""Every committed polynomial and the check that opens it."""


@pytest.fixture(params=list(VarunaVersion), ids=lambda version: version.name)
def case(request: pytest.FixtureRequest, product, srs: Srs, pool: Pool) -> Case:
    return Case(product, srs, pool, request.param)


def test_every_committed_polynomial_is_opened(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    labels: set[str] = set()
    original = verifier.queries

    def spy(statement: Statement) -> tuple[Query, Query, Query]:
        made = original(statement)
        labels.update(name for query in made for each in query.combinations for name in each.terms)
        return made

    monkeypatch.setattr(verifier, "queries", spy)
    assert case.failed(case.prove()) == ()
    assert {label.removesuffix("[0]") if label[:-3] in INDEX_POLYNOMIALS else label for label in labels} == {
        *OPENED
    }


@pytest.mark.parametrize("name", OPENED)
def test_another_polynomial_than_the_committed_one_is_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheating.another_polynomial(monkeypatch, name)
    assert case.failed(case.prove()) == (OPENED[name],)


@pytest.mark.parametrize("name", ["w[0][0]", "g_1"])
def test_another_blinding_than_the_committed_one_is_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheating.another_polynomial(monkeypatch, name, blinding=True)
    assert case.failed(case.prove()) == (COLUMN,)


@pytest.mark.parametrize("name", ["g_1", "g_a[0]", "g_b[0]", "g_c[0]"])
def test_a_false_claimed_evaluation_is_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prover's transcript and openings take the false value for true."""
    original = vector.evaluate

    def alter(state: ProverState) -> None:
        target = state.polynomials[name].coefficients
        monkeypatch.setattr(vector, "evaluate", lambda c, z: (original(c, z) + (c is target)) % P)

    cheating.before_opening(monkeypatch, alter)
    assert case.failed(case.prove()) == (OPENED[name],)


@pytest.mark.parametrize("place", range(3))
def test_an_altered_quotient_is_refused(case: Case, place: int) -> None:
    proof = case.prove()
    openings = list(proof.openings)
    for point in (None, g1.GENERATOR, g1.neg(openings[place].witness), openings[place - 1].witness):
        openings[place] = Opening(point, proof.openings[place].random_v)
        altered = dataclasses.replace(proof, openings=tuple(openings))
        assert case.failed(altered) == ((ROW, COLUMN, MATRIX)[place],)


def test_an_altered_blinding_value_is_refused(case: Case) -> None:
    proof = case.prove()
    alpha, beta, gamma = proof.openings
    assert beta.random_v is not None
    for value in (beta.random_v + 1, P - beta.random_v, 1):
        openings = (alpha, Opening(beta.witness, value), gamma)
        assert case.failed(dataclasses.replace(proof, openings=openings)) == (COLUMN,)


# ---- degree bounds


@pytest.mark.parametrize("name", ["g_1", "g_a[0]", "g_b[0]", "g_c[0]"])
def test_a_bounded_polynomial_committed_without_its_bound_is_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ProverState.commit

    def commit(
        self: ProverState,
        label: str,
        coefficients: vector.FrVector,
        *,
        hiding: bool = False,
        bound: int | None = None,
    ) -> G1:
        return original(self, label, coefficients, hiding=hiding, bound=None if label == name else bound)

    monkeypatch.setattr(ProverState, "commit", commit)
    assert case.failed(case.prove()) == (OPENED[name],)


def test_a_degree_above_the_bound_is_all_that_a_mask_with_a_sum_needs_and_is_refused(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With g_1 one degree too high the identity of the columns holds: the bound alone refuses it."""
    size = case.verifying.info.variable_domain.size
    original = ProverState.commit

    def commit(
        self: ProverState,
        label: str,
        coefficients: vector.FrVector,
        *,
        hiding: bool = False,
        bound: int | None = None,
    ) -> G1:
        if label == "g_1":
            coefficients = vector.add(coefficients, vector.from_ints([0] * (size - 1) + [1]))
            bound = 2 * size - 2
        elif label == "h_1":
            coefficients = vector.add(coefficients, vector.from_ints([P - 1]))
        elif label == "mask":
            coefficients = vector.add(coefficients, vector.from_ints([1]))
        return original(self, label, coefficients, hiding=hiding, bound=bound)

    with monkeypatch.context() as patch:
        patch.setattr(ProverState, "commit", commit)
        proof = case.prove()
    assert case.failed(proof) == (COLUMN,)

    queries = verifier.queries

    def with_a_larger_bound(statement: Statement) -> tuple[Query, Query, Query]:
        alpha, beta, gamma = queries(statement)
        g_1 = dataclasses.replace(beta.combinations[0], degree_bound=2 * size - 2)
        return alpha, dataclasses.replace(beta, combinations=(g_1, beta.combinations[1])), gamma

    monkeypatch.setattr(verifier, "queries", with_a_larger_bound)
    assert case.failed(proof) == ()


@pytest.mark.parametrize("bound", [2, 6, 14, 30])
@pytest.mark.parametrize("hiding", [False, True])
def test_a_commitment_opens_under_its_own_bound_alone(srs: Srs, bound: int, hiding: bool) -> None:
    committer = Committer(srs)
    coefficients = [3 + i for i in range(bound + 1)]
    polynomial = Polynomial(vector.from_ints(coefficients), (5, 6, 7) if hiding else None)
    with pytest.raises(CheckFailure, match="exceeds"):
        committer.commit(Polynomial(vector.from_ints([*coefficients, 1])), bound)
    z = 99
    value = sum(c * pow(z, i, P) for i, c in enumerate(coefficients)) % P
    for made in (bound, None, 62):
        commitment = committer.commit(polynomial, made)
        for read in (None, 2, 6, 14, 30, 62, 126):
            query = Query("beta", z, (Combination("p", {"p": 1}, value=value, degree_bound=read),))
            (opening,) = committer.open([query], {"p": polynomial}, Transcript(b""))
            opened = [OpenedQuery(query, opening.witness, opening.random_v)]
            verdict = check_openings(opened, {"p": commitment}, srs.verifier(), Transcript(b""))
            assert verdict == [made == read]


def test_errors_inside_one_query_do_not_cancel(srs: Srs) -> None:
    """Two claimed values off by opposite amounts: the combination's weights are drawn after the values."""
    committer = Committer(srs)
    polynomials = {name: Polynomial(vector.from_ints([k, 1, k])) for k, name in enumerate("fg", 2)}
    commitments = {name: committer.commit(each) for name, each in polynomials.items()}
    z, true = 17, {name: (k + 17 + 289 * k) % P for k, name in enumerate("fg", 2)}

    def query(error: int) -> Query:
        values = {"f": true["f"] + error, "g": true["g"] - error}
        return Query("beta", z, tuple(Combination(n, {n: 1}, value=v % P) for n, v in values.items()))

    def transcript(query: Query) -> Transcript:
        made = Transcript(b"query")
        made.absorb_points(commitments.values())
        made.absorb_scalars(each.value for each in query.combinations)
        return made

    for error in (0, 1, 12345):
        asked = query(error)
        (opening,) = committer.open([asked], polynomials, transcript(asked))
        opened = [OpenedQuery(asked, opening.witness, None)]
        assert check_openings(opened, commitments, srs.verifier(), transcript(asked)) == [error == 0]
