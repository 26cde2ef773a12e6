"""Ctrl+C in a terminal: the first asks the work to stop, the second stops the process where it is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from avm.base.progress import Cancel

EXIT_CANCELLED = 130
"""What a command that Ctrl+C ended tells its shell."""


@contextmanager
def cancelling() -> Iterator[Cancel]:
    """A token that Ctrl+C cancels while the block runs, so that the work ends in good order."""
    cancel = Cancel()
    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return

    def asked(_number: int, _frame: FrameType | None) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)
