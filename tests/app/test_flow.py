"""The flow with the real engine: check, build, run, step, halt; and what the window shows of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.panels.editor import EditorPanel
from app.studio import Studio
from app.widgets.spans import sentences

pytestmark = pytest.mark.qt
LIMIT = 60_000


def opened(studio: Studio, qtbot: QtBot, sample: str) -> None:
    assert studio.open_sample(sample)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=LIMIT)
    assert studio.session.view is not None and studio.session.view.ok


def test_a_sample_builds_runs_and_steps_both_ways(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "series")
    studio.run_command("debug.start")
    qtbot.waitUntil(lambda: studio.session.ran is not None and studio.session.cursor.debugging, timeout=LIMIT)
    session = studio.session
    assert session.step == 0 and studio.window.perspective == "debug"
    places = [0]
    for _ in range(4):
        assert studio.run_command("debug.into")
        places.append(session.step)
    assert places == sorted(set(places))
    for place in reversed(places[:-1]):
        assert studio.run_command("debug.back_into")
        assert session.step == place
    assert not studio.run_command("debug.back_into")
    assert studio.run_command("debug.last") and session.step == len(session.run.steps)  # type: ignore[union-attr]
    registers = studio.window.panel("registers")
    assert registers.isVisible()


def test_the_broken_sample_stops_at_its_halt(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "payout")
    studio.run_command("run.run")
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    run = studio.session.run
    assert run is not None and run.halt is not None and studio.session.step == run.halt.step
    editor = studio.window.panel("editor")
    qtbot.waitUntil(lambda: editor.code.marks.halt == run.halt.leo_line)  # type: ignore[attr-defined, union-attr]
    assert editor.code.zone_of[run.halt.leo_line].level == "halt"  # type: ignore[attr-defined]
    assert not studio.run_command("prove.prove")


def test_a_mistake_is_underlined_while_typing_and_leaves_with_undo(
    studio: Studio, qtbot: QtBot, project_folder: Path
) -> None:
    studio.open_project(project_folder)
    code = studio.window.panel("editor").code  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=LIMIT)
    at = code.toPlainText().index("a + b")
    cursor = code.textCursor()
    cursor.setPosition(at)
    cursor.insertText("false + ")
    qtbot.waitUntil(lambda: bool(studio.session.problems()), timeout=LIMIT)
    assert code.problems and code.marks.problems and code.zone_of
    code.undo()
    qtbot.waitUntil(lambda: not studio.session.problems(), timeout=LIMIT)
    assert not code.zone_of


def test_a_wrong_input_is_a_message_and_not_a_crash(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "hello")
    studio.actions.run("main", ["nonsense", "1u32"])
    qtbot.waitUntil(lambda: any(m.level == "error" for m in studio.session.output), timeout=LIMIT)
    assert studio.session.ran is None


def test_a_line_of_the_source_lights_its_instructions(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "hello")
    linked = next(link for link in studio.session.view.links if link.leo_line)  # type: ignore[union-attr]
    studio.session.link_leo(linked.leo_line or 0)
    assert linked.aleo_line in studio.session.cursor.linked.aleo
    studio.session.link_aleo(linked.aleo_line)
    assert studio.session.cursor.linked.leo == linked.leo_line


def test_inputs_are_remembered_for_each_function(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "hello")
    studio.actions.run("main", ["7u32", "8u32"])
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=LIMIT)
    assert studio.session.inputs() == ["7u32", "8u32"]
    assert studio.session.input_history("main")[0] == ["7u32", "8u32"]


def test_a_new_run_keeps_the_constraints_and_marks_them_stale(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "hello")
    session = studio.session
    studio.actions.run()
    qtbot.waitUntil(lambda: session.ran is not None, timeout=LIMIT)
    first = session.ran
    studio.actions.proof.constrain()
    qtbot.waitUntil(lambda: session.artifacts.constrained is not None, timeout=LIMIT)
    kept = session.artifacts.constrained
    assert not session.is_stale(kept)
    studio.actions.run()
    qtbot.waitUntil(lambda: session.ran is not first, timeout=LIMIT)
    assert session.artifacts.constrained is kept and session.is_stale(kept)


def test_the_gutter_tells_what_each_line_costs_while_that_is_so(studio: Studio, qtbot: QtBot) -> None:
    opened(studio, qtbot, "hello")
    session, editor = studio.session, cast(EditorPanel, studio.window.panel("editor"))
    studio.actions.run()
    qtbot.waitUntil(lambda: session.ran is not None, timeout=LIMIT)
    studio.actions.proof.constrain()
    qtbot.waitUntil(lambda: session.artifacts.constrained is not None, timeout=LIMIT)
    heat = editor.code.marks.heat
    assert heat and session.artifacts.constrained is not None
    assert sum(heat.values()) <= session.artifacts.constrained.view.constraints
    assert studio.run_command("edit.heat") and not editor.code.marks.heat
    assert studio.run_command("edit.heat") and editor.code.marks.heat == heat
    session.set_debugging(True)
    assert not editor.code.marks.heat
    session.set_debugging(False)
    editor.code.insertPlainText("// ")
    assert not editor.code.marks.heat


def test_a_failure_and_its_hint_are_two_sentences() -> None:
    assert sentences("the disk is full", "free some space.") == "The disk is full. Free some space."
    assert sentences("it failed", "") == "It failed."
    assert sentences("main.leo was not written") == "main.leo was not written."


def test_the_prover_is_prepared_as_a_job_with_stages(studio: Studio, qtbot: QtBot) -> None:
    studio.actions.proof.prepare_prover()
    job = studio.jobs.history[0]
    assert job.title == "Prepare the prover" and job.visible
    qtbot.waitUntil(lambda: job.over, timeout=300_000)
    assert job.state == "done" and {"Hash kernels", "Read the parameters"} <= {s.name for s in job.stages}
    qtbot.waitUntil(lambda: job.subtitle in ("Loaded from disk", "Compiled, and kept for later starts"))


def test_a_mended_program_is_built_again_when_it_is_saved(
    studio: Studio, qtbot: QtBot, project_folder: Path
) -> None:
    main = project_folder / "src" / "main.leo"
    good = main.read_text(encoding="utf-8")
    main.write_text(good.replace("return c", "return missing"), encoding="utf-8")
    studio.open_project(project_folder)
    session = studio.session
    qtbot.waitUntil(lambda: session.view is not None, timeout=LIMIT)
    assert session.view is not None and not session.view.ok
    document = session.documents.by_path[main]
    document.replace_text(good)
    told = studio.window.status.activities.build.accessibleName()
    assert "edited since" in told
    assert any("edited since: save" in label.text() for label in studio.window.findChildren(QLabel))
    assert studio.actions.save(document)
    qtbot.waitUntil(lambda: session.view is not None and session.view.ok, timeout=LIMIT)
    assert session.cursor.function == "main" and not session.stale


def test_a_program_that_is_still_wrong_is_not_built_on_each_save(
    studio: Studio, qtbot: QtBot, project_folder: Path
) -> None:
    main = project_folder / "src" / "main.leo"
    bad = main.read_text(encoding="utf-8").replace("return c", "return missing")
    main.write_text(bad, encoding="utf-8")
    studio.open_project(project_folder)
    session = studio.session
    qtbot.waitUntil(lambda: session.view is not None, timeout=LIMIT)
    begun: list[str] = []
    studio.jobs.added.connect(lambda job: begun.append(job.kind))
    checked: list[int] = []
    session.problems_changed.connect(lambda: checked.append(1))
    document = session.documents.by_path[main]
    document.replace_text("// more\n" + bad)
    assert studio.actions.save(document)
    qtbot.waitUntil(lambda: bool(checked) and not studio.jobs.running(), timeout=LIMIT)
    assert "build" not in begun


def test_a_build_that_has_ended_and_is_not_told_yet_is_not_begun_again(
    studio: Studio, qtbot: QtBot, project_folder: Path
) -> None:
    assert studio.open_project(project_folder)
    first = studio.actions.build(quiet=True)
    assert first is not None
    while not first.over:  # its lane works on; the window's thread has no turn to hear of it
        time.sleep(0.01)
    followed: list[str] = []
    assert studio.actions.build(lambda: followed.append("run")) is first
    qtbot.waitUntil(lambda: followed == ["run"], timeout=LIMIT)


def test_what_needs_a_build_waits_for_the_running_one_of_the_same_texts(
    studio: Studio, qtbot: QtBot, project_folder: Path
) -> None:
    assert studio.open_project(project_folder)
    first = studio.actions.build(quiet=True)
    followed: list[str] = []
    assert studio.actions.build(lambda: followed.append("run")) is first
    assert studio.actions.build() is first
    qtbot.waitUntil(lambda: followed == ["run"], timeout=LIMIT)
    document = studio.session.documents.by_path[project_folder / "src" / "main.leo"]
    second = studio.actions.build()
    assert second is not None and second is not first
    document.replace_text("// other\n" + document.text())
    assert studio.actions.build() is not second
    qtbot.waitUntil(lambda: not studio.jobs.running(kind="build"), timeout=LIMIT)
