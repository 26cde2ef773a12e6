"""What the editor does while a person types: indent, pair brackets, comment lines, find the matching bracket.

All functions but `typed` work on a QTextCursor or plain text, so they are tested without a window.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextBlock, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit

INDENT = "    "
PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = {v: k for k, v in PAIRS.items()}
FAR = 20_000


def indent_of(line: str) -> str:
    """The white space a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def new_line(cursor: QTextCursor) -> None:
    """A line break that keeps the indent, goes deeper after an opening bracket, and opens a pair of
    brackets.
    """
    block = cursor.block().text()
    column = cursor.positionInBlock()
    before, after = block[:column], block[column:]
    indent = indent_of(block)[:column]
    opened = before.rstrip()[-1:] in PAIRS
    cursor.beginEditBlock()
    if opened and after.lstrip()[:1] == PAIRS.get(before.rstrip()[-1:], "x"):
        cursor.insertText("\n" + indent + INDENT + "\n" + indent)
        cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    else:
        cursor.insertText("\n" + indent + (INDENT if opened else ""))
    cursor.endEditBlock()


def shift_lines(cursor: QTextCursor, outwards: bool) -> None:
    """Moves the lines of the selection by one indent."""
    cursor.beginEditBlock()
    for block in _blocks(cursor):
        line = QTextCursor(block)
        if not outwards:
            if block.text():
                line.insertText(INDENT)
            continue
        white = min(len(indent_of(block.text())), len(INDENT))
        line.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, white)
        line.removeSelectedText()
    cursor.endEditBlock()


def toggle_comment(cursor: QTextCursor, mark: str = "//") -> None:
    """Comments the lines of the selection, or uncomments them when all are commented."""
    blocks = [b for b in _blocks(cursor) if b.text().strip()]
    if not blocks:
        return
    commented = all(b.text().lstrip().startswith(mark) for b in blocks)
    column = min(len(indent_of(b.text())) for b in blocks)
    cursor.beginEditBlock()
    for block in blocks:
        line = QTextCursor(block)
        if commented:
            start = block.text().index(mark)
            width = len(mark) + (1 if block.text()[start + len(mark) :].startswith(" ") else 0)
            line.setPosition(block.position() + start)
            line.setPosition(block.position() + start + width, QTextCursor.MoveMode.KeepAnchor)
            line.removeSelectedText()
        else:
            line.setPosition(block.position() + column)
            line.insertText(mark + " ")
    cursor.endEditBlock()


def _blocks(cursor: QTextCursor) -> list[QTextBlock]:
    document: QTextDocument = cursor.document()
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if last.blockNumber() > first.blockNumber() and cursor.selectionEnd() == last.position():
        last = last.previous()
    blocks = []
    while first.isValid():
        blocks.append(first)
        if first.blockNumber() >= last.blockNumber():
            break
        first = first.next()
    return blocks


def matching_bracket(text: str, place: int) -> tuple[int, int] | None:
    """Offsets of the bracket at (or just before) `place` and of its partner; None without one within
    reach.
    """
    for at in (place, place - 1):
        if not 0 <= at < len(text):
            continue
        char = text[at]
        if char in PAIRS:
            partner = _scan(text, at, char, PAIRS[char], 1)
        elif char in CLOSERS:
            partner = _scan(text, at, char, CLOSERS[char], -1)
        else:
            continue
        return (at, partner) if partner is not None else None
    return None


def _scan(text: str, start: int, one: str, other: str, step: int) -> int | None:
    depth, at = 0, start
    end = min(len(text), start + FAR) if step > 0 else max(-1, start - FAR)
    while at != end:
        if text[at] == one:
            depth += 1
        elif text[at] == other:
            depth -= 1
            if depth == 0:
                return at
        at += step
    return None


def typed(edit: QPlainTextEdit, event: QKeyEvent) -> bool:
    """Whether a key was one that the editor of a source takes in its own way."""
    key, text, cursor = event.key(), event.text(), edit.textCursor()
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    if not plain:
        return False
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        new_line(cursor)
        edit.setTextCursor(cursor)
        edit.ensureCursorVisible()
    elif key == Qt.Key.Key_Tab and cursor.hasSelection():
        shift_lines(cursor, outwards=False)
    elif key == Qt.Key.Key_Backtab:
        shift_lines(cursor, outwards=True)
    elif key == Qt.Key.Key_Tab:
        cursor.insertText(" " * (4 - cursor.positionInBlock() % 4))
    elif text and text in CLOSERS and _next_char(cursor) == text and not cursor.hasSelection():
        cursor.movePosition(QTextCursor.MoveOperation.Right)
        edit.setTextCursor(cursor)
    elif text == "}" and not cursor.block().text()[: cursor.positionInBlock()].strip():
        shift_lines(cursor, outwards=True)
        edit.textCursor().insertText(text)
    elif text and text in PAIRS and _next_char(cursor) in ("", " ", ")", "]", "}", ";", ","):
        chosen = cursor.selectedText()
        cursor.insertText(text + chosen + PAIRS[text])
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        edit.setTextCursor(cursor)
    elif key == Qt.Key.Key_Backspace and _inside_pair(cursor):
        cursor.deleteChar()
        cursor.deletePreviousChar()
    elif key == Qt.Key.Key_Home and not event.modifiers():
        _smart_home(edit, cursor)
    else:
        return False
    return True


def _next_char(cursor: QTextCursor) -> str:
    text, column = cursor.block().text(), cursor.positionInBlock()
    return text[column : column + 1]


def _inside_pair(cursor: QTextCursor) -> bool:
    text, column = cursor.block().text(), cursor.positionInBlock()
    before, after = text[max(0, column - 1) : column], text[column : column + 1]
    return not cursor.hasSelection() and bool(before) and PAIRS.get(before) == after


def _smart_home(edit: QPlainTextEdit, cursor: QTextCursor) -> None:
    white = len(indent_of(cursor.block().text()))
    column = 0 if cursor.positionInBlock() == white else white
    cursor.setPosition(cursor.block().position() + column)
    edit.setTextCursor(cursor)
