"""The start page: there without a project whatever was in front before; it leaves the keys in the text."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main import open_first
from app.perspectives import PERSPECTIVES
from app.settings import Settings
from app.start import Card, StartPage
from app.studio import Studio
from app.window import Window

pytestmark = pytest.mark.qt


def told(project: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(project=project, sample="")


@pytest.mark.parametrize("how", ["mouse", "key"])
@pytest.mark.parametrize("name", ["sample", "recent"])
def test_a_card_of_the_start_page_leads_into_the_text(
    studio: Studio, project_folder: Path, qtbot: QtBot, how: str, name: str
) -> None:
    studio.open_project(project_folder)
    assert studio.close_project()
    qtbot.waitUntil(lambda: studio.window.findChild(StartPage).isVisible())
    page = studio.window.findChild(StartPage)
    card = page._recents[0] if name == "recent" else page.findChildren(Card)[-1]
    card.setFocus()
    if how == "mouse":
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.session.documents.current is not None)
    code = studio.window.panel("editor").code  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: studio.window.focusWidget() is code, timeout=3000)
    QApplication.processEvents()
    assert studio.window.focusWidget() is code


@pytest.mark.parametrize("perspective", sorted(PERSPECTIVES))
@pytest.mark.parametrize("last", ["none", "gone", "broken"])
def test_a_start_without_a_project_shows_the_start_page(
    settings: Settings, qapp: QApplication, qtbot: QtBot, tmp_path: Path, perspective: str, last: str
) -> None:
    settings.set("perspective", perspective)
    settings.remember_recent(str(tmp_path / "other"))
    if last != "none":
        settings.set("project", str(tmp_path / last))
    if last == "broken":
        (tmp_path / last).mkdir()
    studio = Studio(settings)
    window = Window(studio)
    window.show()
    try:
        open_first(studio, told())
        qtbot.waitUntil(lambda: window.findChild(StartPage) is not None, timeout=3000)
        qtbot.waitUntil(lambda: window.findChild(StartPage).isVisible(), timeout=3000)
    finally:
        studio.jobs.close(1.0)
        studio.watch.close()
        window.hide()
        window.deleteLater()


def test_a_start_with_a_project_keeps_the_perspective(
    studio: Studio, project_folder: Path, qapp: QApplication
) -> None:
    studio.window.set_perspective("ledger")
    open_first(studio, told(str(project_folder)))
    qapp.processEvents()
    assert studio.window.perspective == "ledger" and studio.session.project is not None
