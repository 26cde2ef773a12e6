"""The picture of a journey: a PNG of the window with the artifacts in it, without touching a person's
settings. Each is made in a process of its own, as the headless start makes it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

pytestmark = pytest.mark.qt

GRAB = """
import sys
from pathlib import Path
from types import SimpleNamespace
from app.picture import grab
from avm.api import pipeline, workspace

folder, target, runs = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "run"
project = workspace.copy_sample("series" if runs else "hello", folder)
run = project.runs[0]
built = pipeline.build(project) if runs else None
ran = pipeline.run(built, run.function, run.inputs) if runs else None
journey = SimpleNamespace(project=project, run=run, built=built, ran=ran, constrained=None, proved=None)
empty = {"blocks": lambda *_: (), "mappings": lambda: (), "close": lambda: None}
ledger = SimpleNamespace(height=0, state_root="", **empty)
grab(target, journey=journey, ledger=ledger, perspective="Debug", size=(1200, 760))
"""


def grabbed(folder: Path, target: Path, what: str) -> subprocess.CompletedProcess[str]:
    """Make a picture in a process of its own."""
    command = [sys.executable, "-c", GRAB, str(folder), str(target), what]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def test_a_picture_shows_the_artifacts_of_a_journey(tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    done = grabbed(tmp_path, target, "run")
    assert done.returncode == 0, done.stderr
    image = QImage(str(target))
    assert (image.width(), image.height()) == (1200, 760)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    done = grabbed(tmp_path, tmp_path / "no" / "folder.png", "project")
    assert done.returncode == 1 and "was not written" in done.stderr
