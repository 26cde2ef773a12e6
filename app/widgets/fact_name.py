"""The name of a fact in a card: small and quiet, all of one width, so that the values stand in a column."""

from __future__ import annotations

from app.theme import px
from app.widgets.basics import Label


class FactName(Label):
    """A label of a fixed width in pixels at 100 % type."""

    def __init__(self, text: str, width: int) -> None:
        self._width = width
        super().__init__(text, "small", "tertiary")

    def retheme(self) -> None:
        super().retheme()
        self.setFixedWidth(px(self._width))
