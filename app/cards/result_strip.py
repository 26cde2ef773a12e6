"""The result of the last run, below the editor where the eye is: what came out, how long it took, what it
costs, and what to do with it. While a run is recorded it says how far, and can stop it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.cards.outcome import OutcomeList, outcome, progress_of
from app.theme import px
from app.widgets.basics import Button, ElidedLabel, Glyph, IconButton, box, rule, surface
from app.widgets.spans import plural, seconds, thousands

if TYPE_CHECKING:
    from app.contract import Studio
    from app.jobs import Job
    from avm.api.views import RunView

SHOW_AFTER_S, TICK_MS = 0.25, 200
MOST_ROWS = 5
NARROW = 620


class ResultStrip(QWidget):
    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio, self.session = studio, studio.session
        self._closed_for: object = None
        self._debugging = False
        surface(self, "panel")
        self.setAccessibleName("Result of the last run")
        column = box(QVBoxLayout(self), 0)
        column.addWidget(rule(kind="separator"))
        head = QWidget()
        line = box(QHBoxLayout(head), 8, (12, 6, 8, 6))
        self.glyph = Glyph("circle-check", "semantic.success.fg", 16)
        self.value = ElidedLabel("", "code", middle=True)
        self.value.setAccessibleName("Result")
        self.facts = ElidedLabel("", "small", "secondary")
        self.count = Button("Count", "link", small=True, on_click=self._do("prove.constrain"))
        self.debug = Button(
            "Debug", "", "bug", small=True, on_click=self._debug, tip="Debug this run from its first step"
        )
        self.prove = Button(
            "Prove", "", "shield-check", small=True, on_click=self._do("prove.prove"), tip="Prove this run"
        )
        self.stop = Button("Stop", "", "square", small=True, on_click=self._do("run.stop"))
        self.copy = IconButton("copy", "Copy the result", "text.tertiary", 24, on_click=self.copy_result)
        self.shut = IconButton("x", "Close the result", "text.tertiary", 24, on_click=self._close)
        for part, stretch in ((self.glyph, 0), (self.value, 3), (self.facts, 2)):
            line.addWidget(part, stretch)
        for button in (self.count, self.debug, self.prove, self.stop, self.copy, self.shut):
            line.addWidget(button)
        column.addWidget(head)
        self.list = OutcomeList(MOST_ROWS)
        column.addWidget(self.list)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        for changed in (
            self.session.run_changed,
            self.session.build_changed,
            self.session.constraints_changed,
            self.session.project_changed,
        ):
            changed.connect(self.refresh)
        self.session.step_changed.connect(self._stepped)
        studio.jobs.added.connect(self._job)
        studio.jobs.finished.connect(self._job)
        self.refresh()

    def _stepped(self) -> None:
        """One line is enough while debugging: the height belongs to the source."""
        if self._debugging != self.session.cursor.debugging:
            self._debugging = self.session.cursor.debugging
            self.refresh()

    def _do(self, name: str) -> Callable[[], object]:
        return partial(self.studio.run_command, name)

    def _debug(self) -> None:
        """Goes into the recording that is there; it is not made again."""
        if self.session.ran is not None and not self.session.run_stale:
            self.session.set_step(0)
            self.session.set_debugging(True)
        else:
            self.studio.run_command("debug.start")

    def _close(self) -> None:
        self._closed_for = self.session.ran
        self.refresh()

    def copy_result(self) -> None:
        """The outputs as they are written, a line each."""
        if self.session.run is not None:
            QGuiApplication.clipboard().setText("\n".join(self.session.run.outputs))
            self.studio.window.hint("The result is copied")

    def _job(self, job: Job) -> None:
        if job.kind == "run":
            if not job.over:
                self._closed_for = None
                self._timer.start()
            self.refresh()

    def recording(self) -> Job | None:
        """The run that is being recorded, once it takes long enough to be told."""
        jobs = self.studio.jobs.running(kind="run")
        if not jobs:
            self._timer.stop()
            return None
        return jobs[0] if jobs[0].elapsed >= SHOW_AFTER_S else None

    def refresh(self) -> None:
        run, job = self.session.run, self.recording()
        done = run is not None and run.halt is None and self._closed_for is not self.session.ran
        self.setVisible(job is not None or done)
        for part in (self.count, self.debug, self.prove, self.copy, self.shut):
            part.setVisible(job is None)
        self.stop.setVisible(job is not None)
        if job is not None:
            self._show_recording(job)
        elif done and run is not None:
            self._show(run)

    def _show_recording(self, job: Job) -> None:
        self.glyph.set("loader-circle", "accent.fg")
        self.value.setText(job.title)
        self.facts.setText(f"{progress_of(job)}, {seconds(job.elapsed)}")
        self.list.hide()

    def _show(self, run: RunView) -> None:
        ended = self.studio.actions.run_ended
        stale = self.session.run_stale or bool(ended)
        self.glyph.set(
            "clock" if stale else "circle-check", "text.tertiary" if stale else "semantic.success.fg"
        )
        self.value.setText(outcome(run))
        counted = self.session.artifacts.constrained
        known = counted is not None and counted.ran is self.session.ran
        rows = f"{thousands(counted.view.constraints)} constraints" if known and counted is not None else ""
        old = "before the last edit" if self.session.run_stale else ""
        old = f"{ended}, this is the run before" if ended else old
        cost = rows or "constraints not counted yet"
        facts = (old, seconds(run.seconds), plural(len(run.steps), "step"), cost)
        self.facts.setText(", ".join(f for f in facts if f))
        self.count.setVisible(not known and not self.session.run_stale)
        self.prove.setVisible(not self.session.run_stale)
        self.debug.setVisible(not self.session.cursor.debugging)
        self.list.show_run(run, self.session.functions())
        self.list.setVisible(not self.list.simple and not self.session.cursor.debugging)

    def resizeEvent(self, event: object) -> None:
        """In a narrow pane the buttons keep their icons and leave the words to their tips."""
        narrow = self.width() < px(NARROW)
        for button in (self.debug, self.prove):
            button.set_brief(narrow)
