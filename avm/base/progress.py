"""Progress and cancellation tokens that long work takes and honours."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from avm.base.errors import Cancelled


class Progress(Protocol):
    """Receives the progress of one job; may be called from worker threads."""

    def stage(self, name: str, detail: str = "") -> None:
        """A new stage begins."""

    def step(self, done: int, total: int) -> None:
        """Within the stage, ``done`` of ``total`` units are finished."""


class NullProgress:
    """Ignores all progress."""

    def stage(self, name: str, detail: str = "") -> None:
        """Ignore a stage."""

    def step(self, done: int, total: int) -> None:
        """Ignore a step."""


NULL_PROGRESS: Progress = NullProgress()


class Cancel:
    """A flag that asks work to stop; setting it twice does no harm."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` when stopping was asked for."""
        if self._event.is_set():
            raise Cancelled()


def looks(cancel: Cancel | None) -> Callable[[], None]:
    """What work calls for each of its pieces, to end when stopping was asked for."""
    return _go_on if cancel is None else cancel.check


def _go_on() -> None:
    """Nobody can ask this work to stop."""
