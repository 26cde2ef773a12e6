"""DiffSheet: two texts as the lines that differ, over the window, with the choice between them."""

from __future__ import annotations

import difflib

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.theme import font, px, q
from app.widgets.prompt import Choice, Sheet

MOST_LINES = 20_000
WIDTH, HEIGHT = 760, 380


def differing(theirs: str, mine: str) -> list[str]:
    """The unified difference from another text to the one in the editor; long texts side by side only
    by their count.
    """
    old, new = theirs.split("\n"), mine.split("\n")
    if len(old) + len(new) > MOST_LINES:
        return [f"{len(old)} lines there, {len(new)} here: too many to compare line by line"]
    lines = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
    return lines or ["The lines are the same; only their ends differ"]


class DiffSheet(Sheet):
    """Lines with `-` stand in `theirs` alone (on disk, unless `says` tells otherwise), lines with `+` in the
    editor alone.
    """

    def __init__(
        self,
        window: QWidget,
        title: str,
        theirs: str,
        mine: str,
        choices: list[Choice],
        says: str = "Lines with − are on disk, lines with + are yours.",
    ) -> None:
        super().__init__(window, title, says, WIDTH)
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setAccessibleName("Lines that differ")
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setTabChangesFocus(True)
        self.view.setFixedHeight(px(HEIGHT))
        self.lines = differing(theirs, mine)
        self.column.addWidget(self.view)
        self.retheme()
        self.finish(choices)

    def retheme(self) -> None:
        self.view.setFont(font("code_small"))
        self.view.clear()
        cursor = QTextCursor(self.view.document())
        for number, line in enumerate(self.lines):
            look = QTextCharFormat()
            tone = {"+": "semantic.success.fg", "-": "semantic.error.fg", "@": "text.tertiary"}
            look.setForeground(q(tone.get(line[:1], "text.secondary")))
            cursor.insertText(
                ("\n" if number else "") + line.replace("-", "−", 1)
                if line[:1] == "-"
                else ("\n" if number else "") + line,
                look,
            )
        self.view.moveCursor(QTextCursor.MoveOperation.Start)
