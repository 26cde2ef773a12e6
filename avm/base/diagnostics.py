"""Diagnostics: what the compiler has to say about a source, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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


MOST = 500
"""Errors, and as many warnings, that are kept; of the others only the number is told."""


def collapsed(items: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once; a note says how often it was found: once per turn of an unrolled loop, say."""
    counts = Counter(items)
    return tuple([d if n == 1 else _repeated(d, n) for d, n in counts.items()])


def _repeated(item: Diagnostic, times: int) -> Diagnostic:
    note = f"This {item.level} was found {times:,} times at this place."
    return replace(item, note=f"{item.note}\n{note}" if item.note else note)


class Diagnostics:
    """Collects diagnostics in the order in which they are found, a bounded number of them."""

    __slots__ = ("_counts", "_items")

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []
        self._counts = {"error": 0, "warning": 0}

    def add(self, diagnostic: Diagnostic) -> None:
        """Append a finished diagnostic; past the most that are kept, only count it."""
        self._counts[diagnostic.level] += 1
        count = self._counts[diagnostic.level]
        if count <= MOST:
            self._items.append(diagnostic)
        elif count == MOST + 1:
            message = f"there are more than {MOST:,} {diagnostic.level}s; the others are not shown"
            self._items.append(replace(diagnostic, message=message, help="Mend the first ones.", note=""))

    def error(
        self, code: str, message: str, span: Span | None = None, *, help: str = "", note: str = ""
    ) -> None:
        """Append an error."""
        self.add(Diagnostic(code, "error", message, span, help, note))

    def warning(self, code: str, message: str, span: Span | None = None) -> None:
        """Append a warning."""
        self.add(Diagnostic(code, "warning", message, span))

    @property
    def error_count(self) -> int:
        """How many errors were found, those that are not kept included."""
        return self._counts["error"]

    @property
    def has_errors(self) -> bool:
        """Whether any collected diagnostic is an error."""
        return self._counts["error"] > 0

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
