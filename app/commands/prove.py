"""Commands that prove, verify and commit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.contract import Command, needs_project

if TYPE_CHECKING:
    from app.contract import Studio


def _can_prove(studio: Studio) -> str:
    run = studio.session.run
    if run is None:
        return "run a function first"
    if run.halt is not None:
        return "the last run halted, so there is nothing to prove"
    if studio.session.run_stale:
        return "the source has changed since the run; run it again"
    return ""


def _can_cancel(studio: Studio) -> str:
    jobs = studio.jobs.running(lane="prover")
    if not jobs:
        return "nothing is being proved"
    return "it is stopping" if all(job.stopping for job in jobs) else ""


def _can_commit(studio: Studio) -> str:
    session = studio.session
    if session.artifacts.proved is None or session.artifacts.verified is None:
        return "prove a run first"
    if not session.artifacts.verified.valid:
        return "the proof does not verify"
    if session.artifacts.committed is not None and session.artifacts.committed.accepted:
        return "it is in the ledger already"
    return ""


def _prove(studio: Studio) -> None:
    studio.actions.proof.prove()
    studio.window.set_perspective("prove")


def _cancel(studio: Studio) -> None:
    for job in studio.jobs.running(lane="prover"):
        studio.jobs.cancel(job)


_ledger = partial(Command, topic="Ledger")
_proving = partial(Command, topic="Prove")

COMMANDS = [
    _proving(
        "prove.prove",
        "Prove the last run",
        _prove,
        keys="Ctrl+Alt+P",
        icon="shield-check",
        why_not=_can_prove,
    ),
    _proving("prove.cancel", "Cancel the proof", _cancel, icon="x", why_not=_can_cancel),
    _proving(
        "prove.constrain",
        "Count the constraints of the last run",
        lambda s: s.actions.proof.constrain(),
        icon="grid-3x3",
        why_not=_can_prove,
    ),
    _ledger(
        "ledger.commit",
        "Commit the last proof",
        lambda s: s.actions.proof.commit(),
        icon="blocks",
        why_not=_can_commit,
    ),
    _ledger(
        "ledger.refresh",
        "Read the ledger again",
        lambda s: s.actions.ledger.refresh(create=True),
        icon="refresh-cw",
        why_not=needs_project,
    ),
]
