"""Commands that build, run and debug."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.contract import Command, needs_project
from app.panels.editor import EditorPanel

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.debug import Move


def _can_run(studio: Studio) -> str:
    if reason := needs_project(studio):
        return reason
    view = studio.session.view
    if view is not None and view.ok and not view.functions:
        return "the program has no function to run"
    return ""


def _can_stop(studio: Studio) -> str:
    jobs = studio.jobs.running(kind="run")
    if not studio.session.cursor.debugging and not jobs:
        return "nothing is running"
    return (
        "" if studio.session.cursor.debugging or any(not job.stopping for job in jobs) else "it is stopping"
    )


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
    if studio.session.cursor.debugging and studio.session.ran is not None and not _forward(studio):
        studio.actions.step("forward")
    else:
        studio.actions.run(debug=True)


def _run_to_cursor(studio: Studio) -> None:
    studio.actions.run_to(EditorPanel.of(studio).code.current_line())


def _run(studio: Studio) -> str:
    return ", ".join(studio.session.inputs()) if studio.session.function_view() else ""


def _restart(studio: Studio) -> None:
    studio.session.set_debugging(True)
    studio.session.set_step(0)


def _step(name: str, title: str, move: Move, icon: str, keys: str = "") -> Command:
    """A move of the debugger; those backwards have their reason of their own."""
    why_not = _backward if move.startswith("back") else _forward
    run = partial(_move, move=move)
    return Command(f"debug.{name}", title, "Debug", run, keys=keys, icon=icon, why_not=why_not)


def _move(studio: Studio, move: Move) -> None:
    studio.actions.step(move)


COMMANDS = [
    Command(
        "build.build",
        "Build",
        "Build",
        lambda s: s.actions.build(),
        keys="Ctrl+B",
        icon="hammer",
        why_not=needs_project,
    ),
    Command(
        "run.run",
        "Run",
        "Build",
        lambda s: s.actions.run(),
        keys="Ctrl+F5",
        icon="play",
        why_not=_can_run,
        note=_run,
    ),
    Command(
        "run.inputs",
        "Edit the inputs of the run",
        "Build",
        lambda s: s.window.show_panel("run"),
        icon="settings-2",
        why_not=_can_run,
    ),
    Command(
        "debug.start",
        "Debug or continue",
        "Debug",
        _debug_or_continue,
        keys="F5",
        icon="bug",
        why_not=_can_run,
    ),
    Command(
        "run.stop",
        "Stop",
        "Debug",
        lambda s: s.actions.stop(),
        keys="Shift+F5",
        icon="square",
        why_not=_can_stop,
    ),
    _step("over", "Step over", "over", "redo-dot", "F10"),
    _step("into", "Step into", "into", "corner-up-right", "F11"),
    _step("out", "Step out", "out", "corner-right-up", "Shift+F11"),
    _step("continue", "Continue", "forward", "fast-forward"),
    Command(
        "debug.to_cursor",
        "Run to the cursor",
        "Debug",
        _run_to_cursor,
        keys="Ctrl+F10",
        icon="crosshair",
        why_not=_has_run,
    ),
    _step("back_over", "Step over, backwards", "back_over", "undo-dot", "Alt+F10"),
    _step("back_into", "Step into, backwards", "back_into", "corner-up-left", "Alt+F11"),
    _step("back_out", "Step out, backwards", "back_out", "corner-left-up"),
    _step("backward", "Continue backwards", "backward", "rewind", "Alt+F5"),
    Command(
        "debug.restart", "Back to the first step", "Debug", _restart, icon="rotate-ccw", why_not=_backward
    ),
    Command(
        "debug.last",
        "On to the last step",
        "Debug",
        lambda s: s.session.set_step(len(s.session.run.steps) if s.session.run else 0),
        icon="skip-forward",
        why_not=_forward,
    ),
    Command(
        "debug.previous_step",
        "Previous step",
        "Debug",
        lambda s: s.session.set_step(s.session.step - 1),
        keys="Ctrl+Alt+Left",
        icon="step-back",
        why_not=_backward,
    ),
    Command(
        "debug.next_step",
        "Next step",
        "Debug",
        lambda s: s.session.set_step(s.session.step + 1),
        keys="Ctrl+Alt+Right",
        icon="step-forward",
        why_not=_forward,
    ),
]
