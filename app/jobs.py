"""The only place in the Studio that starts background work: jobs in lanes, with progress, cancel and
results.

A lane is one thread with a queue, so the prover waits for the prover and never for the editor. A
job's work is a function of (progress, cancel) and runs on the lane's thread; everything else here
runs on the thread of the window. Progress is written by the worker and read by a timer, so a busy
prover cannot flood the event loop.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypedDict, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from avm.api.memory import resident_bytes
from avm.base.errors import AvmError, Cancelled
from avm.base.progress import Cancel, Progress

State = Literal["waiting", "running", "done", "failed", "cancelled"]
T = TypeVar("T")
POLL_MS = 250
NICE = 5
KEPT = 50


@dataclass
class Stage:
    """One stage of a job as it was reported: `seconds` stands when `state` is done."""

    name: str
    detail: str = ""
    state: Literal["running", "done", "failed"] = "running"
    started: float = 0.0
    seconds: float = 0.0
    done: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0


@dataclass
class Job:
    """One piece of background work; `error` is the sentence to show, `traceback` that of a bug."""

    id: int
    title: str
    kind: str
    lane: str
    work: Work[None]
    subtitle: str = ""
    estimate: dict[str, float] = field(default_factory=dict)
    state: State = "waiting"
    stages: list[Stage] = field(default_factory=list)
    cancel: Cancel = field(default_factory=Cancel)
    created: float = field(default_factory=time.time)
    started: float = 0.0
    ended: float = 0.0
    error: str = ""
    hint: str = ""
    code: str = ""
    traceback: str = ""
    peak_mb: float = 0.0
    memory: list[float] = field(default_factory=list)
    revision: int = 0

    @property
    def elapsed(self) -> float:
        if not self.started:
            return 0.0
        return (self.ended or time.monotonic()) - self.started

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and has not ended yet."""
        return self.cancel.cancelled and not self.over

    @property
    def visible(self) -> bool:
        """Quick work (checks, builds, reading the ledger) has no card."""
        return self.lane in ("prover", "machine", "network")

    def watch_memory(self, now: float) -> None:
        """Takes the memory of this moment, in MB."""
        self.peak_mb = max(self.peak_mb, now)
        self.memory.append(now)
        if len(self.memory) > 240:
            self.memory[:] = self.memory[::2]

    # Progress, called from the lane's thread.

    def stage(self, name: str, detail: str = "") -> None:
        self._close_stage("done")
        self.stages.append(Stage(name, detail, started=time.monotonic()))
        self.revision += 1

    def step(self, done: int, total: int) -> None:
        if self.stages:
            self.stages[-1].done, self.stages[-1].total = done, total
            self.revision += 1

    def _close_stage(self, state: Literal["done", "failed"]) -> None:
        if self.stages and self.stages[-1].state == "running":
            last = self.stages[-1]
            last.state, last.seconds = state, time.monotonic() - last.started


Work = Callable[[Job, Cancel], T]
"""What a job does: the job itself takes the progress; what it returns goes to `on_done`."""


class How(TypedDict, total=False):
    """How `Jobs.submit` treats a job, for those who hand it on."""

    lane: str
    kind: str
    subtitle: str
    estimate: dict[str, float]
    replace: bool


class Jobs(QObject):
    """Submits work and tells, always on the window's thread: `added`, `changed` and `finished` carry
    the job.
    """

    added = Signal(object)
    changed = Signal(object)
    finished = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: list[Job] = []
        self._lanes: dict[str, queue.Queue[Job | None]] = {}
        self._done: dict[int, tuple[Callable[[], object] | None, Callable[[Job], object] | None]] = {}
        self._seen: dict[int, int] = {}
        self._active: list[Job] = []
        self._threads: list[threading.Thread] = []
        self._number = 0
        self._arrived.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def submit(
        self,
        title: str,
        work: Work[T],
        *,
        lane: str = "machine",
        kind: str = "",
        subtitle: str = "",
        estimate: dict[str, float] | None = None,
        on_done: Callable[[T], object] | None = None,
        on_failed: Callable[[Job], object] | None = None,
        replace: bool = False,
    ) -> Job:
        """Queues work on a lane; `replace` cancels what of the same kind still waits or runs there."""
        self._number += 1
        found: list[T] = []

        def perform(progress: Job, cancel: Cancel) -> None:
            found.append(work(progress, cancel))

        job = Job(self._number, title, kind or lane, lane, perform, subtitle, dict(estimate or {}))
        if replace:
            for other in self.running(kind=job.kind):
                self.cancel(other)
        self._done[job.id] = (None if on_done is None else lambda: on_done(found.pop()), on_failed)
        if job.visible:
            self.history.insert(0, job)
            del self.history[KEPT:]
        self._lane(lane).put(job)
        self._active.append(job)
        self.added.emit(job)
        self._timer.start()
        return job

    def record(self, title: str, lane: str, subtitle: str, took: float) -> Job:
        """Puts work that was done elsewhere into the history, finished."""
        self._number += 1
        job = Job(self._number, title, lane, lane, _nothing, subtitle, state="done")
        job.started, job.ended = 1.0, 1.0 + took
        self.history.insert(0, job)
        self.added.emit(job)
        return job

    def cancel(self, job: Job) -> None:
        """Asks a job to stop; a waiting one leaves at once, of a running one it is told that it stops."""
        job.cancel.cancel()
        if job.state == "waiting":
            job.state, job.ended = "cancelled", time.monotonic()
            self._finish(job)
        elif job in self._active:
            self.changed.emit(job)

    def running(self, kind: str = "", lane: str = "") -> list[Job]:
        """Jobs whose end has not been told yet, of a kind or a lane."""
        return [job for job in self._active if kind in ("", job.kind) and lane in ("", job.lane)]

    def busy(self) -> bool:
        return any(job.visible for job in self.running())

    def close(self, wait: float = 2.0) -> None:
        """Cancels all, tells nobody any more, and lets the lanes end; they are daemons, so none can
        hold the program.
        """
        for job in self.running():
            job.cancel.cancel()
        self._active.clear()
        for lane in self._lanes.values():
            lane.put(None)
        end = time.monotonic() + wait
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._timer.stop()

    # Lanes

    def _lane(self, name: str) -> queue.Queue[Job | None]:
        if name not in self._lanes:
            lane: queue.Queue[Job | None] = queue.Queue()
            self._lanes[name] = lane
            thread = threading.Thread(target=self._serve, args=(lane,), name=f"studio-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self._lanes[name]

    def _serve(self, lane: queue.Queue[Job | None]) -> None:
        if lane is self._lanes.get("prover"):
            _be_nice()
        while (job := lane.get()) is not None:
            if job.state != "waiting":
                continue
            job.started, job.state = time.monotonic(), "running"
            job.revision += 1
            self._perform(job)
            job.revision += 1
            try:
                self._arrived.emit(job)
            except RuntimeError:
                return

    @staticmethod
    def _perform(job: Job) -> None:
        try:
            job.work(job, job.cancel)
            job.cancel.check()
        except Cancelled:
            state: State = "cancelled"
        except AvmError as failure:
            job.error, job.hint, job.code, state = failure.message, failure.hint, failure.code, "failed"
        except Exception as bug:
            # A bug of the engine must not take the window down: it is shown with its traceback to report.
            job.error = f"{type(bug).__name__}: {bug}"
            job.hint = "This is a fault in the Studio. Copy the details and report it."
            job.traceback, state = traceback.format_exc(), "failed"
        else:
            state = "done"
        job._close_stage("done" if state == "done" else "failed")
        job.ended = time.monotonic()
        job.state = state

    # On the window's thread

    def _finish(self, job: Job) -> None:
        if job not in self._active:
            return
        self._active.remove(job)
        on_done, on_failed = self._done.pop(job.id, (None, None))
        job.work = _nothing
        try:
            if job.state == "done" and on_done is not None:
                on_done()
            elif job.state != "done" and on_failed is not None:
                on_failed(job)
        finally:  # whoever waits for the end must hear of it, also when taking the result failed
            self._seen.pop(job.id, None)
            self.changed.emit(job)
            self.finished.emit(job)

    def _poll(self) -> None:
        jobs = self._active
        if not jobs:
            self._timer.stop()
            return
        for job in list(jobs):
            if job.visible and job.state == "running":
                if job.lane != "network":
                    job.watch_memory(resident_bytes() / 2**20)
                self.changed.emit(job)
            elif self._seen.get(job.id) != job.revision:
                self._seen[job.id] = job.revision
                self.changed.emit(job)


def _be_nice() -> None:
    """On Linux a thread has a priority of its own, and the prover's threads inherit it: the window
    goes first.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _nothing(_progress: Progress, _cancel: Cancel) -> None:
    return None
