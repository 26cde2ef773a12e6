"""The Studio as a person uses it: projects, files, settings, layout, palette, recovery, closing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import registry
from app.editor.document import Document
from app.palette import match
from app.settings import Settings
from app.studio import Studio
from app.widgets.prompt import Prompt
from app.widgets.spans import code, row, seconds, shorten, thousands
from app.window import Window

pytestmark = pytest.mark.qt


def prompts(window: Window) -> list[Prompt]:
    return [p for p in window.findChildren(Prompt) if p.isVisible()]


def test_a_project_opens_with_its_main_file(studio: Studio, project_folder: Path) -> None:
    assert studio.open_project(project_folder)
    assert (
        studio.session.documents.current is not None and studio.session.documents.current.name == "main.leo"
    )
    assert "demo.aleo" in studio.window.windowTitle()
    assert str(project_folder) in studio.settings.get("recent")


def test_a_folder_that_is_no_project_is_refused_with_a_reason(studio: Studio, tmp_path: Path) -> None:
    assert not studio.open_project(tmp_path / "nothing")
    assert studio.session.project is None


def test_an_edit_marks_the_file_and_saving_writes_it(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    cursor = studio.window.panel("editor").code.textCursor()  # type: ignore[attr-defined]
    cursor.insertText("// changed\n")
    assert document.modified and studio.window.windowTitle().startswith("•")
    assert studio.run_command("file.save")
    assert not document.modified
    assert document.path.read_text(encoding="utf-8").startswith("// changed")


def test_a_full_disk_keeps_the_text_and_says_so(
    studio: Studio, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    before = document.path.read_text(encoding="utf-8")
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]

    def full(*_a: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert not studio.actions.save(document)
    monkeypatch.undo()
    assert document.modified and document.path.read_text(encoding="utf-8") == before
    assert any("not saved" in m.fact for m in studio.session.output)


def test_closing_with_unsaved_work_asks_and_does_not_block(
    studio: Studio, project_folder: Path, qapp: QApplication
) -> None:
    studio.open_project(project_folder)
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]
    studio.window.close()
    assert studio.window.isVisible()
    asked = prompts(studio.window)
    assert len(asked) == 1
    asked[0].leave()
    studio.session.documents.current.text_document.undo()  # type: ignore[union-attr]


def test_an_edit_makes_the_build_stale_and_undo_fresh_again(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert isinstance(document, Document)

    class View:
        ok, functions, problems, links = True, (), (), ()
        program, bytecode, bytecode_bytes, seconds, unsupported = (
            "demo.aleo",
            "program demo.aleo;\n",
            20,
            0.1,
            False,
        )

    class Built:
        view, project, files, sources = View, studio.session.project, {}, {}

    studio.session.set_built(Built(), 0.0)  # type: ignore[arg-type]
    assert not studio.session.stale
    studio.window.panel("editor").code.textCursor().insertText("x")  # type: ignore[attr-defined]
    assert studio.session.stale
    document.text_document.undo()
    assert not studio.session.stale


def test_the_layout_is_remembered_and_can_be_reset(studio: Studio, qapp: QApplication) -> None:
    docks = studio.window.docks
    docks.close_panel("outline")
    docks.remember()
    saved = studio.settings.item("layouts", "edit")
    assert saved
    other = Studio(Settings(studio.settings.folder))
    other.settings.set_item("layouts", "edit", saved)
    window = Window(other)
    window.show()
    qapp.processEvents()
    assert not window.docks.is_open("outline")
    other.run_command("view.reset")
    qapp.processEvents()
    assert window.docks.is_open("outline")
    other.jobs.close(0.5)
    window.hide()


def test_a_panel_is_one_widget_in_all_perspectives(studio: Studio, qapp: QApplication) -> None:
    first = studio.window.panel("editor")
    studio.run_command("perspective.debug")
    qapp.processEvents()
    assert studio.window.panel("editor") is first and first.isVisible()
    studio.run_command("perspective.edit")
    qapp.processEvents()
    assert first.isVisible()


def test_the_palette_finds_runs_and_gives_reasons(studio: Studio, qtbot: QtBot) -> None:
    palette = studio.window.palette_overlay
    studio.run_command("palette.commands")
    assert palette.isVisible()
    palette.field.setText("ledger perspective")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible() and studio.window.perspective == "ledger"
    palette.open("step over")
    assert next(i.off for i in palette.model.items if not i.head) == "run or debug a function first"
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


@pytest.mark.parametrize("text", ["\N{SUPERSCRIPT NINE}", "9" * 5000, "99999999999", "0", "7", "4000"])
def test_any_text_may_be_typed_for_a_line(studio: Studio, project_folder: Path, text: str) -> None:
    studio.open_project(project_folder)
    studio.run_command("edit.go_to_line")
    palette = cast(Window, studio.window).palette_overlay
    palette.field.setText(f":{text}")
    palette.choose(0)
    assert studio.window.panel("editor").code.current_line() == (
        7 if text == "7" else 12 if text == "4000" else 1
    )


def test_quick_open_lists_the_files_of_the_project(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    studio.window.palette_overlay.open("main", files=True)
    assert "src/main.leo" in [i.title for i in studio.window.palette_overlay.model.items]
    studio.window.palette_overlay.leave()


@pytest.mark.parametrize(("text", "files"), [("main.leo", True), (":3", False), ("@main", False)])
def test_what_is_chosen_in_the_palette_takes_the_keys(
    studio: Studio, project_folder: Path, qtbot: QtBot, text: str, files: bool
) -> None:
    studio.open_project(project_folder)
    studio.window.show_panel("project").setFocus()
    palette = cast(Window, studio.window).palette_overlay
    palette.open(text, files=files)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    code = studio.window.panel("editor").code  # type: ignore[attr-defined]
    assert not palette.isVisible() and studio.window.focusWidget() is code


def test_a_file_that_cannot_be_shown_is_told_by_the_palette(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    (project_folder / "src" / "odd.leo").write_bytes(b"\xff\xfe\x00")
    palette = cast(Window, studio.window).palette_overlay
    palette.open("odd.leo", files=True)
    palette.choose(0)
    assert studio.window.toasts.told[-1].fact == "odd.leo cannot be shown"  # type: ignore[attr-defined]


def test_a_key_of_the_window_does_nothing_behind_the_palette(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    palette = cast(Window, studio.window).palette_overlay
    studio.run_command("palette.commands")
    qtbot.keyClick(palette.field, Qt.Key.Key_F9)
    assert palette.isVisible() and not studio.session.breakpoints(document.path)
    qtbot.keyClick(palette.field, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible() and palette.files
    palette.leave()
    qtbot.keyClick(studio.window, Qt.Key.Key_F9)  # type: ignore[call-overload]
    assert studio.session.breakpoints(document.path)


def test_keys_can_be_changed_and_the_loser_is_named(studio: Studio) -> None:
    panel = studio.window.show_panel("settings")
    panel.keys.choose("build.build")  # type: ignore[attr-defined]
    panel._set("F10")  # type: ignore[attr-defined]
    assert studio.keys_for("build.build") == "F10" and studio.keys_for("debug.over") == ""
    assert "Step over" in panel.wrong.text()  # type: ignore[attr-defined]
    panel._default()  # type: ignore[attr-defined]
    assert studio.keys_for("build.build") == "Ctrl+B"


def test_further_keys_hold_until_a_command_has_them_as_its_own(studio: Studio) -> None:
    portable = QKeySequence.SequenceFormat.PortableText

    def keys(name: str) -> list[str]:
        action = cast(Window, studio.window).actions_by_id[name]
        return [k.toString(portable) for k in action.shortcuts()]

    assert keys("edit.redo") == ["Ctrl+Shift+Z", "Ctrl+Y"] and keys("edit.zoom_in") == ["Ctrl+=", "Ctrl++"]
    assert keys("edit.zoom_out") == ["Ctrl+-"] and keys("edit.zoom_reset") == ["Ctrl+0"]
    studio.settings.set("keys", {"edit.comment": "Ctrl+Y"})
    studio.window.bind_keys()
    assert keys("edit.redo") == ["Ctrl+Shift+Z"] and keys("edit.comment") == ["Ctrl+Y"]
    studio.settings.set("keys", {"edit.redo": "Ctrl+R"})
    studio.window.bind_keys()
    assert keys("edit.redo") == ["Ctrl+R"]


def test_undo_redo_and_zoom_by_keys(studio: Studio, project_folder: Path, qtbot: QtBot) -> None:
    studio.open_project(project_folder)
    code: Any = studio.window.panel("editor").code
    studio.window.activateWindow()
    code.setFocus()
    before = code.toPlainText()
    code.textCursor().insertText("x")
    control = Qt.KeyboardModifier.ControlModifier
    for redo in ((Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier), (Qt.Key.Key_Y, control)):
        qtbot.keyClick(code, Qt.Key.Key_Z, control)
        assert code.toPlainText() == before
        qtbot.keyClick(code, *redo)
        assert code.toPlainText() == "x" + before
    for larger in (Qt.Key.Key_Equal, Qt.Key.Key_Plus):
        qtbot.keyClick(code, larger, control)
        assert code.zoom == 1.1
        qtbot.keyClick(code, Qt.Key.Key_Minus, control)
        assert code.zoom == 1.0
    qtbot.keyClick(code, Qt.Key.Key_Plus, control)
    qtbot.keyClick(code, Qt.Key.Key_0, control)
    assert code.zoom == 1.0
    editor: Any = studio.window.panel("editor")
    editor.open_find(False)
    field = editor.find_bar.wanted
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Z, control)
    assert field.text() == "" and code.toPlainText() == "x" + before
    qtbot.keyClick(field, Qt.Key.Key_Y, control)
    assert field.text() == "abc" and code.toPlainText() == "x" + before


def test_breakpoints_are_kept_by_file(studio: Studio, project_folder: Path) -> None:
    studio.open_project(project_folder)
    assert studio.run_command("edit.breakpoint")
    path = studio.session.documents.current.path  # type: ignore[union-attr]
    assert studio.session.breakpoints(path) == {1}
    assert Settings(studio.settings.folder).folder == studio.settings.folder
    studio.session.toggle_breakpoint(path, 1)
    assert studio.session.breakpoints(path) == frozenset()


def test_every_sample_has_a_command() -> None:
    from avm.api.workspace import samples

    names = {c.id for c in registry.commands()}
    assert {f"sample.{s.name}" for s in samples()} <= names


def test_a_wrong_name_for_a_program_is_explained(studio: Studio) -> None:
    studio.run_command("file.new")
    prompt = prompts(studio.window)[0]
    assert prompt.field is not None
    prompt.field.setText("Bad__name")
    prompt.buttons[0].click()
    assert prompt.isVisible() and prompt.wrong.text()
    prompt.leave()


def test_fuzzy_matching_prefers_whole_words() -> None:
    assert match("prove", "Prove the last run") is not None
    assert match("ptlr", "Prove the last run") is not None
    assert match("zzz", "Prove the last run") is None
    whole, scattered = match("step", "Step over"), match("step", "Save the program")
    assert whole is not None and (scattered is None or whole[0] < scattered[0])


def test_values_are_shortened_at_both_ends() -> None:
    assert shorten("123456789012345678901234field").endswith("1234field")
    assert shorten("500u64") == "500u64"
    assert thousands(13912) == "13\u2009912" and seconds(0.05) == "50 ms" and seconds(125) == "2 min 5 s"


def test_rows_of_one_shape_are_updated_in_place(qtbot: QtBot) -> None:
    from app.widgets.grid import Grid

    grid = Grid([("A", 0), ("B", 40)], name="t")
    qtbot.addWidget(grid)
    grid.set_rows([row(code("x"), code("1"), key=1), row(code("y"), code("2"), key=2)])
    grid.choose(2)
    resets: list[int] = []
    grid.rows_model.modelReset.connect(lambda: resets.append(1))
    grid.set_rows([row(code("x"), code("1"), key=1), row(code("y"), code("3"), key=2)])
    assert resets == [] and grid.current_key() == 2
    assert grid.rows_model.rows[1].cells[1].text() == "3"
    grid.set_rows([row(code("y"), code("3"), key=2)])
    assert resets == [1] and grid.current_key() == 2


def test_a_refusal_leaves_with_the_next_thing_that_is_done(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    assert studio.open_project(project_folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=60_000)
    studio.actions.run("main", ["1u32", "2u32"], debug=True)
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=60_000)
    window: Any = studio.window
    told = window.status.hint_label

    def refused() -> None:
        studio.session.set_step(10_000)
        assert not studio.run_command("debug.over")
        assert told.whole() == "Step over: this is the last step"

    refused()
    studio.run_command("debug.back_over")
    assert told.whole() == ""
    refused()
    studio.session.set_step(0)
    assert told.whole() == ""
    refused()
    window.set_perspective("edit")
    assert told.whole() == ""
    refused()
    studio.run_command("run.stop")
    assert told.whole() == ""


def test_a_fact_of_the_status_bar_is_shown_whole_where_there_is_room(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    window: Any = studio.window
    window.resize(1440, 800)
    assert studio.open_project(project_folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=60_000)
    fact = window.status.activities.build
    text = "Built a program with a long name: 12 345 bytes, 0.52 s, unsaved text included"
    fact.set(text, "hammer", "semantic.success.fg")
    qtbot.waitUntil(lambda: fact.label.shown() == text, timeout=5000)
    window.hint("Another line that is as long as it has to be, so that both of them want a lot of room")
    qtbot.waitUntil(lambda: fact.label.shown() != text, timeout=5000)
    window.hint("")
    qtbot.waitUntil(lambda: fact.label.shown() == text, timeout=5000)


def test_the_linked_instructions_are_those_of_the_line_in_view(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    """Another file with the cursor on the same line number, and the end of debugging, link anew."""
    other = project_folder / "src" / "other.leo"
    other.write_text("// nothing\n" * 10, encoding="utf-8")
    assert studio.open_project(project_folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=60_000)
    editor: Any = studio.window.panel("editor")
    main = studio.session.documents.current
    assert main is not None
    editor.code.go_to(5)
    marks = lambda: editor.instructions.code.marks.linked  # noqa: E731
    assert marks()
    studio.session.documents.open(other)
    editor.code.go_to(5)
    studio.session.documents.set_current(main)
    assert editor.code.current_line() == 5 and marks()
    studio.session.documents.open(other)
    assert editor.code.current_line() == 5 and not marks()
    studio.session.documents.set_current(main)
    studio.actions.run("main", ["1u32", "2u32"], debug=True)
    qtbot.waitUntil(lambda: studio.session.cursor.debugging, timeout=60_000)
    editor.code.go_to(1)
    studio.run_command("run.stop")
    assert not marks()
