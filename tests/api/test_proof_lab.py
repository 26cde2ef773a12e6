"""The proof lab: whatever is altered, the real verifier refuses it and says where."""

from __future__ import annotations

import dataclasses

import pytest

from avm.base.errors import AvmError, Cancelled
from avm.base.progress import Cancel
from avm.varuna.indexer import index
from avm.varuna.proof_lab import Alteration, LabPart, Outcome, ProofLab
from avm.varuna.prover import prove
from avm.varuna.report import DECODING, KEY_CHECK
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.development import development_srs
from avm.varuna.verifying_key import INDEX_POLYNOMIALS
from avm.varuna.version import VarunaVersion

pytestmark = pytest.mark.prove

CHECKS = {"Statement and key", "Row check", "Column sums", "Matrix sums", "Challenges", DECODING, KEY_CHECK}


@pytest.fixture(scope="module")
def lab() -> ProofLab:
    """A proof of twenty random rows with five public inputs."""
    matrices, assignment = sample_system(20, publics=6, seed=7)
    srs = development_srs(7, seed=b"tests")
    key, verifying = index(matrices, srs)
    proof, _ = prove(key, srs, assignment, version=VarunaVersion.V3)
    return ProofLab(verifying, srs.verifier(), assignment.public[1:], proof, 3)


@pytest.fixture(scope="module")
def swept(lab: ProofLab) -> dict[str, Outcome]:
    """What became of each part altered alone."""
    return dict(lab.sweep())


def part(lab: ProofLab, name: str) -> LabPart:
    return next(p for p in lab.parts if p.name == name)


def test_the_untouched_proof_passes_every_check(lab: ProofLab) -> None:
    outcome = lab.verify()
    assert outcome.valid and outcome.failing == () and outcome.values == ()
    assert [c.name for c in outcome.checks] == [
        DECODING,
        "Statement and key",
        "Row check",
        "Column sums",
        "Matrix sums",
        KEY_CHECK,
    ]


def test_the_parts_cover_the_whole_proof_without_a_gap(lab: ProofLab) -> None:
    inside = [p for p in lab.parts if p.offset is not None]
    end = 0
    for p in inside:
        assert p.offset == end
        end += p.size
    assert end == 957
    assert [p.name for p in lab.parts[len(inside) :]] == [
        *(f"x{i}" for i in range(1, 6)),
        "circuit id",
        *INDEX_POLYNOMIALS,
        "Varuna version",
    ]
    assert len({p.key for p in lab.parts}) == len(lab.parts)


def test_every_alteration_is_refused_by_a_named_check(lab: ProofLab, swept: dict[str, Outcome]) -> None:
    for p in lab.parts:
        outcomes = [swept[p.key]]
        for action in p.actions:
            if action not in (swept[p.key].alterations[0].action, "version"):
                outcomes.append(lab.verify([Alteration(p.key, action)]))
        for outcome in outcomes:
            assert [key for key, _ in outcome.values] == [p.key]
            assert outcome.values[0][1] != p.value
            assert not outcome.valid, p.name
            assert set(outcome.failing) <= CHECKS and bool(outcome.failing) != outcome.valid
            assert bool(outcome.error) == (outcome.failing == (DECODING,))
    assert lab.verify([Alteration("version", "version", to=1)]).failing


def test_a_sweep_names_what_catches_each_part(lab: ProofLab, swept: dict[str, Outcome]) -> None:
    assert list(swept) == [p.key for p in lab.parts]
    assert swept[part(lab, "quotient at alpha").key].failing == ("Row check",)
    assert swept[part(lab, "quotient at gamma").key].failing == ("Matrix sums",)
    assert swept[part(lab, "has mask").key].failing == (DECODING,)


def test_the_id_of_a_key_is_caught_by_the_comparison_with_the_circuits_key_alone(lab: ProofLab) -> None:
    assert lab.verify([Alteration("key:id", "flip", byte=5)]).failing == (KEY_CHECK,)


def test_several_alterations_together_and_restoring_them(lab: ProofLab) -> None:
    one = lab.first_alteration(part(lab, "h_0"))
    two = lab.first_alteration(part(lab, "x1"))
    outcome = lab.verify([one, two])
    assert not outcome.valid and len(outcome.values) == 2
    assert lab.verify([two, two]).values == (("input:0", str(int(part(lab, "x1").value) + 2)),)
    h_0 = lab.first_alteration(part(lab, "h_0"))
    assert lab.verify([h_0, h_0]).valid
    assert lab.verify().valid


def test_a_flipped_byte_that_is_no_point_fails_in_decoding_with_the_decoders_words(lab: ProofLab) -> None:
    outcome = lab.verify([Alteration(part(lab, "version").key, "flip")])
    assert outcome.failing == (DECODING,)
    assert "begin with version 1" in outcome.error
    assert lab.verify([Alteration(part(lab, "has mask").key, "flip")]).failing == (DECODING,)


def test_an_alteration_that_does_not_fit_its_part_is_an_error(lab: ProofLab) -> None:
    for wrong in (
        Alteration("nothing", "flip"),
        Alteration(part(lab, "h_0").key, "add one"),
        Alteration(part(lab, "h_0").key, "flip", byte=48),
        Alteration("input:0", "negate"),
    ):
        with pytest.raises(AvmError):
            lab.verify([wrong])


def test_a_sweep_can_be_cancelled(lab: ProofLab) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        lab.sweep(cancel=cancel)


def test_results_are_plain_frozen_data(lab: ProofLab) -> None:
    outcome = lab.verify([lab.first_alteration(lab.parts[-1])])
    with pytest.raises(dataclasses.FrozenInstanceError):
        outcome.error = ""  # type: ignore[misc]
    assert dataclasses.asdict(outcome)["values"] == (("version", "V2"),)
