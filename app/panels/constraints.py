"""The constraint summary: how large the circuit of the last run is, and which instruction or gadget
made it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.models.proof import gadget_rows, instruction_rows
from app.names import names_of_several
from app.panel import OrEmpty, Panel, Place
from app.theme import px
from app.widgets.basics import Badge, Figure, box
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.segmented import Segmented
from app.widgets.spans import seconds, thousands

if TYPE_CHECKING:
    from pathlib import Path

    from app.contract import Studio

ROOM = {560: ("Synthesis",), 440: ("Entries of A", "B", "C")}
"""Figures by the width of the pane above which they are shown."""
PAGES = (("instructions", "Instructions"), ("gadgets", "Gadgets"))


class ConstraintsPanel(Panel):
    id = "constraints"
    title = "Constraints"
    icon = "grid-3x3"
    stripe = "bottom"
    stripe_order = 30
    home = Place("bottom", 40)
    places = {"edit": Place("bottom", 40), "debug": Place("bottom", 40), "prove": Place("centre", 10, 24)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.page = "instructions"
        content = QWidget()
        column = box(QVBoxLayout(content), 8, (0, 4, 0, 0))
        figures = box(QHBoxLayout(), 24, (12, 0, 12, 0))
        names = ("Constraints", "Public", "Private", "Entries of A", "B", "C", "Synthesis")
        self.figures = {name: Figure(name) for name in names}
        for figure in self.figures.values():
            figures.addWidget(figure)
        figures.addStretch()
        self.public = Badge("x public", "semantic.public", "eye")
        self.private = Badge("w private", "semantic.private", "lock")
        self.stale = Badge("Stale, of an earlier run", "semantic.warning", "clock")
        figures.addWidget(self.stale)
        figures.addWidget(self.public)
        figures.addWidget(self.private)
        column.addLayout(figures)
        columns = [("Constraints", 96), ("Instruction", 0), ("In", 64), ("Source", 88), ("Share", 72)]
        self.instructions = Grid(
            columns, right=(0, 4), name="Constraints by instruction", fits=(2, 3), optional=(2, 3)
        )
        self.instructions.chosen.connect(self._link)
        self.instructions.activated_key.connect(self._go)
        self.gadgets = Grid(
            [("Gadget", 0), ("Constraints", 112), ("Share", 80)],
            tree=True,
            right=(1, 2),
            name="Constraints by gadget",
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.instructions)
        self.pages.addWidget(self.gadgets)
        column.addWidget(self.pages, 1)
        empty = EmptyState(
            "grid-3x3",
            "No constraints counted yet",
            "Run a function, then count what it costs to prove.",
            "Count the constraints",
            lambda: studio.run_command("prove.constrain"),
        )
        self.body = OrEmpty(content, empty)
        self.column.addWidget(self.body)
        self.session.constraints_changed.connect(self.refresh)
        self.session.build_changed.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow pane drops the legend, then the figures that matter least: none is cut."""
        wide = self.width() > px(880)
        for badge in (self.public, self.private):
            badge.setVisible(wide)
        for least, names in ROOM.items():
            for name in names:
                self.figures[name].setVisible(self.width() > px(least))
        super().resizeEvent(event)

    def controls(self) -> list[QWidget]:
        chooser = Segmented(list(PAGES), self.page, small=True, name="Constraints by")
        chooser.chosen.connect(self._show)
        return [chooser]

    def _show(self, page: str) -> None:
        self.page = page
        self.pages.setCurrentIndex([name for name, _ in PAGES].index(page))

    def refresh(self) -> None:
        constrained = self.session.artifacts.constrained
        self.body.show_content(constrained is not None)
        if constrained is None:
            self.set_subtitle("")
            return
        self.stale.setVisible(self.session.is_stale(constrained))
        view = constrained.view
        run = constrained.ran.view
        self.set_subtitle(f"{thousands(view.constraints)} in {run.function}")
        values = (
            thousands(view.constraints),
            thousands(view.publics),
            thousands(view.privates),
            *(thousands(n) for n in view.nonzero),
            seconds(view.seconds),
        )
        for figure, value in zip(self.figures.values(), values, strict=True):
            figure.set(value)
        self.instructions.set_rows(instruction_rows(view, names_of_several(constrained.ran.built.sources)))
        self.gadgets.set_rows(gadget_rows(view))

    def _link(self, key: tuple[str, int, int | None, Path | None]) -> None:
        """The instructions of the row's line light up, and the line itself where the editor is in view."""
        if key[2] and self.studio.window.panel("editor").isVisible():
            self._go(key)
        if key[2] and self.session.project is not None:
            self.session.link_leo(key[2], key[3])

    def _go(self, key: tuple[str, int, int | None, Path | None]) -> None:
        """Opens the file of the row at its line; the editor comes with it."""
        if key[2] and key[3] is not None and key[3].is_file():
            self.session.reveal.emit(key[3], key[2], 1)
