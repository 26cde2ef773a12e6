"""The completion popup: names, keywords and opcodes that fit what is being typed, chosen with arrows
and Enter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.editor.code_edit import CodeEdit
from app.editor.units import Units
from app.theme import px, row_height
from app.widgets.basics import box, surface
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, code, note, row

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*$")
LOOK = {
    "keyword": ("hash", "syntax.keyword"),
    "type": ("box", "syntax.type"),
    "struct": ("box", "syntax.type"),
    "record": ("ticket", "syntax.record"),
    "mapping": ("database", "syntax.mapping"),
    "function": ("square-function", "syntax.function"),
    "opcode": ("binary", "syntax.keyword"),
    "constant": ("pin", "syntax.number"),
}
MOST_SHOWN, WAIT_MS = 10, 60


class Item(Protocol):
    """What avm.api.language.completions gives."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def help(self) -> str: ...


Answer = Callable[[Sequence[Item]], None]
Ask = Callable[[str, int, str, Answer], None]


def rank(items: Sequence[Item], typed: str) -> list[Item]:
    """Those that hold the typed letters: exact beginnings first, then any case, then anywhere; each
    name once.
    """
    low, seen, found = typed.lower(), set(), []
    for item in items:
        name = item.text
        if name in seen or name == typed or low not in name.lower():
            continue
        seen.add(name)
        place = 0 if name.startswith(typed) else 1 if name.lower().startswith(low) else 2
        found.append((place, len(name), name, item))
    return [item for *_, item in sorted(found, key=lambda f: f[:3])]


class Completion(QFrame):
    """Belongs to one editor; `ask` fetches the items (in the background) for (text, offset, language)."""

    def __init__(self, editor: CodeEdit, ask: Ask) -> None:
        super().__init__(editor)
        surface(self, "overlay")
        self.editor, self.ask = editor, ask
        self._items: list[Item] = []
        self._asked = 0
        self.list = Grid([("", 0), ("", 140)], header=False, right=(1,), name="Completions")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.activated_key.connect(self._insert)
        self.list.clicked.connect(lambda _i: self._insert(self.list.current_key()))
        box(QVBoxLayout(self), 0, (4, 4, 4, 4)).addWidget(self.list)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._request)
        self._forced = False
        editor.installEventFilter(self)
        editor.cursorPositionChanged.connect(self._moved)
        self.hide()

    def typed(self) -> str:
        cursor = self.editor.textCursor()
        line = cursor.block().text()
        found = WORD.search(line[: Units(line).index(cursor.positionInBlock())])
        return found.group() if found else ""

    def complete(self) -> None:
        """Ctrl+Space: shows what fits here, also with nothing typed."""
        self._forced = True
        self._request()

    def _request(self) -> None:
        document = self.editor.document_shown
        if document is None or document.language == "text" or self.editor.isReadOnly():
            return
        self._asked += 1
        number = self._asked
        text = document.text()
        offset = Units(text).index(self.editor.textCursor().position())
        self.ask(text, offset, document.language, lambda items: self._answer(number, items))

    def _answer(self, number: int, items: Sequence[Item]) -> None:
        if number != self._asked:
            return
        typed = self.typed()
        self._items = rank(items, typed) if typed or self._forced else []
        self.list.set_rows([self._row(item) for item in self._items[:200]])
        if not self._items:
            self.hide()
            return
        self.list.choose(self._items[0].text)
        self._place()
        self.show()
        self.raise_()

    @staticmethod
    def _row(item: Item) -> Row:
        icon, colour = LOOK.get(item.kind, ("circle", "text.tertiary"))
        return row(
            cell(Span(icon=icon, colour=colour), code(item.text), tip=item.help),
            cell(note(item.detail), right=True),
            key=item.text,
        )

    def _place(self) -> None:
        self.setFixedSize(px(420), min(MOST_SHOWN, len(self._items)) * row_height() + 12)
        rect = self.editor.cursorRect()
        corner = self.editor.viewport().mapTo(self.editor, rect.bottomLeft()) + QPoint(-8, 4)
        if corner.y() + self.height() > self.editor.height():
            corner.setY(max(0, corner.y() - self.height() - rect.height() - 8))
        corner.setX(max(0, min(corner.x(), self.editor.width() - self.width() - 12)))
        self.move(corner)

    def _moved(self) -> None:
        if self.isVisible() and not self.typed() and not self._forced:
            self.hide()

    def _insert(self, text: object) -> None:
        if not isinstance(text, str):
            return
        cursor = self.editor.textCursor()
        typed = self.typed()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(typed))
        cursor.insertText(text)
        self.leave()

    def leave(self) -> None:
        self._forced = False
        self._asked += 1
        self._timer.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.leave()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if self.isVisible() and self._chosen_by(event):
            return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if (event.text() and plain and (event.text().isalnum() or event.text() in "_.")) or (
            event.key() == Qt.Key.Key_Backspace and self.isVisible()
        ):
            self._timer.start()
        elif event.text() or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape):
            self.leave()
        return False

    def _chosen_by(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            names = [item.text for item in self._items]
            now = self.list.current_key()
            at = names.index(now) if now in names else 0
            self.list.choose(names[(at + (1 if key == Qt.Key.Key_Down else -1)) % len(names)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._insert(self.list.current_key())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True
