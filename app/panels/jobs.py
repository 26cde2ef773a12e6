"""The prover's jobs: what runs with its stages, what waits, and what was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.cards.jobcard import JobCard
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.scroll_column import ScrollColumn

if TYPE_CHECKING:
    from app.contract import Studio
    from app.jobs import Job


class JobsPanel(Panel):
    id = "jobs"
    title = "Prover jobs"
    icon = "cpu"
    stripe = "bottom"
    stripe_order = 20
    home = Place("bottom", 20)
    places = {"edit": Place("bottom", 20), "debug": Place("bottom", 20), "prove": Place("left", 0, 10)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.cards: dict[int, JobCard] = {}
        area = ScrollColumn()
        area.setAccessibleName("Cards of the jobs")
        self.list = area.column
        self.list.addStretch()
        self.empty = EmptyState(
            "shield-check",
            "No proof yet",
            "Run a function, then prove the run. It goes on while you work.",
            "Prove the last run",
            lambda: studio.run_command("prove.prove"),
        )
        self.body = OrEmpty(area, self.empty)
        self.column.addWidget(self.body)
        studio.jobs.added.connect(self._added)
        studio.jobs.changed.connect(self._changed)
        for job in reversed(studio.jobs.history):
            self._added(job)
        self._facts()

    def _added(self, job: Job) -> None:
        if not job.visible or job.id in self.cards:
            return
        card = JobCard(
            job,
            lambda: self.studio.jobs.cancel(job),
            lambda: self.studio.inspect_proof(job),
            lambda: self._copy(job),
        )
        self.cards[job.id] = card
        self.list.insertWidget(0, card)
        known = {j.id for j in self.studio.jobs.history}
        for number in [n for n in self.cards if n not in known]:
            self.cards.pop(number).deleteLater()
        self._facts()

    def _changed(self, job: Job) -> None:
        card = self.cards.get(job.id)
        if card is not None:
            card.refresh()
            self._facts()

    def _facts(self) -> None:
        jobs = [job for job in self.studio.jobs.running() if job.visible]
        running = sum(job.state == "running" for job in jobs)
        waiting = len(jobs) - running
        words = [f"{running} running" if running else "", f"{waiting} waiting" if waiting else ""]
        self.set_subtitle(", ".join(w for w in words if w))
        self.body.show_content(bool(self.cards))

    @staticmethod
    def _copy(job: Job) -> None:
        text = "\n".join(x for x in (job.title, job.code, job.error, job.hint, job.traceback) if x)
        QGuiApplication.clipboard().setText(text)
