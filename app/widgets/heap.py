"""The heap: names of each frame at the left, composite values as cards at the right, curves between them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen, QPolygonF

from app.theme import px, q
from app.widgets.painted import RIGHT, Painted
from app.widgets.spans import shorten


@dataclass(frozen=True, slots=True)
class HeapObject:
    id: int
    type: str
    note: str
    fields: tuple[tuple[str, str, int | None], ...]


@dataclass(frozen=True, slots=True)
class HeapName:
    """A register that holds an object; `frame` groups the names."""

    frame: str
    name: str
    object: int


class HeapPicture(Painted):
    """Choosing a name or a card lights every curve of that object."""

    background = "surface.panel"
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.objects: tuple[HeapObject, ...] = ()
        self.names: tuple[HeapName, ...] = ()
        self.lit = 0
        self._cards: dict[int, QRectF] = {}
        self._rows: list[tuple[QRectF, HeapName]] = []
        self.setAccessibleName("Heap")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_heap(self, objects: tuple[HeapObject, ...], names: tuple[HeapName, ...]) -> None:
        self.objects, self.names = objects, names
        if self.lit not in {o.id for o in objects}:
            self.lit = 0
        self.say(", ".join(f"{o.type} {o.note}" for o in objects))
        self._lay_out()
        self.setMinimumHeight(self._height())
        self.updateGeometry()
        self.update()

    def _line(self) -> int:
        return px(18)

    def _lay_out(self) -> None:
        width, line = max(self.width(), 320), self._line()
        left = width * 0.46
        self._cards, y = {}, 8.0
        for each in self.objects:
            high = px(26) + line * max(1, len(each.fields)) + 6
            self._cards[each.id] = QRectF(left, y, width - left - 12, high)
            y += high + 10
        self._rows, y, frame = [], 8.0, None
        for name in self.names:
            if name.frame != frame:
                y += 6 if frame is not None else 0
                y += px(20)
                frame = name.frame
            self._rows.append((QRectF(12, y, left - px(72), px(20)), name))
            y += px(20)

    def _height(self) -> int:
        cards = max((rect.bottom() for rect in self._cards.values()), default=0)
        rows = max((rect.bottom() for rect, _ in self._rows), default=0)
        return int(max(cards, rows)) + 12

    def sizeHint(self) -> QSize:
        return QSize(400, self._height())

    def resizeEvent(self, event: object) -> None:
        self._lay_out()

    def retheme(self) -> None:
        self.set_heap(self.objects, self.names)

    def draw(self) -> None:
        frame = None
        for rect, name in self._rows:
            if name.frame != frame:
                frame = name.frame
                head = QRectF(12, rect.top() - px(20), rect.width(), px(20))
                self.text(head, frame, "caption", "text.tertiary")
            self._name(rect, name)
        for lit in (False, True):
            for rect, name in self._rows:
                card = self._cards.get(name.object)
                if card is None or not self.dirty.intersects(rect.united(card)):
                    continue
                if (name.object == self.lit) == lit:
                    self._curve(rect, name.object, lit)
        for each in self.objects:
            if self.dirty.intersects(self._cards[each.id]):
                self._card(each)

    def _name(self, rect: QRectF, name: HeapName) -> None:
        self.text(rect, name.name, "code_small", "syntax.register", RIGHT)

    def _curve(self, rect: QRectF, target: int, lit: bool) -> None:
        card = self._cards.get(target)
        if card is None:
            return
        start = QPointF(rect.right() + 14, rect.center().y())
        end = QPointF(card.left() - 2, card.top() + px(13))
        colour = q("accent.line" if lit else "border.strong")
        path = QPainterPath(start)
        middle = (start.x() + end.x()) / 2
        path.cubicTo(middle, start.y(), middle, end.y(), end.x() - 6, end.y())
        self.p.setPen(QPen(colour, 1.5 if lit else 1))
        self.p.setBrush(Qt.BrushStyle.NoBrush)
        self.p.drawPath(path)
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(colour)
        self.p.drawEllipse(start, 3, 3)
        tip = [end, QPointF(end.x() - 7, end.y() - 3.5), QPointF(end.x() - 7, end.y() + 3.5)]
        self.p.drawPolygon(QPolygonF(tip))

    def _card(self, each: HeapObject) -> None:
        rect, line = self._cards[each.id], self._line()
        self.block(rect, "surface.raised", "accent.line" if each.id == self.lit else "border.default", 6)
        head = QRectF(rect.left() + 10, rect.top() + 3, rect.width() - 20, px(20))
        used = self.text(head, f"#{each.id}", "code_small", "text.tertiary")
        room = QRectF(head.left() + used + 10, head.top(), head.width() - used - 10, head.height())
        noted = self.advance(each.note, "caption")
        self.text(room.adjusted(0, 0, -noted - 8, 0), each.type, "code_small", "syntax.type")
        self.text(head, each.note, "caption", "text.tertiary", RIGHT)
        names = max((self.advance(name, "code_small") for name, _, _ in each.fields), default=0)
        names = min(names, int(rect.width() * 0.4))
        for number, (name, value, ref) in enumerate(each.fields):
            y = rect.top() + px(24) + number * line
            self.text(QRectF(rect.left() + 20, y, names + 4, line), name, "code_small", "text.secondary")
            tone = "accent.fg" if ref is not None else "text.primary"
            self.text(
                QRectF(rect.left() + 32 + names, y, rect.width() - names - 40, line),
                shorten(value, 12),
                "code_small",
                tone,
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        hit = next((n for n, rect in self._cards.items() if rect.contains(place)), 0)
        hit = hit or next((name.object for rect, name in self._rows if rect.contains(place)), 0)
        self.lit = 0 if hit == self.lit else hit
        if hit:
            self.chosen.emit(hit)
        self.update()
