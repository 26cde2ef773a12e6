"""The actions on the local ledger, always on the ledger's own thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.jobs import Job
from app.tasks import Tasks
from app.widgets.spans import thousands
from avm.base.files import PathRefused
from avm.base.progress import Cancel, Progress

if TYPE_CHECKING:
    from avm.api.artifacts import Proved
    from avm.api.ledger import LedgerSession
    from avm.api.views import BlockView, CommitView, LedgerCheck, MappingView, MerkleView
    from avm.api.workspace import Project


T = TypeVar("T")
Found = tuple["tuple[BlockView, ...]", "tuple[MappingView, ...]", str]
"""Blocks, mappings and the state root of a ledger."""
SHOWN = 200
"""The newest blocks that are read."""


class LedgerActions:
    """Commits and reads."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks, self.session = tasks, tasks.session
        self._ledger: LedgerSession | None = None
        self._root: Path | None = None
        self._borrowed = False

    def commit(
        self, project: Project, proved: Proved, told: Callable[[CommitView], object] | None = None
    ) -> None:
        """Puts a proved run of a project into a block of the project's ledger; `told` hears the outcome."""

        def work(progress: Progress, cancel: Cancel) -> CommitView:
            progress.stage("Commit", "one block")
            return self.opened(project.root, create=True).commit(proved)

        def done(view: CommitView) -> None:
            if told is not None:
                told(view)
            if self.session.artifacts.proved is proved:
                self.session.set_committed(view)
            if view.accepted:
                self.session.log(f"Block {view.height} accepted {view.transaction_id}", "success")
                self.session.log(f"State root {view.previous_state_root} → {view.state_root}", "code")
                fact = f"Block {thousands(view.height)} holds the transaction"
                self.tasks.tell("success", fact, "The state root has moved", "commit")
            else:
                self.session.log(f"Rejected: {view.reason}", "error")
                self.tasks.tell("error", "The ledger refused the transaction", view.reason, "commit")
            self.refresh()

        self.tasks.submit("Commit", work, done, lane="ledger", kind="commit")

    def exists(self, root: Path) -> bool:
        """Whether there is something to open as the project's ledger, be it only to say why it cannot be."""
        from avm.api.workspace import own_ledger

        try:
            return os.path.lexists(own_ledger(root))
        except PathRefused:
            return True

    def opened(self, root: Path, create: bool = False) -> LedgerSession:
        """The project's ledger, made if need be only with `create`; called on the ledger's thread only."""
        if self._ledger is None or self._root != root:
            from avm.api.ledger import LedgerSession
            from avm.api.workspace import own_ledger

            if self._ledger is not None and not self._borrowed:
                self._ledger.close()
            self._ledger, self._borrowed = None, False
            self._ledger = LedgerSession.open(own_ledger(root), create=create)
            self._root = root
        return self._ledger

    def to_read(self, root: Path) -> LedgerSession | None:
        """The project's ledger for a run; None where there is none. On the ledger's thread only."""
        return self.opened(root) if self._ledger is not None or self.exists(root) else None

    def use(self, ledger: LedgerSession, root: Path) -> None:
        """Takes a ledger that is open already (a picture, a test); whoever opened it closes it."""
        self._ledger, self._root, self._borrowed = ledger, root, True

    def refresh(self, create: bool = False) -> None:
        """Reads blocks, mappings and the state root; a ledger that is not there yet stays so unless
        `create`.
        """
        project = self.session.project
        if project is None or not (create or self.exists(project.root)):
            return

        def read(ledger: LedgerSession) -> Found:
            first = max(0, ledger.height + 1 - SHOWN)
            return tuple(ledger.blocks(first, SHOWN)), tuple(ledger.mappings()), ledger.state_root

        def done(found: Found) -> None:
            if self.session.shows(project):
                self.session.set_ledger(*found)

        self.ask(read, done, kind="read ledger", create=create)

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
        self.ask(
            lambda ledger: ledger.merkle_path(transaction, transition, part),
            answer,
            title="Follow the path",
            kind="merkle",
            replace=True,
        )

    def ask(
        self,
        question: Callable[[LedgerSession], T],
        answer: Callable[[T], object],
        *,
        title: str = "Read the ledger",
        kind: str = "ask ledger",
        replace: bool = False,
        create: bool = False,
    ) -> None:
        """Any question to the project's ledger, answered on the window's thread."""
        project = self.session.project
        if project is not None:
            self.tasks.submit(
                title,
                lambda _p, _c: question(self.opened(project.root, create)),
                answer,
                lane="ledger",
                kind=kind,
                replace=replace,
            )

    def check(
        self, answer: Callable[[tuple[LedgerCheck, ...]], object], failed: Callable[[Job], object]
    ) -> Job | None:
        """Recomputes the whole open ledger on a thread of its own, as a job that can be seen and stopped."""
        ledger = self._ledger
        if ledger is None:
            return None

        def missed(job: Job) -> None:
            self.tasks.failed(job)
            failed(job)

        return self.tasks.submit(
            "Check the ledger", ledger.verify, answer, missed, kind="check ledger", replace=True
        )

    def close(self) -> None:
        """Closes the ledger on its own thread, before another project opens."""

        def work(_progress: Progress, _cancel: Cancel) -> None:
            if self._ledger is not None and not self._borrowed:
                self._ledger.close()
            self._ledger = None

        if self._ledger is not None:
            self.tasks.jobs.submit("Close the ledger", work, lane="ledger", kind="close ledger")
