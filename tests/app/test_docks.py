"""Docks: the splitters between panes follow the perspective, those inside panels follow their panels."""

from __future__ import annotations

from pathlib import Path

import PySide6QtAds as QtAds
import pytest
from PySide6.QtWidgets import QApplication, QSplitter

from app.panel import Panel
from app.perspectives import PERSPECTIVES
from app.studio import Studio
from app.theme import px

pytestmark = pytest.mark.qt


def inside(studio: Studio) -> list[QSplitter]:
    """The splitters of the panels on show."""
    between = studio.window.docks.shelf.splitters()
    found = studio.window.docks.shelf.findChildren(QSplitter)
    return [splitter for splitter in found if splitter not in between and splitter.isVisible()]


def test_a_panels_own_splitter_keeps_its_sizes_when_the_layout_is_built_anew(
    studio: Studio, project_folder: Path, qapp: QApplication
) -> None:
    studio.open_project(project_folder)
    studio.window.resize(1600, 1000)
    for name in PERSPECTIVES:
        studio.window.set_perspective(name)
        qapp.processEvents()
        for splitter in inside(studio):
            assert isinstance(owner(splitter), Panel)
            splitter.setSizes([300, 100, 50][: splitter.count()])
        before = [splitter.sizes() for splitter in inside(studio)]
        studio.window.docks.shelf._sizes(studio.window.docks.shelf.slots())
        qapp.processEvents()
        assert [splitter.sizes() for splitter in inside(studio)] == before


def test_sides_have_the_widths_of_the_design(studio: Studio, qapp: QApplication) -> None:
    studio.window.resize(1600, 1000)
    studio.window.set_perspective("prove")
    studio.window.docks.reset()
    qapp.processEvents()
    assert len(studio.window.docks.shelf.splitters()) >= 2
    width = studio.window.docks.shelf.hosts["jobs"].width()
    assert abs(width - px(408)) <= 2


def test_a_pane_can_be_closed_after_its_layout_was_restored(studio: Studio, qapp: QApplication) -> None:
    window = studio.window
    for name in ("prove", "edit"):
        window.set_perspective(name)
        qapp.processEvents()
    window.docks.reset()
    window.set_perspective("prove")
    window.docks.reset()
    window.show_panel("srs")
    qapp.processEvents()
    qapp.processEvents()
    for area in window.docks.shelf.areas():
        assert not area.titleBar().button(QtAds.TitleBarButtonClose).isHidden()


def owner(splitter: QSplitter) -> object:
    widget = splitter.parentWidget()
    while widget is not None and not isinstance(widget, Panel):
        widget = widget.parentWidget()
    return widget
