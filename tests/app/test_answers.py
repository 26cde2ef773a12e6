"""Every action is answered: a build says that it works and is done, a run brings its result forward."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot

from app.cards.outcome import outcome, rows_of
from app.models.values import brief
from app.studio import Studio
from app.widgets.spans import Row
from avm.api import views as v
from avm.api.value_views import value_view
from avm.data.value import parse_value

pytestmark = [pytest.mark.qt, pytest.mark.timeout(300)]
LIMIT = 120_000
FUTURE = value_view(
    parse_value("{ program_id: token.aleo, function_name: mint, arguments: [ 7field, 1000u64, { a: 1u8 } ] }")
)


def opened(studio: Studio, qtbot: QtBot, folder: Path) -> None:
    assert studio.open_project(folder)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=LIMIT)


def strip(studio: Studio) -> Any:
    return studio.window.panel("editor").result  # type: ignore[attr-defined]


def words(each: Row) -> list[str]:
    return [cell.text() for cell in each.cells]


# Values


def test_a_future_reads_as_the_call_it_is() -> None:
    assert brief(FUTURE) == "token.aleo/mint(7field, 1000u64, { a: 1u8 })"


def test_outputs_and_writes_are_rows_that_copy_in_full() -> None:
    write = v.MappingWrite("set", "token.aleo", "balances", "aleo1qq", None, "7u64")
    run = v.RunView(
        "token.aleo", "mint", (), (FUTURE, v.ValueView("", "literal", "42u32")), None, (), (), (write,), 0.1
    )
    rows = rows_of(run, ["Final", "u32"])
    assert words(rows[0]) == ["token.aleo/mint(7field, 1000u64, { a: 1u8 })", "runs on chain"]
    assert rows[0].cells[0].copy == FUTURE.text and len(rows[0].children) == 3
    assert words(rows[1]) == ["42u32", "u32"] and words(rows[2])[0] == "balances[aleo1qq] 7u64"
    assert outcome(run).startswith("mint → token.aleo/mint(")


# Run


def test_a_run_brings_its_result_below_the_editor_and_into_the_status_bar(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    assert not strip(studio).isVisible()
    studio.actions.run("main", ["40u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    shown = strip(studio)
    assert shown.isVisible() and shown.value.whole() == "main → 42u32"
    facts = shown.facts.whole()
    assert "steps" in facts or "1 step" in facts
    assert "constraints not counted yet" in facts and shown.count.isVisible()
    assert studio.window.status.activities.run.text() == "main → 42u32"
    shown.copy_result()
    assert QGuiApplication.clipboard().text() == "42u32"
    studio.actions.proof.constrain()
    qtbot.waitUntil(lambda: studio.session.artifacts.constrained is not None, timeout=LIMIT)
    counted = studio.session.artifacts.constrained.view.constraints  # type: ignore[union-attr]
    assert f"{counted} constraints" in shown.facts.whole() and not shown.count.isVisible()


def test_the_result_is_seen_in_debug_too_and_leads_there(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    studio.actions.run("main", ["40u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    before = studio.session.ran
    strip(studio).debug.click()
    assert (
        studio.window.perspective == "debug" and studio.session.cursor.debugging and studio.session.step == 0
    )
    assert studio.session.ran is before, "the recording is not made again"
    qtbot.waitUntil(lambda: strip(studio).isVisible(), timeout=LIMIT)


def test_a_result_of_an_older_source_says_so_and_goes_with_its_project(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    studio.actions.run("main", ["40u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    cursor = QTextCursor(studio.session.documents.current.text_document)  # type: ignore[union-attr]
    cursor.insertText("// x\n")
    assert "before the last edit" in strip(studio).facts.whole() and not strip(studio).prove.isVisible()
    assert "edited since" in studio.window.status.activities.build.text()
    studio.session.documents.current.text_document.undo()  # type: ignore[union-attr]
    studio.session.documents.current.mark_saved()  # type: ignore[union-attr]
    assert studio.close_project()
    assert not strip(studio).isVisible() and studio.window.status.activities.build.text() == ""


def test_a_halt_goes_to_the_instruction_as_before(studio: Studio, project_folder: Path, qtbot: QtBot) -> None:
    opened(studio, qtbot, project_folder)
    studio.actions.run("main", ["4294967295u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    assert studio.window.perspective == "debug" and not strip(studio).isVisible()


def test_a_recording_says_how_far_it_is_and_can_be_stopped(
    studio: Studio, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avm.api import pipeline

    opened(studio, qtbot, project_folder)
    entered, stopped = threading.Event(), threading.Event()

    def slow(*_a: object, cancel: Any, progress: Any, **_more: object) -> None:
        progress.stage("Record")
        progress.step(45_056, 0)
        entered.set()
        while not cancel.cancelled:
            stopped.wait(0.01)
        cancel.check()

    monkeypatch.setattr(pipeline, "run", slow)
    studio.actions.run("main", ["40u32", "2u32"])
    qtbot.waitUntil(entered.is_set, timeout=LIMIT)
    qtbot.waitUntil(lambda: strip(studio).isVisible(), timeout=LIMIT)
    assert "45\u2009056 steps recorded" in strip(studio).facts.whole()
    assert "45\u2009056 steps recorded" in studio.window.status.activities.run.text()
    strip(studio).stop.click()
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="run"), timeout=LIMIT)
    assert studio.session.ran is None and not strip(studio).isVisible()


def test_the_engine_tells_how_many_steps_it_has_recorded(project_folder: Path) -> None:
    from avm.api.pipeline import build, run
    from avm.api.workspace import open_project
    from avm.base.errors import Cancelled
    from avm.base.progress import Cancel

    told: list[object] = []

    class Told:
        def stage(self, name: str, detail: str = "") -> None:
            told.append(name)

        def step(self, done: int, total: int) -> None:
            told.append((done, total))

    built = build(open_project(project_folder))
    ran = run(built, "main", ["1u32", "2u32"], progress=Told())
    assert told == ["Record", (0, 0), "Describe", (0, len(ran.view.steps))]
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        run(built, "main", ["1u32", "2u32"], cancel=cancel)


# Build


def test_a_build_says_that_it_works_and_that_it_is_done(
    studio: Studio, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avm.api import pipeline

    opened(studio, qtbot, project_folder)
    fact = studio.window.status.activities.build
    assert fact.text().startswith("Built demo.aleo: ") and " bytes, " in fact.text()
    go, before = threading.Event(), pipeline.build

    def slow(*given: Any, **more: Any) -> Any:
        go.wait(60)
        return before(*given, **more)

    monkeypatch.setattr(pipeline, "build", slow)
    studio.run_command("build.build")
    qtbot.waitUntil(lambda: fact.text().startswith("Building… "), timeout=LIMIT)
    assert fact.stop.isVisible()
    beside = studio.window.panel("editor").instructions  # type: ignore[attr-defined]
    badge = beside.badge
    qtbot.waitUntil(lambda: badge.isVisibleTo(beside) and badge.text().startswith("Building"), timeout=LIMIT)
    go.set()
    qtbot.waitUntil(lambda: fact.text().startswith("Built demo.aleo"), timeout=LIMIT)
    qtbot.waitUntil(lambda: not fact.stop.isVisible() and not badge.isVisibleTo(beside), timeout=LIMIT)


def test_a_build_that_fails_counts_its_errors(studio: Studio, project_folder: Path, qtbot: QtBot) -> None:
    opened(studio, qtbot, project_folder)
    document = studio.session.documents.current
    assert document is not None
    QTextCursor(document.text_document).insertText("nonsense ")
    studio.run_command("build.build")
    fact = studio.window.status.activities.build
    qtbot.waitUntil(lambda: fact.text().startswith("Not built: "), timeout=LIMIT)
    assert "error" in fact.text()


def test_a_build_says_that_it_took_unsaved_text(studio: Studio, project_folder: Path, qtbot: QtBot) -> None:
    opened(studio, qtbot, project_folder)
    document = studio.session.documents.current
    assert document is not None
    QTextCursor(document.text_document).insertText("// new\n")
    studio.run_command("build.build")
    fact = studio.window.status.activities.build
    qtbot.waitUntil(lambda: "unsaved" in fact.label.toolTip(), timeout=LIMIT)
    assert "main.leo" in fact.label.toolTip() and "unsaved" in fact.text()


def test_an_unsaved_file_of_another_project_is_no_part_of_a_build(
    studio: Studio, project_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other" / "src" / "main.leo"
    foreign = studio.session.documents.open_lost(other, "program other.aleo {}\n")
    opened(studio, qtbot, project_folder)
    fact = studio.window.status.activities.build
    assert foreign.modified and fact.text().startswith("Built demo.aleo") and "unsaved" not in fact.text()
    QTextCursor(foreign.text_document).insertText("// more\n")
    assert not studio.session.stale


def test_stop_is_offered_only_where_something_can_be_stopped(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    studio.actions.run("main", ["40u32", "2u32"], debug=True)
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    run = studio.window.toolbar.run
    assert run.text().strip() == "Stop"
    studio.run_command("perspective.prove")
    assert run.text().strip() == "Run" and run.property("variant") == "primary"
    studio.run_command("perspective.debug")
    assert run.text().strip() == "Stop"


# What is told elsewhere


def test_the_count_of_problems_stands_on_its_tab_behind_another(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    studio.window.show_panel("problems")
    studio.window.show_panel("output")
    document = studio.session.documents.current
    assert document is not None
    QTextCursor(document.text_document).insertText("nonsense ")
    tab = studio.window.docks.shelf.docks["problems"].tabWidget()

    def counted() -> bool:
        facts = [c for c in tab.children() if c.objectName() == "fact"]
        return bool(facts) and facts[0].isVisible() and facts[0].whole().isdigit()  # type: ignore[attr-defined]

    qtbot.waitUntil(counted, timeout=LIMIT)
    assert not studio.window.docks.in_front("problems")


def test_the_outline_follows_the_cursor_and_goes_with_the_project(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    outline: Any = studio.window.show_panel("outline")
    qtbot.waitUntil(lambda: bool(outline.tree.rows_model.rows), timeout=LIMIT)
    code: Any = studio.window.panel("editor").code  # type: ignore[attr-defined]
    code.go_to(5)
    assert outline.tree.current_key() == ("main", 4)
    code.go_to(10)
    assert outline.tree.current_key()[0] == "constructor"
    studio.session.log("a line of this project")
    assert studio.close_project()
    assert outline.tree.rows_model.rows == [] and studio.session.output == []
    assert studio.window.panel("output").body.is_empty()  # type: ignore[attr-defined]


def test_the_run_form_names_no_function_where_there_is_none(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    panel = studio.window.show_panel("run")
    assert panel.subtitle == "main"
    assert studio.close_project()
    assert panel.subtitle == ""


def test_mappings_show_the_ledger_in_its_perspective_and_the_run_elsewhere(
    studio: Studio, qtbot: QtBot
) -> None:
    assert studio.open_sample("token")
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=LIMIT)
    studio.run_command("run.run")
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    studio.run_command("perspective.debug")
    panel: Any = studio.window.show_panel("mappings")
    assert panel.subtitle == "2 keys after the run"
    row = v.MappingView("token.aleo", "supply", (v.EntryView("true", "1000u64", 1, "mint"),))
    studio.session.set_ledger((v.BlockView(1, "ab1", "", "", "sr1", 0),), (row,), "sr1")
    studio.session.set_step(0)
    studio.run_command("perspective.ledger")
    panel = studio.window.show_panel("mappings")
    assert panel.subtitle == "1 key in the ledger"
    assert [r.key for r in panel.table.rows_model.rows] == [("token.aleo", "supply")]
    studio.run_command("perspective.debug")
    assert panel.subtitle == "0 keys at this step"


def test_the_controls_are_off_where_nothing_is_ahead_or_behind(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    opened(studio, qtbot, project_folder)
    studio.actions.run("main", ["4294967295u32", "2u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    bar: Any = studio.window.panel("stepbar")
    assert not any(bar.buttons[name].isEnabled() for name in ("debug.over", "debug.into", "debug.continue"))
    assert "halted" in bar.buttons["debug.over"].toolTip()
    studio.session.set_step(0)
    assert not bar.buttons["debug.back_over"].isEnabled()


def test_a_proof_names_its_stages_before_it_knows_their_times(studio: Studio) -> None:
    expected = studio.actions.proof.expected("nobody.aleo/f")
    assert {"Constraints", "Row check", "Batch opening", "Verify"} <= set(expected)
    assert not any(expected.values())


@pytest.mark.parametrize("length", [10, 239, 241, 900])
def test_a_toast_is_not_cut_in_the_middle_of_a_word(length: int) -> None:
    from app.widgets.message import in_brief

    text = ("The server did not answer in time; nothing was changed. " * 40)[:length].strip()
    told = in_brief(text)
    assert told == text if length <= 240 else told.endswith("…") and len(told) <= 244
    assert told.rstrip("… ") in text and (told == text or text[len(told.rstrip("… "))] in " ;.")


def test_creating_an_account_puts_the_cursor_into_the_name(studio: Studio, qtbot: QtBot) -> None:
    from avm.api.accounts import Secret

    panel: Any = studio.window.panel("accounts")
    panel.keystore.create_store(Secret("a sentence of some words"))
    studio.run_command("accounts.create")
    qtbot.waitUntil(lambda: studio.window.focusWidget() is panel.form.fields[0], timeout=5000)
    assert panel.form.fields[0].accessibleName() == "Name"


def test_a_failed_download_offers_a_button_instead_of_a_command_line(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.widgets.basics import Button
    from avm.api import parameters
    from avm.base.errors import StoreError

    def fails(*_a: object, **_more: object) -> None:
        raise StoreError("it was not downloaded", hint="bring the file with `avm srs import FOLDER`")

    monkeypatch.setattr(parameters, "download", fails)
    panel: Any = studio.window.panel("srs")
    qtbot.waitUntil(lambda: bool(panel.files), timeout=LIMIT)
    panel.download((panel.files[0].name,))
    qtbot.waitUntil(
        lambda: any("failed" in t.accessibleName() for t in studio.window.toasts._toasts), timeout=LIMIT
    )
    toast = studio.window.toasts._toasts[-1]
    assert (
        "avm srs" not in toast.accessibleName() and "Bring the file from a folder" in toast.accessibleName()
    )
    assert "Import it" in [b.text() for b in toast.findChildren(Button)]


@pytest.mark.parametrize("command", ["run.run", "debug.start"])
def test_run_and_debug_take_what_the_form_holds_and_refuse_what_is_wrong_in_it(
    studio: Studio, project_folder: Path, qtbot: QtBot, command: str
) -> None:
    opened(studio, qtbot, project_folder)
    form: Any = studio.window.show_panel("run")
    for field, value in zip(form.fields, ("40u32", "2u32"), strict=True):
        field.edit.setText(value)
    form.run()
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    first = studio.session.ran
    form.fields[1].edit.setText("abc")
    studio.window.show_panel("outline").setFocus()
    studio.run_command(command)
    assert not studio.jobs.running(kind="run") and studio.session.ran is first
    assert form.isVisible() and studio.window.focusWidget() is form.fields[1].edit
    told = studio.window.toasts.told[-1]
    assert told.fact == "The input b is wrong" and "such as 5u32" in told.detail
    form.fields[1].edit.setText("3u32")
    assert studio.window.toolbar.inputs.whole() == "40u32, 3u32"
    studio.run_command(command)
    qtbot.waitUntil(lambda: studio.session.ran is not first, timeout=LIMIT)
    assert studio.session.run is not None and studio.session.run.inputs == ("40u32", "3u32")
