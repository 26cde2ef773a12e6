"""The job card: title and Cancel, figures, the stage bar, a row for each stage, memory; finished, two
lines.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.theme import px, row_height
from app.widgets.basics import Button, ElidedLabel, Figure, Glyph, Label, box, rule, surface
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, megabytes, row, seconds, sentences
from app.widgets.stagebar import Sparkline, StageBar, StagePart

if TYPE_CHECKING:
    from app.jobs import Job


LOOK = {
    "waiting": ("clock", "text.tertiary"),
    "running": ("shield-check", "accent.fg"),
    "done": ("circle-check", "semantic.success.fg"),
    "failed": ("circle-x", "semantic.error.fg"),
    "cancelled": ("circle", "text.tertiary"),
}
DETAIL = 13  # longer details are told by the tooltip
MAKES = {
    "Witness and mask": "w, mask",
    "Row check": "h_0",
    "Column sums": "g_1, h_1",
    "Matrix sums": "g_a, g_b, g_c",
    "Combine matrices": "h_2",
    "Batch opening": "3 points",
}
STAGE_LOOK = {
    "done": ("check", "text.tertiary"),
    "running": ("loader-circle", "accent.fg"),
    "failed": ("x", "semantic.error.fg"),
    "pending": ("circle-dashed", "text.tertiary"),
}


def parts_of(job: Job) -> list[tuple[str, str, str, float, float, float]]:
    """(name, detail, state, share, seconds, expected) of each stage: the seen ones, then those expected
    after them; one that was passed over is not coming any more.
    """
    known = job.estimate
    found: list[tuple[str, str, str, float, float, float]] = []
    for stage in job.stages:
        took = stage.seconds if stage.state != "running" else time.monotonic() - stage.started
        expected = known.get(stage.name, 0.0)
        share = stage.share
        if not stage.total and expected and stage.state == "running":
            share = min(0.95, took / expected)
        found.append((stage.name, stage.detail, stage.state, share, took, expected))
    if not job.over and job.state != "waiting":
        names = list(known)
        reached = max((names.index(s.name) for s in job.stages if s.name in known), default=-1)
        seen = {s.name for s in job.stages}
        coming = [name for name in names[reached + 1 :] if name not in seen]
        found += [(name, "", "pending", 0.0, 0.0, known[name]) for name in coming]
    return found


def left_of(job: Job) -> float | None:
    """Seconds left by what the stages took last time; None when this was never done before. An expected
    time of 0 is not known.
    """
    if not any(job.estimate.values()) or job.over:
        return None
    parts = parts_of(job)
    return sum(
        max(0.0, expected - took) if state == "running" else expected
        for _, _, state, _, took, expected in parts
        if state in ("running", "pending")
    )


def stage_rows(job: Job) -> list[Row]:
    rows = []
    for number, (name, detail, state, _, took, expected) in enumerate(parts_of(job)):
        icon, colour = STAGE_LOOK[state]
        role = "small_strong" if state == "running" else "small"
        tone = {"running": "text.primary", "pending": "text.tertiary"}.get(state, "text.secondary")
        when = seconds(took) if state != "pending" else f"about {seconds(expected)}" if expected else ""
        makes = MAKES.get(name, detail if len(detail) <= DETAIL else "")
        rows.append(
            row(
                cell(Span(icon=icon, colour=colour, gap=8), Span(name, tone, role), tip=detail),
                cell(Span(makes, "text.tertiary"), tip=detail),
                cell(Span(when, tone, role), right=True),
                key=number,
            )
        )
    return rows


class JobCard(QFrame):
    def __init__(
        self,
        job: Job,
        cancel: Callable[[], object],
        inspect: Callable[[], object],
        copy: Callable[[], object],
    ) -> None:
        super().__init__()
        surface(self, "card")
        self.job = job
        self.setAccessibleName(job.title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        column = box(QVBoxLayout(self), 4, (16, 12, 12, 12))
        self.glyph = Glyph("clock", "text.tertiary", 16)
        self.title = ElidedLabel(job.title, "title")
        self.when = Label("", "caption", "tertiary")
        self.cancel = Button("Cancel", "", "x", small=True, on_click=cancel, tip="Cancel this job")
        head = box(QHBoxLayout(), 10)
        head.addWidget(self.glyph)
        head.addWidget(self.title, 1)
        head.addWidget(self.when)
        head.addWidget(self.cancel)
        self.subtitle = ElidedLabel(job.subtitle, "small", "secondary")
        self.trouble = Label("", "small", "secondary", wrap=True)
        self.inspect = Button("Inspect", "", small=True, on_click=inspect)
        self.copy = Button("Copy details", "", small=True, on_click=copy)
        self.second = QWidget()
        second = box(QHBoxLayout(self.second), 8, (26, 0, 0, 0))
        second.addWidget(self.subtitle, 1)
        second.addWidget(self.trouble, 1)
        second.addWidget(self.inspect, 0, Qt.AlignmentFlag.AlignTop)
        second.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.more = QWidget()
        self._while_running(box(QVBoxLayout(self.more), 8, (0, 4, 0, 0)))
        column.addLayout(head)
        column.addWidget(self.second)
        column.addWidget(self.more)
        self.refresh()

    def _while_running(self, more: QVBoxLayout) -> None:
        """Figures, stages and memory: what a running job tells."""
        figures = box(QHBoxLayout(), 24)
        self.done, self.elapsed = Figure("Done"), Figure("Elapsed")
        self.left, self.peak = Figure("Left"), Figure("Peak memory")
        for figure in (self.done, self.elapsed, self.left, self.peak):
            figures.addWidget(figure)
        figures.addStretch()
        self.bar = StageBar()
        columns = [("Stage", 0), ("Makes", 96), ("Time", 88)]
        self.stages = Grid(columns, header=False, right=(2,), name="Stages", flush=True, optional=(1,))
        self.stages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stages.setSelectionMode(Grid.SelectionMode.NoSelection)
        self.stages.setVerticalScrollBarPolicy(self.stages.horizontalScrollBarPolicy())
        self.memory = QWidget()
        below = box(QVBoxLayout(self.memory), 8)
        memory = box(QHBoxLayout(), 8)
        self.memory_now = Label("", "small", "tertiary")
        self.spark = Sparkline()
        memory.addWidget(Label("Memory", "small", "secondary"))
        memory.addStretch()
        memory.addWidget(self.memory_now)
        below.addWidget(rule())
        below.addLayout(memory)
        below.addWidget(self.spark)
        more.addLayout(figures)
        for part in (self.bar, self.stages, self.memory):
            more.addWidget(part)

    def refresh(self) -> None:
        job = self.job
        self.glyph.set(*LOOK[job.state])
        self.cancel.setVisible(not job.over)
        self.cancel.setEnabled(not job.stopping)
        self.cancel.set_look("Stopping…" if job.stopping else "Cancel", "" if job.stopping else "x", "")
        failed = job.state == "failed"
        self.inspect.setVisible(job.state == "done" and job.kind == "prove")
        self.copy.setVisible(failed)
        self.trouble.setVisible(failed)
        self.subtitle.setVisible(not failed)
        clock = time.strftime("%H:%M", time.localtime(job.created))
        words = {"waiting": "waiting", "running": "", "cancelled": f"{clock}, cancelled", "failed": clock}
        self.when.setText(words.get(job.state, f"{clock}, {seconds(job.elapsed)}"))
        text = job.subtitle
        if failed:
            self.trouble.setText(sentences(job.error, job.hint))
        if job.state == "cancelled":
            text = f"Stopped after {seconds(job.elapsed)}" if job.elapsed else "Stopped before it began"
        self.subtitle.setText(text)
        self.second.setVisible(bool(text) or failed)
        self.more.setVisible(job.state == "running")
        if job.state != "running":
            return
        parts = parts_of(job)
        left, elapsed = left_of(job), job.elapsed
        self.elapsed.set(seconds(elapsed))
        self.left.set(f"about {seconds(left)}" if left is not None and left >= 0.05 else "")
        share = min(99, round(100 * elapsed / (elapsed + left))) if left is not None and elapsed else 0
        self.done.set(f"{share} %" if share else "")
        self.peak.set(megabytes(job.peak_mb) if job.peak_mb else "")
        even = 0.0 if any(job.estimate.values()) else 1.0
        self.bar.set_parts(tuple(StagePart(n, e or even or t, s, sh) for n, _, s, sh, t, e in parts))
        self.stages.set_rows(stage_rows(job))
        high = row_height() * len(parts) + 2
        if self.stages.height() != high:
            self.stages.setFixedHeight(high)
        self.memory.setVisible(bool(job.memory))
        self.memory_now.setText(f"{megabytes(job.memory[-1])} now" if job.memory else "")
        self.spark.set_values(tuple(job.memory))

    def retheme(self) -> None:
        self.bar.setMinimumWidth(px(120))
        self.refresh()
