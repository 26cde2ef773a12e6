"""The whole flow on the samples: source to block, and what bad input does to it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from avm.api import accounts, pipeline, proof_file, workspace
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.api.pipeline_run import STAGES, PipelineRun
from avm.base.errors import AvmError, Cancelled, DecodeError, StoreError
from avm.base.progress import Cancel, NullProgress
from avm.program import parse
from avm.storage.circuit_cache import key_of
from avm.storage.disk_cache import DiskCache
from avm.storage.parameters import Parameters
from avm.varuna.proving_key import ProvingKey
from avm.varuna.verifying_key import CircuitShape

pytestmark = pytest.mark.prove


@pytest.fixture
def ledger(tmp_path: Path, parameters: Parameters) -> Iterator[LedgerSession]:
    session = LedgerSession.open(tmp_path / "ledger.db", parameters)
    yield session
    session.close()


@pytest.fixture(scope="module")
def proved(parameters: Parameters) -> Proved:
    """A proof of the hello sample."""
    built = pipeline.build(workspace.open_project(_sample("hello").path))
    return pipeline.prove(pipeline.constrain(pipeline.run(built, "main", ["7u32", "35u32"])), parameters)


def _sample(name: str) -> workspace.Sample:
    return next(s for s in workspace.samples() if s.name == name)


@pytest.mark.parametrize("name", ["hello", "series", "token", "vault"])
def test_every_sample_goes_from_source_to_block(
    name: str, ledger: LedgerSession, parameters: Parameters
) -> None:
    sample = _sample(name)
    before = ledger.state_root
    journey = PipelineRun(workspace.open_project(sample.path), sample.runs[0], ledger, parameters)
    reports = {r.stage: r for r in journey.walk()}
    assert tuple(reports) == STAGES
    assert all(r.ok for r in reports.values()), reports
    assert reports["prove"].data["proof_bytes"] == 957
    assert reports["prove"].data["srs"] == "development"
    assert reports["commit"].data["height"] == 1
    assert reports["commit"].data["state_root"] == ledger.state_root != before
    assert all(check.passed for check in ledger.verify(proofs=True))


def test_the_sample_with_a_bug_stops_at_run_with_its_halt(
    ledger: LedgerSession, parameters: Parameters
) -> None:
    sample = _sample("payout")
    journey = PipelineRun(workspace.open_project(sample.path), sample.runs[0], ledger, parameters)
    reports = list(journey.walk())
    assert [r.stage for r in reports] == ["compile", "run"]
    halt = reports[-1].data["halt"]
    source = workspace.open_project(sample.path).main.read_text().splitlines()
    assert "third" in source[halt["line"] - 1]
    assert "below zero" in halt["message"]
    assert ledger.height == 0


def test_a_journey_ends_where_it_is_cancelled(ledger: LedgerSession, parameters: Parameters) -> None:
    sample, cancel = _sample("hello"), Cancel()
    journey = PipelineRun(workspace.open_project(sample.path), sample.runs[0], ledger, parameters, cancel)
    walk = journey.walk()
    assert next(walk).stage == "compile"
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(walk)


def test_mappings_grow_from_run_to_run(ledger: LedgerSession, parameters: Parameters) -> None:
    sample = _sample("token")
    project = workspace.open_project(sample.path)
    for _ in range(2):
        assert all(r.ok for r in PipelineRun(project, sample.runs[0], ledger, parameters).walk())
    (balances,) = [m for m in ledger.mappings() if m.name == "balances"]
    assert [(e.value, e.height, e.by) for e in balances.entries] == [("2000u64", 2, "mint")]
    history = ledger.mapping_history("token.aleo", "balances", balances.entries[0].key)
    assert [(e.value, e.height) for e in history] == [("1000u64", 1), ("2000u64", 2)]
    changes = [
        [
            (o.before, o.value)
            for t in b.transactions
            for o in t.operations
            if o.mapping == "balances" and o.key
        ]
        for b in ledger.blocks(1)
    ]
    assert changes == [[(None, "1000u64")], [("1000u64", "2000u64")]]


def test_the_callers_address_reaches_the_chain_where_the_function_uses_it(
    ledger: LedgerSession, parameters: Parameters
) -> None:
    project = workspace.open_project(_sample("token").path)
    receiver = accounts.Account.new().address
    mint = workspace.Run("mint", (accounts.LOCAL_SIGNER, "50u64"))
    transfer = workspace.Run("transfer", (receiver, "20u64"))
    for run in (mint, transfer):
        reports = list(PipelineRun(project, run, ledger, parameters).walk())
        assert all(r.ok for r in reports), reports[-1]
    (balances,) = [m for m in ledger.mappings() if m.name == "balances"]
    assert {e.key: e.value for e in balances.entries} == {accounts.LOCAL_SIGNER: "30u64", receiver: "20u64"}


def test_a_merkle_path_leads_to_the_state_root_until_it_is_tampered_with(
    ledger: LedgerSession, proved: Proved
) -> None:
    commit = ledger.commit(proved)
    assert commit.accepted, commit.reason
    path = ledger.merkle_path(commit.transaction_id, 0, 0)
    assert path.valid and path.root == ledger.state_root
    assert {level.tree for level in path.levels} >= {"transition", "transaction", "transactions", "header"}
    broken = ledger.tampered_path(commit.transaction_id, 0, 0)
    assert not broken.valid and broken.root != broken.stored_root


def test_the_ledger_outlives_its_session(
    tmp_path: Path, ledger: LedgerSession, proved: Proved, parameters: Parameters
) -> None:
    commit = ledger.commit(proved)
    ledger.close()
    again = LedgerSession.open(tmp_path / "ledger.db", parameters)
    assert (again.height, again.state_root) == (1, commit.state_root)
    again.close()


@pytest.mark.parametrize("version", [1, 2])
def test_superseded_protocol_versions_do_not_reach_the_chain(
    version: int, ledger: LedgerSession, proved: Proved, parameters: Parameters
) -> None:
    old = pipeline.prove(proved.constrained, parameters, version=version)
    assert pipeline.verify(old).valid
    commit = ledger.commit(old)
    assert not commit.accepted and "soundness" in commit.reason
    assert ledger.height == 0


def test_an_altered_proof_is_refused_by_the_ledger(ledger: LedgerSession, proved: Proved) -> None:
    altered = dataclasses.replace(
        proved, public_inputs=(1 - proved.public_inputs[0], *proved.public_inputs[1:])
    )
    commit = ledger.commit(altered)
    assert not commit.accepted and "EAVM0610" in commit.reason
    assert ledger.height == 0


def test_the_synthesis_says_how_far_it_is() -> None:
    built = pipeline.build(workspace.open_project(_sample("hello").path))
    ran = pipeline.run(built, "main", ["7u32", "35u32"])
    steps: list[tuple[int, int]] = []

    class Told(NullProgress):
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    pipeline.constrain(ran, Told())
    assert steps == [(0, 1)]


def test_a_view_runs_on_chain() -> None:
    project = workspace.open_project(_sample("token").path)
    view = "view fn look(who: address) -> u64 { return balances.get_or_use(who, 0u64); }"
    text = project.main.read_text()
    start = text.index("{", text.index("program ")) + 1
    built = pipeline.build(project, {project.main: f"{text[:start]}\n{view}\n{text[start:]}"})
    run = pipeline.run(built, "look", [accounts.LOCAL_SIGNER]).view
    assert run.halt is None and [step.on_chain for step in run.steps] == [True]


def test_a_halted_run_cannot_be_constrained() -> None:
    sample = _sample("payout")
    ran = pipeline.run(pipeline.build(workspace.open_project(sample.path)), "split", sample.runs[0].inputs)
    assert ran.view.halt is not None
    with pytest.raises(AvmError, match="halted"):
        pipeline.constrain(ran)


@pytest.mark.parametrize(
    "function,inputs",
    [
        ("main", ["7u32"]),
        ("main", ["7u32", "35u64"]),
        ("main", ["7u32", "many"]),
        ("main", ["7u32", "5000000000u32"]),
        ("other", ["7u32", "35u32"]),
    ],
)
def test_wrong_inputs_are_refused_with_a_sentence(function: str, inputs: list[str]) -> None:
    built = pipeline.build(workspace.open_project(_sample("hello").path))
    with pytest.raises(AvmError) as caught:
        pipeline.run(built, function, inputs)
    assert len(caught.value.message) > 10


def test_a_broken_program_is_data_with_code_and_place() -> None:
    project = workspace.open_project(_sample("hello").path)
    text = project.main.read_text().replace("a + b;", "a + ;")
    view = pipeline.build(project, {project.main: text}).view
    assert not view.ok and view.bytecode == ""
    problem = next(p for p in view.problems if p.level == "error")
    assert problem.code.startswith("EPAR") and problem.line == 4 and problem.file.endswith("main.leo")


def test_a_type_error_is_found_while_typing() -> None:
    text = _sample("hello").path.joinpath("src/main.leo").read_text().replace("b: u32", "b: u64")
    problems = pipeline.check(text)
    assert any(p.code.startswith("ETYC") and p.line == 4 for p in problems), problems


def test_cancelling_stops_before_the_proof(proved: Proved, parameters: Parameters) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        pipeline.prove(proved.constrained, parameters, cancel=cancel)


def test_a_proof_file_verifies_and_says_whose_srs_it_trusts(
    tmp_path: Path, proved: Proved, parameters: Parameters
) -> None:
    path = tmp_path / "hello.proof"
    proof_file.save(path, proved)
    view = proof_file.verify(path, parameters)
    assert view.valid and next(c for c in view.checks if c.name == "trusted SRS").passed
    stranger = proof_file.verify(path, Parameters(tmp_path / "elsewhere"))
    assert not next(c for c in stranger.checks if c.name == "trusted SRS").passed and not stranger.valid


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: "not json",
        lambda text: text[: len(text) // 2],
        lambda text: json.dumps({"format": "avm-proof-1"}),
        lambda text: text.replace("proof1", "proof2", 1),
        lambda text: json.dumps({**json.loads(text), "public_inputs": ["x"]}),
        lambda text: json.dumps({**json.loads(text), "varuna_version": 9}),
        lambda text: json.dumps({**json.loads(text), "srs_verifier": "00"}),
    ],
)
def test_a_corrupt_proof_file_is_named_as_one(
    tmp_path: Path, proved: Proved, parameters: Parameters, damage: object
) -> None:
    path = tmp_path / "hello.proof"
    proof_file.save(path, proved)
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    with pytest.raises(DecodeError):
        proof_file.verify(path, parameters)


def test_a_proof_with_another_public_input_does_not_verify(
    tmp_path: Path, proved: Proved, parameters: Parameters
) -> None:
    path = tmp_path / "hello.proof"
    proof_file.save(path, proved)
    document = json.loads(path.read_text())
    document["public_inputs"][0] = str(1 - int(document["public_inputs"][0]))
    path.write_text(json.dumps(document))
    assert not proof_file.verify(path, parameters).valid


def test_a_foreign_ledger_file_is_refused_and_left_alone(tmp_path: Path, parameters: Parameters) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"This is somebody's diary." * 400)
    before = path.read_bytes()
    with pytest.raises(StoreError):
        LedgerSession.open(path, parameters)
    assert path.read_bytes() == before


def test_a_corrupt_development_srs_is_set_aside_and_made_again(tmp_path: Path) -> None:
    parameters = Parameters(tmp_path)
    first = parameters.srs_for(1000)
    path = next((tmp_path / "parameters").glob("development-*.srs"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    again = Parameters(tmp_path)
    second = again.srs_for(1000)
    assert second.digest != first.digest
    assert path.with_suffix(".corrupt").exists()


def test_a_key_of_another_circuit_cannot_be_deployed(ledger: LedgerSession, proved: Proved) -> None:
    ran = proved.constrained.ran
    text = ran.built.view.bytecode.replace("add r0 r1", "sub r0 r1")
    built = dataclasses.replace(
        ran.built, view=dataclasses.replace(ran.built.view, bytecode=text), program=parse(text)
    )
    other = dataclasses.replace(
        proved,
        constrained=dataclasses.replace(proved.constrained, ran=dataclasses.replace(ran, built=built)),
    )
    commit = ledger.commit(other)
    assert not commit.accepted and "EAVM0617" in commit.reason
    assert ledger.height == 0


def test_a_cached_key_is_found_again_and_never_mistaken(tmp_path: Path, proved: Proved) -> None:
    cache = DiskCache(tmp_path)
    key = proved.proving_key
    made: list[int] = []

    def make() -> ProvingKey:
        made.append(1)
        return key

    shape = CircuitShape(key.info, key.circuit_id, key.verifying_key.num_variables)
    for _ in range(2):
        assert key_of(shape, "ab" * 32, make, cache).circuit_id == key.circuit_id
    assert len(made) == 1
    key_of(dataclasses.replace(shape, num_variables=shape.num_variables + 1), "ab" * 32, make, cache)
    assert len(made) == 2
    (first, second) = tmp_path.glob("index-*.cache")
    for path in (first, second):
        path.write_bytes(path.read_bytes()[:-1])
    key_of(shape, "ab" * 32, make, cache)
    assert len(made) == 3
