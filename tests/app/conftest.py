"""A Studio with its own settings folder for each test, offscreen."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.faults import REPORTED, Fault, is_dangerous
from app.settings import Settings
from app.studio import Studio
from app.theme import THEME
from app.window import Window

LOOK = ("dark", 1.0, False, False)
SOURCE = """program demo.aleo {
    mapping balances: address => u64;

    fn main(public a: u32, b: u32) -> u32 {
        let c: u32 = a + b;
        return c;
    }

    @noupgrade
    constructor() {}
}
"""


@pytest.fixture(autouse=True)
def no_faults(qtlog: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Fault]]:
    """A test fails by every exception that nothing caught, in threads, destructors and jobs too, and by
    the messages of Qt that tell of a mistake; exceptions in slots and events pytest-qt sees. A test that
    makes a fault on purpose clears the list.
    """
    found: list[Fault] = []

    def thread(args: threading.ExceptHookArgs) -> None:
        found.append(Fault("thread", repr(args.exc_value), "", 0.0))

    def unraisable(args: object) -> None:
        found.append(Fault("destructor", repr(getattr(args, "exc_value", args)), "", 0.0))

    monkeypatch.setattr(threading, "excepthook", thread)
    monkeypatch.setattr(sys, "unraisablehook", unraisable)
    REPORTED.clear()
    yield found
    found += REPORTED
    REPORTED.clear()
    said = [r.message for r in qtlog.records if is_dangerous(r.message)]  # type: ignore[attr-defined]
    assert found == [] and said == []


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """A small project on disk."""
    root = tmp_path / "demo"
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.leo").write_text(SOURCE, encoding="utf-8")
    (root / "program.json").write_text('{"program": "demo.aleo", "version": "0.1.0"}', encoding="utf-8")
    return root


@pytest.fixture
def settings(tmp_path: Path, qapp: QApplication) -> Settings:
    return Settings(tmp_path / "home")


@pytest.fixture
def studio(settings: Settings, qapp: QApplication) -> Iterator[Studio]:
    """A Studio with its window, shown; all its work is ended afterwards."""
    made = Studio(settings)
    window = Window(made)
    window.resize(1280, 800)
    window.show()
    qapp.processEvents()
    yield made
    made.jobs.close(1.0)
    if window.isVisible():  # else it was closed, and ended all itself
        made.watch.close()
    window.hide()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()
    THEME.set(*LOOK)  # the look is the process's: the next test may have no Studio that sets its own
