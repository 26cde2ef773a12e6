"""CodeEdit: the text view with gutter, tinted lines, wavy problems, zones below lines and values after
them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from app.editor import typing as keys
from app.editor.document import Document
from app.editor.gutter import TINT, Gutter, LineMarks
from app.editor.layout import ZoneLayout
from app.editor.units import Units
from app.editor.zones import Zone, paint_zone
from app.theme import font, px, q
from app.widgets.basics import surface

if TYPE_CHECKING:
    from avm.api.views import Problem

MIN_ZOOM, MAX_ZOOM = 0.6, 3.0
LEAST_HEIGHT = 20
ZONE_LEAST = 280  # a zone that would be narrower begins left of its line's indent


class Seen:
    """Where the lines in view begin, in pixels of the viewport; `lines` are their numbers in order."""

    def __init__(self, tops: dict[int, float], line_height: int, bottom: float) -> None:
        self._tops, self._line_height, self._bottom = tops, line_height, bottom
        self.lines = tops.keys()
        self.first = next(iter(tops), 0)
        self.last = next(reversed(tops), 0)

    def top(self, line: int) -> float:
        """Where a line begins; one below the view begins at its end."""
        if line < self.first:
            return float(self._line_height * (line - self.first))
        return self._tops.get(line, self._bottom)


class CodeEdit(QPlainTextEdit):
    """Shows one Document. `cursor_line` fires with the 1-based line the cursor moved to."""

    cursor_line = Signal(int)
    zoomed = Signal(float)
    scrolled = Signal()

    def __init__(self, read_only: bool = False, breakpoints: bool = True) -> None:
        super().__init__()
        surface(self, "code")
        self.zoom = 1.0
        self.marks = LineMarks()
        self.problems: Sequence[Problem] = ()
        self.zone_of: dict[int, Zone] = {}
        self.hints: dict[int, str] = {}
        self.takes_breakpoints = breakpoints
        self.shows_current_line = True
        self.document_shown: Document | None = None
        self._line = 0
        self._found: list[tuple[int, int]] = []
        self._place: tuple[QTextCursor, QTextCursor] | None = None
        self.setReadOnly(read_only)
        self.setMinimumHeight(px(LEAST_HEIGHT))  # in a low pane the notice above it keeps its lines
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self.setCursorWidth(2)
        self.setAccessibleName("Instructions" if read_only else "Source")
        if read_only:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._blank = QTextDocument(self)
        self._blank.setDocumentLayout(ZoneLayout(self._blank))
        self.setDocument(self._blank)
        self.gutter = Gutter(self, self)
        self.blockCountChanged.connect(lambda _n: self.place_gutter())
        self.updateRequest.connect(self._on_update)
        self.cursorPositionChanged.connect(self._cursor_moved)
        self.verticalScrollBar().valueChanged.connect(lambda _v: self.scrolled.emit())
        self.retheme()

    # Document

    def show_document(self, document: Document) -> None:
        if self.document_shown is not None:
            self.document_shown.cursor = self.textCursor().position()
            self.document_shown.scroll = self.verticalScrollBar().value()
        self._follow(document)
        document.highlighter.retheme()
        self.setDocument(document.text_document)
        self._apply_font()
        cursor = self.textCursor()
        cursor.setPosition(min(document.cursor, max(0, document.text_document.characterCount() - 1)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(document.scroll)
        self.place_gutter()
        self._cursor_moved()

    def _follow(self, document: Document | None) -> None:
        """The document shown is another one, or none: its reloads leave the view where it is."""
        before = self.document_shown
        if before is not None:
            before.reloading.disconnect(self._remember_place)
            before.reloaded.disconnect(self._keep_place)
        self.document_shown = document
        if document is not None:
            document.reloading.connect(self._remember_place)
            document.reloaded.connect(self._keep_place)

    def leave_document(self) -> None:
        """Shows nothing; called before the document ends, since the view would go on drawing it."""
        self._follow(None)
        self._found = []
        self.setExtraSelections([])
        self.setDocument(self._blank)
        self.problems, self.hints = (), {}
        self.set_zones({})
        self.set_marks(LineMarks())
        self._apply_font()
        self.place_gutter()

    def retheme(self) -> None:
        if self.document_shown is not None:
            self.document_shown.highlighter.retheme()
        self._apply_font()
        self._layout_zones()
        self.place_gutter()

    def _apply_font(self) -> None:
        face = font("code", zoom=self.zoom)
        self.setFont(face)
        self.document().setDefaultFont(face)
        self.setTabStopDistance(QFontMetricsF(face).horizontalAdvance(" ") * 4)
        self.document().setDocumentMargin(4)
        layout = self.document().documentLayout()
        if isinstance(layout, ZoneLayout):
            layout.zoom = self.zoom
            layout.requestUpdate()
        self.setCursorWidth(2)

    def wrong_sizes(self) -> list[str]:
        """Where the text has another size than the theme and the zoom give; see `Window.check_invariants`."""
        wanted = font("code", zoom=self.zoom).pixelSize()
        sizes = {"view": self.font().pixelSize(), "text": self.document().defaultFont().pixelSize()}
        name = self.accessibleName()
        return [
            f"{name}: the {part} has {got} px for {wanted}" for part, got in sizes.items() if got != wanted
        ]

    def set_zoom(self, zoom: float) -> None:
        zoom = round(min(MAX_ZOOM, max(MIN_ZOOM, zoom)), 2)
        if zoom != self.zoom:
            self.zoom = zoom
            self._apply_font()
            self.place_gutter()
            self._layout_zones()
            self.zoomed.emit(zoom)

    # Lines

    def current_line(self) -> int:
        return self.textCursor().blockNumber() + 1

    def line_height(self) -> int:
        layout = self.document().documentLayout()
        return layout.line_height if isinstance(layout, ZoneLayout) else self.fontMetrics().height()

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """(line, top, height of its text) of each line in view; a zone below is not part of the height."""
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        bottom, high = self.viewport().height(), float(self.line_height())
        while block.isValid() and top <= bottom:
            if block.isVisible():
                yield block.blockNumber() + 1, top, high
            top += self.blockBoundingRect(block).height()
            block = block.next()

    def line_at(self, y: float) -> int:
        return next((line for line, top, high in self.visible_lines() if top <= y < top + high), 0)

    def seen(self) -> Seen:
        """The lines in view, measured once for as many questions as a paint has."""
        tops = {line: top for line, top, _ in self.visible_lines()}
        return Seen(tops, self.line_height(), float(self.viewport().height()))

    def go_to(self, line: int, column: int = 1, focus: bool = True) -> None:
        """Puts the cursor there, with the line near the middle when it was out of view."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount()) - 1))
        cursor = self.textCursor()
        place = Units(block.text()).unit(column - 1)
        cursor.setPosition(block.position() + max(0, min(place, block.length() - 1)))
        seen = self.seen()
        self.setTextCursor(cursor)
        if not seen.first < line < seen.last:
            self.centerCursor()
        if focus:
            self.setFocus()

    def reveal_line(self, line: int) -> None:
        """Scrolls a line into view without moving the cursor."""
        seen = self.seen()
        if seen.lines and not seen.first < line < seen.last:
            self.verticalScrollBar().setValue(max(0, line - 1 - max(1, len(seen.lines) // 3)))

    # The place through reloads

    def _remember_place(self) -> None:
        """Cursors of their own go with their text through any edit."""
        self._place = self.textCursor(), QTextCursor(self.firstVisibleBlock())

    def _keep_place(self) -> None:
        if self._place is not None:
            cursor, top = self._place
            self._place = None
            self.setTextCursor(cursor)
            self.verticalScrollBar().setValue(top.block().firstLineNumber())

    def undo(self) -> None:
        """Undoes an edit and shows it; a text that was taken from the disk goes without a jump."""
        reload = self._after_reload()
        self._remember_place()
        super().undo()
        if reload:
            self._keep_place()

    def redo(self) -> None:
        self._remember_place()
        super().redo()
        if self._after_reload():
            self._keep_place()

    def _after_reload(self) -> bool:
        """Whether the last edit, as Undo counts them, took a text from the disk."""
        document = self.document_shown
        return document is not None and document.is_reload(self.document().availableUndoSteps())

    # What is shown on the lines

    def set_marks(self, marks: LineMarks) -> None:
        if marks != self.marks:
            wide = bool(marks.heat) != bool(self.marks.heat)
            self.marks = marks
            if wide:
                self.place_gutter()
            self.refresh()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        self.refresh()

    def problems_on(self, line: int) -> list[Problem]:
        return [p for p in self.problems if p.line == line]

    def set_zones(self, zones: dict[int, Zone]) -> None:
        if zones != self.zone_of:
            self.zone_of = zones
            self._layout_zones()

    def _layout_zones(self) -> None:
        layout = self.document().documentLayout()
        if isinstance(layout, ZoneLayout):
            layout.set_zones({line - 1: zone.height() for line, zone in self.zone_of.items()})
            self.refresh()

    def set_hints(self, hints: dict[int, str]) -> None:
        if hints != self.hints:
            self.hints = hints
            self.viewport().update()

    def set_found(self, places: list[tuple[int, int]]) -> None:
        """Spans to tint as matches of the search."""
        self._found = places[:2000]
        self._select_extra()

    def refresh(self) -> None:
        self.viewport().update()
        self.gutter.update()
        self.scrolled.emit()

    # Gutter

    def number_width(self, digits: int) -> int:
        return round(QFontMetricsF(font("code_small", zoom=self.zoom)).horizontalAdvance("0") * digits)

    def place_gutter(self) -> None:
        wide = self.gutter.wide()
        self.setViewportMargins(wide, 0, 0, 0)
        rect = self.contentsRect()
        self.gutter.setGeometry(QRect(rect.left(), rect.top(), wide, rect.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_gutter()
        self.scrolled.emit()

    def _on_update(self, rect: QRect, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
            self.scrolled.emit()
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())

    def _cursor_moved(self) -> None:
        line = self.current_line()
        self._select_extra()
        if line != self._line:
            self._line = line
            self.refresh()
            self.cursor_line.emit(line)

    def _select_extra(self) -> None:
        """Matches of the search and the pair of brackets at the cursor."""
        selections = [self._extra(a, b, "editor.match") for a, b in self._found]
        if not self.isReadOnly():
            text = self.toPlainText()
            units = Units(text)
            pair = keys.matching_bracket(text, units.index(self.textCursor().position()))
            places = [units.unit(at) for at in pair or ()]
            selections += [self._extra(at, at + 1, "selection.inactive") for at in places]
        self.setExtraSelections(selections)

    def _extra(self, start: int, end: int, colour: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = self.textCursor()
        last = max(0, self.document().characterCount() - 1)
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        made.format.setBackground(q(colour))
        made.format.setProperty(QTextFormat.Property.OutlinePen.value, QPen(Qt.PenStyle.NoPen))
        return made

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        current = self.current_line() if self.shows_current_line else 0
        lines = list(self.visible_lines())
        for line, top, high in lines:
            tint = self.marks.tint(line, current)
            if tint:
                painter.fillRect(QRectF(0, top, self.viewport().width(), high), q(TINT[tint]))
        self._guides(painter, lines)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._waves(painter, lines)
        for line, top, high in lines:
            if line in self.hints:
                self._hint(painter, line, top, high)
            if line in self.zone_of:
                zone = self.zone_of[line]
                end, edge = self.viewport().width() - 8, round(self.contentOffset().x()) + 4
                left = edge + round(self._indent(line) * self._advance())
                left = max(edge, min(left, end - px(ZONE_LEAST)))
                room = QRect(left, round(top + high), end - left, zone.height())
                paint_zone(painter, zone, room)
        painter.end()

    def _advance(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance("0")

    def _indent(self, line: int) -> int:
        """A blank line takes the smaller indent of its neighbours, so guides do not break."""
        block = self.document().findBlockByNumber(line - 1)
        text = block.text()
        if text.strip():
            return len(text) - len(text.lstrip())
        before, after = block.previous(), block.next()
        while before.isValid() and not before.text().strip():
            before = before.previous()
        while after.isValid() and not after.text().strip():
            after = after.next()
        near = [b.text() for b in (before, after) if b.isValid()]
        return min((len(t) - len(t.lstrip()) for t in near), default=0)

    def _guides(self, painter: QPainter, lines: list[tuple[int, float, float]]) -> None:
        width = self._advance()
        left = self.contentOffset().x() + self.document().documentMargin()
        painter.setPen(QPen(q("editor.indent_guide"), 1))
        for line, top, high in lines:
            for level in range(0, self._indent(line), 4):
                x = round(left + level * width) + 0.5
                painter.drawLine(QPointF(x, top), QPointF(x, top + high))

    def _waves(self, painter: QPainter, lines: list[tuple[int, float, float]]) -> None:
        seen = {line: (top, high) for line, top, high in lines}
        width = self._advance()
        left = self.contentOffset().x() + self.document().documentMargin()
        for problem in self.problems:
            if problem.line is None or problem.line not in seen:
                continue
            top, high = seen[problem.line]
            text = self.document().findBlockByNumber(problem.line - 1).text()
            start = (problem.col or 1) - 1
            end = (problem.end_col or start + 2) - 1 if problem.end_line == problem.line else len(text)
            end = max(end, start + 1)
            tone = "semantic.error.fg" if problem.level == "error" else "semantic.warning.fg"
            self._wave(painter, left + start * width, left + end * width, top + high - 2.5, tone)

    @staticmethod
    def _wave(painter: QPainter, x: float, end: float, y: float, tone: str) -> None:
        path, up = QPainterPath(QPointF(x, y)), True
        while x < end:
            x += 3
            path.lineTo(min(x, end), y - (2.5 if up else 0))
            up = not up
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(q(tone), 1.25))
        painter.drawPath(path)

    def _hint(self, painter: QPainter, line: int, top: float, high: float) -> None:
        text = self.document().findBlockByNumber(line - 1).text()
        left = self.contentOffset().x() + self.document().documentMargin() + (len(text) + 2) * self._advance()
        face = font("code_small", zoom=self.zoom)
        wide = QFontMetricsF(face).horizontalAdvance(self.hints[line]) + 12
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("surface.hover"))
        painter.drawRoundedRect(QRectF(left, top + 2, wide, high - 4), 4, 4)
        painter.setFont(face)
        painter.setPen(q("text.secondary"))
        painter.drawText(
            QRectF(left + 6, top, wide, high), int(Qt.AlignmentFlag.AlignVCenter), self.hints[line]
        )

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if alt and not ctrl and event.text().isprintable() and event.text() and sys.platform != "darwin":
            event.ignore()  # a key that no command has is not a letter
            return
        for key, move in (
            (QKeySequence.StandardKey.Undo, self.undo),
            (QKeySequence.StandardKey.Redo, self.redo),
        ):
            if event.matches(key) and not self.isReadOnly():
                move()
                return
        if self.isReadOnly() or not keys.typed(self, event):
            super().keyPressEvent(event)

    def toggle_comment(self) -> None:
        if not self.isReadOnly():
            keys.toggle_comment(self.textCursor())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom + (0.1 if event.angleDelta().y() > 0 else -0.1))
            return
        super().wheelEvent(event)
