"""The ledger's panes: ages go on, the signer is shown as not proved, a check says what was checked."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.models import ledger as models
from app.panels.merkle import depth_of
from app.panels.transaction import fact_rows
from app.studio import Studio
from app.widgets.merkle import MerkleTree, PathNode
from app.widgets.spans import Row
from avm.api import views as v
from avm.api.workspace import new_project

pytestmark = [pytest.mark.qt, pytest.mark.timeout(120)]
ADDRESS = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"
TRANSITION = v.TransitionView("au1x", "demo.aleo", "main", ("1u32",), ("3u32",))
GOOD = (
    v.LedgerCheck("block 0", True, "ab1a", 0),
    v.LedgerCheck("block 1", True, "ab1b", 1),
    v.LedgerCheck("state root", True, "sr1b"),
    v.LedgerCheck("transactions", True, "1 rows"),
)


def transaction(signer: str = "") -> v.TransactionView:
    return v.TransactionView(
        "at1x", "execute", "demo.aleo", "main", "accepted", (TRANSITION,), (), 957, "ab", signer
    )


def block(timestamp: int, signer: str = "") -> v.BlockView:
    return v.BlockView(1, "ab1b", "ab1a", "sr1a", "sr1b", timestamp, (transaction(signer),))


def path(valid: bool = True) -> v.MerkleView:
    levels = (
        v.MerkleLevel("transactions", 0, "1field", "0field", "5field", "left"),
        v.MerkleLevel("chain", 0, "9field", "5field", "8field", "right"),
    )
    return v.MerkleView("1field", "leaf", levels, "8field" if valid else "7field", "8field", valid)


def words(each: Row) -> list[str]:
    return [cell.text() for cell in each.cells]


# Ages


def test_ages_go_on_while_the_blocks_can_be_seen(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SimpleNamespace(time=lambda: 1_000_010.0)
    monkeypatch.setattr(models, "time", now)
    studio.window.set_perspective("ledger")
    panel: Any = studio.window.panel("blocks")
    studio.session.set_ledger((block(1_000_000),), (), "sr1b")
    qtbot.waitUntil(panel.list.isVisible)

    def age() -> str:
        return words(panel.list.rows_model.rows[0])[3]

    assert age() == "10 s" and panel._ageing.isActive()
    now.time = lambda: 1_000_130.0
    panel._ageing.timeout.emit()
    assert age() == "2 min"
    studio.window.set_perspective("edit")
    assert not panel._ageing.isActive()
    now.time = lambda: 1_007_300.0
    studio.window.set_perspective("ledger")
    assert age() == "2 h" and panel._ageing.isActive()


# The signer


def test_the_signer_is_shown_and_said_to_be_not_proved(studio: Studio, qtbot: QtBot) -> None:
    studio.window.set_perspective("ledger")
    studio.session.set_ledger((block(1, ADDRESS),), (), "sr1b")
    panel: Any = studio.window.panel("transaction")
    rows = {row.cells[0].text(): row for row in panel.facts.rows_model.rows}
    shown = rows["Signer and caller"].cells[1]
    assert "not proved" in shown.text() and shown.copy == ADDRESS
    assert ADDRESS in shown.tip and "no proof shows" in shown.tip
    visible = panel.facts.maximumHeight() // panel.facts.row_height()
    assert visible >= len(panel.facts.rows_model.rows)


def test_a_call_without_a_signer_says_so_and_a_deployment_has_no_line() -> None:
    (line,) = [r for r in fact_rows(block(1), transaction()) if r.cells[0].text() == "Signer and caller"]
    assert words(line)[1] == "not in the transaction" and "neither" in line.cells[1].tip
    deployment = v.TransactionView("at1y", "deploy", "demo.aleo", "", "accepted")
    assert all(r.cells[0].text() != "Signer and caller" for r in fact_rows(block(1), deployment))


# Check all


class Ledger:
    """As much of a ledger as the microscope asks."""

    def __init__(self) -> None:
        self.valid, self.checks, self.hold = True, GOOD, threading.Event()
        self.hold.set()

    def merkle_path(self, *_place: object) -> v.MerkleView:
        return path(self.valid)

    def tampered_path(self, *_place: object) -> v.MerkleView:
        whole = path()
        changed = tuple(replace(level, result=f"x{level.result}") for level in whole.levels)
        return replace(whole, leaf="x", levels=changed, valid=False)

    def verify(self, progress: Any, cancel: Any) -> tuple[v.LedgerCheck, ...]:
        while not self.hold.wait(0.01):
            cancel.check()
        return self.checks


@pytest.fixture
def microscope(studio: Studio, project_folder: Path, qtbot: QtBot) -> Any:
    """The panel with a path on show, and its ledger."""
    studio.open_project(project_folder)
    ledger = Ledger()
    studio.actions.ledger.use(ledger, project_folder)
    studio.window.set_perspective("ledger")
    studio.session.set_ledger((block(1),), (), "sr1b")
    panel: Any = studio.window.panel("merkle")
    qtbot.waitUntil(lambda: panel.view is not None)
    panel.ledger = ledger
    return panel


def check(panel: Any) -> None:
    panel._buttons[1].click()


def test_check_all_says_what_was_checked_and_the_result(microscope: Any, qtbot: QtBot) -> None:
    assert not microscope.checked.isVisible()
    check(microscope)
    qtbot.waitUntil(lambda: "Checked at" in microscope.checked.text())
    told = microscope.checked.text()
    assert "2 hashes in 2 trees" in told and "2 blocks" in told and "all hold" in told
    assert microscope.checked.isVisible()
    assert any("2 blocks" in m.fact for m in microscope.session.output)
    microscope.session.set_ledger((block(1),), (), "sr1c")
    qtbot.waitUntil(lambda: not microscope.checked.isVisible())


def test_a_ledger_that_is_not_as_it_must_be_is_named(microscope: Any, qtbot: QtBot) -> None:
    microscope.ledger.checks = (*GOOD[:2], v.LedgerCheck("state root", False, "sr1z"))
    check(microscope)
    qtbot.waitUntil(lambda: "not as it must be" in microscope.checked.text())
    assert "state root" in microscope.checked.text() and "all hold" not in microscope.checked.text()


def test_the_depth_of_a_tree_does_not_count_the_hash_of_its_leaf() -> None:
    def level(kind: str) -> v.MerkleLevel:
        return v.MerkleLevel("header", 0, "1field", "0field", "5field", "left", kind)

    assert depth_of([level("leaf"), level("node"), level("node")]) == 2
    assert depth_of([level("block")]) == 1


def test_a_leaf_that_is_hashed_alone_has_nothing_beside_it(qtbot: QtBot) -> None:
    tree = MerkleTree()
    qtbot.addWidget(tree)
    leaf = PathNode(0, "1field", "", "5field", True, False, "leaf")
    node = PathNode(0, "5field", "2field", "6field", True, False, "node")
    tree.resize(600, 400)
    for nodes, boxes in (((leaf,), 2), ((leaf, node), 4)):
        tree.set_path(nodes, "", False)
        tree.grab()
        assert len(tree._boxes) == boxes


def test_a_path_of_trees_tells_where_each_begins(microscope: Any) -> None:
    assert microscope.tree_note.text() == "depth 1, from 1field"
    microscope._choose_tree(1)
    assert microscope.tree_note.text() == "depth 1, from 5field"


def test_a_path_that_does_not_lead_to_the_root_is_an_error(microscope: Any, qtbot: QtBot) -> None:
    microscope.ledger.valid = False
    check(microscope)
    qtbot.waitUntil(lambda: "do not lead" in microscope.checked.text())


def test_a_check_under_way_is_said_and_can_be_stopped(microscope: Any, studio: Studio, qtbot: QtBot) -> None:
    microscope.ledger.hold.clear()
    check(microscope)
    qtbot.waitUntil(lambda: "being checked" in microscope.checked.text())
    check(microscope)
    (job,) = studio.jobs.running(kind="check ledger")
    studio.jobs.cancel(job)
    qtbot.waitUntil(lambda: "was stopped" in microscope.checked.text())
    microscope.ledger.hold.set()
    check(microscope)
    qtbot.waitUntil(lambda: "all hold" in microscope.checked.text())


@pytest.mark.parametrize("late", [False, True])
def test_a_tampered_copy_has_one_verdict(microscope: Any, qtbot: QtBot, late: bool) -> None:
    if late:
        microscope.ledger.hold.clear()
    check(microscope)
    qtbot.waitUntil(lambda: ("being checked" if late else "all hold") in microscope.checked.text())
    microscope._buttons[0].click()
    qtbot.waitUntil(lambda: "2 of 2 hashes differ" in microscope.checked.text())
    microscope.ledger.hold.set()
    qtbot.waitUntil(lambda: not microscope._checking)
    assert "2 of 2 hashes differ" in microscope.state.text()
    assert "hold" not in microscope.checked.text() and "untouched" in microscope.checked.text()
    microscope._buttons[0].click()
    assert "all hold" in microscope.checked.text()


def test_of_two_verdicts_the_bad_one_stands_first(microscope: Any, qtbot: QtBot) -> None:
    microscope.ledger.checks = (*GOOD[:2], v.LedgerCheck("state root", False, "sr1z"))
    check(microscope)
    qtbot.waitUntil(lambda: microscope.checked.text().startswith("The ledger is not as it must be"))


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_ledger_outside_the_project_is_refused_with_a_message(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    project = new_project(tmp_path, "linked")
    (tmp_path / "outside").mkdir()
    (project.root / ".avm").symlink_to(tmp_path / "outside")
    assert studio.open_project(project.root)
    told = studio.window.toasts.told
    qtbot.waitUntil(lambda: any("leads out of its folder" in each.detail for each in told), timeout=20_000)
    assert not list((tmp_path / "outside").iterdir())
