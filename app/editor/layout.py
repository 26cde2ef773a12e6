"""ZoneLayout: the document layout that gives each line its full height and room below it for a zone.

QPlainTextDocumentLayout spaces lines by the font alone. Here a line is `line_height` pixels high
with the text in its middle, and a block may carry a zone: extra pixels under its text, kept in
`zones` by block number.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from app.theme import line_height


class ZoneLayout(QPlainTextDocumentLayout):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.zoom = 1.0
        self.zones: dict[int, int] = {}

    @property
    def line_height(self) -> int:
        return max(8, round(line_height("code") * self.zoom))

    def set_zones(self, zones: dict[int, int]) -> bool:
        """Heights by block number; true when anything moved."""
        if zones == self.zones:
            return False
        self.zones = dict(zones)
        self.requestUpdate()
        return True

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        rect = super().blockBoundingRect(block)
        if not block.isVisible() or not rect.isValid():
            return rect
        text, high = block.layout(), self.line_height
        count = max(1, text.lineCount())
        if text.lineCount():
            line = text.lineAt(0)
            top = (high - line.height()) / 2
            if abs(line.y() - top) > 0.01:
                for number in range(count):
                    each = text.lineAt(number)
                    each.setPosition(QPointF(each.x(), top + number * high))
        rect.setHeight(count * high + self.zones.get(block.blockNumber(), 0))
        return rect
