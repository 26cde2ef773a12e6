"""Nothing that is shown can be gone while another part still holds it: panels, cards, sheets, menus, toasts
opened and closed in any order, over changes of theme, perspective, layout and project.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import registry
from app.perspectives import PERSPECTIVES
from app.start import Card
from app.studio import Studio
from app.widgets.message import Message
from app.widgets.prompt import Scrim

pytestmark = pytest.mark.qt


FLOATS = os.environ.get("QT_QPA_PLATFORM", "") != "offscreen"
"""Qt's offscreen plugin falls over its own list when a window that has moved ends; a real server does not."""


def settle(qapp: QApplication) -> None:
    """Lets everything that was put off happen, deletions too."""
    for _ in range(3):
        qapp.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def cards(studio: Studio) -> list[Card]:
    return [card for card in studio.window.findChildren(Card) if card.isVisible()]


def test_every_card_of_the_start_page_works_after_a_project_was_closed(
    studio: Studio, project_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("app.commands.file._ask_folder", lambda _s, title: asked.append(title))
    studio.open_project(project_folder)
    studio.run_command("file.close_project")
    settle(qapp)
    count = len(cards(studio))
    assert count >= 3 + 1 + 4
    for number in range(count):
        card = cards(studio)[number]
        QTest.mouseClick(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 20))
        settle(qapp)
        for scrim in studio.window.findChildren(Scrim):
            if scrim.isVisible():
                scrim.leave()
        studio.run_command("file.close_project")
        settle(qapp)
    assert asked == ["Open a Leo project"]


def test_a_card_acts_when_the_button_is_released_inside_it(studio: Studio, qapp: QApplication) -> None:
    pressed: list[int] = []
    card = Card("card", lambda: pressed.append(1))
    card.resize(100, 40)
    card.show()
    QTest.mousePress(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    settle(qapp)
    assert pressed == []
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(500, 5))
    settle(qapp)
    assert pressed == []
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    assert pressed == []
    settle(qapp)
    assert pressed == [1]
    card.deleteLater()


def test_panes_behind_others_survive_a_change_of_theme(studio: Studio, qapp: QApplication) -> None:
    window = studio.window
    window.show_panel("output")
    settle(qapp)
    window.set_perspective("prove")
    settle(qapp)
    studio.set_look("theme", "light")
    settle(qapp)
    window.set_perspective("edit")
    settle(qapp)
    assert window.show_panel("problems").isVisible()
    studio.run_command("view.reset")
    settle(qapp)
    assert set(window.docks.shelves) >= {"edit", "prove"}
    assert studio.check_invariants() == []
    studio.set_look("theme", "dark")


def test_no_shelf_or_panel_is_made_twice(studio: Studio, qapp: QApplication) -> None:
    window, docks = studio.window, studio.window.docks
    for name in PERSPECTIVES:
        window.set_perspective(name)
        settle(qapp)
    before = (dict(docks.shelves), dict(docks.panels))
    for name in PERSPECTIVES:
        window.set_perspective(name)
        studio.run_command("view.theme")
        docks.reset()
        settle(qapp)
    assert before[0] == docks.shelves
    assert all(docks.panels[name] is panel for name, panel in before[1].items())
    assert studio.check_invariants() == []


def deeds(studio: Studio, folder: Path) -> list[Callable[[], object]]:
    """Everything that opens, closes, moves or dresses a part of the window."""
    window = studio.window
    docks = window.docks

    def float_or_dock(name: str) -> None:
        dock = docks.shelf.docks[name]
        if not dock.isClosed() and not docks.kinds[name].bare:
            dock.setFloating()

    def leave_sheets() -> None:
        for scrim in window.findChildren(Scrim):
            if scrim.isVisible():
                scrim.leave()

    def open_menu(make: Callable[[], object]) -> None:
        menu = make()
        menu.popup(QPoint(0, 0))  # type: ignore[attr-defined]
        menu.close()  # type: ignore[attr-defined]

    def press_card() -> None:
        for card in cards(studio)[-2:]:
            card.press()

    found: list[Callable[[], object]] = [
        lambda: studio.run_command("view.theme"),
        lambda: studio.set_look("scale", 1.25),
        lambda: studio.set_look("scale", 1.0),
        docks.reset,
        docks.remember,
        lambda: studio.open_project(folder),
        studio.close_project,
        press_card,
        leave_sheets,
        lambda: open_menu(window.toolbar.main_menu),
        lambda: open_menu(window.toolbar.function_menu),
        window.palette_overlay.open,
        window.palette_overlay.leave,
        lambda: window.ask("A question", "", [("Yes", "primary", studio.close_project), ("No", "", int)]),
        lambda: window.toast(Message("info", "A fact", "", "Reset", docks.reset)),
        window.toasts.clear,
        lambda: window.next_pane(1),
        lambda: window.resize(1024, 640),
        lambda: window.resize(1600, 1000),
    ]
    for name in PERSPECTIVES:
        found.append(lambda n=name: window.set_perspective(n))
    for kind in registry.panels():
        found.append(lambda n=kind.id: window.show_panel(n))
        if not kind.bare:
            found.append(lambda n=kind.id: docks.close_panel(n))
            found.append(lambda n=kind.id: docks.toggle(n))
            if FLOATS:
                found.append(lambda n=kind.id: float_or_dock(n))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_opening_closing_and_dressing_is_safe(
    seed: int, studio: Studio, project_folder: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    order = deeds(studio, project_folder)
    random.Random(seed).shuffle(order)
    for deed in order:
        deed()
        settle(qapp)
        assert studio.check_invariants() == []
    studio.set_look("scale", 1.0)
    studio.set_look("theme", "dark")


def test_commands_on_files_leave_those_of_another_project_alone(
    studio: Studio, project_folder: Path, tmp_path: Path, qapp: QApplication
) -> None:
    from app.commands.file import _chosen

    studio.open_project(project_folder)
    stranger = tmp_path / "stranger.leo"
    stranger.write_text("", encoding="utf-8")
    studio.session.documents.open(stranger)
    assert _chosen(studio) is None
    assert not studio.run_command("file.duplicate") and not studio.run_command("file.trash")
    assert stranger.exists()


def test_the_titles_mark_goes_with_the_last_unsaved_file(
    studio: Studio, project_folder: Path, qapp: QApplication
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]
    assert studio.window.windowTitle().startswith("•")
    studio.session.documents.close(document)
    assert not studio.window.windowTitle().startswith("•")
    assert studio.check_invariants() == []


def test_the_folder_of_the_project_itself_is_not_renamed_or_thrown_away(
    studio: Studio, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open_project(project_folder)
    assert studio.session.project is not None
    root = studio.session.project.root
    monkeypatch.setattr("app.commands.file._chosen", lambda _s: root)
    for name in ("file.rename", "file.duplicate", "file.trash"):
        assert not studio.run_command(name)
    assert root.is_dir()
