"""The gutter: marks (20), line numbers (32) and, when there is any, constraint heat (48) beside the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from app.theme import SIZE, font, heat_step, pixmap, px, q
from app.widgets.spans import thousands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from avm.api.views import Problem

TINT = {
    "current": "editor.current_line",
    "linked": "editor.linked_line",
    "exec": "editor.exec_line",
    "error": "editor.error_line",
}
MARK_WORD = {"error": "error", "warning": "warning", "exec": "the next step", "halt": "the run halts here"}


@dataclass(slots=True)
class LineMarks:
    """What the gutter and the line's tint show, by 1-based line."""

    breakpoints: frozenset[int] = frozenset()
    problems: dict[int, str] = field(default_factory=dict)
    linked: frozenset[int] = frozenset()
    execution: int = 0
    halt: int = 0
    heat: dict[int, int] = field(default_factory=dict)

    def tint(self, line: int, current: int) -> str:
        """The one tint of a line: what went wrong, then where it runs, then what is linked, then the
        cursor.
        """
        if line == self.halt or self.problems.get(line) == "error":
            return "error"
        if line == self.execution:
            return "exec"
        if line in self.linked:
            return "linked"
        return "current" if line == current else ""


class Lines(Protocol):
    """What the gutter asks of the editor it stands beside."""

    zoom: float
    marks: LineMarks
    shows_current_line: bool
    takes_breakpoints: bool

    def blockCount(self) -> int: ...
    def number_width(self, digits: int) -> int: ...
    def visible_lines(self) -> Iterator[tuple[int, float, float]]: ...
    def current_line(self) -> int: ...
    def line_at(self, y: float) -> int: ...
    def go_to(self, line: int) -> None: ...
    def problems_on(self, line: int) -> list[Problem]: ...


class Gutter(QWidget):
    """Clicking the mark column asks for a breakpoint."""

    toggled = Signal(int)

    def __init__(self, parent: QWidget, editor: Lines) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setAccessibleName("Line numbers and breakpoints")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self._hover = 0

    def wide(self) -> int:
        """Marks, numbers (wider past 9 999 lines), heat if any line has it, and the space before the text."""
        zoom = self.editor.zoom
        digits = max(3, len(str(self.editor.blockCount())))
        number = max(px(SIZE["gutter_number"] * zoom), self.editor.number_width(digits) + 10)
        heat = px(SIZE["gutter_heat"] * zoom) if self.editor.marks.heat else 0
        return px(SIZE["gutter_mark"]) + number + heat + 12

    def sizeHint(self) -> QSize:
        return QSize(self.wide(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), q("editor.gutter.background"))
        for line, top, high in self.editor.visible_lines():
            if top <= event.rect().bottom() and top + high >= event.rect().top():
                self._line(painter, line, top, high)
        painter.end()

    def _line(self, painter: QPainter, line: int, top: float, high: float) -> None:
        marks, current = self.editor.marks, self.editor.current_line()
        tint = marks.tint(line, current if self.editor.shows_current_line else 0)
        if tint:
            painter.fillRect(QRectF(0, top, self.width(), high), q(TINT[tint]))
        if line in marks.linked:
            painter.fillRect(QRectF(0, top, 3, high), q("accent.line"))
        self._mark(painter, line, top, high)
        painter.setFont(font("code_small", zoom=self.editor.zoom))
        painter.setPen(q("editor.gutter.text_current" if tint else "editor.gutter.text"))
        mark, heat = px(SIZE["gutter_mark"]), px(SIZE["gutter_heat"] * self.editor.zoom) if marks.heat else 0
        room = QRectF(mark, top, self.width() - mark - heat - 12, high)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(line))
        if line in marks.heat:
            self._heat(
                painter,
                marks.heat[line],
                QRectF(self.width() - heat - 2, top + (high - 16) / 2, heat - 8, 16),
            )

    def _mark(self, painter: QPainter, line: int, top: float, high: float) -> None:
        marks, middle = self.editor.marks, top + high / 2
        painter.setPen(Qt.PenStyle.NoPen)
        here, stops = line in (marks.halt, marks.execution), line in marks.breakpoints
        if stops:
            painter.setBrush(q("editor.gutter.breakpoint"))
            radius = 8 if here else 5  # the arrow stands on it
            painter.drawEllipse(QPointF(11, middle), radius, radius)
        if here:
            painter.setBrush(q("semantic.error.line" if line == marks.halt else "semantic.warning.line"))
            if stops:
                painter.setPen(QPen(q("editor.gutter.background"), 1))
            arrow = [(5, -3.5), (11, -3.5), (16, 0), (11, 3.5), (5, 3.5)]
            painter.drawPolygon(QPolygonF([QPointF(x, middle + y) for x, y in arrow]))
        elif stops:
            return
        elif marks.problems.get(line) == "error":
            painter.drawPixmap(QPointF(4, middle - px(7)), pixmap("circle-x", "semantic.error.fg", 14, self))
        elif marks.problems.get(line) == "warning":
            painter.drawPixmap(
                QPointF(4, middle - px(7)), pixmap("triangle-alert", "semantic.warning.fg", 14, self)
            )
        elif line == self._hover and self.editor.takes_breakpoints:
            painter.setBrush(q("editor.gutter.breakpoint", 0.35))
            painter.drawEllipse(QPointF(11, middle), 5, 5)

    def _heat(self, painter: QPainter, count: int, chip: QRectF) -> None:
        step = heat_step(count)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q(f"heat.scale.{step}"))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setFont(font("caption"))
        painter.setPen(q(f"heat.text.{step}"))
        align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(chip.adjusted(0, 0, -5, 0), align, thousands(count))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self.editor.line_at(event.position().y())
        if not line or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().x() <= px(SIZE["gutter_mark"]) + 4 and self.editor.takes_breakpoints:
            self.toggled.emit(line)
        else:
            self.editor.go_to(line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = event.position().x() <= px(SIZE["gutter_mark"]) + 4
        line = self.editor.line_at(event.position().y()) if near else 0
        if line != self._hover:
            self._hover = line
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = 0
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self.editor.line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._tip(line), self)
            return True
        return super().event(event)

    def _tip(self, line: int) -> str:
        marks = self.editor.marks
        if line in marks.heat:
            return f"Line {line}: {thousands(marks.heat[line])} constraints"
        at = "halt" if line == marks.halt else "exec" if line == marks.execution else ""
        told = [MARK_WORD[at].capitalize()] if at else []
        if line in marks.breakpoints:
            told.append(f"Breakpoint on line {line}  F9")
        if told:
            return "\n".join(told)
        problems = self.editor.problems_on(line)
        if problems:
            return "\n".join(p.message for p in problems)
        return f"Line {line}: click to set a breakpoint  F9" if self.editor.takes_breakpoints and line else ""
