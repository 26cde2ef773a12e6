"""Characters beyond U+FFFF: places of Python and of Qt are kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.editor.code_edit import CodeEdit
from app.editor.completion import Completion
from app.editor.document import Document
from app.editor.find_bar import FindBar
from app.editor.units import Units

pytestmark = pytest.mark.qt
WIDE = "\U0001d538"


@pytest.mark.parametrize("text", ["", "abc", WIDE, f"a{WIDE}b{WIDE}{WIDE}c", "\u4e2d\u00e9"])
def test_places_are_turned_and_back(text: str) -> None:
    units = Units(text)
    for index in range(len(text) + 1):
        assert units.unit(index) == len(text[:index].encode("utf-16-le")) // 2
        assert units.index(units.unit(index)) == index
    assert Units(WIDE).index(1) == 1


@pytest.fixture
def code(qtbot: QtBot) -> CodeEdit:
    made = CodeEdit()
    qtbot.addWidget(made)
    made.show_document(Document(Path("main.leo"), f"// {WIDE}{WIDE}\nlet (abc) = abc;\n", made))
    return made


def test_completion_asks_at_the_place_of_the_cursor(code: CodeEdit, qapp: QApplication) -> None:
    asked: list[tuple[str, int]] = []
    completion = Completion(code, lambda text, offset, _language, _answer: asked.append((text, offset)))
    code.moveCursor(QTextCursor.MoveOperation.End)
    completion.complete()
    assert asked[0][1] == len(asked[0][0])
    code.go_to(1, 5)
    completion.complete()
    assert asked[1][0][: asked[1][1]] == f"// {WIDE}"


def test_matches_are_chosen_and_replaced_where_they_are(code: CodeEdit, qtbot: QtBot) -> None:
    bar = FindBar(code)
    bar.wanted.setText("abc")
    bar.search()
    bar.step(1)
    assert code.textCursor().selectedText() == "abc"
    bar.replacement.setText("x")
    bar.replace_all()
    assert code.document_shown is not None
    assert code.document_shown.text() == f"// {WIDE}{WIDE}\nlet (x) = x;\n"


def test_the_pair_of_brackets_is_found_behind_such_characters(code: CodeEdit) -> None:
    code.go_to(2, 5)
    chosen = [s.cursor.selectedText() for s in code.extraSelections()]  # type: ignore[attr-defined]
    assert chosen == ["(", ")"]


def test_a_text_is_replaced_behind_such_characters(qapp: QApplication) -> None:
    document = Document(Path("x.leo"), f"{WIDE}a{WIDE}")
    document.replace_text(f"{WIDE}b{WIDE}{WIDE}")
    assert document.text() == f"{WIDE}b{WIDE}{WIDE}"
