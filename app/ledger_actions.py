"""The part of the flow that works with the local ledger, always on the ledger's own thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.jobs import Job, Jobs
from app.session import Session
from app.widgets.spans import sentences, thousands
from avm.base.files import PathRefused
from avm.base.progress import Cancel, Progress

if TYPE_CHECKING:
    from avm.api.artifacts import Proved
    from avm.api.ledger import LedgerSession
    from avm.api.views import BlockView, CheckView, CommitView, MappingView, MerkleView
    from avm.api.workspace import Project


T = TypeVar("T")
Found = tuple["tuple[BlockView, ...]", "tuple[MappingView, ...]", str]
"""Blocks, mappings and the state root of a ledger."""


class LedgerActions(QObject):
    """Commits and reads; `toast` carries (level, fact, detail, action, callback, kind) for the window's
    corner. The kind is that of the job it tells of, or names what was done: when there is a newer result of
    it, or `outdated` carries it, the toast has nothing to say any more.
    """

    toast = Signal(str, str, str, str, object, str)
    outdated = Signal(str)

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self.session, self.jobs = session, jobs
        self._ledger: LedgerSession | None = None
        self._ledger_root: Path | None = None
        self._borrowed = False

    def commit_proof(
        self, project: Project, proved: Proved, told: Callable[[CommitView], object] | None = None
    ) -> None:
        """Puts a proved run of a project into a block of the project's ledger; `told` hears the outcome."""

        def work(progress: Progress, cancel: Cancel) -> CommitView:
            from avm.api.pipeline import commit

            progress.stage("Commit", "one block")
            return commit(proved, self._open_ledger(project.root, create=True))

        def done(view: CommitView) -> None:
            if told is not None:
                told(view)
            if self.session.proved is proved:
                self.session.committed = view
            if view.accepted:
                self.session.say(f"Block {view.height} accepted {view.transaction_id}", "success")
                self.session.say(f"State root {view.previous_state_root} → {view.state_root}", "code")
                fact = f"Block {thousands(view.height)} holds the transaction"
                self.toast.emit("success", fact, "The state root has moved", "", None, "commit")
            else:
                self.session.say(f"Rejected: {view.reason}", "error")
                self.toast.emit(
                    "error", "The ledger refused the transaction", view.reason, "", None, "commit"
                )
            self.refresh_ledger()

        self.jobs.submit("Commit", work, lane="ledger", kind="commit", on_done=done, on_failed=self._failed)

    def has_ledger(self, root: Path) -> bool:
        """Whether there is something to open as the project's ledger, be it only to say why it cannot be."""
        from avm.api.workspace import own_ledger

        try:
            return os.path.lexists(own_ledger(root))
        except PathRefused:
            return True

    def _open_ledger(self, root: Path, create: bool = False) -> LedgerSession:
        """The project's ledger, made if need be only with `create`; called on the ledger's thread only."""
        if self._ledger is None or self._ledger_root != root:
            from avm.api.ledger import LedgerSession
            from avm.api.workspace import own_ledger

            if self._ledger is not None and not self._borrowed:
                self._ledger.close()
            self._ledger, self._borrowed = None, False
            self._ledger = LedgerSession.open(own_ledger(root), create=create)
            self._ledger_root = root
        return self._ledger

    def use_ledger(self, ledger: LedgerSession, root: Path) -> None:
        """Takes a ledger that is open already (a picture, a test); whoever opened it closes it."""
        self._ledger, self._ledger_root, self._borrowed = ledger, root, True

    def refresh_ledger(self, create: bool = False) -> None:
        """Reads blocks, mappings and the state root; a ledger that is not there yet stays so unless
        `create`.
        """
        project = self.session.project
        if project is None or not (create or self.has_ledger(project.root)):
            return

        def work(_progress: Progress, _cancel: Cancel) -> Found:
            ledger = self._open_ledger(project.root, create)
            first = max(0, ledger.height - 199)
            return tuple(ledger.blocks(first, 200)), tuple(ledger.mappings()), ledger.state_root

        def done(found: Found) -> None:
            if self.session.shows(project):
                self.session.set_ledger(*found)

        self.jobs.submit(
            "Read the ledger", work, lane="ledger", kind="read ledger", on_done=done, on_failed=self._failed
        )

    def merkle_path(
        self,
        transaction: str,
        answer: Callable[[MerkleView], object],
        transition: int | None = None,
        part: int | None = None,
    ) -> None:
        """Fetches the path of a transaction, a transition or one of its parts to the state root, every
        hash recomputed.
        """
        project = self.session.project
        if project is None:
            return
        self.jobs.submit(
            "Follow the path",
            lambda _p, _c: self._open_ledger(project.root).merkle_path(transaction, transition, part),
            lane="ledger",
            kind="merkle",
            on_done=answer,
            on_failed=self._failed,
            replace=True,
        )

    def check_ledger(
        self, answer: Callable[[tuple[CheckView, ...]], object], failed: Callable[[Job], object]
    ) -> Job | None:
        """Recomputes the whole open ledger on a thread of its own, as a job that can be seen and stopped."""
        ledger = self._ledger
        if ledger is None:
            return None

        def missed(job: Job) -> None:
            self._failed(job)
            failed(job)

        return self.jobs.submit(
            "Check the ledger",
            lambda progress, cancel: ledger.verify(progress, cancel),
            kind="check ledger",
            on_done=answer,
            on_failed=missed,
            replace=True,
        )

    def ask_ledger(self, question: Callable[[LedgerSession], T], answer: Callable[[T], object]) -> None:
        """Any other question to the open ledger, answered on the window's thread."""
        project = self.session.project
        if project is not None:
            self.jobs.submit(
                "Read the ledger",
                lambda _p, _c: question(self._open_ledger(project.root)),
                lane="ledger",
                kind="ask ledger",
                on_done=answer,
                on_failed=self._failed,
            )

    def close_ledger(self) -> None:
        """Closes the ledger on its own thread, before another project opens."""

        def work(_progress: Progress, _cancel: Cancel) -> None:
            if self._ledger is not None and not self._borrowed:
                self._ledger.close()
            self._ledger = None

        if self._ledger is not None:
            self.jobs.submit("Close the ledger", work, lane="ledger", kind="close ledger")

    def _failed(self, job: Job) -> None:
        if job.state != "failed":
            return
        self.session.say(f"{job.title} failed: {job.error}", "error")
        if job.trouble:
            self.session.say(job.trouble.strip(), "code")
        self.toast.emit("error", f"{job.title} failed", sentences(job.error, job.hint), "", None, job.kind)
