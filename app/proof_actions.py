"""The actions that prove: constraints, proof and verification of the last run, and what they need.

The last proofs of a session are kept with the project they belong to, so each can be looked at and
committed when another proof or another project is in front.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.jobs import Job
from app.ledger_actions import LedgerActions
from app.models.proof import short_verdict, verdict
from app.settings import Settings
from app.tasks import Tasks
from app.widgets.message import Message
from app.widgets.spans import seconds, thousands
from avm.api.stages import PREPARING, PROVING
from avm.base.json_value import members, real
from avm.base.progress import Cancel, Progress

if TYPE_CHECKING:
    from avm.api.artifacts import Constrained, Proved
    from avm.api.parameters import Parameters
    from avm.api.views import CommitView, VerifyReport
    from avm.api.workspace import Project

KEPT = 4
"""Proofs of a session that are kept: each holds its assignment and its key in memory."""


@dataclass
class KeptProof:
    """A finished proof: of which job and project, and what became of it in the ledger."""

    job: int
    project: Project
    constrained: Constrained
    proved: Proved
    verified: VerifyReport
    committed: CommitView | None = None


class ProofActions:
    """Proves, keeps proofs and brings them back."""

    def __init__(self, settings: Settings, tasks: Tasks, ledger: LedgerActions) -> None:
        self.settings, self.tasks, self.ledger = settings, tasks, ledger
        self.session = tasks.session
        self.kept: deque[KeptProof] = deque(maxlen=KEPT)
        self._strings: Parameters | None = None

    def of_job(self, job: Job) -> KeptProof | None:
        """The proof that a job made, as long as it is kept."""
        return next((kept for kept in self.kept if kept.job == job.id), None)

    def belongs_here(self, kept: KeptProof) -> bool:
        """Whether a proof is of the open project."""
        return self.session.project is not None and self.session.project.root == kept.project.root

    def show(self, kept: KeptProof) -> None:
        """Puts a kept proof of the open project in front; of an earlier run it is marked stale."""
        if self.session.artifacts.proved is not kept.proved:
            self.session.set_proved(kept.constrained, kept.proved, kept.verified, kept.committed)

    def prove(self) -> Job | None:
        """Constrains, proves and verifies the last run on the prover's own thread."""
        ran = self.session.ran
        if ran is None or ran.view.halt is not None:
            return None
        project = ran.built.project
        name = f"{ran.view.program}/{ran.view.function}"

        def work(progress: Progress, cancel: Cancel) -> tuple[Proved, VerifyReport]:
            from avm.api.pipeline import prove_run

            return prove_run(ran, self._parameters(), progress=progress, cancel=cancel)

        def done(result: tuple[Proved, VerifyReport]) -> None:
            proved, verified = result
            constrained = proved.constrained
            took = {stage.name: round(stage.seconds, 3) for stage in job.stages}
            self.settings.set_item("stage_times", name, took)
            rows = thousands(constrained.view.constraints)
            job.subtitle = f"{short_verdict(proved.view, verified)}, {rows} constraints"
            self.kept.append(kept := KeptProof(job.id, project, constrained, proved, verified))
            if self.session.shows(project):
                self.session.set_proved(constrained, proved, verified)
            self._tell(kept, seconds(job.elapsed))

        job = self.tasks.submit(
            f"Prove {ran.view.function}",
            work,
            done,
            lane="prover",
            kind="prove",
            subtitle=f"{ran.view.program}, from the run at {time.strftime('%H:%M')}",
            estimate=self.expected(name),
        )
        return job

    def _tell(self, kept: KeptProof, took: str) -> None:
        function, proof = kept.proved.constrained.ran.view.function, kept.proved.view
        if not kept.verified.valid:
            failing = next((c.detail or c.name for c in kept.verified.checks if not c.passed), "")
            self.tasks.tell("error", f"The proof of {function} does not verify", failing, "prove")
            return
        fact = f"{function} is proved"
        detail = f"{verdict(proof, kept.verified)[1]}. {thousands(proof.bytes)} bytes in {took}"
        self.session.log(f"{fact}: {detail}", "success")
        self.tasks.told.emit(
            Message("success", fact, detail, "Commit", lambda: self.commit(kept), kind="prove")
        )

    def prepare_prover(self) -> None:
        """Compiles or loads the kernels ahead of the first proof, as a job that can be seen and cancelled."""

        def work(progress: Progress, cancel: Cancel) -> bool:
            from avm.api.preparation import prepare_prover

            return prepare_prover(self._parameters(), progress, cancel)

        def done(compiled: bool) -> None:
            job.subtitle = "Compiled, and kept for later starts" if compiled else "Loaded from disk"

        job = self.tasks.submit(
            "Prepare the prover",
            work,
            done,
            lane="prover",
            kind="warm up",
            subtitle="Compiled at the first start, then kept on disk",
            estimate=dict.fromkeys(PREPARING, 0.0),
        )

    def _parameters(self) -> Parameters:
        """The reference strings, read once and again when their files change; on the prover's thread."""
        from avm.api.parameters import Parameters

        self._strings = (self._strings or Parameters()).renewed()
        return self._strings

    def expected(self, name: str) -> dict[str, float]:
        """The stages a proof will have with what each took last time; their names alone when not known."""
        known = members(self.settings.item("stage_times", name) or {})
        return {stage: real(seconds) for stage, seconds in known.items()} or dict.fromkeys(PROVING, 0.0)

    def constrain(self) -> None:
        """Only the constraints of the last run, without a proof."""
        ran = self.session.ran
        if ran is None or ran.view.halt is not None:
            return

        def work(progress: Progress, cancel: Cancel) -> Constrained:
            from avm.api.pipeline import constrain

            return constrain(ran, progress, cancel)

        def done(constrained: Constrained) -> None:
            if self.session.ran is ran:
                self.session.set_constrained(constrained)

        self.tasks.submit(f"Constrain {ran.view.function}", work, done, kind="constrain", replace=True)

    def commit(self, kept: KeptProof | None = None) -> None:
        """Puts a kept proof, by default the one in front, into a block of the local ledger."""
        if kept is None:
            proved = self.session.artifacts.proved
            kept = next((each for each in self.kept if each.proved is proved), None)
            if kept is None:
                if proved is not None and self.session.project is not None:
                    self.ledger.commit(self.session.project, proved)
                return
        if not self.belongs_here(kept):
            fact = f"The proof of {kept.project.name} was not committed"
            self.tasks.tell("warning", fact, "Its project is closed. Open it again, then commit.", "commit")
            return
        self.ledger.commit(kept.project, kept.proved, lambda view: setattr(kept, "committed", view))
