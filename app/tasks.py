"""What all actions of the Studio share: the session, the jobs, and how a person is told what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, Unpack

from PySide6.QtCore import QObject, Signal

from app.jobs import How, Job, Jobs, Work
from app.session import Session
from app.widgets.message import Message
from app.widgets.spans import sentences

T = TypeVar("T")


def failure(job: Job, kind: str = "") -> Message:
    """What the person reads when a job has failed."""
    return Message("error", f"{job.title} failed", sentences(job.error, job.hint), kind=kind)


class Tasks(QObject):
    """`told` carries a Message for the window's corner. Its kind is that of the job it tells of, or names
    what was done: it leaves when there is a newer result of it, or when `outdated` carries it.
    """

    told = Signal(object)
    outdated = Signal(str)

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self.session, self.jobs = session, jobs

    def tell(self, level: str, fact: str, detail: str = "", kind: str = "") -> None:
        """A message without an action."""
        self.told.emit(Message(level, fact, detail, kind=kind))

    def submit(
        self,
        title: str,
        work: Work[T],
        done: Callable[[T], object],
        failed: Callable[[Job], object] | None = None,
        **how: Unpack[How],
    ) -> Job:
        """Begins a job; that it failed is told, unless `failed` hears of it."""
        return self.jobs.submit(title, work, on_done=done, on_failed=failed or self.failed, **how)

    def failed(self, job: Job) -> None:
        """Tells that a job failed, with the traceback of a bug; nothing of one that was cancelled."""
        if job.state != "failed":
            return
        self.session.log(f"{job.title} failed: {job.error}", "error")
        if job.traceback:
            self.session.log(job.traceback.strip(), "code")
        self.told.emit(failure(job, job.kind))
