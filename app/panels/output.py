"""The output: what was built, run and proved in this session, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.panel import OrEmpty, Panel, Place
from app.theme import font, q
from app.widgets.basics import Button
from app.widgets.empty import EmptyState
from app.widgets.message import Message

if TYPE_CHECKING:
    from app.contract import Studio

TONES = {
    "info": "text.secondary",
    "success": "semantic.success.fg",
    "warning": "semantic.warning.fg",
    "error": "semantic.error.fg",
    "code": "text.primary",
}


class OutputPanel(Panel):
    id = "output"
    title = "Output"
    icon = "square-terminal"
    stripe = "bottom"
    stripe_order = 40
    home = Place("bottom", 10)
    places = {"edit": Place("bottom", 10), "debug": Place("bottom", 10)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(2000)
        self.text.setAccessibleName("Output")
        self.text.document().setDocumentMargin(8)
        self.body = OrEmpty(
            self.text,
            EmptyState("square-terminal", "Nothing yet", "What you build, run and prove is written here."),
        )
        self.column.addWidget(self.body)
        self.session.logged.connect(self._say)
        self.session.project_changed.connect(self.retheme)
        self.retheme()

    def controls(self) -> list[QWidget]:
        return [Button("Clear", "ghost", small=True, on_click=self.clear, tip="Clear the output")]

    def clear(self) -> None:
        self.session.output.clear()
        self.retheme()

    def _say(self, message: Message) -> None:
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        look = QTextCharFormat()
        look.setForeground(q(TONES.get(message.level, "text.secondary")))
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.text.document().isEmpty():
            cursor.insertText("\n")
        cursor.insertText(message.fact, look)
        if at_end:
            bar.setValue(bar.maximum())
        self.body.show_content(True)

    def retheme(self) -> None:
        self.text.setFont(font("code_small"))
        self.text.clear()
        self.body.show_content(bool(self.session.output))
        for message in self.session.output:
            self._say(message)
