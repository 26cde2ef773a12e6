"""The name of a fact in a card: small and quiet, all of one width, so that the values stand in a column."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from app.theme import px
from app.widgets.basics import Label


class FactName(Label):
    """A label of a width in pixels at 100 % type; it only gives way where a pane is narrower than that."""

    def __init__(self, text: str, width: int, tone: str = "tertiary") -> None:
        self._width = width
        super().__init__(text, "small", tone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(px(self._width), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(16), super().minimumSizeHint().height())
