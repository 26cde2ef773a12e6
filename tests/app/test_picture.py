"""The picture of a journey: a PNG of the window with the artifacts in it, without touching a person's
settings.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QImage

from app.picture import grab
from avm.api import pipeline, workspace
from avm.api.workspace import Run

pytestmark = pytest.mark.qt


def test_a_picture_shows_the_artifacts_of_a_journey(qapp: object, tmp_path: Path) -> None:
    project = workspace.copy_sample("series", tmp_path)
    run: Run = project.runs[0]
    built = pipeline.build(project)
    ran = pipeline.run(built, run.function, run.inputs)
    journey = SimpleNamespace(project=project, run=run, built=built, ran=ran, constrained=None, proved=None)
    ledger = SimpleNamespace(
        height=0, state_root="", blocks=lambda _a, _b: (), mappings=lambda: (), close=lambda: None
    )
    target = tmp_path / "picture.png"
    grab(target, journey=journey, ledger=ledger, perspective="Debug", size=(1200, 760))  # type: ignore[arg-type]
    image = QImage(str(target))
    assert (image.width(), image.height()) == (1200, 760)


def test_a_place_that_cannot_be_written_is_an_error(qapp: object, tmp_path: Path) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    journey = SimpleNamespace(
        project=project, run=project.runs[0], built=None, ran=None, constrained=None, proved=None
    )
    ledger = SimpleNamespace(
        height=0, state_root="", blocks=lambda _a, _b: (), mappings=lambda: (), close=lambda: None
    )
    with pytest.raises(OSError, match="was not written"):
        grab(tmp_path / "no" / "folder.png", journey=journey, ledger=ledger)  # type: ignore[arg-type]
