"""A Merkle path drawn: the path in accent, siblings plain, the leaf and the root in their own colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainterPath, QPen

from app.theme import px, q
from app.widgets.painted import CENTRE, RIGHT, Painted
from app.widgets.spans import shorten

STEEP = 8


def brief(text: str) -> str:
    """A hash by both ends, without its type: in a tree every node has the same."""
    return shorten(text, 5, 4, typed=False)


@dataclass(frozen=True, slots=True)
class PathNode:
    """One hash of the path: its children, which of them the path comes from, and whether it differs."""

    level: int
    left: str
    right: str
    result: str
    from_left: bool
    broken: bool = False
    kind: str = "node"


class MerkleTree(Painted):
    """`chosen` carries the number of the level a person chose (0 is next to the leaf)."""

    background = "surface.panel"
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.nodes: tuple[PathNode, ...] = ()
        self.leaf_name = ""
        self.leaf_tampered = False
        self.current = -1
        self._boxes: list[tuple[QRectF, int]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Merkle tree")

    def set_path(self, nodes: tuple[PathNode, ...], leaf_name: str, tampered: bool = False) -> None:
        self.nodes, self.leaf_name, self.leaf_tampered = nodes, leaf_name, tampered
        self.current = min(self.current, len(nodes) - 1)
        said = [f"level {n.level} {brief(n.result)}" + (", differs" if n.broken else "") for n in nodes]
        self.say("; ".join([leaf_name, *said]))
        self.setMinimumHeight(self._rows() * self._pitch() + px(24))
        self.updateGeometry()
        self.update()

    def set_current(self, number: int) -> None:
        if number != self.current:
            self.current = number
            self.update()

    def _rows(self) -> int:
        return len(self.nodes) + 1

    def _pitch(self) -> int:
        """Rows stand apart when there is room, closer when there is not."""
        if not self.nodes:
            return px(64)
        free = (self.height() - px(32)) / max(1, self._rows())
        return int(max(px(52), min(px(104), free)))

    def sizeHint(self) -> QSize:
        return QSize(480, self._rows() * px(64) + px(24))

    def draw(self) -> None:
        self._boxes = []
        if not self.nodes:
            return
        wide, high, pitch = px(108), px(24), self._pitch()
        xs = self._columns(wide)

        def y_of(row: int) -> float:
            return px(16) + row * pitch

        total = len(self.nodes)
        for number in range(total):
            node, row = self.nodes[number], total - 1 - number
            parent = QRectF(xs[number + 1] - wide / 2, y_of(row), wide, high)
            child_y, own = y_of(row + 1), xs[number]
            other = own + (wide + px(30)) * (1 if node.from_left else -1)
            other = max(wide / 2 + 4, min(other, self.width() - px(64) - wide / 2))
            beside = node.right if node.from_left else node.left
            if beside:  # a leaf is hashed alone
                self._edge(parent, other, child_y, "border.strong", 1)
                sibling = QRectF(other - wide / 2, child_y, wide, high)
                self._node(sibling, "sibling", beside, number)
            tone = "semantic.error.line" if node.broken else "accent.line"
            self._edge(parent, own, child_y, tone, 1.5)
        for number in range(total + 1):
            row = total - number
            rect = QRectF(xs[number] - wide / 2, y_of(row), wide, high)
            self._path_node(rect, number)
            word = (
                "leaf"
                if number == 0
                else "root"
                if number == total
                else f"level {self.nodes[number - 1].level}"
            )
            self.text(
                QRectF(self.width() - px(72), rect.top(), px(60), high),
                word,
                "caption",
                "text.tertiary",
                RIGHT,
            )

    def _columns(self, wide: int) -> list[float]:
        """The path's x at each level from the leaf to the root: a slope when there is room, else a column."""
        total, room = len(self.nodes), self.width() - px(72)
        step = (wide + px(30)) / 2
        xs = [0.0]
        for node in self.nodes:
            xs.append(xs[-1] + (step if node.from_left else -step))
        if total > STEEP or max(xs) - min(xs) + wide * 3 > room:
            xs = [0.0] * (total + 1)
        middle = (room - (max(xs) - min(xs))) / 2 - min(xs)
        return [x + middle for x in xs]

    def _path_node(self, rect: QRectF, number: int) -> None:
        total = len(self.nodes)
        broken = number > 0 and self.nodes[number - 1].broken
        if number == 0:
            kind, text = ("tampered" if self.leaf_tampered else "leaf"), self.leaf_name
            own = self.nodes[0].left if self.nodes[0].from_left else self.nodes[0].right
            text = text or own
        else:
            kind = "broken" if broken else "root" if number == total else "path"
            text = self.nodes[number - 1].result
        if number - 1 == self.current and number > 0:
            self.block(rect.adjusted(-3, -3, 3, 3), "", "accent.focus", 8, 2)
        self._node(rect, kind, text, number - 1)

    def _node(self, rect: QRectF, kind: str, text: str, number: int) -> None:
        self.block(rect, f"merkle.{kind}.bg", f"merkle.{kind}.line", 6, 1.5)
        shown = text if len(text) <= 14 else brief(text)
        self.text(rect.adjusted(4, 0, -4, 0), shown, "code_small", f"merkle.{kind}.fg", CENTRE)
        self._boxes.append((rect, number))

    def _edge(self, parent: QRectF, x: float, y: float, tone: str, width: float) -> None:
        middle = (parent.bottom() + y) / 2
        path = QPainterPath(QPointF(parent.center().x(), parent.bottom()))
        path.lineTo(parent.center().x(), middle)
        path.lineTo(x, middle)
        path.lineTo(x, y)
        self.p.setPen(QPen(q(tone), width))
        self.p.setBrush(Qt.BrushStyle.NoBrush)
        self.p.drawPath(path)

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self.nodes):
            self.set_current(number)
            self.chosen.emit(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = next((n for rect, n in reversed(self._boxes) if rect.contains(event.position())), None)
        if hit is not None:
            self._choose(max(0, hit))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self._choose(min(self.current + 1, len(self.nodes) - 1))
        elif event.key() == Qt.Key.Key_Down:
            self._choose(max(0, self.current - 1))
        else:
            super().keyPressEvent(event)


@dataclass(frozen=True, slots=True)
class TreeBox:
    """One tree of the chain of trees: its name, its root, its depth, whether all its hashes agree."""

    name: str
    root: str
    depth: int
    good: bool


class TreeStrip(Painted):
    """One box for each tree from the leaf to the state root; ticks show its depth."""

    background = "surface.panel"
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: tuple[TreeBox, ...] = ()
        self.current = 0
        self.setAccessibleName("Trees from the leaf to the state root")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retheme()

    def retheme(self) -> None:
        self.setFixedHeight(px(64))
        self.update()

    def set_boxes(self, boxes: tuple[TreeBox, ...], current: int) -> None:
        self.boxes, self.current = boxes, current
        self.say(", ".join(f"{b.name} depth {b.depth} {'agrees' if b.good else 'differs'}" for b in boxes))
        self.update()

    def _rect(self, number: int) -> QRectF:
        gap = px(16)
        wide = (self.width() - 24 - gap * (len(self.boxes) - 1)) / max(1, len(self.boxes))
        return QRectF(12 + number * (wide + gap), 2, wide, self.height() - 6)

    def draw(self) -> None:
        for number, each in enumerate(self.boxes):
            rect = self._rect(number)
            on = number == self.current
            self.block(
                rect, "accent.bg" if on else "surface.raised", "accent.line" if on else "border.default", 6
            )
            icon, tone = (
                ("circle-check", "semantic.success.fg") if each.good else ("circle-x", "semantic.error.fg")
            )
            self.icon(rect.right() - 18, rect.bottom() - 16, icon, tone, 12)
            room = rect.adjusted(8, 4, -4, 0)
            self.text(QRectF(room.left(), room.top(), room.width(), px(20)), each.name, "small_strong")
            line = QRectF(rect.left() + 8, rect.top() + px(22), rect.width() - 14, px(18))
            self.text(line, brief(each.root), "code_small", "text.secondary")
            tick = min(4.0, (rect.width() - 32) / max(1, each.depth))
            for n in range(each.depth):
                mark = QRectF(rect.left() + 8 + n * tick, rect.bottom() - 10, max(1.0, tick / 2), 5)
                self.p.fillRect(mark, q("accent.line" if on else "border.strong"))
            if number:
                middle = rect.center().y()
                self.p.setPen(QPen(q("border.strong"), 1))
                self.p.drawLine(QPointF(rect.left() - px(12), middle), QPointF(rect.left() - 4, middle))
                for up in (-3, 3):
                    self.p.drawLine(QPointF(rect.left() - 4, middle), QPointF(rect.left() - 7, middle + up))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self.boxes)):
            if self._rect(number).contains(event.position()):
                self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            to = self.current + (1 if event.key() == Qt.Key.Key_Right else -1)
            self.chosen.emit(max(0, min(to, len(self.boxes) - 1)))
        else:
            super().keyPressEvent(event)
