"""The timeline: a lane for each frame, ticks for steps, off chain and on chain apart, and the playhead."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPen, QWheelEvent

from app.theme import px, q
from app.widgets.painted import CENTRE, Painted
from app.widgets.spans import thousands


@dataclass(frozen=True, slots=True)
class Lane:
    """Spans are (first, last) step, both inside."""

    name: str
    icon: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Access:
    """A touch of storage at a step: read, written or next (not reached)."""

    step: int
    kind: str
    lane: int


class Timeline(Painted):
    """`moved` carries the step a person dragged, wheeled or keyed to."""

    background = "surface.panel"
    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.steps, self.now = 0, 0
        self.lanes: tuple[Lane, ...] = ()
        self.stores: tuple[str, ...] = ()
        self.accesses: tuple[Access, ...] = ()
        self.boundary: int | None = None
        self.halt: int | None = None
        self._blocks: dict[int, list[tuple[float, float]]] = {}
        self._dots: list[Access] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline of steps")

    @property
    def head(self) -> int:
        """The headings, and the tag of the playhead below them."""
        return self.headings + px(22)

    @property
    def headings(self) -> int:
        return px(22)

    @property
    def lane_height(self) -> int:
        return px(26)

    @property
    def names(self) -> int:
        return px(148)

    def set_recording(
        self,
        steps: int,
        lanes: tuple[Lane, ...],
        stores: tuple[str, ...],
        accesses: tuple[Access, ...],
        boundary: int | None,
        halt: int | None,
    ) -> None:
        self.steps, self.lanes, self.stores = steps, lanes, stores
        self.accesses, self.boundary, self.halt = accesses, boundary, halt
        self._forget()
        self.updateGeometry()
        self.setMinimumHeight(self.head + self.lane_height * (len(lanes) + len(stores)) + 8)
        self.update()

    def _forget(self) -> None:
        """What was laid out for another recording or another width."""
        self._blocks, self._dots = {}, None

    def resizeEvent(self, event: object) -> None:
        self._forget()

    def set_now(self, now: int) -> None:
        """Moves the playhead; only where it was and where it goes is painted again."""
        before = self._playhead_room()
        self.now = now
        self.say(f"Step {now + 1} of {self.steps}")
        for room in (before, self._playhead_room()):
            self.update(room.toAlignedRect())

    def sizeHint(self) -> QSize:
        return QSize(400, self.head + self.lane_height * max(2, len(self.lanes) + len(self.stores)) + 8)

    def unit(self) -> float:
        return max(1e-6, (self.width() - self.names - 48) / max(1, self.steps))

    def x_of(self, step: float) -> float:
        """The middle of a step; `steps` is the end of the run."""
        return self.names + 8 + (step + 0.5) * self.unit()

    def draw(self) -> None:
        """Only the lanes in view are painted, and steps that share a pixel are one block."""
        if not self.steps:
            return
        unit, high = self.unit(), self.lane_height
        bottom = self.head + high * (len(self.lanes) + len(self.stores))
        self._headings(bottom)
        first = max(0, int((self.dirty.top() - self.head) // high))
        last = int((self.dirty.bottom() - self.head) // high)
        for number in range(first, min(last + 1, len(self.lanes))):
            self._lane(number, unit)
        for number in range(max(first, len(self.lanes)), min(last + 1, len(self.lanes) + len(self.stores))):
            self._name(self.head + number * high, "database", self.stores[number - len(self.lanes)])
        self._accesses()
        self._playhead(bottom)

    def _lane(self, number: int, unit: float) -> None:
        high, lane = self.lane_height, self.lanes[number]
        y = self.head + number * high
        self._name(y, lane.icon, lane.name)
        for left, right in self.blocks_of(number):
            if right < self.dirty.left() or left > self.dirty.right():
                continue
            self.block(QRectF(left, y + 4, right - left, high - 9), "stage.done.bg", "", 3)
        if unit < 4:
            return
        for first, last in lane.spans:
            for step in range(first, last + 1):
                self.p.fillRect(QRectF(self.x_of(step) - 0.5, y + high / 2 - 3, 1, 5), q("text.tertiary"))

    def blocks_of(self, number: int) -> list[tuple[float, float]]:
        """Left and right of the blocks of a lane; spans less than a pixel apart are one."""
        found = self._blocks.get(number)
        if found is None:
            unit, found = self.unit(), []
            for first, last in self.lanes[number].spans:
                left = self.x_of(first) - unit / 2 + 0.5
                right = left + max(2.0, (last - first + 1) * unit - 1)
                if found and left - found[-1][1] < 1 and unit < 1:
                    found[-1] = (found[-1][0], max(right, found[-1][1]))
                else:
                    found.append((left, right))
            self._blocks[number] = found
        return found

    def dots(self) -> list[Access]:
        """The touches of storage that are painted: of those in one pixel the last of each kind."""
        if self._dots is None:
            seen: dict[tuple[int, int, str], Access] = {}
            for access in self.accesses:
                seen[access.lane, round(self.x_of(access.step)), access.kind] = access
            self._dots = list(seen.values())
        return self._dots

    def _tag_of(self) -> tuple[str, str, QRectF]:
        """The tone and the words of the playhead, and where its tag stands."""
        halted = self.halt is not None and self.now >= self.halt
        word = "halt" if halted else "end" if self.now >= self.steps else "step"
        text = f"{word}, {thousands(min(self.now + 1, self.steps))}"
        wide = self.advance(text, "caption") + 16
        x = self.x_of(min(self.now, self.steps))
        left = max(float(self.names), min(x - wide / 2, self.width() - wide - 4))
        room = QRectF(left, self.headings, wide, self.head - self.headings - 4)
        return "semantic.error" if halted else "accent", text, room

    def _playhead_room(self) -> QRectF:
        _, _, tag = self._tag_of()
        x = self.x_of(min(self.now, self.steps))
        return tag.united(QRectF(x - 2, 0, 4, self.height())).adjusted(-2, 0, 2, 0)

    def heading_rooms(self) -> tuple[QRectF, QRectF | None]:
        """Where the headings stand: of what is proved off chain, and of what runs on chain, if anything."""
        edge = self.x_of(self.boundary) - self.unit() / 2 if self.boundary is not None else None
        left, end = self.names + 8, self.width() - 4 if edge is None else edge - 4
        on = QRectF(edge + 8, 0, self.width() - edge - 12, self.headings) if edge is not None else None
        return QRectF(left, 0, max(0, end - left), self.headings), on

    def _headings(self, bottom: float) -> None:
        off, on = self.heading_rooms()
        self.text(off, "Off chain, proved", "caption", "text.tertiary")
        if on is not None:
            self.text(on, "On chain", "caption", "text.tertiary")
            self.p.setPen(QPen(q("border.strong"), 1, Qt.PenStyle.DashLine))
            self.p.drawLine(QPointF(on.left() - 8, 4), QPointF(on.left() - 8, bottom))

    def _name(self, y: float, icon: str, name: str) -> None:
        high = self.lane_height
        self.icon(12, y + (high - px(14)) / 2, icon, "text.tertiary")
        self.text(
            QRectF(12 + px(22), y, self.names - px(22) - 16, high), name, "code_small", "text.secondary"
        )
        self.p.fillRect(
            QRectF(self.names, y + high - 1, self.width() - self.names - 12, 1), q("border.subtle")
        )

    def _accesses(self) -> None:
        for access in self.dots():
            y = self.head + (len(self.lanes) + access.lane) * self.lane_height + self.lane_height / 2
            tone = {"read": "memory.read", "written": "memory.written"}.get(access.kind, "memory.write_next")
            x = self.x_of(access.step)
            if not self.dirty.intersects(QRectF(x - 8, y - 10, 140, 20)):
                continue
            dashed = access.kind not in ("read", "written")
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            self.p.setPen(QPen(q(tone + ".line"), 1.5, style))
            self.p.setBrush(q(tone + ".line") if access.kind == "written" else Qt.BrushStyle.NoBrush)
            self.p.drawEllipse(QPointF(x, y), 5, 5)
            if access.kind == "read":
                self.p.setBrush(q(tone + ".line"))
                self.p.drawEllipse(QPointF(x, y), 1.5, 1.5)
            if dashed:
                self.text(QRectF(x + 12, y - 10, 120, 20), "not reached", "caption", tone + ".fg")

    def _playhead(self, bottom: float) -> None:
        tone, text, tag = self._tag_of()
        x = self.x_of(min(self.now, self.steps))
        self.p.setPen(QPen(q(tone + ".line"), 1.5))
        self.p.drawLine(QPointF(x, self.head - 6), QPointF(x, bottom))
        self.block(tag, tone + ".bg", tone + ".line", 4)
        self.text(tag, text, "caption", tone + ".fg", CENTRE, elide=False)

    # Moving

    def _to(self, x: float) -> None:
        step = round((x - self.names - 8) / self.unit() - 0.5)
        self.moved.emit(max(0, min(step, self.steps)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.steps and event.position().x() >= self.names:
            self._to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.steps and event.buttons() & Qt.MouseButton.LeftButton:
            self._to(event.position().x())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.steps:
            self.moved.emit(max(0, min(self.now + (1 if event.angleDelta().y() < 0 else -1), self.steps)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: self.now - 1,
            Qt.Key.Key_Right: self.now + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.steps,
        }
        to = moves.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(max(0, min(to, self.steps)))
