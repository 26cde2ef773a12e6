"""What the last build and the last run came to, for the status bar: under way with its time and a way to
stop it, then done with its figures, stale once the source has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.cards.outcome import outcome, progress_of
from app.theme import px
from app.widgets.basics import ElidedLabel, Glyph, IconButton, box
from app.widgets.spans import plural, seconds, thousands

if TYPE_CHECKING:
    from app.contract import Studio
    from app.jobs import Job

TICK_MS = 200
TELL_AFTER_S = 0.15
WIDEST = 260


class Activity(QWidget):
    """An icon, a fact and, while work is under way, a button that stops it. `pressed`: the fact is wanted."""

    pressed = Signal()

    def __init__(self, stop: Callable[[], object], tip: str) -> None:
        super().__init__()
        row = box(QHBoxLayout(self), 6)
        self.glyph = Glyph("hammer", "text.tertiary", 12)
        self.label = ElidedLabel("", "caption", "secondary")
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._yields = False
        self.stop = IconButton("x", tip, "text.tertiary", 20, on_click=stop)
        for part in (self.glyph, self.label, self.stop):
            row.addWidget(part)
        self.set("", "hammer", "text.tertiary")

    def set(self, text: str, icon: str, colour: str, running: bool = False, tip: str = "") -> None:
        self.setVisible(bool(text))
        self.glyph.set(icon, colour)
        self.label.setText(text)
        self.label.setToolTip(tip or text)
        self._limit()
        self.stop.setVisible(running)
        self.setAccessibleName(text)

    def text(self) -> str:
        return self.label.whole()

    def retheme(self) -> None:
        self.label.retheme()
        self._limit()

    def give_way(self, on: bool) -> None:
        """Whether another text is told beside this one: a long fact then leaves it room."""
        self._yields = on
        self._limit()

    def _limit(self) -> None:
        wide = self.label.sizeHint().width() + 2
        self.label.setMaximumWidth(min(wide, px(WIDEST)) if self._yields else wide)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()


class Activities(QWidget):
    """The two facts side by side, kept right by the session and the jobs."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio, self.session = studio, studio.session
        row = box(QHBoxLayout(self), 16)
        self.build = Activity(lambda: self._cancel("build"), "Stop the build")
        self.run = Activity(lambda: studio.run_command("run.stop"), "Stop the run")
        self.run.pressed.connect(self._to_the_result)
        self.build.pressed.connect(self._to_the_problems)
        row.addWidget(self.build)
        row.addWidget(self.run)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._stopped = ""
        for changed in (self.session.build_changed, self.session.run_changed, self.session.project_changed):
            changed.connect(self.refresh)
        self.session.documents.modified_changed.connect(lambda _d: self.refresh())
        studio.jobs.added.connect(self._job)
        studio.jobs.finished.connect(self._job)
        self.refresh()

    def _cancel(self, kind: str) -> None:
        for job in self.studio.jobs.running(kind=kind):
            self.studio.jobs.cancel(job)

    def _job(self, job: Job) -> None:
        if job.kind not in ("build", "run"):
            return
        if job.kind == "build" and job.state in ("cancelled", "done", "waiting"):
            again = bool(self.studio.jobs.running(kind="build"))
            self._stopped = (
                f"Build stopped after {seconds(job.elapsed)}" if _stopped(job) and not again else ""
            )
        self._timer.start()
        self.refresh()

    def refresh(self) -> None:
        running = [*self.studio.jobs.running(kind="build"), *self.studio.jobs.running(kind="run")]
        if not running:
            self._timer.stop()
        self._show_build(next((j for j in running if j.kind == "build"), None))
        self._show_run(next((j for j in running if j.kind == "run"), None))

    def _show_build(self, job: Job | None) -> None:
        session = self.session
        if job is not None and job.elapsed >= TELL_AFTER_S:
            stage = f", {_lower(job.stages[-1].name)}" if job.stages else ""
            text = "Stopping the build…" if job.stopping else f"Building… {seconds(job.elapsed)}"
            self.build.set(text, "loader-circle", "accent.fg", not job.stopping, f"{text}{stage}")
            return
        view = session.view
        if self._stopped:
            self.build.set(self._stopped, "circle", "text.tertiary")
        elif view is None or session.project is None:
            self.build.set("", "hammer", "text.tertiary")
        elif not view.ok:
            errors = sum(p.level == "error" for p in view.problems)
            told = "not supported yet" if view.unsupported else plural(errors, "error")
            if session.stale:
                self.build.set(f"Not built: {told}, edited since", "clock", "text.tertiary")
            else:
                self.build.set(f"Not built: {told}", "circle-x", "semantic.error.fg")
        elif session.stale:
            at = time.strftime("%H:%M", time.localtime(session.artifacts.built_at))
            text = f"Built at {at}, edited since"
            self.build.set(text, "clock", "text.tertiary", tip=f"{text}. {self._figures()}")
        else:
            origin = session.artifacts.origin
            taken = origin.texts if origin is not None else {}
            unsaved = [d.name for d in session.documents.modified() if d.path in taken]
            text = self._figures() + (", unsaved text included" if unsaved else "")
            tip = f"{self._figures()}\nWith the unsaved text of {', '.join(unsaved)}" if unsaved else text
            self.build.set(text, "hammer", "semantic.success.fg", tip=tip)

    def _figures(self) -> str:
        view = self.session.view
        assert view is not None
        return f"Built {view.program}: {thousands(view.bytecode_bytes)} bytes, {seconds(view.seconds)}"

    def _show_run(self, job: Job | None) -> None:
        run = self.session.run
        if job is not None and job.elapsed >= TELL_AFTER_S:
            now = "stopping…" if job.stopping else progress_of(job)
            self.run.set(f"{job.title}: {now}", "loader-circle", "accent.fg", not job.stopping)
        elif self.studio.actions.run_ended:
            before = ". What is shown is the run before." if run is not None else ""
            ended = self.studio.actions.run_ended
            self.run.set(ended, "circle", "text.tertiary", tip=f"{ended}{before}")
        elif run is None or self.session.run_stale or run.halt is not None:
            self.run.set("", "play", "text.tertiary")
        else:
            self.run.set(outcome(run), "play", "semantic.success.fg")

    def _to_the_result(self) -> None:
        """The fact leads to the outputs in full."""
        self.studio.window.show_panel("run")

    def _to_the_problems(self) -> None:
        view = self.session.view
        if view is not None and not view.ok:
            self.studio.window.show_panel("problems")


def _stopped(job: Job) -> bool:
    return job.state == "cancelled"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
