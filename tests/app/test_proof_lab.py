"""The proof lab's panel: a copy is altered, the failing check is named, the proof comes back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.proof_lab import ProofLabPanel, check_rows, part_rows
from app.state import Artifacts
from app.studio import Studio
from app.widgets.grid import flat
from avm.varuna.report import KEY_CHECK

pytestmark = pytest.mark.qt


@pytest.fixture(scope="module")
def proved() -> Any:
    """A real proof of a small system, with what the lab needs of a `Proved`."""
    from avm.varuna.indexer import index
    from avm.varuna.prover import prove
    from avm.varuna.sample_system import sample_system
    from avm.varuna.srs.development import development_srs
    from avm.varuna.version import VarunaVersion

    matrices, assignment = sample_system(20, publics=3, seed=7)
    srs = development_srs(7, seed=b"tests")
    key, verifying = index(matrices, srs)
    proof, _ = prove(key, srs, assignment, version=VarunaVersion.V3)
    return SimpleNamespace(
        proving_key=SimpleNamespace(verifying_key=verifying),
        verifier=srs.verifier(),
        public_inputs=assignment.public[1:],
        proof=proof,
        version=3,
    )


@pytest.fixture
def panel(studio: Studio, proved: Any, qtbot: QtBot) -> ProofLabPanel:
    made: ProofLabPanel = studio.window.show_panel("proof_lab")
    studio.session.artifacts = Artifacts(proved=proved)
    made.reload()
    settle(studio, qtbot)
    return made


def settle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.jobs.running(), timeout=120_000)
    QApplication.processEvents()


def choose(panel: ProofLabPanel, name: str) -> str:
    assert panel.lab is not None
    key = next(p.key for p in panel.lab.parts if p.name == name)
    panel.parts.choose(key)
    panel._show_actions()
    return key


def row_of(panel: ProofLabPanel, key: str) -> Any:
    return next(r for r in panel.parts.all_rows() if r.key == key)


def test_without_a_proof_the_panel_says_what_to_do_next(studio: Studio) -> None:
    panel: ProofLabPanel = studio.window.show_panel("proof_lab")
    assert panel.body.is_empty() and "Prove a run" in panel.empty.accessibleName()
    assert not studio.run_command("lab.alter")


def test_the_lab_is_a_tab_of_the_prove_perspective(studio: Studio) -> None:
    studio.window.set_perspective("prove")
    docks = studio.window.docks
    assert docks.is_open("proof_lab")
    area = docks.shelf.docks["proof"].dockAreaWidget()
    assert docks.shelf.docks["proof_lab"].dockAreaWidget() is area


def test_an_altered_part_has_three_signs_and_the_failing_check_is_named(
    studio: Studio, panel: ProofLabPanel, qtbot: QtBot
) -> None:
    assert panel.untouched is not None and panel.untouched.valid
    before = row_of(panel, choose(panel, "quotient at alpha"))
    assert before.tint == "" and panel.negate.isVisibleTo(panel) and not panel.add_one.isVisibleTo(panel)
    key = choose(panel, "quotient at alpha")
    panel.alter()
    settle(studio, qtbot)
    assert panel.altered is not None and panel.altered.failing == ("Row check",)
    altered = row_of(panel, key)
    spans = altered.cells[0].spans
    assert spans[0].icon == "flask-conical" and "altered" in [s.text for s in spans]
    assert altered.tint and altered.mark and "Row check" in altered.cells[4].text()
    checks = {r.key: r for r in panel.checks.all_rows()}
    assert checks["Row check"].tint and checks["Row check"].cells[1].text() == "holds"
    assert checks["Row check"].cells[2].text() == "fails"
    assert "Row check" in panel.message.text() and panel.subtitle == "1 part altered in a copy"

    studio.run_command("lab.restore")
    assert panel.altered is None and row_of(panel, key).tint == ""
    assert "passes every check" in panel.message.text()


def test_altering_twice_restores_and_several_parts_add_up(
    studio: Studio, panel: ProofLabPanel, qtbot: QtBot
) -> None:
    choose(panel, "x1")
    panel.alter()
    settle(studio, qtbot)
    choose(panel, "Varuna version")
    assert [b.isVisibleTo(panel) for b in panel.versions] == [True, True, False]
    assert [("superseded" in b.text(), "soundness" in b.toolTip()) for b in panel.versions] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    panel._alter("version", 2)
    settle(studio, qtbot)
    assert panel.subtitle == "2 parts altered in a copy" and panel.altered is not None
    protocol = next(r for r in panel.parts.all_rows() if r.cells[0].text().startswith("Varuna version"))
    assert "superseded" in protocol.cells[0].text()
    panel.alter()
    settle(studio, qtbot)
    assert panel.subtitle == "1 part altered in a copy"
    choose(panel, "x1")
    panel.alter()
    settle(studio, qtbot)
    assert panel.altered is None


def test_bytes_that_are_no_proof_are_said_in_the_decoders_words(
    studio: Studio, panel: ProofLabPanel, qtbot: QtBot
) -> None:
    choose(panel, "version")
    panel._alter("flip")
    settle(studio, qtbot)
    assert panel.altered is not None and panel.altered.error
    assert "no proof" in panel.message.text()
    rows = {r.key: r.cells[2].text() for r in panel.checks.all_rows()}
    assert rows["Decoding"] == "fails" and rows["Row check"] == "not reached"


def test_the_id_of_the_key_is_refused_by_the_comparison_with_the_circuits_key(
    studio: Studio, panel: ProofLabPanel, qtbot: QtBot
) -> None:
    choose(panel, "circuit id")
    panel._alter("flip")
    settle(studio, qtbot)
    assert panel.altered is not None and panel.altered.failing == (KEY_CHECK,)
    assert KEY_CHECK in panel.message.text()


def test_another_proof_replaces_the_lab(studio: Studio, panel: ProofLabPanel, qtbot: QtBot) -> None:
    choose(panel, "x1")
    panel.alter()
    settle(studio, qtbot)
    studio.session.artifacts = Artifacts()
    panel.reload()
    assert panel.body.is_empty() and panel.lab is None and not panel.alterations


def test_rows_are_plain_data(panel: ProofLabPanel) -> None:
    assert panel.lab is not None
    rows = part_rows(panel.lab.parts, None, {"proof:0": ("Decoding", "Row check")})
    assert [r.cells[2].text() for r in flat(rows) if r.key in ("proof:0", "proof:1")] == ["0", "1–8"]
    assert [r.key for r in rows] == ["Proof", "Public inputs", "Verifying key", "Protocol"]
    first = next(r for r in flat(rows) if r.key == "proof:0")
    assert first.cells[4].text() == "Decoding, 1 more" and first.cells[4].tip == "Decoding, Row check"
    assert [r.cells[1].text() for r in check_rows(None, None)] == [""] * 6
