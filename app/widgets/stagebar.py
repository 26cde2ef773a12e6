"""The stage bar: one length for each stage, done filled, running part-filled and outlined, pending hollow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen, QPolygonF

from app.theme import SIZE, q
from app.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class StagePart:
    """`weight` is the expected time (any unit), `state` done, running, pending or failed, `share` 0 to 1."""

    name: str
    weight: float
    state: str
    share: float = 0.0


class StageBar(Painted):
    GAP = 2

    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[StagePart, ...] = ()
        self.setFixedHeight(SIZE["stage_bar"])

    def set_parts(self, parts: tuple[StagePart, ...]) -> None:
        if parts != self.parts:
            self.parts = parts
            self.say(", ".join(f"{p.name} {p.state}" for p in parts))
            self.update()

    def draw(self) -> None:
        total = sum(max(p.weight, 0.001) for p in self.parts) or 1
        least = 6.0
        room = self.width() - self.GAP * max(0, len(self.parts) - 1) - least * len(self.parts)
        x = 0.0
        for part in self.parts:
            span = least + max(part.weight, 0.001) / total * max(0.0, room)
            rect = QRectF(x, 0, span, self.height())
            if part.state == "done":
                self.block(rect, "stage.done.line", "", 2)
            else:
                self.block(rect, f"stage.{part.state}.bg", f"stage.{part.state}.line", 2)
            if part.state == "running" and part.share > 0:
                self.block(QRectF(x, 0, span * min(1.0, part.share), self.height()), "accent.line", "", 2)
            x += span + self.GAP


class Sparkline(Painted):
    """Memory over time: a thin line on a faint fill, the peak marked with a dot."""

    def __init__(self) -> None:
        super().__init__()
        self.values: tuple[float, ...] = ()
        self.setFixedHeight(32)

    def set_values(self, values: tuple[float, ...]) -> None:
        self.values = values
        if values:
            self.say(f"Memory now {values[-1]:.0f} MB, peak {max(values):.0f} MB")
        self.update()

    def draw(self) -> None:
        if len(self.values) < 2:
            return
        highest = max(self.values) * 1.1 or 1
        step = self.width() / (len(self.values) - 1)
        points = [QPointF(i * step, 30 - v / highest * 26) for i, v in enumerate(self.values)]
        area = QPainterPath(QPointF(0, 31))
        for point in points:
            area.lineTo(point)
        area.lineTo(points[-1].x(), 31)
        self.p.fillPath(area, q("accent.bg"))
        self.p.setPen(QPen(q("accent.line"), 1.25))
        self.p.drawPolyline(QPolygonF(points))
        self.p.setPen(QPen(q("border.default"), 1))
        self.p.drawLine(QPointF(0, 31.5), QPointF(self.width(), 31.5))
        peak = min(points, key=lambda p: p.y())
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(q("accent.fg"))
        self.p.drawEllipse(peak, 2.5, 2.5)
