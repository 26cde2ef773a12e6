"""The place of a panel in a dock: perspectives share the panels, so each takes one when it is seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panel import Panel
from app.theme import size
from app.widgets.basics import box, surface


class Host(QWidget):
    """Stands in a dock and takes its panel whenever it is seen; the panel is made the first time."""

    taken = Signal(object)
    resized = Signal()

    def __init__(self, panel: Callable[[], Panel]) -> None:
        super().__init__()
        surface(self, "panel")
        self._panel = panel
        self._column = box(QVBoxLayout(self), 0)

    def take(self) -> Panel:
        panel = self._panel()
        if panel.parentWidget() is not self:
            if panel.fixed_height:  # alone in its column it keeps its height, at the top
                self._column.addWidget(panel, 0, Qt.AlignmentFlag.AlignTop)
            else:
                self._column.addWidget(panel)
            self.fix()
            panel.show()
            self.taken.emit(panel)
        return panel

    def fix(self) -> None:
        """Gives a panel of fixed height the height of the theme in force."""
        panel = self.findChild(Panel, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if panel is not None and panel.fixed_height:
            panel.setFixedHeight(size(panel.fixed_height))

    def showEvent(self, event: object) -> None:
        self.take()

    def resizeEvent(self, event: object) -> None:
        self.resized.emit()
