"""What each Leo line wrote last, at any position of a run: found by bisection, not by walking over it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from app.widgets.spans import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from avm.api.views import RunView, StepView


class LineHints:
    """The values behind the lines of one file; composite values are left to the heap. ``made`` counts the
    texts made."""

    def __init__(self, run: RunView, path: Path) -> None:
        self._lines: dict[int, tuple[list[int], list[StepView]]] = {}
        self._texts: dict[int, str] = {}
        self.made = 0
        for step in run.steps:
            if step.leo_line and step.writes_literal and step.path == path:
                indexes, steps = self._lines.setdefault(step.leo_line, ([], []))
                indexes.append(step.index)
                steps.append(step)

    def at(self, position: int) -> dict[int, str]:
        """The hint of each line that has written something before a position."""
        found = {}
        for line, (indexes, steps) in self._lines.items():
            number = bisect_left(indexes, position)
            if number:
                found[line] = self._text(steps[number - 1])
        return found

    def _text(self, step: StepView) -> str:
        text = self._texts.get(step.index)
        if text is None:
            self.made += 1
            plain = [shorten(w.value) for w in step.writes if w.plain]
            text = self._texts[step.index] = ", ".join(plain)
        return text
