"""A column of widgets that scrolls when it is longer than its panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.widgets.basics import box, surface


class ScrollColumn(QScrollArea):
    """The area; what it holds goes into ``column``. It never scrolls sideways."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        surface(inner, "panel")
        self.column = box(QVBoxLayout(inner), 12, (12, 8, 12, 12))
        self.setWidget(inner)
