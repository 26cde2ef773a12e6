"""A project of several files in the window: checks, places, breakpoints and links carry the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.studio import Studio
from tests.api.projects import app_with_all

pytestmark = pytest.mark.qt


@pytest.fixture
def opened(studio: Studio, tmp_path: Path, qtbot: QtBot) -> Studio:
    """The Studio with a project of modules, a library and a dependency, checked and built."""
    project = app_with_all(tmp_path / "work")
    assert studio.open_project(project.root)
    settled(studio, qtbot)
    return studio


def settled(studio: Studio, qtbot: QtBot) -> None:
    """Wait until checks and builds are done."""
    timers = studio.actions._checks.values
    qtbot.waitUntil(
        lambda: not any(timer.isActive() for timer in timers()) and not studio.jobs.running(), timeout=30_000
    )


def built(studio: Studio, qtbot: QtBot) -> None:
    with qtbot.waitSignal(studio.session.build_changed, timeout=30_000):
        studio.actions.build()
    settled(studio, qtbot)


def test_a_project_of_several_files_shows_no_false_error(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    for path in session.project.sources:
        session.documents.open(path)
        settled(opened, qtbot)
    built(opened, qtbot)
    assert session.problems() == []


def test_an_error_typed_into_a_module_is_shown_in_it_alone(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    main = session.documents.open(session.project.main)
    module = session.documents.open(session.project.root / "src/rates.leo")
    text = module.text().replace("x * FACTOR", "x * true")
    module.text_document.setPlainText(text)
    settled(opened, qtbot)
    assert {(p.file, p.line) for p in session.problems(module.path)} == {("src/rates.leo", 4)}
    assert session.problems(main.path) == []
    module.text_document.setPlainText(text.replace("x * true", "x * FACTOR"))
    settled(opened, qtbot)
    assert session.problems() == []


def test_a_changed_module_makes_an_error_in_the_program_that_uses_it(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    module = session.documents.open(session.project.root / "src/rates.leo")
    module.text_document.setPlainText(module.text().replace("twice", "thrice"))
    settled(opened, qtbot)
    assert {p.file for p in session.problems()} == {"src/main.leo"}


def test_a_breakpoint_in_a_module_hits_and_its_file_comes_to_the_front(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    module = session.project.root / "src/rates.leo"
    helper = (session.project.root / "../dep/src/helpers.leo").resolve()
    session.documents.open(session.project.main)
    session.toggle_breakpoint(module, 4)
    session.toggle_breakpoint(helper, 2)
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    step = session.step_view()
    assert step is not None and (step.file, step.leo_line) == ("src/rates.leo", 4)
    assert session.documents.current is not None and session.documents.current.path == module
    editor = opened.window.panel("editor")
    assert editor.code.marks.execution == 4
    opened.actions.step("forward")
    step = session.step_view()
    assert step is not None and (step.file, step.leo_line) == ("../dep/src/helpers.leo", 2)
    assert session.documents.current.path == helper
    assert editor.code.marks.execution == 2
    opened.actions.step("backward")
    assert session.documents.current.path == module


def test_a_breakpoint_of_the_main_file_is_not_one_of_a_module(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    session.toggle_breakpoint(session.project.main, 4)
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    opened.actions.step("forward")
    assert session.ran is not None and session.step == session.ran.debugger.last


def test_links_and_run_to_know_the_file(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    built(opened, qtbot)
    rates = session.project.root / "src/rates.leo"
    session.link_leo(4, rates)
    assert session.cursor.linked.path == rates and session.cursor.linked.aleo
    session.link_leo(4)
    assert not session.cursor.linked.aleo, "line 4 of main.leo has no instruction"
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    session.documents.open((session.project.root / "../shapes/src/lib.leo").resolve())
    opened.actions.run_to(2)
    step = session.step_view()
    assert step is not None and (step.file, step.leo_line) == ("../shapes/src/lib.leo", 2)


def test_a_pause_brings_the_errors_of_constants(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    module = session.documents.open(session.project.root / "src/deep/inner.leo")
    text = module.text().replace("3u32", "4000000000u32 + 4000000000u32")
    module.text_document.setPlainText(text)
    qtbot.waitUntil(lambda: any(p.level == "error" for p in session.problems()), timeout=30_000)
    module.text_document.setPlainText(text.replace("4000000000u32 + 4000000000u32", "3u32"))
    qtbot.waitUntil(lambda: session.problems() == [], timeout=30_000)


def test_files_of_one_name_have_tabs_that_tell_them_apart(opened: Studio) -> None:
    session = opened.session
    assert session.project is not None
    tabs: Any = opened.window.panel("editor").tabs  # type: ignore[attr-defined]
    other = session.documents.open((session.project.root / "../dep/src/main.leo").resolve())
    assert [tabs.bar.tabText(n) for n in range(tabs.bar.count())] == ["main.leo — app", "main.leo — dep"]
    assert "dep" in tabs.bar.accessibleTabName(1)
    session.documents.close(other)
    assert tabs.bar.tabText(0) == "main.leo"


def test_the_call_stack_says_in_which_file_a_frame_is(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    helper = (session.project.root / "../dep/src/helpers.leo").resolve()
    session.toggle_breakpoint(helper, 2)
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    panel: Any = opened.window.panel("stack")
    places = [row.cells[1].text() for row in panel.list.all_rows()]
    assert places == ["helpers.leo line 2", "main.leo — app line 6"]


def test_the_instructions_are_those_of_the_program_that_runs(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    editor: Any = opened.window.panel("editor")
    instructions = editor.instructions
    assert session.run is not None
    seen = set()
    for step in [*session.run.steps, *reversed(session.run.steps)]:
        session.set_step(step.index)
        program = session.run.frames[step.frame].program
        text = instructions.code.toPlainText()
        assert f"program {program};" in text
        line = text.split("\n")[instructions.code.marks.execution - 1].strip()
        assert line == step.text, "the step is marked in its own program"
        seen.add(program)
    assert seen == {"app.aleo", "dep.aleo"}
    inside = next(s.index for s in session.run.steps if session.run.frames[s.frame].program == "dep.aleo")
    session.set_step(inside)
    assert instructions.tab.tabText(0) == "dep.aleo"
    session.set_debugging(False)
    assert "program app.aleo;" in instructions.code.toPlainText()
    session.set_debugging(True)
    opened.close_project()
    assert opened.check_invariants() == []


def test_undo_makes_build_and_run_fresh_again_file_by_file(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"])
    main = session.documents.open(session.project.main)
    module = session.documents.open(session.project.root / "src/rates.leo")  # not open when it was built
    states: list[tuple[bool, bool]] = []
    session.build_changed.connect(lambda: states.append((session.stale, session.run_stale)))
    for document in (main, module):
        document.replace_text(document.text().replace("let ", "let  ", 1))
    assert session.stale and session.run_stale
    module.text_document.undo()
    assert session.stale, "the main file is still edited"
    main.text_document.undo()
    assert not session.stale and not session.run_stale
    assert states == [(True, True), (False, False)]
    assert not main.modified and not module.modified


def test_a_run_of_an_earlier_build_is_fresh_again_with_its_text(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    assert session.project is not None
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"])
    module = session.documents.open(session.project.root / "src/rates.leo")
    module.replace_text(module.text().replace("2u32", "3u32"))
    built(opened, qtbot)
    assert not session.stale and session.run_stale
    module.text_document.undo()
    assert session.stale and not session.run_stale
    session.documents.close(module)
    assert session.stale, "built with a text that was never saved"
    built(opened, qtbot)
    assert not session.stale and not session.run_stale


@pytest.mark.parametrize("back", [Qt.Key.Key_Backspace, Qt.Key.Key_Z])
def test_an_edit_that_makes_the_run_fresh_again_brings_no_other_file_to_the_front(
    opened: Studio, qtbot: QtBot, back: Qt.Key
) -> None:
    session = opened.session
    assert session.project is not None
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"], debug=True)
    module = session.documents.open(session.project.root / "src/rates.leo")
    before = module.text()
    editor: Any = opened.window.panel("editor")
    qtbot.keyClick(editor.code, Qt.Key.Key_X)
    assert session.run_stale
    steps = session.run.steps if session.run is not None else ()
    session.set_step(next(s.index for s in steps if s.index != session.step and s.file == "src/main.leo"))
    undo = Qt.KeyboardModifier.ControlModifier if back == Qt.Key.Key_Z else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(editor.code, back, undo)
    qtbot.wait(10)
    assert module.text() == before and not session.run_stale
    assert session.documents.current is module and editor.code.document_shown is module
    qtbot.keyClick(editor.code, Qt.Key.Key_Y)
    assert module.text() == f"y{before}" and editor.code.textCursor().document() is module.text_document
    qtbot.keyClick(editor.code, Qt.Key.Key_Backspace)
    opened.actions.step("over")
    step = session.step_view()
    assert step is not None and session.documents.current.path == step.path != module.path


@pytest.mark.parametrize("is_open", [True, False])
def test_a_renamed_module_makes_the_build_stale_at_once_and_its_old_name_fresh_again(
    opened: Studio, qtbot: QtBot, is_open: bool
) -> None:
    session = opened.session
    assert session.project is not None
    built(opened, qtbot)
    module = session.project.root / "src/rates.leo"
    if is_open:
        session.documents.open(module)
    beside: Any = opened.window.panel("editor").instructions  # type: ignore[attr-defined]
    assert not session.stale
    opened.files.rename(module, "prices.leo")
    assert session.stale and beside.badge.isVisibleTo(beside)
    assert "edited since" in opened.window.status.activities.build.text()
    settled(opened, qtbot)
    assert session.stale and session.problems()
    opened.files.rename(module.with_name("prices.leo"), "rates.leo")
    assert not session.stale and not beside.badge.isVisibleTo(beside)
    settled(opened, qtbot)
    assert not session.stale and session.problems() == []


def test_the_cost_of_an_instruction_names_its_file_and_leads_there(opened: Studio, qtbot: QtBot) -> None:
    session = opened.session
    built(opened, qtbot)
    with qtbot.waitSignal(opened.actions.ran_to_end, timeout=30_000):
        opened.actions.run("main", ["2u32", "3u32"])
    opened.actions.proof.constrain()
    qtbot.waitUntil(lambda: session.artifacts.constrained is not None, timeout=30_000)
    table: Any = opened.window.show_panel("constraints").instructions  # type: ignore[attr-defined]
    editor: Any = opened.window.panel("editor")
    rows = {each.cells[3].text(): each for each in table.all_rows()}
    assert {"rates.leo line 4", "lib.leo line 2"} <= rows.keys()
    for text, name, line in (("rates.leo line 4", "rates.leo", 4), ("lib.leo line 2", "lib.leo", 2)):
        table.chosen.emit(rows[text].key)
        assert session.documents.current is not None and session.documents.current.name == name
        assert editor.code.current_line() == line
    opened.window.set_perspective("prove")
    table.chosen.emit(rows["rates.leo line 4"].key)
    assert opened.window.perspective == "prove" and session.documents.current.name == "lib.leo"
    table.activated_key.emit(rows["rates.leo line 4"].key)
    assert editor.isVisible() and session.documents.current.name == "rates.leo"
