"""The problems of the project: what the compiler says as it says it, with code and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import SearchBox
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.message import LOOK
from app.widgets.spans import QUOTED, Row, Span, cell, code, note, row

if TYPE_CHECKING:
    from pathlib import Path

    from app.contract import Studio
    from avm.api.views import Problem


def message_spans(text: str) -> list[Span]:
    """A compiler's sentence with its `quoted` parts in code."""
    parts = QUOTED.split(text.replace("\n", " "))
    spans = []
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else ""
        gap = 0 if following[:1] in (",", ".", ";", ":") else 5
        if part.strip():
            spans.append(code(part, gap=gap) if number % 2 else Span(part.strip(), gap=gap))
    return spans


class ProblemsPanel(Panel):
    id = "problems"
    title = "Problems"
    icon = "circle-alert"
    stripe = "bottom"
    stripe_order = 0
    home = Place("bottom", 0)
    places = {"edit": Place("bottom", 0, front=True), "debug": Place("bottom", 0)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.filter = ""
        self.list = Grid([("", 0), ("Code", 132), ("Where", 120)], header=False, name="Problems", fits=(2,))
        self.list.chosen.connect(self._go)
        self.list.activated_key.connect(self._go)
        self.body = OrEmpty(
            self.list, EmptyState("circle-check", "No problems", "The program is checked while you type.")
        )
        self.column.addWidget(self.body)
        self.session.problems_changed.connect(self.refresh)
        self.session.project_changed.connect(self.refresh)
        self.refresh()

    def controls(self) -> list[QWidget]:
        box = SearchBox("Filter", 200)
        box.setText(self.filter)
        box.textChanged.connect(self._filter)
        return [box]

    def _filter(self, text: str) -> None:
        self.filter = text
        self.refresh()

    def refresh(self) -> None:
        problems = [
            (path, p.file if path is None else self.session.name_of(path), p)
            for path, p in self.session.problems_by_path()
        ]
        low = self.filter.lower()
        shown = [each for each in problems if low in f"{each[2].message} {each[2].code} {each[1]}".lower()]
        shown.sort(key=lambda each: each[2].level != "error")
        self.list.set_rows([self._row(*each) for each in shown])
        self.body.show_content(bool(shown))
        if problems and not shown:
            self.body.empty.set(
                "Nothing fits the filter", f"{len(problems)} problems are hidden by it.", "funnel"
            )
        elif self.session.project is None:
            self.body.empty.set(
                "No project open", "Open a folder or a sample; its problems are listed here.", "folder"
            )
        else:
            self.body.empty.set("No problems", "The program is checked while you type.", "circle-check")
        self.set_subtitle(str(len(problems)) if problems else "")

    @staticmethod
    def _row(path: Path | None, name: str, problem: Problem) -> Row:
        icon, colour = LOOK.get(problem.level, LOOK["error"])
        where = [Span(name.removeprefix("src/"), "text.secondary", gives=True)]
        if problem.line:
            where.append(Span(f"{problem.line}:{problem.col}", "text.secondary"))
        often = f"{problem.count} times" if problem.count > 1 else ""
        tip = "\n".join(x for x in (problem.message, often, problem.help, problem.note) if x)
        return row(
            cell(
                Span(icon=icon, colour=colour), *message_spans(problem.message), copy=problem.message, tip=tip
            ),
            cell(note(problem.code)),
            cell(*where),
            key=(path, problem.line, problem.col, problem.code, problem.message),
        )

    def _go(self, key: tuple[Path | None, int | None, int | None, str, str]) -> None:
        path = key[0]
        if path is not None and path.is_file():
            self.session.reveal.emit(path, key[1] or 1, key[2] or 1)
