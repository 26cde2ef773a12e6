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


def _to_end(studio: Studio) -> None:
    run = studio.session.run
    studio.session.set_step(len(run.steps) if run is not None else 0)


def _go(studio: Studio, move: Move) -> None:
    studio.actions.step(move)


def _turn(studio: Studio, by: int) -> None:
    studio.session.set_step(studio.session.step + by)


_build = partial(Command, topic="Build")
_debug = partial(Command, topic="Debug")
_ahead = partial(_debug, why_not=_forward)
_back = partial(_debug, why_not=_backward)

COMMANDS = [
    _build(
        "build.build",
        "Build",
        lambda s: s.actions.build(),
        keys="Ctrl+B",
        icon="hammer",
        why_not=needs_project,
    ),
    _build(
        "run.run", "Run", lambda s: s.actions.run(), keys="Ctrl+F5", icon="play", why_not=_can_run, note=_run
    ),
    _build(
        "run.inputs",
        "Edit the inputs of the run",
        lambda s: s.window.show_panel("run"),
        icon="settings-2",
        why_not=_can_run,
    ),
    _debug("debug.start", "Debug or continue", _debug_or_continue, keys="F5", icon="bug", why_not=_can_run),
    _debug("run.stop", "Stop", lambda s: s.actions.stop(), keys="Shift+F5", icon="square", why_not=_can_stop),
    _ahead("debug.over", "Step over", partial(_go, move="over"), keys="F10", icon="redo-dot"),
    _ahead("debug.into", "Step into", partial(_go, move="into"), keys="F11", icon="corner-up-right"),
    _ahead("debug.out", "Step out", partial(_go, move="out"), keys="Shift+F11", icon="corner-right-up"),
    _ahead("debug.continue", "Continue", partial(_go, move="forward"), icon="fast-forward"),
    _debug(
        "debug.to_cursor",
        "Run to the cursor",
        _run_to_cursor,
        keys="Ctrl+F10",
        icon="crosshair",
        why_not=_has_run,
    ),
    _back(
        "debug.back_over",
        "Step over, backwards",
        partial(_go, move="back_over"),
        keys="Alt+F10",
        icon="undo-dot",
    ),
    _back(
        "debug.back_into",
        "Step into, backwards",
        partial(_go, move="back_into"),
        keys="Alt+F11",
        icon="corner-up-left",
    ),
    _back("debug.back_out", "Step out, backwards", partial(_go, move="back_out"), icon="corner-left-up"),
    _back(
        "debug.backward", "Continue backwards", partial(_go, move="backward"), keys="Alt+F5", icon="rewind"
    ),
    _back("debug.restart", "Back to the first step", _restart, icon="rotate-ccw"),
    _ahead("debug.last", "On to the last step", _to_end, icon="skip-forward"),
    _back(
        "debug.previous_step", "Previous step", partial(_turn, by=-1), keys="Ctrl+Alt+Left", icon="step-back"
    ),
    _ahead("debug.next_step", "Next step", partial(_turn, by=1), keys="Ctrl+Alt+Right", icon="step-forward"),
]
