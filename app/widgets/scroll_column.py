"""A column of widgets that scrolls when it is longer than its panel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.basics import box, surface


class AsWide(QWidget):
    """What an area scrolls only up and down: as wide as the area, as tall as its texts need in that width."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        layout, viewport = self.layout(), self.parentWidget()
        hint = super().minimumSizeHint()
        if layout is None or viewport is None or not layout.hasHeightForWidth():
            return hint
        return QSize(hint.width(), layout.totalMinimumHeightForWidth(viewport.width()))


class ScrollColumn(QScrollArea):
    """The area; what it holds goes into ``column``. It never scrolls sideways."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = AsWide()
        surface(inner, "panel")
        self.column = box(QVBoxLayout(inner), 12, (12, 8, 12, 12))
        self.setWidget(inner)
