"""The outline: what the current file declares, in its own order; choosing an item goes there."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, code, note, row

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.language import OutlineItem
    from avm.base.progress import Cancel

LOOK = {
    "program": ("package", "text.tertiary"),
    "struct": ("box", "syntax.type"),
    "record": ("ticket", "semantic.record.fg"),
    "mapping": ("database", "syntax.mapping"),
    "storage": ("database", "syntax.mapping"),
    "function": ("square-function", "syntax.function"),
    "closure": ("square-function", "syntax.function"),
    "final function": ("flame", "text.tertiary"),
    "finalize": ("flame", "text.tertiary"),
    "view": ("eye", "text.tertiary"),
    "constructor": ("wrench", "text.tertiary"),
    "constant": ("pin", "semantic.constant.fg"),
    "interface": ("layers", "syntax.type"),
}
AFTER_MS = 250


class OutlinePanel(Panel):
    id = "outline"
    title = "Outline"
    icon = "list-tree"
    stripe = "top"
    stripe_order = 10
    home = Place("left", 10, 8)
    places = {"edit": Place("left", 10, 8)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.tree = Grid([("", 0), ("", 88)], header=False, right=(1,), name="Outline")
        self.tree.chosen.connect(self._go)
        self.body = OrEmpty(
            self.tree,
            EmptyState(
                "list-tree",
                "Nothing declared",
                "Structs, mappings and functions of the file are listed here.",
            ),
        )
        self.column.addWidget(self.body)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self.session.documents.changed.connect(lambda _d: self._timer.start())
        self.session.documents.current_changed.connect(self._ask)
        self.session.constraints_changed.connect(self._ask)
        self.session.place_in_file.connect(self._follow)
        self._lines: list[tuple[int, tuple[str, int]]] = []
        self._ask()

    def _ask(self) -> None:
        """Reads the outline in the background; parsing a long file takes longer than a frame."""
        document = self.session.documents.current
        for job in self.studio.jobs.running(kind="outline"):
            self.studio.jobs.cancel(job)
        if document is None or document.language == "text":
            for job in self.studio.jobs.running(kind="outline"):
                self.studio.jobs.cancel(job)
            self._show(())
            return
        text, language = document.text(), document.language

        def work(_progress: object, cancel: Cancel) -> tuple[OutlineItem, ...]:
            from avm.api.language import outline

            return outline(text, language, cancel)

        def done(items: tuple[OutlineItem, ...]) -> None:
            if self.session.documents.current is document:
                self._show(items)

        self.studio.jobs.submit("Outline", work, lane="words", kind="outline", on_done=done, replace=True)

    def _show(self, items: tuple[OutlineItem, ...]) -> None:
        self.tree.set_rows([self._row(item) for item in items])
        self.body.show_content(bool(items))
        self._lines = sorted((item.line, (item.name, item.line)) for item in items)
        self._follow(self._line)

    _line = 1

    def _follow(self, line: int) -> None:
        """The item in which the cursor stands is chosen."""
        self._line = line
        number = bisect_right(self._lines, line, key=lambda pair: pair[0])
        if number and self.tree.current_key() != self._lines[number - 1][1]:
            self.tree.choose(self._lines[number - 1][1])

    def _row(self, item: OutlineItem) -> Row:
        icon, colour = LOOK.get(item.kind, ("hash", "text.tertiary"))
        return row(
            cell(
                Span(icon=icon, colour=colour),
                code(item.name),
                tip=f"{item.kind} {item.name}, line {item.line}",
            ),
            cell(note(str(item.line)), right=True),
            key=(item.name, item.line),
        )

    def _go(self, key: tuple[str, int]) -> None:
        if self.session.documents.current is not None:
            self.session.reveal.emit(self.session.documents.current.path, key[1], 1)
