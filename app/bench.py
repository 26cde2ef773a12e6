"""Figures of the window for the bench: its start, and the gaps of its event loop while a proof is made."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TICK_MS, LIMIT_S = 5, 50.0
ALLOWED_MS = 50.0


def measure(sample: str = "hello", proofs: int = 2, limit: float = 900.0) -> dict[str, float]:
    """Opens the window offscreen on a sample, runs it and proves it `proofs` times.

    Returns window_seconds, proof_seconds (the last), worst_gap_ms and gaps_over_50ms of the last proof, and
    cancel_seconds. Kernels are compiled in the first proof, so the last one counts.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    started = time.perf_counter()
    from PySide6.QtCore import QTimer

    from app.application import make_application
    from app.main import SWITCH_S
    from app.settings import Settings
    from app.studio import Studio
    from app.window import Window

    application = make_application()
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now

    def spin(until: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            application.processEvents()  # type: ignore[attr-defined]
            time.sleep(0.001)

    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="avm-bench-") as home:
        studio = Studio(Settings(Path(home)))
        window = Window(studio)
        window.show()
        application.processEvents()  # type: ignore[attr-defined]
        found["window_seconds"] = round(time.perf_counter() - started, 3)
        timer = QTimer()
        timer.setInterval(TICK_MS)
        timer.timeout.connect(tick)
        timer.start()
        studio.open_sample(sample)
        spin(lambda: studio.session.view is not None, LIMIT_S)
        studio.flow.run()
        spin(lambda: studio.session.ran is not None, LIMIT_S)
        for _ in range(proofs):
            spin(lambda: False, 0.5)
            gaps.clear()
            begun = time.perf_counter()
            studio.run_command("prove.prove")
            spin(lambda: not studio.jobs.running(lane="prover"), limit)
            found["proof_seconds"] = round(time.perf_counter() - begun, 3)
        found["worst_gap_ms"] = round(max(gaps, default=0.0), 1)
        found["gaps_over_50ms"] = float(sum(gap > ALLOWED_MS for gap in gaps))
        studio.run_command("prove.prove")
        spin(lambda: False, 0.8)
        begun = time.perf_counter()
        studio.run_command("prove.cancel")
        spin(lambda: not studio.jobs.running(lane="prover"), LIMIT_S)
        found["cancel_seconds"] = round(time.perf_counter() - begun, 3)
        studio.jobs.close()
        timer.stop()
        window.hide()
    sys.setswitchinterval(before)
    return found


if __name__ == "__main__":
    for name, value in measure(*sys.argv[1:2]).items():
        print(f"{name:16} {value}")
