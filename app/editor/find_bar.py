"""Find and replace: a bar above the text; matches are tinted while it is open."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.editor.code_edit import CodeEdit
from app.editor.units import Units
from app.theme import font, px, size
from app.widgets.basics import Button, ElidedLabel, IconButton, SearchBox, box, restyle, surface

MOST = 10_000


def find_all(
    text: str, wanted: str, case: bool = False, word: bool = False, pattern: bool = False
) -> list[tuple[int, int]]:
    """Spans of all matches; re.error when a pattern is broken. Empty matches are left out."""
    if not wanted:
        return []
    source = wanted if pattern else re.escape(wanted)
    if word:
        source = rf"\b(?:{source})\b"
    found = re.compile(source, 0 if case else re.IGNORECASE | re.MULTILINE)
    spans = []
    for match in found.finditer(text):
        if match.end() > match.start():
            spans.append(match.span())
        if len(spans) >= MOST:
            break
    return spans


class FindBar(QWidget):
    def __init__(self, editor: CodeEdit) -> None:
        super().__init__()
        surface(self, "bar")
        self.editor = editor
        self._spans: list[tuple[int, int]] = []
        self._from: QTextCursor | None = None
        column = box(QVBoxLayout(self), 4, (12, 6, 8, 6))
        self.wanted = SearchBox("Find", 280)
        self.replacement = QLineEdit()
        self.replacement.setPlaceholderText("Replace with")
        self.replacement.setAccessibleName("Replace with")
        self.replacement.setProperty("small", "true")
        self.count = ElidedLabel("", "small", "secondary")
        self.case = self._option("Aa", "Match case")
        self.word = self._option("W", "Match whole words")
        self.pattern = self._option(".*", "The text is a regular expression")
        first = box(QHBoxLayout(), 4)
        first.addWidget(self.wanted, 3)
        for widget in (self.case, self.word, self.pattern):
            first.addWidget(widget)
        first.addWidget(self.count, 2)
        first.addWidget(
            IconButton(
                "corner-left-up", "Previous match  Shift+Enter", side=24, on_click=lambda: self.step(-1)
            )
        )
        first.addWidget(
            IconButton("corner-down-right", "Next match  Enter", side=24, on_click=lambda: self.step(1))
        )
        first.addWidget(IconButton("x", "Close  Esc", "text.tertiary", 24, on_click=self.leave))
        column.addLayout(first)
        self._second = QWidget()
        second = box(QHBoxLayout(self._second), 4)
        second.addWidget(self.replacement, 1)
        second.addWidget(Button("Replace", "", small=True, on_click=self.replace_one))
        second.addWidget(Button("Replace all", "", small=True, on_click=self.replace_all))
        second.addStretch()
        column.addWidget(self._second)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self.search)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(40)
        self._typed.timeout.connect(self._to_first)
        self.wanted.textChanged.connect(lambda _t: self._typed.start() if self.isVisible() else None)
        editor.textChanged.connect(lambda: self._timer.start() if self.isVisible() else None)
        self.retheme()
        self.hide()

    def retheme(self) -> None:
        self.replacement.setFont(font("small"))
        self.replacement.setMaximumWidth(px(280))
        self.replacement.setFixedHeight(size("control_small"))

    def _option(self, text: str, tip: str) -> Button:
        button = Button(text, "segment", small=True, tip=tip)
        button.setCheckable(True)
        button.toggled.connect(lambda _on: self._typed.start())
        return button

    def open(self, replace: bool) -> None:
        chosen = self.editor.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.wanted.setText(chosen)
        self._second.setVisible(replace and not self.editor.isReadOnly())
        self._start_here()
        self.show()
        self.wanted.setFocus()
        self.wanted.selectAll()
        self.search()

    def leave(self) -> None:
        self.hide()
        self.editor.set_found([])
        self.editor.setFocus()

    def _start_here(self) -> None:
        """What is typed from now on is looked for from the place in the text; that goes with edits."""
        self._from = self.editor.textCursor()
        self._from.setPosition(self._from.selectionStart())

    def _to_first(self) -> None:
        """The first match from where the search began; the place itself again while there is none."""
        self.search()
        if self._from is None or self._from.document() is not self.editor.document():
            self._start_here()
        assert self._from is not None
        start = self._from.position()
        here = (start, start)
        self._choose(next((s for s in self._spans if s[0] >= start), (self._spans or [here])[0]))

    def search(self) -> None:
        try:
            text = self.editor.toPlainText()
            units = Units(text)
            found = find_all(
                text,
                self.wanted.text(),
                self.case.isChecked(),
                self.word.isChecked(),
                self.pattern.isChecked(),
            )
            self._spans = [(units.unit(start), units.unit(end)) for start, end in found]
            broken = ""
        except re.error as why:
            self._spans, broken = [], f"Not a regular expression: {why.msg}"
        self.wanted.setProperty("wrong", "true" if broken else "false")
        restyle(self.wanted)
        self.editor.set_found(self._spans)
        self._count(broken)

    def _count(self, broken: str = "") -> None:
        if broken or not self.wanted.text():
            self.count.setText(broken)
            return
        cursor = self.editor.textCursor()
        here = (cursor.selectionStart(), cursor.selectionEnd())
        at = self._spans.index(here) + 1 if here in self._spans else 0
        total = len(self._spans)
        self.count.setText(f"{at} of {total}" if at else f"{total} matches" if total != 1 else "1 match")

    def step(self, way: int) -> None:
        """Goes to the next or previous match, round the ends."""
        if not self._spans:
            return
        cursor = self.editor.textCursor()
        here = cursor.selectionStart() if cursor.hasSelection() else cursor.position() - (1 if way > 0 else 0)
        if way > 0:
            span = next((s for s in self._spans if s[0] > here), self._spans[0])
        else:
            span = next((s for s in reversed(self._spans) if s[0] < here), self._spans[-1])
        self._choose(span)
        self._start_here()

    def _choose(self, span: tuple[int, int]) -> None:
        """Selects a span, with its line near the middle when it was out of view."""
        cursor = self.editor.textCursor()
        cursor.setPosition(span[0])
        cursor.setPosition(span[1], QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        self.editor.centerCursor()
        self._count()

    def _put(self, matched: str) -> str:
        if not self.pattern.isChecked():
            return self.replacement.text()
        flags = 0 if self.case.isChecked() else re.IGNORECASE
        return re.sub(self.wanted.text(), self.replacement.text(), matched, count=1, flags=flags)

    def replace_one(self) -> None:
        cursor = self.editor.textCursor()
        if (cursor.selectionStart(), cursor.selectionEnd()) in self._spans:
            cursor.insertText(self._put(cursor.selectedText()))
            self.search()
        self.step(1)

    def replace_all(self) -> None:
        """Replaces from the end so the spans stay right; one step to undo."""
        cursor = self.editor.textCursor()
        cursor.beginEditBlock()
        for start, end in reversed(self._spans):
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(self._put(cursor.selectedText().replace("\u2029", "\n")))
        cursor.endEditBlock()
        self.search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.replacement.hasFocus():
                self.replace_one()
            else:
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)
