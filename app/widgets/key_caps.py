"""The keys of a shortcut as small caps, one for each key."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import RADIUS, font, px, q

HEIGHT, GAP = 20, 4


def cap_widths(keys: str) -> list[tuple[str, int]]:
    """The keys of a shortcut ("Ctrl+S"), each with the width of its cap in pixels."""
    metrics = QFontMetrics(font("caption"))
    return [(key, max(px(HEIGHT), metrics.horizontalAdvance(key) + px(12))) for key in keys.split("+") if key]


def width_of(keys: str) -> int:
    """Pixels that the caps of a shortcut take with the gaps between them."""
    widths = cap_widths(keys)
    return sum(wide for _, wide in widths) + GAP * max(0, len(widths) - 1)


def paint_caps(painter: QPainter, x: float, top: float, keys: str) -> None:
    """Paints the caps of a shortcut from x to the right."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("caption"))
    for key, wide in cap_widths(keys):
        rect = QRectF(x, top, wide, px(HEIGHT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("surface.pressed"))
        painter.drawRoundedRect(rect, RADIUS["small"], RADIUS["small"])
        painter.setPen(q("text.secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)
        x += wide + GAP


class KeyCaps(QWidget):
    """The caps of one shortcut; nothing where there is none."""

    def __init__(self, keys: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_keys(keys)

    def set_keys(self, keys: str) -> None:
        self._keys = keys
        self.setAccessibleName(keys)
        self.retheme()

    def retheme(self) -> None:
        wide = width_of(self._keys)
        self.setFixedSize(wide, px(HEIGHT) if wide else 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_caps(painter, 0, 0, self._keys)
        painter.end()
