"""Diagnostics: what the compiler has to say about a source, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from avm.base.span import Span

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message with its official code; ``span`` is None when it has no place."""

    code: str
    level: Level
    message: str
    span: Span | None = None
    help: str = ""
    note: str = ""


class Diagnostics:
    """Collects diagnostics in the order in which they are found."""

    __slots__ = ("_items",)

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []

    def add(self, diagnostic: Diagnostic) -> None:
        """Append a finished diagnostic."""
        self._items.append(diagnostic)

    def error(
        self, code: str, message: str, span: Span | None = None, *, help: str = "", note: str = ""
    ) -> None:
        """Append an error."""
        self._items.append(Diagnostic(code, "error", message, span, help, note))

    def warning(
        self, code: str, message: str, span: Span | None = None, *, help: str = "", note: str = ""
    ) -> None:
        """Append a warning."""
        self._items.append(Diagnostic(code, "warning", message, span, help, note))

    @property
    def has_errors(self) -> bool:
        """Whether any collected diagnostic is an error."""
        return any(d.level == "error" for d in self._items)

    @property
    def items(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in order."""
        return tuple(self._items)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors in order."""
        return tuple(d for d in self._items if d.level == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings in order."""
        return tuple(d for d in self._items if d.level == "warning")

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self._items)
