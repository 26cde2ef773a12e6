"""A table of measurements: aligned text for a reader, plain data for a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under named columns; None is a cell that does not apply. ``notes`` stand below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: a row of {len(row)} cells under {len(self.columns)} columns")

    def to_dict(self) -> dict[str, Any]:
        """Return the table as a JSON object, a row as an object by column."""
        rows = [dict(zip(self.columns, row)) for row in self.rows]
        return {"table": self.title, "rows": rows, "notes": list(self.notes)}

    def text(self) -> str:
        """Return the table as lines, numbers to the right."""
        cells = [[_shown(cell) for cell in row] for row in self.rows]
        widths = [max(len(name), *(len(row[k]) for row in cells), 0) for k, name in enumerate(self.columns)]
        numeric = [
            any(isinstance(row[k], int | float) for row in self.rows) for k in range(len(self.columns))
        ]

        def line(parts: Sequence[str]) -> str:
            placed = (p.rjust(w) if n else p.ljust(w) for p, w, n in zip(parts, widths, numeric))
            return "  ".join(placed).rstrip()

        rule = "  ".join("-" * width for width in widths)
        lines = [self.title, line(self.columns), rule, *(line(row) for row in cells)]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)]) + "\n"


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool) or not isinstance(cell, float):
        return str(cell)
    if cell == 0:
        return "0"
    return f"{cell:.3g}" if abs(cell) < 100 else f"{cell:,.0f}"


def ratio(measured: float | None, reference: float | None) -> float | None:
    """Return measured / reference, None where one is missing."""
    return None if measured is None or not reference else measured / reference


def scaled(value: float, factor: float | None) -> float | None:
    """Return a time on the reference core, None where the core was not measured."""
    return None if factor is None else value * factor


def cells(record: Mapping[str, Any], *names: str) -> tuple[Cell, ...]:
    """Return some members of a record in order, None for those it lacks."""
    return tuple(record.get(name) for name in names)
