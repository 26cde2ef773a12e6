"""A picture of the window with given artifacts in it, made without a display: for headless runs and
the README.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.widgets.spans import seconds, thousands

if TYPE_CHECKING:
    from app.studio import Studio
    from avm.api.ledger import LedgerSession
    from avm.api.pipeline_run import PipelineRun

SETTLE_S = 0.6


def grab(
    path: Path | str,
    *,
    journey: PipelineRun,
    ledger: LedgerSession,
    theme: str = "dark",
    perspective: str = "Prove",
    size: tuple[int, int] = (1440, 900),
) -> None:
    """Writes a PNG of the window as it stands after the journey, in one of the four perspectives.

    Settings of the person are neither read nor changed. OSError when the file cannot be written.
    """
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.application import make_application
    from app.settings import Settings
    from app.studio import Studio
    from app.window import Window

    make_application()
    with tempfile.TemporaryDirectory(prefix="avm-picture-") as home:
        settings = Settings(Path(home))
        settings.set("theme", theme)
        studio = Studio(settings)
        window = Window(studio)
        window.resize(*size)
        window.show()
        load(studio, journey, ledger)
        window.set_perspective(perspective.lower())
        settle(SETTLE_S)
        written = window.grab().save(str(path))
        studio.jobs.close()
        window.hide()
        window.deleteLater()
        settle(0.05)
    if not written:
        raise OSError(f"{path} was not written")


def load(studio: Studio, journey: PipelineRun, ledger: LedgerSession) -> None:
    """Puts a journey's artifacts into the session as if they had been made in the window."""
    session = studio.session
    studio.actions.ledger.use(ledger, journey.project.root)
    session.set_project(journey.project)
    session.documents.open(journey.project.main)
    if journey.built is not None:
        session.set_built(journey.built, time.time())
    session.set_function(journey.run.function)
    if journey.ran is not None:
        session.remember_inputs(journey.run.function, list(journey.run.inputs))
        session.set_ran(journey.ran)
    if journey.constrained is not None:
        session.set_constrained(journey.constrained)
    if journey.proved is not None:
        from avm.api.pipeline import verify

        constrained, verified = journey.proved.constrained, verify(journey.proved)
        session.set_proved(constrained, journey.proved, verified)
        studio.jobs.record(
            f"Prove {journey.run.function}",
            "prover",
            f"{thousands(constrained.view.constraints)} constraints, verified in {seconds(verified.seconds)}",
            journey.proved.view.seconds,
        )
    session.set_ledger(
        tuple(ledger.blocks(0, ledger.height + 1)), tuple(ledger.mappings()), ledger.state_root
    )


def settle(duration: float) -> None:
    """Lets the window lay itself out and paint."""
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    end = time.monotonic() + duration
    while application is not None and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)
