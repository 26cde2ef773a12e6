"""MessagesSheet: what the toasts of this session have said, the newest first, to read and to copy."""

from __future__ import annotations

import time

from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.theme import font, px, q
from app.widgets.basics import Label
from app.widgets.message import LOOK, Message, ToastStack
from app.widgets.prompt import Choice, Sheet

WIDTH, HEIGHT = 640, 320
WORDS = {"error": "Error", "warning": "Warning", "success": "Done", "info": "Note"}


def plain(told: Message) -> str:
    """A message as text: time, level and fact on a line, its detail below."""
    return "".join(part for part, _ in parts(told))


def parts(told: Message) -> list[tuple[str, str]]:
    """The pieces of a message, each with its colour."""
    tone = LOOK[told.level][1]
    many = f" ({told.times} times)" if told.times > 1 else ""
    found = [
        (f"{time.strftime('%H:%M:%S', time.localtime(told.at))}  ", "text.tertiary"),
        (f"{WORDS[told.level]}  ", tone),
        (f"{told.fact}{many}", "text.primary"),
    ]
    return [*found, (f"\n{told.detail}", "text.secondary")] if told.detail else found


class MessagesSheet(Sheet):
    """The log of a stack of toasts over the window."""

    def __init__(self, window: QWidget, stack: ToastStack) -> None:
        super().__init__(window, "Messages", width=WIDTH)
        self.stack = stack
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setTabChangesFocus(True)
        self.view.setAccessibleName("Messages of this session")
        self.view.setFixedHeight(min(px(HEIGHT), max(px(120), window.height() // 2)))
        self.none = Label("Nothing was told in this session.", "body", "secondary")
        self.column.addWidget(self.view)
        self.column.addWidget(self.none)
        self.retheme()
        choices: list[Choice] = [("Close", "primary", lambda: None)]
        if stack.told:
            choices += [("Copy all", "", self.copy), ("Clear", "", stack.forget)]
        self.finish(choices)

    def retheme(self) -> None:
        self.view.setFont(font("body"))
        self.view.clear()
        cursor = QTextCursor(self.view.document())
        for told in reversed(self.stack.told):
            if not self.view.document().isEmpty():
                cursor.insertText("\n\n")
            for text, tone in parts(told):
                look = QTextCharFormat()
                look.setForeground(q(tone))
                cursor.insertText(text, look)
        self.view.moveCursor(QTextCursor.MoveOperation.Start)
        self.view.setVisible(bool(self.stack.told))
        self.none.setVisible(not self.stack.told)

    def copy(self) -> None:
        """All messages as text, the newest first."""
        QGuiApplication.clipboard().setText("\n\n".join(plain(told) for told in reversed(self.stack.told)))
