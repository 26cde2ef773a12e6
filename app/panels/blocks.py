"""The blocks of the local ledger, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.models.ledger import block_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import IconButton
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import thousands

if TYPE_CHECKING:
    from app.contract import Studio


AGE_MS = 5000


class BlocksPanel(Panel):
    id = "blocks"
    title = "Blocks"
    icon = "blocks"
    home = Place("left", 0, 12)
    places = {"ledger": Place("left", 0, 12)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.list = Grid(
            [("Height", 80), ("Hash", 0), ("Tx", 40), ("Age", 64)], right=(2, 3), name="Blocks", optional=(2,)
        )
        self.list.chosen.connect(self._chosen)
        empty = EmptyState(
            "blocks", "No blocks yet", "Prove a run, then commit the proof: it makes the first block."
        )
        self.body = OrEmpty(self.list, empty)
        self.column.addWidget(self.body)
        self.session.ledger_changed.connect(self.refresh)
        self.session.place_changed.connect(self._follow)
        self._ageing = QTimer(self)
        self._ageing.setInterval(AGE_MS)
        self._ageing.timeout.connect(lambda: self.list.set_rows(block_rows(self.session.ledger.blocks)))
        self.refresh()

    def showEvent(self, event: object) -> None:
        """Ages are told anew while they can be seen."""
        self.list.set_rows(block_rows(self.session.ledger.blocks))
        self._ageing.start()

    def hideEvent(self, event: object) -> None:
        self._ageing.stop()

    def controls(self) -> list[QWidget]:
        again = IconButton(
            "refresh-cw",
            "Read the ledger again",
            "text.tertiary",
            24,
            on_click=lambda: self.studio.run_command("ledger.refresh"),
        )
        return [again]

    def refresh(self) -> None:
        blocks = self.session.ledger.blocks
        self.body.show_content(bool(blocks))
        self.list.set_rows(block_rows(blocks))
        self.set_subtitle(thousands(len(blocks)) if blocks else "")
        self._follow()

    def _follow(self) -> None:
        if self.session.ledger.height is not None:
            self.list.choose(self.session.ledger.height)

    def _chosen(self, height: int) -> None:
        self.session.show_block(height)
