"""Benches of the window: start-up, gaps of its event loop while proving, how fast a proof is cancelled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.figure import Figure

ALLOWED_MS = 50.0
TIMING = re.compile(r"window after ([\d.]+) s")


def start_up() -> Iterator[Figure]:
    """Seconds from the process's start to a painted window, best of three; the second start is warm."""
    code = (
        "import sys, time; begun = time.perf_counter()\n"
        "from app.application import make_application\n"
        "application = make_application()\n"
        "from app.studio import Studio\n"
        "from app.window import Window\n"
        "window = Window(Studio()); window.show(); application.processEvents()\n"
        "print(time.perf_counter() - begun)\n"
    )
    inside, whole = [], []
    with TemporaryDirectory() as home:
        for _ in range(4):
            environment = dict(os.environ, AVM_STUDIO_HOME=home, QT_QPA_PLATFORM="offscreen")
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
            )
            whole.append(time.perf_counter() - began)
            inside.append(float(done.stdout.splitlines()[-1]))
    yield Figure("window painted, in the process", min(inside[1:]), "s")
    yield Figure("window painted, with Python's own start", min(whole[1:]), "s")


class _Window:
    """A real window, offscreen, on a copy of a sample, with the loop driven by hand."""

    def __init__(self, home: Path, sample: str) -> None:
        os.environ["AVM_STUDIO_HOME"] = str(home)
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from app.application import make_application
        from app.main import SWITCH_S

        self.application: Any = make_application()
        from app.studio import Studio
        from app.window import Window

        sys.setswitchinterval(SWITCH_S)
        self.studio = Studio()
        self.window = Window(self.studio)
        self.window.show()
        self.studio.open_sample(sample)

    def until(self, done: Callable[[], bool], timeout: float = 120.0) -> list[float]:
        """Turn the loop until ``done``; return the gaps between ticks of a 5 ms timer in seconds."""
        from PySide6.QtCore import Qt, QTimer

        ticks: list[float] = []
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start(5)
        end = time.perf_counter() + timeout
        while not done():
            self.application.processEvents()
            time.sleep(0.001)
            if time.perf_counter() > end:
                raise TimeoutError("the Studio did not get there in time")
        timer.stop()
        return [b - a for a, b in pairwise(ticks)]

    def run(self) -> None:
        """Build and run the sample's first function."""
        self.until(lambda: self.studio.session.artifacts.built is not None)
        self.studio.actions.run()
        self.until(lambda: self.studio.session.ran is not None)

    def prove(self) -> Any:
        """Start a proof; return its job."""
        job = self.studio.actions.proof.prove()
        assert job is not None
        return job


def event_loop_gaps() -> Iterator[Figure]:
    """The longest gaps of the window's event loop while it proves, kernels warm."""
    with TemporaryDirectory() as home:
        window = _Window(Path(home), "series")
        window.run()
        first = window.prove()
        cold = window.until(lambda: first.over)
        second = window.prove()
        warm = window.until(lambda: second.over)
        yield Figure("longest gap, first proof (kernels load)", max(cold) * 1000, "ms")
        yield Figure("longest gap, warm proof", max(warm) * 1000, "ms")
        over = sum(gap * 1000 > ALLOWED_MS for gap in warm)
        yield Figure("gaps over 50 ms in the warm proof", over, "gaps")
        yield Figure("ticks counted in the warm proof", len(warm), "ticks")


def cancel() -> Iterator[Figure]:
    """Seconds from Cancel to a job that is over, at several moments of a proof."""
    with TemporaryDirectory() as home:
        window = _Window(Path(home), "series")
        window.run()
        job = window.prove()
        window.until(lambda: job.over)
        length = job.elapsed
        worst = 0.0
        for share in (0.05, 0.2, 0.4, 0.6, 0.8):
            job = window.prove()
            begun = time.perf_counter()
            window.until(lambda b=begun, s=share: time.perf_counter() - b > s * length)  # type: ignore[misc]
            asked = time.perf_counter()
            window.studio.jobs.cancel(job)
            window.until(lambda j=job: j.over)  # type: ignore[misc]
            worst = max(worst, time.perf_counter() - asked)
        yield Figure("slowest cancel of a proof", worst, "s")
