"""Proofs in the window: the verdict with the word insecure, the card that leads to its proof, stop."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.cards.jobcard import JobCard
from app.models.proof import short_verdict, verdict
from app.proof_actions import KEPT
from app.studio import Studio
from app.widgets.prompt import Prompt
from avm.api import pipeline
from avm.api import views as v

pytestmark = [pytest.mark.qt, pytest.mark.timeout(300)]
LIMIT = 120_000


def proof_view(srs: str = "development") -> v.ProofView:
    return v.ProofView(1234, "proof1", 3, srs, srs == "development", "ab", "cd", "vk", 0.5, (), ())


def verify_view(valid: bool = True) -> v.VerifyReport:
    return v.VerifyReport(valid, 0.01, (v.Check("Openings", valid, ""),))


@pytest.fixture
def prover(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A prover that is quick; `hold` keeps the next proof in its first stage until it is set or cancelled."""
    told = SimpleNamespace(hold=None, srs="development", valid=True)

    def constrain(ran: Any, _progress: Any, _cancel: Any) -> Any:
        view = v.ConstraintView(1234, 1, 2, (4, 5, 6), (), (), 0.1)
        return SimpleNamespace(ran=ran, view=view, circuit=SimpleNamespace(public_inputs=()))

    def prove(constrained: Any, _strings: Any, *, progress: Any, cancel: Any, **_how: Any) -> Any:
        progress.stage("Row check")
        while told.hold is not None and not told.hold.wait(0.01):
            cancel.check()
        return SimpleNamespace(constrained=constrained, view=proof_view(told.srs), version=3)

    monkeypatch.setattr(pipeline, "constrain", constrain)
    monkeypatch.setattr(pipeline, "prove", prove)
    monkeypatch.setattr(pipeline, "verify", lambda _proved: verify_view(told.valid))
    return told


def opened(studio: Studio, qtbot: QtBot, folder: Path) -> None:
    assert studio.open_project(folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=LIMIT)
    studio.actions.run("main", ["40u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)


def proved(studio: Studio, qtbot: QtBot) -> Any:
    job = studio.actions.proof.prove()
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="prove"), timeout=LIMIT)
    return job


def asked(studio: Studio) -> list[Prompt]:
    return [p for p in studio.window.findChildren(Prompt) if p.isVisible()]


# The verdict


def test_a_development_string_is_in_every_verdict() -> None:
    assert verdict(proof_view(), verify_view()) == ("warning", "Valid, with insecure development parameters")
    assert "insecure" in short_verdict(proof_view(), verify_view())
    assert verdict(proof_view("official"), verify_view())[0] == "success"
    assert verdict(proof_view(), verify_view(False)) == ("error", "Not valid: Openings fails")
    assert short_verdict(proof_view("official"), verify_view(False)) == "Not valid"


@pytest.mark.parametrize("width", [1024, 1920])
def test_the_inspector_is_headed_by_the_whole_verdict(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace, width: int
) -> None:
    opened(studio, qtbot, project_folder)
    proved(studio, qtbot)
    studio.window.set_perspective("prove")
    studio.window.resize(width, 700)
    panel: Any = studio.window.panel("proof")
    qtbot.waitUntil(panel.verdict.isVisible)
    assert panel.verdict.text() == "Valid, with insecure development parameters"
    assert panel.verdict.heightForWidth(panel.verdict.width()) <= panel.verdict.height()
    assert "insecure" in studio.window.toasts.told[-1].detail
    card = studio.window.panel("jobs").cards[studio.actions.proof.kept[-1].job]  # type: ignore[attr-defined]
    assert card.subtitle.whole().startswith("Valid but insecure")


# Inspect


def inspect(studio: Studio, job: Any) -> None:
    card: JobCard = studio.window.show_panel("jobs").cards[job.id]
    assert not card.inspect.isHidden()
    card.inspect.click()


def test_inspect_brings_the_proof_of_its_own_card(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    first = proved(studio, qtbot)
    studio.session.set_committed(view := v.CommitView(True, "at1", 1, "sr1", "sr1"))
    studio.actions.proof.kept[-1].committed = view
    older = studio.session.artifacts.proved
    proved(studio, qtbot)
    assert studio.session.artifacts.proved is not older and studio.session.artifacts.committed is None
    inspect(studio, first)
    assert studio.session.artifacts.proved is older and studio.session.artifacts.committed is view
    assert studio.window.perspective == "prove" and studio.window.docks.in_front("proof")


def test_inspect_opens_the_closed_project_of_a_proof(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    prover.hold = threading.Event()
    job = studio.actions.proof.prove()
    assert job is not None and not studio.close_project()
    next(b for b in asked(studio)[0].buttons if b.text() == "Close and let it go on").click()
    assert studio.session.project is None and not job.stopping
    prover.hold.set()
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="prove"), timeout=LIMIT)
    assert studio.session.artifacts.proved is None
    studio.actions.proof.commit(studio.actions.proof.kept[-1])
    assert "was not committed" in studio.window.toasts.told[-1].fact
    studio.window.set_perspective("prove")
    inspect(studio, job)
    (sheet,) = asked(studio)
    assert "demo" in sheet.card.accessibleName()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.session.artifacts.proved is not None, timeout=LIMIT)
    assert studio.session.artifacts.proved is studio.actions.proof.kept[-1].proved
    panel: Any = studio.window.panel("proof")
    qtbot.waitUntil(panel.verdict.isVisible)
    assert panel.stale.isVisible(), "it is of a run of before"


def test_inspect_of_another_project_asks_about_unsaved_work_first(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    job = proved(studio, qtbot)
    assert studio.open_sample("hello")
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]
    inspect(studio, job)
    qtbot.keyClick(asked(studio)[0], Qt.Key.Key_Return)
    (sheet,) = asked(studio)
    next(b for b in sheet.buttons if b.text() == "Close without saving").click()
    qtbot.waitUntil(lambda: studio.session.artifacts.proved is not None, timeout=LIMIT)
    assert studio.session.project is not None and studio.session.project.root == project_folder


def test_a_proof_that_is_no_longer_kept_is_said(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    job = proved(studio, qtbot)
    for _ in range(KEPT):
        proved(studio, qtbot)
    inspect(studio, job)
    assert "no longer kept" in studio.window.toasts.told[-1].fact


# Stop


def test_a_proof_under_way_is_stopped_from_the_status_bar(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    prover.hold = threading.Event()
    job = studio.actions.proof.prove()
    fact = studio.window.status.work
    qtbot.waitUntil(lambda: "row check" in fact.text(), timeout=LIMIT)
    assert fact.stop.isVisible() and job is not None
    fact.stop.click()
    qtbot.waitUntil(lambda: job.state == "cancelled", timeout=LIMIT)
    qtbot.waitUntil(lambda: not fact.isVisible(), timeout=LIMIT)
    assert studio.session.artifacts.proved is None


@pytest.mark.parametrize("way", ["stopped", "failed"])
def test_a_run_without_a_result_says_so_and_marks_the_one_before(
    studio: Studio, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    from avm.base.errors import AvmError

    opened(studio, qtbot, project_folder)
    before, entered, real = studio.session.ran, threading.Event(), pipeline.run

    def slow(*_a: object, cancel: Any, **_more: object) -> None:
        entered.set()
        if way == "failed":
            raise AvmError("it cannot run")
        while True:
            cancel.check()

    monkeypatch.setattr(pipeline, "run", slow)
    studio.actions.run("main", ["1u32", "2u32"])
    qtbot.waitUntil(entered.is_set, timeout=LIMIT)
    studio.actions.stop()
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="run"), timeout=LIMIT)
    word = f"Run main {way} after"
    strip: Any = studio.window.panel("editor").result  # type: ignore[attr-defined]
    run: Any = studio.window.show_panel("run")
    assert studio.session.ran is before and strip.value.whole() == "main → 42u32"
    assert word in strip.facts.whole() and "the run before" in strip.facts.whole()
    assert studio.window.status.activities.run.text().startswith(word)
    assert run.result_title.text() == "Outputs of the run before"
    assert way == "failed" or any(m.fact.startswith(word) for m in studio.session.output)
    monkeypatch.setattr(pipeline, "run", real)
    studio.actions.run("main", ["1u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not before, timeout=LIMIT)
    assert "stopped" not in strip.facts.whole() and strip.value.whole() == "main → 3u32"
    assert studio.window.status.activities.run.text() == "main → 3u32"
    assert run.result_title.text() == "Outputs"


def test_a_stopped_run_is_forgotten_with_its_project(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    studio.actions.run_ended = "Run main stopped after 2 s"
    studio.close_project()
    assert studio.actions.run_ended == "" and not studio.window.status.activities.run.isVisible()


# Leaving while a proof is under way


@pytest.mark.parametrize("unsaved", [False, True])
@pytest.mark.parametrize("way", ["Stop and close", "Close and let it go on", "Cancel"])
def test_a_project_is_not_closed_under_a_proof_without_a_question(
    studio: Studio,
    project_folder: Path,
    qtbot: QtBot,
    prover: SimpleNamespace,
    way: str,
    unsaved: bool,
) -> None:
    opened(studio, qtbot, project_folder)
    prover.hold = threading.Event()
    job = studio.actions.proof.prove()
    assert job is not None
    if unsaved:
        studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]
    assert not studio.close_project()
    if unsaved:
        next(b for b in asked(studio)[0].buttons if b.text() == "Close without saving").click()
    (sheet,) = asked(studio)
    assert job.title in sheet.card.accessibleName()
    next(b for b in sheet.buttons if b.text() == way).click()
    assert (studio.session.project is None) is (way != "Cancel")
    assert job.cancel.cancelled is (way == "Stop and close")
    assert len(studio.recovery.left_over) == (unsaved and way != "Cancel")
    prover.hold.set()
    qtbot.waitUntil(lambda: job.over and not studio.jobs.running(kind="prove"), timeout=LIMIT)


def test_the_window_is_not_closed_under_a_proof_without_a_question(
    studio: Studio, project_folder: Path, qtbot: QtBot, prover: SimpleNamespace
) -> None:
    opened(studio, qtbot, project_folder)
    prover.hold = threading.Event()
    job = studio.actions.proof.prove()
    assert job is not None
    studio.window.close()
    (sheet,) = asked(studio)
    assert job.title in sheet.card.accessibleName() and studio.window.isVisible()
    next(b for b in sheet.buttons if b.text() == "Cancel").click()
    assert not job.cancel.cancelled
    studio.window.close()
    next(b for b in asked(studio)[0].buttons if b.text() == "Stop and close").click()
    assert job.cancel.cancelled and not studio.window.isVisible()
    prover.hold.set()
