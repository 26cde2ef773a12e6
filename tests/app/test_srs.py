"""The SRS manager: what there is, and every action on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.srs import SrsPanel, on_disk
from app.studio import Studio
from app.widgets.prompt import Prompt

pytestmark = pytest.mark.qt


@pytest.fixture
def panel(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SrsPanel:
    """The panel over an empty cache of its own."""
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path / "cache"))
    made: SrsPanel = studio.window.show_panel("srs")
    settle(studio, qtbot)
    return made


def settle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.jobs.running(), timeout=120_000)
    QApplication.processEvents()


def answer(studio: Studio, text: str | None = None) -> str:
    """Answers the question over the window with its first choice; returns what was wrong."""
    asked = [p for p in studio.window.findChildren(Prompt) if p.isVisible()][-1]
    if text is not None:
        assert asked.field is not None
        asked.field.setText(text)
    asked.buttons[0].click()
    return asked.wrong.text()


def test_without_strings_the_panel_says_what_to_do_next(panel: SrsPanel) -> None:
    assert panel.body.is_empty() and "official files" in panel.empty.accessibleName()


def test_a_string_is_made_contributed_to_verified_and_deleted(
    studio: Studio, panel: SrsPanel, qtbot: QtBot
) -> None:
    studio.run_command("srs.generate")
    assert "from 6 to 22" in answer(studio, "3")
    answer(studio, "6")
    settle(studio, qtbot)
    assert [s.insecure for s in panel.strings] == [True] and panel.fact == "1 string"
    assert panel.cards[0].badge.text() == "INSECURE"
    digest = panel.strings[0].digest

    studio.run_command("srs.generate")
    assert "already" in answer(studio, "6")
    for prompt in studio.window.findChildren(Prompt):
        prompt.leave()

    studio.run_command("srs.contribute")
    assert "1 to 60" in answer(studio, " ")
    answer(studio, "Ada")
    settle(studio, qtbot)
    assert panel.strings[0].contributions == ("creation", "Ada") and panel.strings[0].digest != digest

    studio.run_command("srs.verify")
    settle(studio, qtbot)
    checks = panel.checks[str(panel.strings[0].path)]
    assert len(checks) >= 10 and all(check.passed for check in checks)

    path = panel.strings[0].path
    panel.copy(str(path))
    assert QGuiApplication.clipboard().text() == str(path)
    studio.run_command("srs.delete")
    answer(studio)
    settle(studio, qtbot)
    assert not path.exists() and panel.body.is_empty()


def test_official_files_are_imported_with_their_checksums(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, shared: Path
) -> None:
    panel.bring_official(shared / "params")
    settle(studio, qtbot)
    assert [s.kind for s in panel.strings] == ["official"]
    assert panel.cards[0].badge.text() == "checksums agree"
    assert any(job.title == "Import the official files" and job.stages for job in studio.jobs.history)


def test_a_folder_without_official_files_is_refused_with_a_reason(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.bring_official(tmp_path)
    settle(studio, qtbot)
    assert panel.body.is_empty()
    assert any("no official parameter file" in job.error for job in studio.jobs.history)


def test_a_damaged_string_is_shown_with_its_fault(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "cache" / "parameters"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "development-7.srs").write_bytes(b"nothing")
    studio.run_command("srs.refresh")
    settle(studio, qtbot)
    card = panel.cards[0]
    assert card.badge.text() == "cannot be used" and not card.verify.isEnabled()
    assert card.delete.isEnabled()


@pytest.mark.parametrize(
    ("size", "text"), [(10, "1 KB"), (17_000, "17 KB"), (3 << 20, "3.0 MB"), (3 << 30, "3.0 GB")]
)
def test_sizes_have_their_unit(size: int, text: str) -> None:
    assert on_disk(size) == text
