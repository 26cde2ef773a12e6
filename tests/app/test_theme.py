"""The tokens, their contrast, the type scale and the look that follows them."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.perspectives import PERSPECTIVES
from app.settings import Settings
from app.studio import Studio
from app.stylesheet import stylesheet
from app.theme import (
    RESOURCES,
    THEME,
    TOKENS,
    alive,
    font,
    heat_step,
    icon,
    load_fonts,
    q,
    row_height,
    size,
    t,
)

pytestmark = pytest.mark.qt


@pytest.fixture(autouse=True)
def plain_theme() -> object:
    yield THEME
    THEME.set("dark", 1.0, False, False)


def test_every_pair_of_colours_has_enough_contrast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["contrast.py"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(RESOURCES / "themes" / "contrast.py"), run_name="__main__")
    assert ended.value.code == 0


def test_the_themes_have_the_same_tokens() -> None:
    def paths(node: object, before: str = "") -> set[str]:
        if isinstance(node, dict):
            return {p for key, value in node.items() for p in paths(value, f"{before}.{key}")}
        return {before}

    assert paths(TOKENS["themes"]["dark"]) == paths(TOKENS["themes"]["light"])


def test_no_colour_is_written_outside_the_tokens() -> None:
    import re

    folder = Path(__file__).resolve().parents[2] / "app"
    for file in folder.rglob("*.py"):
        assert not re.search(r"[\"']#[0-9A-Fa-f]{6}[\"']", file.read_text(encoding="utf-8")), file.name


def test_sizes_follow_the_scale_and_rows_never_fall_below_24() -> None:
    THEME.set(scale=2.0)
    assert size("toolbar") == 80 and size("separator") == 1
    THEME.set(scale=0.8)
    assert row_height() >= 24 and size("control_small") >= 24


def test_the_scale_stays_between_80_and_200_percent() -> None:
    THEME.set(scale=5)
    assert THEME.scale == 2.0
    THEME.set(scale=0.1)
    assert THEME.scale == 0.8


def test_more_contrast_swaps_the_borders(qapp: object) -> None:
    strong = TOKENS["themes"]["dark"]["border"]["strong"]
    THEME.set(more_contrast=True)
    assert t("border.default") == strong and "border: 2px" in stylesheet()


def test_the_bundled_faces_are_used(qapp: object) -> None:
    families = load_fonts()
    assert "JetBrains Mono" in families and any(f.startswith("Inter") for f in families)
    assert font("code").families()[0] == "JetBrains Mono"
    assert "JetBrains Mono" in QFontDatabase.families()
    assert (RESOURCES / "fonts" / "OFL-Inter.txt").is_file()


def test_an_icon_takes_its_colour_from_the_theme(qapp: object) -> None:
    dark = icon("play").pixmap(16, 16).toImage()
    THEME.set("light")
    assert icon("play").pixmap(16, 16).toImage() != dark


def test_a_colour_follows_the_theme() -> None:
    before = q("text.primary").name()
    THEME.set("light")
    assert q("text.primary").name() != before


def test_heat_has_five_steps() -> None:
    assert [heat_step(n) for n in (0, 29, 30, 100, 300, 1000, 10**6)] == [0, 0, 1, 2, 3, 4, 4]


def test_settings_survive_a_restart_and_a_broken_file(tmp_path: Path, qapp: object) -> None:
    first = Settings(tmp_path)
    first.set("theme", "light")
    first.set_item("function", "demo", "main")
    assert first.save()
    again = Settings(tmp_path)
    assert again.get("theme") == "light" and again.item("function", "demo") == "main"
    (tmp_path / "settings.json").write_text("{broken", encoding="utf-8")
    third = Settings(tmp_path)
    assert third.get("theme") == "dark" and third.broken is not None and third.broken.exists()


def test_a_full_disk_does_not_break_the_settings(
    tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path)
    settings.set("theme", "light")
    assert settings.save()

    def full(*_a: object, **_k: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("avm.base.files.os.fsync", full)
    settings.set("theme", "dark")
    assert not settings.save()
    monkeypatch.undo()
    assert Settings(tmp_path).get("theme") == "light"


@pytest.mark.parametrize(("first", "then"), [(1.5, 1.0), (1.0, 1.5)])
def test_a_type_size_holds_in_every_perspective(
    first: float, then: float, studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    """A pane that moves to another perspective keeps the fonts of the theme in force."""
    studio.set_look("scale", first)
    assert studio.open_project(project_folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=60_000)
    for name in PERSPECTIVES:
        studio.window.set_perspective(name)
        qtbot.wait(1)
    studio.set_look("scale", then)
    for name in ("debug", "edit", "prove", "ledger", "debug"):
        studio.window.set_perspective(name)
        qtbot.wait(1)
        assert studio.check_invariants() == []
    shown = [w for w in QApplication.allWidgets() if isinstance(w, QWidget) and w.isVisible()]
    shown = [w for w in shown if not isinstance(w, QLabel) or w.text()]  # the icon of a tab has no font
    sizes = [(w, w.font().pixelSize()) for w in shown]
    studio.apply_theme()
    told = [(type(w).__name__, w.objectName(), size, w.font().pixelSize()) for w, size in sizes if alive(w)]
    assert [each for each in told if each[2] != each[3]] == []


def test_a_zoom_of_the_editor_holds_in_every_perspective(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    assert studio.open_project(project_folder)
    editor: Any = studio.window.panel("editor")
    editor.code.set_zoom(1.4)
    for name in ("debug", "edit"):
        studio.window.set_perspective(name)
        qtbot.wait(1)
        assert editor.code.font().pixelSize() == font("code", zoom=1.4).pixelSize()
        assert studio.check_invariants() == []


def test_windows_that_only_cycles_hold_may_be_freed_while_a_theme_is_applied() -> None:
    code = """
import gc
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from app.theme import Theme

def sheet():
    gc.disable()
    for _ in range(300):
        window = QWidget()
        window.itself = window
        QScrollArea(window)
    gc.enable()
    gc.set_threshold(100)
    return ""

application = QApplication([])
for _ in range(40):
    gc.set_threshold(100_000)
    Theme().apply(application, sheet)
    gc.collect()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
