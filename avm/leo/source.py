"""Knows every source of a compilation: the key in its spans, the path people see, its text."""

from __future__ import annotations

from functools import cached_property

from avm.base.span import LineIndex, Span


class Source:
    """One text; several sources may show the same path."""

    def __init__(self, key: str, path: str, text: str) -> None:
        self.key = key
        self.path = path
        self.text = text

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)


class SourceMap:
    """Sources by key."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def add(self, path: str, text: str) -> str:
        """Register a text under the path people see; returns the key for its spans."""
        key = path if path not in self._sources else f"{path}#{len(self._sources)}"
        self._sources[key] = Source(key, path, text)
        return key

    def copy(self) -> SourceMap:
        """A map that can grow by itself."""
        made = SourceMap()
        made._sources = dict(self._sources)
        return made

    def __getitem__(self, key: str) -> Source:
        return self._sources[key]

    def __contains__(self, key: str) -> bool:
        return key in self._sources

    def place(self, span: Span) -> tuple[str, int, int]:
        """Path, line and column (both 1-based) of a span's start.

        The end of a text with a final newline counts as its last line, two past that line's last character.
        """
        source = self._sources[span.file]
        offset = span.start
        if offset >= len(source.text) and source.text.endswith("\n"):
            line, col = source.lines.line_col(len(source.text) - 1)
            return source.path, line, col + 1
        line, col = source.lines.line_col(offset)
        return source.path, line, col
