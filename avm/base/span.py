"""Places in sources: half-open spans of characters, and lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple


class SourceId:
    """Says which text a place is in, and no more: ``avm.base.sources`` knows what it stands for."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of character offsets in a source."""

    source: SourceId
    start: int
    end: int

    def join(self, other: Span) -> Span:
        """Return the smallest span that covers both; the source is this span's."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


class SourceLine(NamedTuple):
    """A line of a source, 1-based; a breakpoint is one."""

    source: SourceId
    line: int


class LineIndex:
    """Converts between character offsets and 1-based lines and columns of one text."""

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._starts.extend(i + 1 for i, c in enumerate(text) if c == "\n")
        self._length = len(text)

    def line_col(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of ``offset``, clamped to the text."""
        offset = max(0, min(offset, self._length))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, col: int) -> int:
        """Return the offset of a 1-based line and column, clamped to the text."""
        if line < 1:
            return 0
        if line > len(self._starts):
            return self._length
        return min(self._starts[line - 1] + max(col, 1) - 1, self._length)
