"""The base of all painted instruments: text, blocks and icons in token colours, and a text child for
screen readers.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.theme import font, pixmap, q
from app.widgets.fitting import fitting

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Painted(QWidget):
    """A widget that paints itself in `draw()`; `self.p` is the antialiased painter while it does.

    `self.dirty` is the part that has to be painted; a long picture leaves out the rest.
    """

    p: QPainter
    dirty: QRectF
    background: ClassVar[str] = ""
    cuts: list[tuple[QRectF, str, bool]] = []
    """Texts that had no room: where, the whole text, and whether an ellipsis says so."""

    def event(self, event: QEvent) -> bool:
        """What was elided is told in full where it stands."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = QPointF(event.pos())
            whole = next((text for room, text, _ in self.cuts if room.contains(place)), "")
            QToolTip.showText(event.globalPos(), whole, self) if whole else QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.p, self.dirty = QPainter(self), QRectF(event.rect())
        self.p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.background:
            self.p.fillRect(event.rect(), q(self.background))
        self.cuts = [cut for cut in self.cuts if not self.dirty.intersects(cut[0])]
        self.draw()
        self.p.end()

    def draw(self) -> None:
        raise NotImplementedError

    def say(self, text: str) -> None:
        """What a screen reader says about the picture as a whole."""
        self.setAccessibleDescription(text)

    def text(
        self,
        rect: QRectF | QRect,
        text: str,
        role: str = "small",
        colour: str = "text.primary",
        align: Qt.AlignmentFlag = LEFT,
        elide: bool = True,
    ) -> int:
        """Draws one line in a role and returns its width."""
        face = font(role)
        self.p.setFont(face)
        self.p.setPen(q(colour))
        metrics, place = QFontMetrics(face), QRectF(rect)
        shown = fitting((text,), metrics, int(place.width()) + 1) if elide else text
        if (shown != text or metrics.horizontalAdvance(text) > place.width() + 1) and text:
            self.cuts.append((place, text, shown != text))
        self.p.drawText(place, int(align), shown)
        return metrics.horizontalAdvance(shown)

    def block(
        self,
        rect: QRectF | QRect,
        fill: str = "",
        border: str = "",
        radius: float = 4,
        width: float = 1,
        dash: bool = False,
    ) -> None:
        """A rounded rectangle with token colours."""
        place = QRectF(rect)
        pen = QPen(q(border), width) if border else QPen(Qt.PenStyle.NoPen)
        if dash:
            pen.setStyle(Qt.PenStyle.DashLine)
        self.p.setPen(pen)
        self.p.setBrush(q(fill) if fill else Qt.BrushStyle.NoBrush)
        self.p.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5) if border else place, radius, radius)

    def icon(self, x: float, y: float, name: str, colour: str, pixels: int = 14) -> None:
        self.p.drawPixmap(QPointF(x, y), pixmap(name, colour, pixels, self))

    def advance(self, text: str, role: str = "small") -> int:
        return QFontMetrics(font(role)).horizontalAdvance(text)

    def retheme(self) -> None:
        self.updateGeometry()
        self.update()
