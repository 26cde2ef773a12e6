"""What the id of a source stands for: the path that people see, its text with its lines, its file.

Compiler and machine hand ids on and ask nothing of them; who shows a place looks it up here. Two builds have
one source where path, text and file are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from avm.base.span import LineIndex, SourceId, SourceLine, Span


@dataclass(frozen=True)
class Source(SourceId):
    """One text: ``path`` is how people know it, ``file`` its absolute path where it has one.

    It is not ``seen`` when it could not be read, or is the compiler's own: its lines are not told.
    """

    path: str
    text: str = field(default="", repr=False)
    file: Path | None = None
    seen: bool = True

    def __hash__(self) -> int:
        return hash(self.path)

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)


NOWHERE = Source("", seen=False)
"""The source of parts that are made, not written."""


def source_of(id_: SourceId) -> Source:
    """What an id stands for."""
    assert isinstance(id_, Source)
    return id_


def place_of(span: Span | None) -> tuple[SourceId | None, int | None]:
    """The source and the line of a span's start, as far as people are told them."""
    if span is None:
        return None, None
    line = source_line(span)
    return span.source, None if line is None else line.line


def source_line(span: Span | None) -> SourceLine | None:
    """The line on which a span begins; None where lines are not told."""
    if span is None or not (source := source_of(span.source)).seen:
        return None
    return SourceLine(source, source.lines.line_col(span.start)[0])
