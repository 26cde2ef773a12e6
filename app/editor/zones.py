"""What the editor paints below a line: the inline problem with its sentence, code, hint, and a halted
run's operands.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from app.theme import font, line_height, pixmap, px, q
from app.widgets.fitting import fitting
from app.widgets.spans import QUOTED

LOOK = {
    "error": ("circle-x", "semantic.error"),
    "warning": ("triangle-alert", "semantic.warning"),
    "halt": ("octagon-x", "semantic.error"),
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A message below a line; `facts` are (name, value) pairs shown as a row of values."""

    level: str
    message: str
    code: str = ""
    hint: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    def height(self) -> int:
        lines = 1 + bool(self.hint) + bool(self.facts)
        return lines * (line_height("small") + 4) + 28


def paint_zone(painter: QPainter, zone: Zone, room: QRect) -> None:
    """Paints the zone into `room` (the space below the line, from the code's indent)."""
    icon, tone = LOOK.get(zone.level, LOOK["error"])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = room.adjusted(0, 4, -4, -8)
    painter.setPen(QPen(q("border.default"), 1))
    painter.setBrush(q("surface.raised"))
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.save()
    painter.setClipRect(QRect(area.left(), area.top(), 4, area.height()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(q(tone + ".line"))
    painter.drawRoundedRect(area.adjusted(0, 0, -1, -1), 6, 6)
    painter.restore()
    line = line_height("small") + 4
    y, x = area.top() + 8, area.left() + px(36)
    painter.drawPixmap(QPointF(area.left() + 14, y + (line - px(14)) / 2), pixmap(icon, tone + ".fg", 14))
    right = hint_end = facts_end = area.right() - 12
    if zone.code:
        wide = QFontMetrics(font("caption")).horizontalAdvance(zone.code)
        room_for_both = message_width(zone.message) + wide + 16 <= right - x
        last = y + line * (bool(zone.hint) + bool(zone.facts))
        at = y if room_for_both else last
        _text(painter, QRect(right - wide, at, wide + 2, line), zone.code, "caption", "text.tertiary")
        right -= wide + 16 if at == y else 0
        hint_end -= wide + 16 if at == last and at != y and zone.hint else 0
        facts_end -= wide + 16 if at == last and at != y and not zone.hint else 0
    message(painter, QRect(x, y, right - x, line), zone.message)
    y += line
    if zone.facts:
        at = x
        for name, value in zone.facts:
            for text, tone, gap in ((name, "syntax.register", 6), (value, "text.primary", 20)):
                at += _text(painter, QRect(at, y, facts_end - at, line), text, "code_small", tone) + gap
        y += line
    if zone.hint:
        message(painter, QRect(x, y, hint_end - x, line), zone.hint, strong=False)
    painter.restore()


def message_width(text: str) -> int:
    """How wide a strong sentence is, its `quoted` parts in code."""
    return sum(
        QFontMetrics(font("code_small" if number % 2 else "small_strong")).horizontalAdvance(part)
        for number, part in enumerate(QUOTED.split(text))
    )


def message(painter: QPainter, rect: QRect, text: str, strong: bool = True) -> int:
    """A sentence whose `quoted` parts are set in code; returns its width."""
    x = rect.left()
    for number, part in enumerate(QUOTED.split(text)):
        role = "code_small" if number % 2 else ("small_strong" if strong else "small")
        tone = "text.primary" if strong or number % 2 else "text.secondary"
        if part and x < rect.right():
            room = QRect(x, rect.top(), rect.right() - x, rect.height())
            x += _text(painter, room, part, role, tone)
    return x - rect.left()


def _text(painter: QPainter, rect: QRect, text: str, role: str, colour: str) -> int:
    face = font(role)
    painter.setFont(face)
    painter.setPen(q(colour))
    shown = fitting((text,), QFontMetrics(face), rect.width())
    align = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    painter.drawText(rect, align | int(Qt.TextFlag.TextDontClip), shown)
    return QFontMetrics(face).horizontalAdvance(shown)
