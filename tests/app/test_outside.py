"""Files that other programs change while they are open: nothing is overwritten or lost unseen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import outside
from app.editor.disk import Unfit, read, stored_of
from app.editor.document import Document
from app.studio import Studio
from app.widgets.diff_sheet import DiffSheet, differing
from app.widgets.prompt import Prompt, Sheet
from avm.base.errors import AvmError

pytestmark = pytest.mark.qt


@pytest.fixture
def document(studio: Studio, project_folder: Path) -> Document:
    studio.open_project(project_folder)
    assert studio.session.documents.current is not None
    return studio.session.documents.current


def type_text(studio: Studio, text: str) -> None:
    studio.window.panel("editor").code.textCursor().insertText(text)  # type: ignore[attr-defined]


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text)


def sheets(studio: Studio) -> list[Sheet]:
    return [s for s in studio.window.findChildren(Sheet) if s.isVisible()]


def press(sheet: Sheet, label: str) -> None:
    next(b for b in sheet.buttons if b.text().strip() == label).click()


def test_saving_never_overwrites_what_was_not_seen(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    assert not studio.actions.save(document)
    assert document.path.read_text(encoding="utf-8").endswith("// theirs\n")
    assert document.modified and document.text().startswith("// mine\n")
    labels = [b.text().strip() for b in sheets(studio)[0].buttons]
    assert labels == ["Show both", "Keep mine", "Take theirs", "Cancel"]
    press(sheets(studio)[0], "Cancel")
    assert not studio.actions.save_all()
    assert document.path.read_text(encoding="utf-8").endswith("// theirs\n")


def test_keep_mine_overwrites_only_what_was_seen(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.actions.save(document)
    append(document.path, "// and more\n")
    press(sheets(studio)[0], "Keep mine")
    assert document.path.read_text(encoding="utf-8").endswith("// and more\n")
    press(sheets(studio)[0], "Keep mine")
    assert document.path.read_text(encoding="utf-8") == document.text() and not document.modified
    assert studio.check_invariants() == []


def test_take_theirs_is_an_edit_that_can_be_undone(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.watch.look()
    assert document.outside is not None and document.modified
    take = next(action for label, _, action in outside.choices(studio, document) if label == "Take theirs")
    take()
    assert document.text().endswith("// theirs\n") and not document.modified and document.outside is None
    document.text_document.undo()
    assert document.text().startswith("// mine\n") and document.modified
    assert studio.check_invariants() == []


@pytest.mark.parametrize("by_key", [False, True])
def test_theirs_and_back_keep_the_cursor_and_what_is_in_view(
    studio: Studio, document: Document, qtbot: QtBot, by_key: bool
) -> None:
    code: Any = studio.window.panel("editor").code
    lines = [f"// line {n}" for n in range(400)]
    document.replace_text("\n".join(lines) + "\n")
    assert studio.actions.save(document)
    code.go_to(1)
    type_text(studio, "// mine\n")
    theirs = list(lines)
    theirs[3:3] = ["// one more", "// and one more"]
    theirs[390] = "// changed at the end"
    document.path.write_text("\n".join(theirs) + "\n", encoding="utf-8")
    studio.watch.look()
    code.go_to(202, 4)
    code.verticalScrollBar().setValue(190)

    def place() -> tuple[str, int, int]:
        cursor = code.textCursor()
        top = cursor.blockNumber() - code.firstVisibleBlock().blockNumber()
        return cursor.block().text(), cursor.positionInBlock(), top

    before = place()
    assert before[0] == "// line 200"
    next(action for label, _, action in outside.choices(studio, document) if label == "Take theirs")()
    assert place() == before and document.text() == "\n".join(theirs) + "\n"
    code.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    for key, way in ((Qt.Key.Key_Z, "edit.undo"), (Qt.Key.Key_Y, "edit.redo"), (Qt.Key.Key_Z, "edit.undo")):
        if by_key:
            qtbot.keyClick(code, key, control)
        else:
            studio.run_command(way)
        assert place() == before
    assert document.text().startswith("// mine\n// line 0\n// line 1\n")
    studio.run_command("edit.redo")
    code.go_to(300)
    type_text(studio, "here")
    code.go_to(1)
    studio.run_command("edit.undo")
    assert code.current_line() == 300 and document.text() == "\n".join(theirs) + "\n"
    studio.run_command("edit.undo")
    code.go_to(202)
    type_text(studio, "here")
    code.go_to(1)
    studio.run_command("edit.undo")
    assert code.current_line() == 202, "an edit of one's own is shown where it is undone"


def test_an_unmodified_file_follows_the_disk_and_keeps_the_cursor(
    studio: Studio, document: Document, qtbot: QtBot
) -> None:
    code = studio.window.panel("editor").code  # type: ignore[attr-defined]
    code.go_to(5, 9)
    before = document.text()
    document.path.write_text("// first\n" + before, encoding="utf-8")
    qtbot.waitUntil(lambda: document.text().startswith("// first\n"), timeout=10_000)
    assert not document.modified
    assert (code.current_line(), code.textCursor().positionInBlock()) == (6, 8)
    document.text_document.undo()
    assert document.text() == before and document.modified


def test_a_file_replaced_atomically_is_noticed_each_time(
    studio: Studio, document: Document, tmp_path: Path, qtbot: QtBot
) -> None:
    for number in range(3):
        other = tmp_path / "other"
        other.write_text(f"// version {number}\n", encoding="utf-8")
        os.replace(other, document.path)
        qtbot.waitUntil(lambda n=number: document.text() == f"// version {n}\n", timeout=10_000)
    assert not document.modified


def test_a_deleted_file_is_marked_and_can_be_saved_again(
    studio: Studio, document: Document, qtbot: QtBot
) -> None:
    document.path.unlink()
    assert "not there any more" in studio.session.documents.check_invariants()[0]
    qtbot.waitUntil(lambda: document.outside is not None, timeout=10_000)
    assert document.modified and studio.window.windowTitle().startswith("•")
    notice = studio.window.panel("editor").notice  # type: ignore[attr-defined]
    assert not notice.isHidden() and "deleted" in notice.fact.whole()
    assert studio.check_invariants() == []
    notice.buttons[0].click()
    assert document.path.read_text(encoding="utf-8") == document.text()
    assert not document.modified and notice.isHidden()


def test_a_folder_that_vanishes_and_comes_back_changes_nothing(
    studio: Studio, document: Document, tmp_path: Path
) -> None:
    document.path.parent.rename(tmp_path / "away")
    studio.watch.look()
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "gone"
    (tmp_path / "away").rename(document.path.parent)
    studio.watch.look()
    assert document.outside is None and not document.modified
    assert studio.check_invariants() == []


@pytest.mark.parametrize("kind", ["folder", "pipe", "binary"])
def test_what_is_no_text_any_more_is_never_replaced(kind: str, studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    document.path.unlink()
    if kind == "folder":
        document.path.mkdir()
    elif kind == "pipe":
        os.mkfifo(document.path)
    else:
        document.path.write_bytes(b"\xff\x00\xfe")
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "unreadable"
    assert not studio.actions.save(document)
    assert document.modified and document.text().startswith("// mine\n")
    assert document.path.is_dir() or document.path.is_fifo() or document.path.read_bytes() == b"\xff\x00\xfe"


def test_closing_with_save_stops_at_a_conflict(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.window.close()
    press(sheets(studio)[0], "Save and close")
    assert studio.window.isVisible() and document.modified
    assert document.path.read_text(encoding="utf-8").endswith("// theirs\n")


def test_the_difference_is_shown_with_the_choice(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.actions.save(document)
    press(sheets(studio)[0], "Show both")
    sheet = sheets(studio)[0]
    assert isinstance(sheet, DiffSheet)
    shown = sheet.view.toPlainText()
    assert "+// mine" in shown and "−// theirs" in shown
    press(sheet, "Take theirs")
    assert document.text().endswith("// theirs\n") and not document.modified


def test_two_programs_that_write_the_same_text_are_no_conflict(studio: Studio, document: Document) -> None:
    type_text(studio, "// same\n")
    document.path.write_text(document.text(), encoding="utf-8")
    assert studio.actions.save(document) and not document.modified and sheets(studio) == []


@pytest.mark.parametrize(
    "data",
    [
        b"a\r\nb\r\n",
        b"a\r\nb",
        b"a\nb",
        b"a\rb\r",
        b"\xef\xbb\xbfa\n",
        b"",
        b"\n\n",
        b"a\r\nb\nc\rd",
        "a\u00a0b\tc\x0cd\x0be\u0085f\U0001d538\n".encode(),
    ],
)
def test_every_byte_that_was_not_edited_survives(
    data: bytes, studio: Studio, document: Document, project_folder: Path
) -> None:
    path = project_folder / "src" / "more.leo"
    path.write_bytes(data)
    more = studio.session.documents.open(path)
    assert more.data() == data
    type_text(studio, "x")
    assert studio.actions.save(more)
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    assert path.read_bytes() == bom + b"x" + data[len(bom) :]


def test_mixed_line_ends_stay_where_nothing_was_edited() -> None:
    stored = stored_of(b"1\r\n2\n3\r4\n5\r\n", Path("x"))
    assert stored.data("1\n2\nnew\nline\n4\n5\n") == b"1\r\n2\nnew\r\nline\r4\n5\r\n"
    assert stored.data("1\n2\n3!\n4\n5\n") == b"1\r\n2\n3!\r4\n5\r\n"


@pytest.mark.parametrize("data", [b"a\0b", b"\xff", "a\u2029b".encode(), "a\u2028b".encode()])
def test_a_text_that_the_editor_could_not_give_back_is_not_opened(
    data: bytes, studio: Studio, document: Document, project_folder: Path
) -> None:
    path = project_folder / "src" / "more.leo"
    path.write_bytes(data)
    with pytest.raises(AvmError):
        studio.session.documents.open(path)
    assert path.resolve() not in studio.session.documents.by_path
    with pytest.raises(Unfit):
        read(path)


def test_a_long_difference_is_bounded() -> None:
    assert len(differing("a\n" * 30_000, "b\n" * 30_000)) == 1


def test_the_question_about_a_conflict_is_answered_by_keys(
    studio: Studio, document: Document, qapp: QApplication, qtbot: QtBot
) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.actions.save(document)
    asked = sheets(studio)[0]
    assert isinstance(asked, Prompt)
    qtbot.keyClick(asked.focusWidget() or asked, Qt.Key.Key_Escape)
    assert sheets(studio) == [] and document.modified


def test_a_text_typed_back_to_what_the_disk_holds_is_not_modified(studio: Studio, document: Document) -> None:
    document.replace_text(document.text() + "// more \U0001d538\n")
    assert studio.actions.save(document)
    code: Any = studio.window.panel("editor").code
    type_text(studio, "x")
    assert document.modified
    code.textCursor().deletePreviousChar()
    assert not document.modified and studio.check_invariants() == []
    document.text_document.undo()
    assert document.modified and studio.check_invariants() == []
    document.text_document.redo()
    assert not document.modified
    type_text(studio, "y")
    append(document.path, "// theirs\n")
    studio.watch.look()
    code.textCursor().deletePreviousChar()
    assert document.modified, "the disk holds something else by now"
    assert studio.check_invariants() == []


@pytest.mark.parametrize("by", ["ask", "show_both"])
def test_a_question_about_a_file_leaves_with_it(studio: Studio, document: Document, by: str) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.watch.examine(document, patient=False)
    getattr(outside, by)(studio, document)
    assert len(sheets(studio)) == 1
    studio.session.documents.close(document)
    assert sheets(studio) == []


def test_a_question_about_a_project_leaves_with_it(
    studio: Studio, document: Document, project_folder: Path
) -> None:
    studio.files.ask_new_file(None)  # type: ignore[attr-defined]
    type_text(studio, "// mine\n")
    studio.close_project()
    assert len(sheets(studio)) == 2
    press(sheets(studio)[-1], "Close without saving")
    assert sheets(studio) == []


# A question follows the file


@pytest.mark.parametrize("by", ["ask", "show_both"])
def test_a_question_becomes_that_of_what_the_file_is_now(
    studio: Studio, document: Document, by: str, qtbot: QtBot
) -> None:
    base = document.path.read_text(encoding="utf-8")
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.watch.examine(document, patient=False)
    getattr(outside, by)(studio, document)
    append(document.path, "// and more\n")
    qtbot.waitUntil(lambda: len(sheets(studio)) == 1 and "more" in document.on_disk(), timeout=10_000)
    if by == "show_both":
        sheet = sheets(studio)[0]
        assert isinstance(sheet, DiffSheet) and "−// and more" in sheet.view.toPlainText()
    document.path.unlink()
    qtbot.waitUntil(lambda: document.outside is not None and document.outside.kind == "gone", timeout=10_000)
    labels = [[b.text().strip() for b in s.buttons] for s in sheets(studio)]
    assert labels == [["Save it again", "Close it", "Cancel"]]
    document.path.write_text(base, encoding="utf-8")
    qtbot.waitUntil(lambda: document.outside is None, timeout=10_000)
    assert sheets(studio) == [] and document.text().startswith("// mine\n")


@pytest.mark.parametrize("saving", [False, True])
@pytest.mark.parametrize("way", ["Keep mine", "Take theirs"])
def test_no_way_out_acts_on_a_file_that_is_another_by_now(
    studio: Studio, document: Document, way: str, saving: bool
) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.watch.examine(document, patient=False)
    act = next(a for label, _, a in outside.choices(studio, document, saving) if label == way)
    document.path.unlink()
    act()
    assert document.text().startswith("// mine\n") and not document.path.exists()
    assert [s.card.accessibleName() for s in sheets(studio)] == [outside.words(document)[0]]
    assert "deleted" in outside.words(document)[0]


def test_closing_says_how_much_is_lost_as_the_file_is_now(
    studio: Studio, document: Document, qtbot: QtBot
) -> None:
    type_text(studio, "// mine\n")
    studio.run_command("file.close")
    told = [label.text() for label in sheets(studio)[0].card.findChildren(QLabel)]
    assert any("since the last save" in text for text in told)
    document.path.unlink()
    studio.watch.examine(document, patient=False)
    assert len(sheets(studio)) == 1
    told = [label.text() for label in sheets(studio)[0].card.findChildren(QLabel)]
    assert any("all its text is gone" in text for text in told)


def test_the_ways_out_stand_in_one_order_in_bar_and_sheet(studio: Studio, document: Document) -> None:
    type_text(studio, "// mine\n")
    append(document.path, "// theirs\n")
    studio.actions.save(document)
    bar = studio.window.panel("editor").notice.buttons  # type: ignore[attr-defined]
    assert all(b.isVisible() for b in bar)
    QApplication.processEvents()
    in_bar = [b.text().strip() for b in sorted(bar, key=lambda b: b.x())]
    in_sheet = [b.text().strip() for b in sorted(sheets(studio)[0].buttons, key=lambda b: b.x())]
    assert in_sheet == ["Cancel", *in_bar]
