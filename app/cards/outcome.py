"""What a run came to: on one line, and as a list of its outputs and of what it wrote on chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy

from app.models.values import brief, value_row
from app.theme import row_height
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, code, note, row, shorten, thousands

if TYPE_CHECKING:
    from app.jobs import Job
    from avm.api.views import FunctionView, RunView


def outcome(run: RunView) -> str:
    """What a run gave, on one line: "main → 42u32"."""
    values = ", ".join(brief(value) for value in run.values)
    return f"{run.function} → {values}" if values else f"{run.function} ended, it has no output"


def rows_of(run: RunView, types: list[str]) -> list[Row]:
    """A row for each output and each change of storage; composite values open to their parts."""
    rows = []
    for number, value in enumerate(run.values):
        kind = types[number] if number < len(types) else ""
        rows.append(value_row(value, "" if value.kind == "future" else kind, key=("output", number)))
    for number, write in enumerate(run.mapping_writes):
        to = code(shorten(write.value, 24, 10)) if write.value is not None else note("removed")
        name = f"{write.mapping}[{shorten(write.key)}]"
        where = Span(name, "syntax.mapping", "code_small", gap=12, gives=True)
        copy = f"{write.mapping}[{write.key}] = {write.value or 'removed'}"
        rows.append(row(cell(where, to, copy=copy), note("written on chain"), key=("write", number)))
    return rows


def progress_of(job: Job) -> str:
    """How far a recording is: "45 056 steps", then "describes 40 % of the steps"."""
    stage = job.stages[-1] if job.stages else None
    if stage is None or not stage.done:
        return "begins"
    if stage.total:
        return f"describes the steps, {round(100 * stage.share)} %"
    return f"{thousands(stage.done)} steps recorded"


class OutcomeList(Grid):
    """Outputs and writes of a run; as high as its rows, up to `most`, more scroll."""

    def __init__(self, most: int) -> None:
        self._most = most
        super().__init__([("Value", 0), ("Type", 116)], tree=True, header=False, name="Outputs and writes")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (self.expanded, self.collapsed):
            signal.connect(lambda _index: self.fit())

    @property
    def simple(self) -> bool:
        """Whether one line says it all."""
        rows = self.rows_model.rows
        return len(rows) <= 1 and not any(each.children for each in rows)

    def show_run(self, run: RunView | None, functions: Iterable[FunctionView]) -> None:
        """Shows what a run gave; nothing for none."""
        found = next((f for f in functions if run is not None and f.name == run.function), None)
        types = [output.type for output in found.outputs] if found is not None else []
        self.set_rows(rows_of(run, types) if run is not None else [])
        self.fit()

    def fit(self) -> None:
        """Takes the height of its rows."""
        shown = sum(self.is_shown(each) for each in self.all_rows())
        self.setFixedHeight(min(self._most, max(1, shown)) * row_height() + 4)

    def retheme(self) -> None:
        super().retheme()
        self.fit()
