"""Every sheet is answered by keys: Enter presses the button with the focus or the first, Escape cancels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main import offer_recovery
from app.perspectives import PERSPECTIVES
from app.recovery import Snapshot
from app.studio import Studio
from app.widgets.basics import Button, IconButton
from app.widgets.crash_sheet import CrashSheet
from app.widgets.diff_sheet import DiffSheet
from app.widgets.message import Message
from app.widgets.prompt import Sheet
from app.widgets.secret_form import SecretForm

pytestmark = pytest.mark.qt


def visible(studio: Studio) -> list[Sheet]:
    return [s for s in studio.window.findChildren(Sheet) if s.isVisible()]


def edited(studio: Studio) -> None:
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]


def closing_window(studio: Studio) -> None:
    edited(studio)
    studio.window.close()


def closing_file(studio: Studio) -> None:
    edited(studio)
    studio.run_command("file.close")


def closing_project(studio: Studio) -> None:
    edited(studio)
    studio.run_command("file.close_project")


def conflict(studio: Studio) -> None:
    edited(studio)
    document = studio.session.documents.current
    assert document is not None
    document.path.write_text("theirs", encoding="utf-8")
    studio.run_command("file.save")


def difference(studio: Studio) -> None:
    DiffSheet(studio.window, "Two texts", "a", "b", [("Keep mine", "", int), ("Cancel", "", int)])


def recovered(studio: Studio) -> None:
    folder = studio.settings.folder
    studio.recovery.left_over = [Snapshot(folder / "x.json", folder / "x.leo", "text", 1.0)]
    offer_recovery(studio)


def crashed(studio: Studio) -> None:
    CrashSheet(studio.window, "report", "log", lambda: None)


def messages(studio: Studio) -> None:
    studio.window.toast(Message("error", "It failed"))
    studio.run_command("view.messages")


SHEETS: dict[str, Callable[[Studio], object]] = {
    "new program": lambda s: s.run_command("file.new"),
    "download": lambda s: s.window.show_panel("srs").offer_download(),
    "generate": lambda s: s.run_command("srs.generate"),
    "closing the window": closing_window,
    "closing a file": closing_file,
    "closing the project": closing_project,
    "conflict": conflict,
    "difference": difference,
    "recovery": recovered,
    "crash": crashed,
    "messages": messages,
}


@pytest.fixture(params=sorted(SHEETS))
def sheet(request: pytest.FixtureRequest, studio: Studio, project_folder: Path) -> Sheet:
    studio.open_project(project_folder)
    SHEETS[request.param](studio)
    found = visible(studio)
    if not found and request.param == "download":
        pytest.skip("nothing to download here")
    assert len(found) == 1
    return found[0]


def answer(sheet: Sheet, chosen: list[str]) -> None:
    """Replaces what the buttons do by writing down which was pressed."""
    for button in sheet.buttons:
        button.clicked.disconnect()
        text = button.text().strip()
        button.clicked.connect(lambda _c=False, t=text: chosen.append(t))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_the_first_button_or_the_one_with_the_focus(
    sheet: Sheet, key: Qt.Key, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    answer(sheet, chosen)
    focused = sheet.window().focusWidget()
    assert focused is not None and sheet.isAncestorOf(focused)
    qtbot.keyClick(focused, key)
    assert chosen == [sheet.buttons[0].text().strip()]
    for button in sheet.buttons[1:]:
        button.setFocus()
        qtbot.keyClick(button, key)
    assert chosen == [b.text().strip() for b in sheet.buttons]
    sheet.leave()


def test_escape_cancels_wherever_the_focus_is(sheet: Sheet, studio: Studio, qtbot: QtBot) -> None:
    pressed: list[int] = []
    sheet.cancel = lambda: pressed.append(1)
    focused = sheet.window().focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert visible(studio) == [] and pressed == [1]


def test_keys_in_a_sheet_do_not_reach_the_text_behind(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    before = document.text()
    difference(studio)
    qtbot.keyClicks(visible(studio)[0].buttons[0], "xyz")
    assert document.text() == before and len(visible(studio)) == 1
    visible(studio)[0].leave()


def test_the_form_of_an_account_is_answered_by_keys(studio: Studio, qtbot: QtBot) -> None:
    form = SecretForm(lambda: left.append(1))
    left: list[int] = []
    done: list[list[str]] = []
    qtbot.addWidget(form)
    form.show()

    def call(values: list[str]) -> str:
        done.append(values)
        return ""

    form.ask("Create an account", "", [("Name", False)], "Create", call)
    qtbot.keyClicks(form.fields[0], "savings")
    qtbot.keyClick(form.fields[0], Qt.Key.Key_Return)
    qtbot.keyClick(form.done, Qt.Key.Key_Return)
    assert done == [["savings"]] * 2
    qtbot.keyClick(form.cancel, Qt.Key.Key_Return)
    qtbot.keyClick(form.fields[0], Qt.Key.Key_Escape)
    assert left == [1, 1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_of_any_kind_is_pressed_by_keys(key: Qt.Key, qtbot: QtBot) -> None:
    pressed: list[int] = []
    for button in (
        Button("Yes", on_click=lambda: pressed.append(1)),
        IconButton("x", "Close", on_click=lambda: pressed.append(2)),
    ):
        qtbot.addWidget(button)
        button.show()
        qtbot.keyClick(button, key)
    assert pressed == [1, 2]


# Leaving a project with unsaved work


@pytest.fixture
def other(tmp_path: Path) -> Path:
    root = tmp_path / "other"
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.leo").write_text("program other.aleo {}\n", encoding="utf-8")
    (root / "program.json").write_text('{"program": "other.aleo", "version": "0.1.0"}', encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("choice", "saved", "opened"), [(0, True, True), (1, False, True), (2, False, False)]
)
def test_a_project_is_left_as_the_person_chooses(
    choice: int, saved: bool, opened: bool, studio: Studio, project_folder: Path, other: Path
) -> None:
    studio.open_project(project_folder)
    main = project_folder / "src" / "main.leo"
    before = main.read_text(encoding="utf-8")
    edited(studio)
    assert not studio.open_project(other)
    visible(studio)[0].buttons[choice].click()
    assert (main.read_text(encoding="utf-8") != before) is saved
    assert studio.session.project is not None
    assert (studio.session.project.name == "other.aleo") is opened
    assert studio.check_invariants() == []


def test_a_closed_project_leaves_no_outline_and_no_output(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    outline, output = studio.window.panel("outline"), studio.window.panel("output")
    qtbot.waitUntil(lambda: not outline.body.is_empty(), timeout=30_000)  # type: ignore[attr-defined]
    studio.session.log("a line of this project")
    edited(studio)
    studio.session.documents.current.text_document.undo()  # type: ignore[union-attr]
    studio.run_command("file.close_project")
    qtbot.wait(400)
    assert studio.session.output == [], studio.session.output
    assert outline.body.is_empty() and output.body.is_empty()  # type: ignore[attr-defined]


# Keys and panes


@pytest.mark.parametrize("key", [Qt.Key.Key_X, Qt.Key.Key_F])
def test_alt_and_a_letter_without_a_command_types_nothing(
    key: Qt.Key, studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    before = document.text()
    code = studio.window.panel("editor").code  # type: ignore[attr-defined]
    for held in (
        Qt.KeyboardModifier.AltModifier,
        Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier,
    ):
        qtbot.keyClick(code, key, held)
    assert document.text() == before
    qtbot.keyClick(code, key)
    assert document.text() != before


@pytest.mark.parametrize("perspective", sorted(PERSPECTIVES))
def test_no_pane_opens_on_the_step_controls(perspective: str, studio: Studio, qapp: QApplication) -> None:
    studio.window.set_perspective(perspective)
    docks = studio.window.docks
    for name, kind in docks.kinds.items():
        if kind.bare:
            continue
        panel = studio.window.show_panel(name)
        for _ in range(3):
            qapp.processEvents()
        area = docks.shelf.docks[name].dockAreaWidget()
        assert not any(docks.kinds[d.objectName()].fixed_height for d in area.openedDockWidgets()), name
        if name == "settings":
            assert panel.height() > 150
        docks.close_panel(name) if not kind.place_in(perspective).shown else None
