"""Rows of spans: the plain data that every tree and table of the Studio shows.

A `Span` is a run of text in one colour and role, or an icon. A `Cell` is a line of spans. A `Row`
is a line of cells, with children, an optional tint, a mark at its left edge, a key that names it
and the whole text that Copy gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

THIN = "\u2009"
QUOTED = re.compile(r"`([^`]*)`")
"""What a sentence of the compiler sets in code; `split` gives words and code by turns."""
LONG_VALUE = re.compile(r"\b[a-z0-9]{40,}\b")
"""An address, an id or a number of a field, as sentences of the machine hold them."""


@dataclass(frozen=True, slots=True)
class Span:
    """`Span("r0", "syntax.register", "code_small")`, `Span(icon="lock")`; `gap` is the space after it.

    A span that `gives` loses its middle where its cell has too little room; those after it stay whole.
    """

    text: str = ""
    colour: str = "text.primary"
    role: str = "small"
    icon: str = ""
    gap: int = 6
    tint: str = ""
    gives: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    spans: tuple[Span, ...] = ()
    right: bool = False
    copy: str = ""
    tip: str = ""

    def text(self) -> str:
        """What a screen reader says: the words without the icons."""
        return " ".join(span.text for span in self.spans if span.text)


EMPTY = Cell()


@dataclass(slots=True)
class Row:
    cells: tuple[Cell, ...]
    key: object = None
    tint: str = ""
    mark: str = ""
    children: list[Row] = field(default_factory=list)
    open: bool = True
    enabled: bool = True

    def at(self, column: int) -> Cell:
        """The cell of a column; an empty one where the row ends before it."""
        return self.cells[column] if column < len(self.cells) else EMPTY

    def copied(self) -> str:
        """What Copy gives: the whole values, cells apart by tabs."""
        return "\t".join(cell.copy or cell.text() for cell in self.cells)


class LazyRows(Protocol):
    """Rows by number, each made when it is asked for.

    Two lists that are the `same` differ only in their length and in the rows that either has `marked`.
    """

    same: object
    marked: Mapping[int, object]

    def __len__(self) -> int: ...
    def row(self, number: int) -> Row: ...


def cell(*parts: Span | str, right: bool = False, copy: str = "", tip: str = "") -> Cell:
    """A cell of spans; a bare text becomes a span in the small role."""
    return Cell(tuple(p if isinstance(p, Span) else Span(p) for p in parts), right, copy, tip)


def row(
    *cells: Cell | Span | str,
    key: object = None,
    tint: str = "",
    mark: str = "",
    children: Iterable[Row] = (),
    open: bool = True,
) -> Row:
    """A row; a bare span or text becomes a cell."""
    made = tuple(c if isinstance(c, Cell) else cell(c) for c in cells)
    return Row(made, key, tint, mark, list(children), open)


def code(text: str, colour: str = "text.primary", gap: int = 6) -> Span:
    return Span(text, colour, "code_small", gap=gap)


def note(text: str, colour: str = "text.tertiary") -> Span:
    return Span(text, colour, "caption")


def place(file: str, line: int | None) -> Cell:
    """A line of a file; a long name of the file gives way to the line."""
    if not line:
        return Cell()
    name = [Span(file, "text.secondary", gives=True)] if file else []
    return cell(*name, Span(f"line {line}", "text.secondary"))


def thousands(number: int) -> str:
    """13912 as "13 912", with a thin space."""
    return f"{number:,}".replace(",", THIN)


def plural(count: int, word: str) -> str:
    """ "1 key", "13 912 keys"."""
    return f"{thousands(count)} {word}" + ("" if count == 1 else "s")


def shorten(text: str, head: int = 10, tail: int = 4, typed: bool = True) -> str:
    """A long value with both ends and one ellipsis; a type suffix stays whole, or goes unless ``typed``."""
    suffix = next((s for s in ("field", "group", "scalar") if text.endswith(s)), "")
    body = text.removesuffix(suffix)
    if len(body) > head + tail + 1:
        body = f"{body[:head]}…{body[-tail:]}"
    return body + suffix if typed else body


def in_short(text: str) -> str:
    """A sentence with its long values shortened."""
    return LONG_VALUE.sub(lambda found: shorten(found[0]), text)


def seconds(value: float) -> str:
    """A duration with its unit: "0.34 s", "12.4 s", "2 min 5 s"."""
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 10:
        return f"{value:.2f} s"
    if value < 100:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def from_home(path: Path) -> str:
    """A path as a person writes it: below the home folder it begins with a tilde."""
    try:
        return "~/" + path.relative_to(Path.home()).as_posix()
    except (ValueError, RuntimeError):
        return str(path)


def megabytes(value: float) -> str:
    """An amount of memory in MB or GB."""
    return f"{value / 1024:.1f} GB" if value >= 1024 else f"{value:.0f} MB"


def on_disk(size: int) -> str:
    """An amount of bytes on disk: "1 KB", "3.0 MB", "12.0 GB"."""
    if size < 1 << 20:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1 << 20):.1f} MB" if size < 100 << 20 else megabytes(size / (1 << 20))


def sentences(*parts: str) -> str:
    """What happened and what to try as sentences: "It is full. Free some space."."""
    told = []
    for part in parts:
        if part:
            plain = part.split()[0].isalpha()
            told.append(f"{part[:1].upper() if plain else part[:1]}{part[1:].rstrip('.')}.")
    return " ".join(told)
