"""While a sheet is open the window waits: nothing runs behind it, and the focus comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import registry
from app.contract import Command
from app.studio import Studio
from app.widgets.prompt import Prompt, Sheet

pytestmark = pytest.mark.qt
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def sheets(studio: Studio) -> list[Sheet]:
    return [s for s in studio.window.findChildren(Sheet) if s.isVisible()]  # type: ignore[attr-defined]


@pytest.fixture
def code(studio: Studio, project_folder: Path, qapp: QApplication) -> Any:
    studio.open_project(project_folder)
    code = studio.window.panel("editor").code
    code.setFocus()
    qapp.processEvents()
    return code


def ask(studio: Studio, **more: Any) -> Prompt:
    made = studio.window.ask("Which?", "", [("This", "primary", int), ("Cancel", "", int)], **more)
    assert isinstance(made, Prompt)
    return made


def test_no_command_but_quit_runs_behind_a_sheet(
    studio: Studio, code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def spied(name: str) -> Command:
        return replace(known(name), run=lambda _s: ran.append(name), why_not=lambda _s: "")

    known = registry.command
    monkeypatch.setattr(registry, "command", spied)
    sheet = ask(studio)
    for action in studio.window.actions_by_id.values():  # type: ignore[attr-defined]
        action.trigger()
    assert ran == ["file.quit"] and sheets(studio) == [sheet]
    sheet.leave()
    assert studio.run_command("file.new") and ran == ["file.quit", "file.new"]


@pytest.mark.parametrize(
    ("key", "held"),
    [
        (Qt.Key.Key_N, CONTROL),
        (Qt.Key.Key_S, CONTROL),
        (Qt.Key.Key_P, CONTROL | SHIFT),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_a_key_of_the_window_does_nothing_behind_a_sheet(
    key: Qt.Key, held: Qt.KeyboardModifier, studio: Studio, code: Any, qtbot: QtBot
) -> None:
    code.textCursor().insertText("// mine\n")
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="build"), timeout=30_000)
    sheet = ask(studio, field="name")
    studio.session.documents.current.path.write_text("theirs", encoding="utf-8")  # type: ignore[union-attr]
    qtbot.keyClick(sheet.field, key, held)
    assert sheets(studio) == [sheet] and not studio.jobs.running(kind="build")
    assert not studio.window.palette_overlay.isVisible()


def test_the_field_of_a_sheet_copies_pastes_and_undoes(studio: Studio, code: Any, qtbot: QtBot) -> None:
    before = code.toPlainText()
    sheet = ask(studio, field="name")
    assert sheet.field is not None
    qtbot.keyClick(sheet.field, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "name"
    qtbot.keyClick(sheet.field, Qt.Key.Key_End)
    qtbot.keyClick(sheet.field, Qt.Key.Key_V, CONTROL)
    assert sheet.field.text() == "namename"
    qtbot.keyClick(sheet.field, Qt.Key.Key_Z, CONTROL)
    assert sheet.field.text() == "name" and code.toPlainText() == before


def test_a_project_dropped_behind_a_sheet_is_not_opened(studio: Studio, code: Any, tmp_path: Path) -> None:
    sheet = ask(studio)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, CONTROL)
    studio.window.dropEvent(event)  # type: ignore[attr-defined]
    assert sheets(studio) == [sheet] and studio.session.project is not None
    assert not studio.window.toasts.told  # type: ignore[attr-defined]


def test_the_focus_returns_to_where_it_was(studio: Studio, code: Any, qtbot: QtBot) -> None:
    for panel in (code, studio.window.panel("project").tree):
        panel.setFocus()
        first = ask(studio)
        second = studio.window.ask("And?", "", [("Yes", "primary", int), ("Cancel", "", int)])
        first.leave()
        assert second.isAncestorOf(studio.window.focusWidget())  # type: ignore[attr-defined]
        qtbot.keyClick(second.buttons[0], Qt.Key.Key_Escape)
        assert studio.window.focusWidget() is panel  # type: ignore[attr-defined]


def test_the_focus_that_is_sent_behind_a_sheet_waits_for_its_end(
    studio: Studio, code: Any, qtbot: QtBot
) -> None:
    tree = studio.window.panel("project").tree
    sheet = ask(studio)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is sheet.buttons[0], timeout=10_000)
    tree.setFocus()
    assert studio.window.focusWidget() is sheet.buttons[0]  # type: ignore[attr-defined]
    sheet.leave()
    assert studio.window.focusWidget() is tree  # type: ignore[attr-defined]


def test_the_focus_goes_to_no_button_when_its_place_is_gone(studio: Studio, code: Any) -> None:
    sheet = ask(studio)
    code.hide()
    sheet.leave()
    assert studio.window.focusWidget() in (None, studio.window)  # type: ignore[attr-defined]


def test_after_a_rename_the_focus_is_in_the_tree(
    studio: Studio, code: Any, project_folder: Path, qtbot: QtBot
) -> None:
    other = project_folder / "src" / "other.leo"
    other.write_text("", encoding="utf-8")
    panel = studio.window.panel("project")
    panel.refresh()
    panel.tree.setFocus()
    panel.tree.choose(other)
    qtbot.keyClick(panel.tree, Qt.Key.Key_F2)
    sheet = sheets(studio)[0]
    assert isinstance(sheet, Prompt) and sheet.field is not None
    sheet.field.setText("another.leo")
    qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    assert other.with_name("another.leo").exists()
    assert studio.window.focusWidget() is panel.tree  # type: ignore[attr-defined]
    assert panel.chosen() == other.with_name("another.leo")
