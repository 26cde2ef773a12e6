"""Closing panes gives their room to the others: no subset of closed panes makes the window collapse."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.perspective_docks import PerspectiveDocks
from app.perspectives import PERSPECTIVES
from app.settings import Settings
from app.studio import Studio
from app.window import Window

STEPBAR_COLUMN = ("stack", "registers", "heap", "mappings")


def settle(qapp: QApplication) -> None:
    for _ in range(4):
        qapp.processEvents()


def unused(shelf: PerspectiveDocks) -> list[str]:
    """What of the shelf's room its open panes leave unused, and centres that are a strip."""
    areas = shelf.areas()
    if not areas:
        return []
    found = []
    tops = [area.mapTo(shelf, area.rect().topLeft()).y() for area in areas]
    ends = [area.mapTo(shelf, area.rect().bottomLeft()).y() for area in areas]
    if min(tops) > 8 or max(ends) < shelf.height() - 8:
        found.append(f"panes stand only from {min(tops)} to {max(ends)} of {shelf.height()}")
    others = [a for a in areas if not shelf.kinds[a.currentDockWidget().objectName()].fixed_height]
    for area in areas:
        name = area.currentDockWidget().objectName()
        if shelf.kinds[name].fixed_height and others and area.height() > 80:
            found.append(f"{name} stands alone in a column of {area.height()}")
        if not shelf.kinds[name].fixed_height and area.height() < 90:
            found.append(f"{name} is {area.height()} high")
        if shelf.kinds[name].place_in(shelf.name).slot == "centre" and area.width() < 200:
            found.append(f"{name} is {area.width()} wide")
    return found


def test_the_last_pane_under_the_step_bar_closes_without_collapse(studio: Studio, qapp: QApplication) -> None:
    window = studio.window
    window.set_perspective("debug")
    window.docks.reset()
    settle(qapp)
    for name in STEPBAR_COLUMN:
        window.docks.close_panel(name)
    settle(qapp)
    assert unused(window.docks.shelf) == []
    window.docks.open("stack")
    settle(qapp)
    assert unused(window.docks.shelf) == []
    for name in STEPBAR_COLUMN:
        window.docks.open(name)
        settle(qapp)
        step = window.docks.shelf.docks["stepbar"].dockAreaWidget()
        column = window.docks.shelf.docks[name].dockAreaWidget()
        assert (
            step.height() < 80
            and step.mapTo(window, step.rect().topLeft()).x()
            == column.mapTo(window, column.rect().topLeft()).x()
        ), "the step bar is back over its column"
        assert unused(window.docks.shelf) == [], name


@pytest.mark.parametrize("perspective", sorted(PERSPECTIVES))
@pytest.mark.parametrize("seed", range(6))
def test_any_subset_of_panes_may_close(
    studio: Studio, qapp: QApplication, perspective: str, seed: int
) -> None:
    window, dice = studio.window, random.Random(seed)
    window.set_perspective(perspective)
    window.docks.reset()
    settle(qapp)
    shelf = window.docks.shelf
    names = [n for n, dock in shelf.docks.items() if not dock.isClosed() and not shelf.kinds[n].bare]
    dice.shuffle(names)
    for name in names:
        window.docks.close_panel(name)
        settle(qapp)
        assert unused(shelf) == [], f"after {name} of {names}"


def test_a_collapsed_layout_of_before_heals(settings: Settings, qapp: QApplication) -> None:
    """As a start found it: the row is limited to the step bar's height when the layout is saved."""
    first = Studio(settings)
    window = Window(first)
    window.resize(1280, 800)
    window.show()
    window.set_perspective("debug")
    settle(qapp)
    shelf = window.docks.shelf
    for name in STEPBAR_COLUMN:
        window.docks.close_panel(name)
    settle(qapp)
    shelf.later = lambda *_: None  # type: ignore[method-assign]
    shelf._timer.stop()
    for area in shelf.areas():
        area.setMaximumHeight(60)
    settle(qapp)
    assert unused(shelf) != []
    for area in shelf.areas():
        area.parentWidget().setSizes([20] * area.parentWidget().count())
    window.docks.remember()
    first.jobs.close(1.0)
    first.watch.close()
    window.hide()
    window.deleteLater()
    second = Studio(settings)
    again = Window(second)
    again.resize(1280, 800)
    again.show()
    again.set_perspective("debug")
    settle(qapp)
    try:
        assert unused(again.docks.shelf) == []
    finally:
        second.jobs.close(1.0)
        second.watch.close()
        again.hide()
        again.deleteLater()
        settle(qapp)


@pytest.mark.parametrize("perspective", sorted(PERSPECTIVES))
def test_with_every_pane_closed_the_shelf_says_what_to_do(
    studio: Studio, qapp: QApplication, perspective: str
) -> None:
    window = studio.window
    window.set_perspective(perspective)
    settle(qapp)
    shelf = window.docks.shelf
    for name in shelf.docks:
        window.docks.close_panel(name)
    settle(qapp)
    assert shelf.areas() == []
    assert shelf.nothing.isVisible() and shelf.nothing.size() == shelf.size()
    shelf.reset_asked.emit()
    settle(qapp)
    assert shelf.areas() and not shelf.nothing.isVisible()


@pytest.mark.parametrize("perspective", ["prove", "ledger"])
def test_closing_the_project_shows_the_start_page(
    studio: Studio, qapp: QApplication, project_folder: Path, perspective: str
) -> None:
    studio.open_project(project_folder)
    studio.window.set_perspective(perspective)
    settle(qapp)
    assert studio.close_project()
    settle(qapp)
    assert studio.window.docks.shelf.hosts["editor"].isVisible()


@pytest.mark.parametrize("perspective", sorted(PERSPECTIVES))
def test_a_narrow_window_keeps_the_middle_readable(
    studio: Studio, qapp: QApplication, perspective: str
) -> None:
    window = studio.window
    window.resize(1440, 900)
    window.set_perspective(perspective)
    window.docks.reset()
    settle(qapp)
    window.resize(1024, 700)
    settle(qapp)
    shelf = window.docks.shelf
    for area in shelf.areas():
        name = area.currentDockWidget().objectName()
        if shelf.kinds[name].place_in(perspective).slot == "centre":
            assert area.visibleRegion().boundingRect().width() >= 240, name
