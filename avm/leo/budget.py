"""The work one compilation may do: counted in steps, stopped on request."""

from __future__ import annotations

from avm.base.progress import NULL_PROGRESS, Cancel, Progress

CHECK_EVERY = 64
"""Steps between two looks at the cancel flag: some thousandths of a second."""


class Budget:
    """Counts the steps of one compilation and ends it when a person asks for that.

    Every stage takes a step for each token, node or instruction it works on.
    """

    __slots__ = ("_cancel", "_left", "_progress")

    def __init__(self, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None) -> None:
        self._progress = progress
        self._cancel = cancel or Cancel()
        self._left = CHECK_EVERY

    def step(self) -> None:
        """Work on one more piece; Cancelled when the person asked to stop."""
        self._left -= 1
        if not self._left:
            self._left = CHECK_EVERY
            self._cancel.check()

    def check(self) -> None:
        """Cancelled when the person asked to stop."""
        self._cancel.check()

    def stage(self, name: str, detail: str = "") -> None:
        """Begin a stage, named for the person who waits."""
        self._cancel.check()
        self._progress.stage(name, detail)
