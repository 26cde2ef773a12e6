"""Progress bars of the command line over the engine's progress protocol."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from tqdm import tqdm


class BarProgress:
    """Shows the running stage as one bar on standard error; silent when that is not a terminal.

    ``unit`` is what steps count; "B" is bytes, shown in kilobytes and megabytes.
    """

    def __init__(self, enabled: bool = True, unit: str = "it") -> None:
        self._enabled = enabled and sys.stderr.isatty()
        self._unit = unit
        self._bar: tqdm | None = None
        self._lock = threading.Lock()

    def stage(self, name: str, detail: str = "") -> None:
        """End the old bar and begin one for stage ``name``."""
        with self._lock:
            self._close()
            if self._enabled:
                self._bar = tqdm(
                    desc=f"{name} {detail}".strip(),
                    unit=self._unit,
                    unit_scale=self._unit == "B",
                    unit_divisor=1024,
                    leave=True,
                    file=sys.stderr,
                )

    def step(self, done: int, total: int) -> None:
        """Move the bar; steps of several threads may come out of order."""
        with self._lock:
            if self._bar is None:
                return
            if self._bar.total != total:
                self._bar.reset(total)
            if done > self._bar.n:
                self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> BarProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._close()
