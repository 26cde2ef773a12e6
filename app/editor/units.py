"""Places in a text as Python counts them and as Qt does: a character beyond U+FFFF is two units to Qt."""

from __future__ import annotations

from bisect import bisect_left


class Units:
    """Turns indices of one text into Qt's positions and back."""

    def __init__(self, text: str) -> None:
        wide = [] if text.isascii() else [n for n, char in enumerate(text) if char > "\uffff"]
        self._wide = wide
        self._starts = [n + before for before, n in enumerate(wide)]

    def unit(self, index: int) -> int:
        """Qt's position of an index."""
        return index + bisect_left(self._wide, index)

    def index(self, unit: int) -> int:
        """The index of a position of Qt; inside a character, the one after it."""
        before = bisect_left(self._starts, unit)
        if before and unit == self._starts[before - 1] + 1:
            return self._wide[before - 1] + 1
        return unit - before
