"""The bootstrap: Qt is tried on the platform that the verb will use, and a fault names the way on."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
MISSING = (
    "qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin."
)


@pytest.fixture
def dev() -> ModuleType:
    """The bootstrap as a module of its own."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "dev.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """Qt on a machine: starts off screen, and on the display once its libraries are there."""

    def __init__(self, dev: ModuleType, monkeypatch: pytest.MonkeyPatch, root: bool, fault: str) -> None:
        self.tried: list[str] = []
        self.installed: list[str] = []
        self.started: list[str] = []
        self.fault = fault
        monkeypatch.setattr(dev, "qt_fault", self.qt_fault)
        monkeypatch.setattr(dev, "quiet", self.install)
        monkeypatch.setattr(dev, "ensure_environment", lambda: Path("python"))
        monkeypatch.setattr(dev, "call", self.call)
        monkeypatch.setattr(dev.subprocess, "run", lambda *_a, **_k: None)
        monkeypatch.setattr(dev.shutil, "which", lambda _name: "/usr/bin/apt-get")
        monkeypatch.setattr(dev.sys, "platform", "linux")
        monkeypatch.setattr(dev.os, "geteuid", lambda: 0 if root else 1000, raising=False)
        monkeypatch.setenv("DISPLAY", ":0")

    def qt_fault(self, _python: Path, platform: str) -> str:
        self.tried.append(platform)
        return "" if platform == "offscreen" or self.installed else self.fault

    def call(self, _python: Path, *arguments: str, environment: dict[str, str]) -> int:
        self.started += arguments
        return 0

    def install(self, command: list[str]) -> None:
        self.installed = command


def run(dev: ModuleType, headless: bool) -> int:
    status: int = dev.run(argparse.Namespace(headless=headless, project=None, picture=None, json=False))
    return status


def test_libraries_that_only_the_display_needs_are_installed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(dev, monkeypatch, root=True, fault=MISSING)
    assert run(dev, headless=False) == 0
    assert "libxcb-cursor0" in machine.installed and machine.tried == ["", ""]
    assert "--headless" not in machine.started


def test_who_may_not_install_is_told_the_command(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(dev, monkeypatch, root=False, fault=MISSING)
    with pytest.raises(SystemExit, match=r"sudo apt-get install .*libxcb-cursor0"):
        run(dev, headless=False)
    assert not machine.installed and not machine.started and MISSING in capsys.readouterr().err


def test_a_headless_run_needs_no_display(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(dev, monkeypatch, root=True, fault=MISSING)
    assert run(dev, headless=True) == 0
    assert machine.tried == ["offscreen"] and not machine.installed and "--headless" in machine.started


def test_nothing_is_installed_for_a_display_that_does_not_answer(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(dev, monkeypatch, root=True, fault="qt.qpa.xcb: could not connect to display :7")
    with pytest.raises(SystemExit, match="does not answer"):
        run(dev, headless=False)
    assert not machine.installed


@pytest.mark.qt
@pytest.mark.skipif(os.name == "nt", reason="X is tried")
def test_qt_is_started_on_the_platform_that_is_asked_for(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert dev.qt_fault(Path(sys.executable), "offscreen") == ""
    assert dev.qt_fault(Path(sys.executable), "none such")
    if sys.platform.startswith("linux"):
        assert "xcb" in dev.qt_fault(Path(sys.executable), "xcb")
