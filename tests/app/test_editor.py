"""The editor: typing, highlighting, marks, find and replace, completion."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap, QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from app.editor import code_edit, zones
from app.editor.changes import edits
from app.editor.code_edit import CodeEdit
from app.editor.completion import rank
from app.editor.document import Document
from app.editor.find_bar import FindBar, find_all
from app.editor.gutter import LineMarks
from app.editor.highlighter import COMMENT, ROOT, lex_line
from app.editor.link_band import runs_of
from app.editor.typing import matching_bracket, toggle_comment
from app.editor.zones import Zone
from app.studio import Studio
from app.theme import q

pytestmark = pytest.mark.qt


def editor(qtbot: QtBot, text: str, name: str = "main.leo") -> CodeEdit:
    code = CodeEdit()
    qtbot.addWidget(code)
    code.resize(600, 400)
    code.show_document(Document(Path(name), text, code))
    code.show()
    return code


def kinds(language: str, line: str, state: int = ROOT) -> dict[str, str]:
    return {text.strip(): kind for _, _, kind, text in lex_line(language, line, state)[0]}


def test_leo_is_coloured_by_what_words_are() -> None:
    found = kinds("leo", "    let hash: field = BHP256::hash_to_field(recipient, 5_000u64); // note")
    assert found["let"] == "keyword" and found["field"] == "type" and found["hash_to_field"] == "function"
    assert found["5_000"] == "number" and found["u64"] == "suffix" and found["// note"] == "comment"


def test_instructions_are_coloured_by_what_words_are() -> None:
    found = kinds("aleo", "    get.or_use balances[r0] 0u64 into r2;")
    assert found["get.or_use"] == "keyword" and found["balances"] == "mapping" and found["r2"] == "register"
    assert kinds("aleo", "    async withdraw r3 into r6;")["withdraw"] == "function"


def test_a_block_comment_goes_on_in_the_next_line() -> None:
    assert lex_line("leo", "let a = 1; /* begins", ROOT)[1] == COMMENT
    assert lex_line("leo", "ends */ let b", COMMENT)[1] == ROOT
    assert kinds("leo", "still inside", COMMENT)["still inside"] == "comment"


@given(st.text(max_size=60))
def test_any_line_is_lexed_whole(text: str) -> None:
    line = text.replace("\n", " ").replace("\r", " ")
    for language in ("leo", "aleo"):
        for start, length, _, value in lex_line(language, line, ROOT)[0]:
            assert line[start : start + length] == value


def test_a_new_line_keeps_the_indent_and_opens_brackets(qtbot: QtBot) -> None:
    code = editor(qtbot, "")
    qtbot.keyClicks(code, "fn f() {")
    assert code.toPlainText() == "fn f() {}"
    qtbot.keyClick(code, Qt.Key.Key_Return)
    qtbot.keyClicks(code, "let a;")
    assert code.toPlainText() == "fn f() {\n    let a;\n}"


def test_a_closing_bracket_is_typed_over_and_a_pair_deleted_whole(qtbot: QtBot) -> None:
    code = editor(qtbot, "")
    qtbot.keyClicks(code, "(")
    qtbot.keyClick(code, Qt.Key.Key_Backspace)
    assert code.toPlainText() == ""
    qtbot.keyClicks(code, "()")
    assert code.toPlainText() == "()"


def test_tab_indents_lines_and_back(qtbot: QtBot) -> None:
    code = editor(qtbot, "a\nb\n")
    code.selectAll()
    qtbot.keyClick(code, Qt.Key.Key_Tab)
    assert code.toPlainText() == "    a\n    b\n"
    code.selectAll()
    qtbot.keyClick(code, Qt.Key.Key_Backtab)
    assert code.toPlainText() == "a\nb\n"


@pytest.mark.parametrize("text", ["    a\n      b\n", "x", "    let a = 1;\n\n    let b = 2;"])
def test_commenting_twice_gives_the_text_back(text: str, qapp: object) -> None:
    document = QTextDocument()
    document.setPlainText(text)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    toggle_comment(cursor)
    assert document.toPlainText() != text
    cursor.select(QTextCursor.SelectionType.Document)
    toggle_comment(cursor)
    assert document.toPlainText() == text


def test_brackets_are_matched_over_nesting() -> None:
    assert matching_bracket("f(a[1], (b))", 1) == (1, 11)
    assert matching_bracket("f(a[1], (b))", 12) == (11, 1)
    assert matching_bracket("(((", 0) is None


def test_find_counts_and_replace_all_is_one_step(qtbot: QtBot) -> None:
    code = editor(qtbot, "aa ab AA")
    bar = FindBar(code)
    qtbot.addWidget(bar)
    bar.open(True)
    bar.wanted.setText("aa")
    bar.search()
    assert bar.count.whole() == "2 matches"
    bar.replacement.setText("x")
    bar.replace_all()
    assert code.toPlainText() == "x ab x"
    code.undo()
    assert code.toPlainText() == "aa ab AA"


def test_find_goes_to_the_first_match_while_typing(qtbot: QtBot) -> None:
    code = editor(qtbot, "\n".join(f"let v{n}: u32 = a;" for n in range(400)))
    bar = FindBar(code)
    qtbot.addWidget(bar)
    code.go_to(100)
    bar.open(False)

    def chosen(text: str) -> tuple[int, str]:
        qtbot.waitUntil(lambda: code.textCursor().selectedText() == text, timeout=5000)
        return code.current_line(), bar.count.whole()

    qtbot.keyClicks(bar.wanted, "v1")
    assert chosen("v1") == (101, "12 of 111")
    qtbot.keyClicks(bar.wanted, "50")
    assert chosen("v150") == (151, "1 of 1")
    assert 151 in code.seen().lines
    qtbot.keyClick(bar.wanted, Qt.Key.Key_Backspace)
    assert chosen("v15") == (151, "2 of 11"), "the place to look from stays where the search began"
    qtbot.keyClicks(bar.wanted, "xyz")
    assert chosen("")[0] == 100
    bar.wanted.setText("v8")
    assert chosen("v8") == (9, "1 of 11"), "round the end"


def test_a_broken_pattern_says_so(qtbot: QtBot) -> None:
    bar = FindBar(editor(qtbot, "text"))
    qtbot.addWidget(bar)
    bar.pattern.setChecked(True)
    bar.wanted.setText("(")
    bar.search()
    assert bar.count.text().startswith("Not a regular expression")


def test_find_knows_case_words_and_patterns() -> None:
    assert len(find_all("Fn fn fnx", "fn")) == 3
    assert len(find_all("Fn fn fnx", "fn", case=True)) == 2
    assert len(find_all("Fn fn fnx", "fn", word=True)) == 2
    assert find_all("r1 r22", r"r\d+", pattern=True) == [(0, 2), (3, 6)]


def test_a_zone_makes_room_below_its_line(qtbot: QtBot) -> None:
    code = editor(qtbot, "a\nb\nc")
    before = {line: top for line, top, _ in code.visible_lines()}
    code.set_zones({1: Zone("error", "expected `field`", "ETYC0372117", "try `hash`")})
    after = {line: top for line, top, _ in code.visible_lines()}
    assert after[1] == before[1] and after[2] > before[2] + 20
    code.grab()


def test_a_zone_takes_the_room_of_the_indent_where_it_has_little(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms: list[QRect] = []
    monkeypatch.setattr(code_edit, "paint_zone", lambda _painter, _zone, room: rooms.append(room))
    code = editor(qtbot, " " * 16 + "a\n")
    code.set_zones({1: Zone("error", "expected `field`")})
    for wide in (900, 360, 200):
        code.resize(wide, 300)
        code.grab()
    first, second, third = rooms[-3:]
    assert first.left() > second.left() > 0 and second.width() >= 240
    assert third.left() == 4 and third.right() < 200


@pytest.mark.parametrize("wide", [240, 360, 480, 900])
@pytest.mark.parametrize("hint", ["", "Alt+F10 steps back to what led here."])
def test_nothing_in_a_zone_stands_over_anything_else(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, wide: int, hint: str
) -> None:
    drawn: list[QRect] = []
    plain = zones._text

    def noted(painter: QPainter, rect: QRect, text: str, role: str, colour: str) -> int:
        width = plain(painter, rect, text, role, colour)
        drawn.append(QRect(rect.left(), rect.top(), width, rect.height()))
        return width

    monkeypatch.setattr(zones, "_text", noted)
    facts = (("self.caller", "aleo17heq5…703s"), ("r0", "aleo17heq5…703s"))
    zone = Zone("halt", "both values are `aleo17heq5…703s`, so assert.neq halts", "step 12", hint, facts)
    picture = QPixmap(wide, zone.height())
    painter = QPainter(picture)
    zones.paint_zone(painter, zone, picture.rect())
    painter.end()
    assert all(not a.intersects(b) for a, b in combinations(drawn, 2) if a.width() and b.width())


def test_lines_have_the_height_of_the_design(qtbot: QtBot) -> None:
    code = editor(qtbot, "a\nb\nc")
    tops = [top for _, top, _ in code.visible_lines()]
    assert tops[1] - tops[0] == 20
    code.set_zoom(2.0)
    tops = [top for _, top, _ in code.visible_lines()]
    assert tops[1] - tops[0] == 40


def test_a_click_on_the_mark_column_asks_for_a_breakpoint(qtbot: QtBot) -> None:
    code = editor(qtbot, "a\nb\nc")
    with qtbot.waitSignal(code.gutter.toggled) as asked:
        top = {line: t for line, t, _ in code.visible_lines()}[2]
        from PySide6.QtCore import QPoint

        qtbot.mouseClick(code.gutter, Qt.MouseButton.LeftButton, pos=QPoint(8, int(top) + 8))
    assert asked.args == [2]


@pytest.mark.parametrize("mark", ["execution", "halt"])
def test_a_breakpoint_is_seen_under_the_arrow_of_the_step(qtbot: QtBot, mark: str) -> None:
    code = editor(qtbot, "a\nb\nc")
    arrow = q("semantic.warning.line" if mark == "execution" else "semantic.error.line").rgb()
    code.set_marks(LineMarks(breakpoints=frozenset({2}), **{mark: 2}))
    _, top, high = next(each for each in code.visible_lines() if each[0] == 2)
    picture = code.gutter.grab().toImage()
    column = [picture.pixel(x, y) for x in range(20) for y in range(int(top), int(top + high))]
    assert column.count(q("editor.gutter.breakpoint").rgb()) >= 20 and column.count(arrow) >= 20
    assert "Breakpoint" in code.gutter._tip(2) and "\n" in code.gutter._tip(2)


def test_what_went_wrong_wins_over_where_it_runs() -> None:
    marks = LineMarks(problems={3: "error"}, linked=frozenset({2, 3}), execution=2)
    assert [marks.tint(n, 4) for n in (1, 2, 3, 4)] == ["", "exec", "error", "current"]


def test_highlighting_is_not_an_edit(qtbot: QtBot) -> None:
    document = Document(Path("a.leo"), "let a: u8 = 1u8;")
    seen: list[object] = []
    document.edited.connect(seen.append)
    document.highlighter.rehighlight()
    assert seen == []
    document.replace_text("changed")
    assert seen and document.modified
    document.text_document.undo()
    assert document.text() == "let a: u8 = 1u8;"


def test_a_file_that_was_behind_has_the_colours_of_the_theme(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    session = studio.session
    main = session.documents.current
    assert main is not None
    session.documents.open(project_folder / "program.json")
    studio.set_look("theme", "light" if studio.settings.get("theme") == "dark" else "dark")
    session.documents.set_current(main)

    def colour() -> object:
        formats = main.text_document.firstBlock().layout().formats()
        return formats[0].format.foreground().color() if formats else None

    qtbot.waitUntil(lambda: colour() == q("syntax.keyword"), timeout=4000)


@given(st.text("ab\n\U0001d538", max_size=40), st.text("ab\n\U0001d538", max_size=40))
def test_small_edits_lead_from_one_text_to_another(now: str, then: str) -> None:
    made, last = now, len(now)
    for start, end, new in edits(now, then):
        assert start <= end <= last
        made, last = made[:start] + new + made[end:], start
    assert made == then


def test_edits_leave_lines_between_them_alone() -> None:
    assert edits("a\nb\nc\nd\n", "a!\nb\nc\nnew\nd\n") == [(6, 6, "new\n"), (1, 1, "!")]
    assert edits("a\n" * 5000, "a\n" * 5000) == []


def test_a_long_file_opens_whole(qtbot: QtBot) -> None:
    text = "    let hash: field = BHP256::hash_to_field(recipient);\n" * 5000
    code = editor(qtbot, text)
    assert code.blockCount() == 5001


class Item:
    def __init__(self, text: str, kind: str = "name", detail: str = "") -> None:
        self.text, self.kind, self.detail, self.help = text, kind, detail, ""


def test_completions_begin_with_exact_beginnings() -> None:
    items = [Item("unset"), Item("set"), Item("Settle"), Item("set"), Item("other")]
    assert [i.text for i in rank(items, "se")] == ["set", "Settle", "unset"]


def test_runs_join_neighbouring_instructions() -> None:
    assert runs_of([(1, 10), (1, 11), (1, 14), (2, 12), (None, 13)]) == [
        (1, 10, 11),
        (1, 14, 14),
        (2, 12, 12),
    ]
