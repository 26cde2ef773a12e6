"""The keyboard alone: Tab goes through the window as it is read, F6 from pane to pane, questions keep it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import focus
from app.perspectives import PERSPECTIVES
from app.studio import Studio
from app.widgets.pressable import Pressable
from app.widgets.prompt import Prompt

pytestmark = pytest.mark.qt


@pytest.fixture
def opened(studio: Studio, project_folder: Path, qtbot: QtBot) -> Studio:
    studio.open_project(project_folder)
    qtbot.waitUntil(lambda: not studio.jobs.running(), timeout=60_000)
    QApplication.processEvents()
    return studio


def walk(studio: Studio, most: int = 150) -> list[QWidget]:
    """Every stop of Tab from the first button of the toolbar on, once round."""
    window = studio.window
    focus.stops(window.toolbar, window)[0].setFocus()
    seen = [window.focusWidget()]
    for _ in range(most):
        window.focusNextPrevChild(True)
        if window.focusWidget() is seen[0]:
            return seen
        seen.append(window.focusWidget())
    raise AssertionError("Tab does not come round")


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_tab_stops_at_everything_once_from_pane_to_pane(opened: Studio, perspective: str) -> None:
    window = opened.window
    window.set_perspective(perspective)
    QApplication.processEvents()
    seen = walk(opened)
    assert len(seen) == len(set(seen))
    everything = [w for w in window.findChildren(QWidget) if focus.takes_tab(w) and w.window() is window]
    assert set(everything) == set(seen)
    panes = focus.read_order(window.docks.shelf.areas(), window)
    numbers = [next((n for n, p in enumerate(panes) if p.isAncestorOf(w)), -1) for w in seen]
    inside = [number for number in numbers if number >= 0]
    assert inside == sorted(inside)


def test_tab_backwards_is_the_same_way_back(opened: Studio) -> None:
    seen = walk(opened)
    opened.window.focusNextPrevChild(False)
    assert opened.window.focusWidget() is seen[-1]


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_f6_reaches_every_pane_that_has_something_to_reach(opened: Studio, perspective: str) -> None:
    window = opened.window
    window.set_perspective(perspective)
    QApplication.processEvents()
    areas = [a for a in window.docks.shelf.areas() if focus.stops(a, window)]
    reached = []
    for _ in areas:
        window.next_pane(1)
        reached.append(next(a for a in areas if a.isAncestorOf(window.focusWidget())))
    assert len(set(map(id, reached))) == len(areas)
    if len(areas) > 1:
        window.next_pane(-1)
        assert reached[-2].isAncestorOf(window.focusWidget())


def test_a_question_keeps_the_focus(opened: Studio) -> None:
    prompt: Prompt = opened.window.ask(
        "Delete it?", "", [("Delete", "", lambda: None), ("Cancel", "", lambda: None)]
    )
    for _ in range(5):
        opened.window.focusNextPrevChild(True)
        assert opened.window.focusWidget() in prompt.buttons
    prompt.leave()


def test_a_stop_in_a_scrolled_card_is_brought_into_view(opened: Studio) -> None:
    window = opened.window
    window.resize(1280, 640)
    panel = window.show_panel("srs")
    QApplication.processEvents()
    focus.give(panel.official.button, 1)
    QApplication.processEvents()
    place = panel.official.button.mapTo(panel, QPoint(0, 0)).y()
    assert 0 <= place <= panel.height() - panel.official.button.height()


def test_a_change_of_the_perspective_leaves_the_keys_in_the_text(opened: Studio) -> None:
    window = opened.window
    code = window.panel("editor").code  # type: ignore[attr-defined]
    code.setFocus()
    for name in ("debug", "edit", "prove", "edit", "ledger", "debug", "edit"):
        window.set_perspective(name)
        QApplication.processEvents()
        there = window.docks.in_front("editor")
        assert window.focusWidget() is (code if there else window.docks), name


def test_a_run_to_a_breakpoint_leaves_the_keys_in_the_text(opened: Studio, qtbot: QtBot) -> None:
    code = opened.window.panel("editor").code  # type: ignore[attr-defined]
    code.setFocus()
    opened.actions.run("main", ["1u32", "2u32"], debug=True)
    qtbot.waitUntil(lambda: opened.session.cursor.debugging, timeout=60_000)
    QApplication.processEvents()
    assert opened.window.perspective == "debug" and opened.window.focusWidget() is code


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_every_key_that_presses_a_button_presses_what_acts_as_one(key: Qt.Key, qtbot: QtBot) -> None:
    pressed: list[Qt.Key] = []
    frame = Pressable("Function to run", lambda: pressed.append(key))
    qtbot.addWidget(frame)
    qtbot.keyClick(frame, key)
    qtbot.waitUntil(lambda: pressed == [key])
