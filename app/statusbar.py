"""The status bar: what is wrong, what is running and how high the ledger is; where the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.cards.activity import Activities, Activity
from app.theme import font, px, size
from app.widgets.basics import ElidedLabel, Glyph, IconButton, Label, box, surface
from app.widgets.spans import in_short, plural, seconds, thousands

if TYPE_CHECKING:
    from app.contract import Studio
    from app.jobs import Job

HINT_MS = 5000


class Fact(QWidget):
    """An icon and a fact; a long one ends in an ellipsis, sooner while a hint needs the room."""

    WIDEST, NARROWED = 420, 160

    def __init__(self, icon_name: str, colour: str) -> None:
        super().__init__()
        row = box(QHBoxLayout(self), 6)
        self.glyph = Glyph(icon_name, colour, 12)
        self.label = ElidedLabel("", "caption", "secondary")
        self._widest = self.WIDEST
        row.addWidget(self.glyph)
        row.addWidget(self.label)

    def retheme(self) -> None:
        wide = QFontMetrics(font("caption")).horizontalAdvance(self.label.whole()) + 2
        self.label.setFixedWidth(min(wide, px(self._widest)))

    def give_way(self, on: bool) -> None:
        """Less room while a hint is on show."""
        self._widest = self.NARROWED if on else self.WIDEST
        self.retheme()

    def set(self, text: str, icon_name: str = "", colour: str = "") -> None:
        self.setVisible(bool(text))
        self.label.setText(text)
        self.retheme()
        self.setAccessibleName(text)
        if icon_name:
            self.glyph.set(icon_name, colour)


class StatusBar(QWidget):
    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio, session = studio, studio.session
        surface(self, "window")
        row = box(QHBoxLayout(self), 16, (12, 0, 12, 0))
        self.errors = Fact("circle-x", "semantic.error.fg")
        self.warnings = Fact("triangle-alert", "semantic.warning.fg")
        self.activities = Activities(studio)
        self.work = Activity(self._stop_work, "Stop this job")
        self.work.pressed.connect(lambda: studio.window.show_panel("jobs"))
        self.ledger = Fact("circle-dot", "semantic.success.fg")
        self.hint_label = ElidedLabel("", "caption", "tertiary")
        self.place = Label("", "caption", "secondary")
        self.language = Label("", "caption", "secondary")
        for left in (self.errors, self.warnings, self.activities, self.work, self.ledger):
            row.addWidget(left)
        row.addWidget(self.hint_label, 1)
        self.messages = IconButton(
            "history", "", "text.tertiary", 20, on_click=lambda: studio.run_command("view.messages")
        )
        self.set_messages(0, "")
        for right in (self.place, self.language, self.messages):
            row.addWidget(right)
        self._hint_timer = QTimer(self)
        self._hint_timer.setSingleShot(True)
        self._hint_timer.timeout.connect(lambda: self.hint(""))
        session.problems_changed.connect(self._problems)
        session.build_changed.connect(self._problems)
        session.run_changed.connect(self._problems)
        session.step_changed.connect(self._problems)
        session.step_changed.connect(lambda: self.hint(""))
        session.ledger_changed.connect(self._ledger)
        session.documents.current_changed.connect(self._language)
        studio.jobs.changed.connect(self._work)
        self.retheme()
        self._problems()
        self._ledger()
        self._language()
        self._work()

    def retheme(self) -> None:
        self.setFixedHeight(size("status_bar"))

    def hint(self, text: str) -> None:
        """A quiet line that leaves by itself, or with the next thing that is done."""
        self.hint_label.setText(text)
        for fact in (self.errors, self.activities.build, self.activities.run, self.work):
            fact.give_way(bool(text))
        self._hint_timer.start(HINT_MS)

    def set_messages(self, count: int, level: str) -> None:
        """How many messages there are to read again; an error among them colours the button."""
        self.messages.setVisible(count > 0)
        self.messages.setToolTip(f"Messages of this session ({count})")
        self.messages.setAccessibleName(f"Messages of this session ({count})")
        if level == "error":
            self.messages.set_icon("history", "semantic.error.fg")

    def messages_seen(self) -> None:
        """No message is new any more: the button is as quiet as at first."""
        self.messages.set_icon("history", "text.tertiary")

    def set_place(self, line: int, column: int) -> None:
        self.place.setText(f"Line {line}, column {column}" if line else "")

    def _problems(self) -> None:
        session = self.studio.session
        if session.project is None:
            self.errors.set("No project", "circle", "text.tertiary")
            self.warnings.set("")
            return
        run = session.run
        if (
            session.cursor.debugging
            and run is not None
            and run.halt is not None
            and session.step == run.halt.step
        ):
            self.errors.set(f"Halted: {in_short(run.halt.message)}", "octagon-x", "semantic.error.fg")
            self.warnings.set("")
            return
        problems = session.problems()
        errors = sum(p.level == "error" for p in problems)
        warnings = len(problems) - errors
        if errors:
            self.errors.set(plural(errors, "error"), "circle-x", "semantic.error.fg")
        else:
            self.errors.set("No errors", "circle-check", "semantic.success.fg")
        self.warnings.set(plural(warnings, "warning") if warnings else "")

    def _shown_work(self) -> Job | None:
        return next((job for job in self.studio.jobs.running() if job.visible), None)

    def _stop_work(self) -> None:
        job = self._shown_work()
        if job is not None:
            self.studio.jobs.cancel(job)
            self._work()

    def _work(self, _job: object = None) -> None:
        """The first job with a card: its stage and time, and a button that stops it."""
        job = self._shown_work()
        if job is None:
            self.work.set("", "loader-circle", "accent.fg")
            return
        stage = job.stages[-1].name if job.stages else "waiting"
        stage = "stopping" if job.stopping else f"{stage[:1].lower()}{stage[1:]}"
        text = f"{job.title}, {stage}, {seconds(job.elapsed)}"
        self.work.set(text, "loader-circle", "accent.fg", running=not job.stopping)

    def _ledger(self) -> None:
        blocks = self.studio.session.ledger.blocks
        if self.studio.session.project is None:
            self.ledger.set("")
        elif blocks:
            height = max(b.height for b in blocks)
            self.ledger.set(f"Local ledger, block {thousands(height)}", "circle-dot", "semantic.success.fg")
        else:
            self.ledger.set("No local ledger yet", "circle", "text.tertiary")

    def _language(self) -> None:
        document = self.studio.session.documents.current
        names = {"leo": "Leo 4", "aleo": "Aleo instructions", "text": "Text"}
        self.language.setText(names[document.language] if document is not None else "")
        if document is None:
            self.place.setText("")
