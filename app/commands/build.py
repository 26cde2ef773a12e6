"""Commands that build, run and debug."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.edit import editor
from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio


def needs_project(studio: Studio) -> str:
    return "" if studio.session.project is not None else "no project is open"


def _can_run(studio: Studio) -> str:
    if studio.session.project is None:
        return "no project is open"
    view = studio.session.view
    if view is not None and view.ok and not view.functions:
        return "the program has no function to run"
    return ""


def _can_stop(studio: Studio) -> str:
    jobs = studio.jobs.running(kind="run")
    if not studio.session.debugging and not jobs:
        return "nothing is running"
    return "" if studio.session.debugging or any(not job.stopping for job in jobs) else "it is stopping"


def _has_run(studio: Studio) -> str:
    return "" if studio.session.ran is not None else "run or debug a function first"


def _forward(studio: Studio) -> str:
    ran = studio.session.ran
    if ran is None:
        return _has_run(studio)
    if ran.view.halt is not None and studio.session.step >= ran.view.halt.step:
        return "the run halted here"
    return "" if studio.session.step < len(ran.view.steps) else "this is the last step"


def _backward(studio: Studio) -> str:
    return _has_run(studio) or ("" if studio.session.step > 0 else "this is the first step")


def _debug_or_continue(studio: Studio) -> None:
    if studio.session.debugging and studio.session.ran is not None and not _forward(studio):
        studio.actions.step("forward")
    else:
        studio.actions.run(debug=True)


def _run_to_cursor(studio: Studio) -> None:
    studio.actions.run_to(editor(studio).code.current_line())


def _run(studio: Studio) -> str:
    return ", ".join(studio.session.inputs()) if studio.session.function_view() else ""


def _restart(studio: Studio) -> None:
    studio.session.set_debugging(True)
    studio.session.set_step(0)


COMMANDS = [
    Command("build.build", "Build", "Build", lambda s: s.actions.build(), "Ctrl+B", "hammer", needs_project),
    Command("run.run", "Run", "Build", lambda s: s.actions.run(), "Ctrl+F5", "play", _can_run, _run),
    Command(
        "run.inputs",
        "Edit the inputs of the run",
        "Build",
        lambda s: s.window.show_panel("run"),
        "",
        "settings-2",
        _can_run,
    ),
    Command("debug.start", "Debug or continue", "Debug", _debug_or_continue, "F5", "bug", _can_run),
    Command("run.stop", "Stop", "Debug", lambda s: s.actions.stop(), "Shift+F5", "square", _can_stop),
    Command(
        "debug.over", "Step over", "Debug", lambda s: s.actions.step("over"), "F10", "redo-dot", _forward
    ),
    Command(
        "debug.into",
        "Step into",
        "Debug",
        lambda s: s.actions.step("into"),
        "F11",
        "corner-up-right",
        _forward,
    ),
    Command(
        "debug.out",
        "Step out",
        "Debug",
        lambda s: s.actions.step("out"),
        "Shift+F11",
        "corner-right-up",
        _forward,
    ),
    Command(
        "debug.continue",
        "Continue",
        "Debug",
        lambda s: s.actions.step("forward"),
        "",
        "fast-forward",
        _forward,
    ),
    Command(
        "debug.to_cursor", "Run to the cursor", "Debug", _run_to_cursor, "Ctrl+F10", "crosshair", _has_run
    ),
    Command(
        "debug.back_over",
        "Step over, backwards",
        "Debug",
        lambda s: s.actions.step("back_over"),
        "Alt+F10",
        "undo-dot",
        _backward,
    ),
    Command(
        "debug.back_into",
        "Step into, backwards",
        "Debug",
        lambda s: s.actions.step("back_into"),
        "Alt+F11",
        "corner-up-left",
        _backward,
    ),
    Command(
        "debug.back_out",
        "Step out, backwards",
        "Debug",
        lambda s: s.actions.step("back_out"),
        "",
        "corner-left-up",
        _backward,
    ),
    Command(
        "debug.backward",
        "Continue backwards",
        "Debug",
        lambda s: s.actions.step("backward"),
        "Alt+F5",
        "rewind",
        _backward,
    ),
    Command("debug.restart", "Back to the first step", "Debug", _restart, "", "rotate-ccw", _backward),
    Command(
        "debug.last",
        "On to the last step",
        "Debug",
        lambda s: s.session.set_step(len(s.session.run.steps) if s.session.run else 0),
        "",
        "skip-forward",
        _forward,
    ),
    Command(
        "debug.previous_step",
        "Previous step",
        "Debug",
        lambda s: s.session.set_step(s.session.step - 1),
        "Ctrl+Alt+Left",
        "step-back",
        _backward,
    ),
    Command(
        "debug.next_step",
        "Next step",
        "Debug",
        lambda s: s.session.set_step(s.session.step + 1),
        "Ctrl+Alt+Right",
        "step-forward",
        _forward,
    ),
]
