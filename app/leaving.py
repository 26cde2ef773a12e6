"""The questions before a project or the window is closed: about unsaved work, then about proofs under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.recovery import holds_key
from app.widgets.spans import plural

if TYPE_CHECKING:
    from app.contract import Studio
    from app.editor.document import Document
    from app.jobs import Job
    from app.widgets.prompt import Choice

Leave = Callable[[bool], object]
CANCEL: Choice = ("Cancel", "", lambda: None)


def asks(studio: Studio, leave: Leave, project_only: bool = False) -> bool:
    """Whether the person is asked now; `leave(without_saving)` runs when the answers let it. `project_only`:
    the window stays.
    """
    unsaved = studio.session.documents.modified()
    if not unsaved:
        return _asks_about_jobs(studio, lambda: leave(False), project_only)

    def go_on(without: bool) -> None:
        if not _asks_about_jobs(studio, lambda: leave(without), project_only):
            leave(without)

    def save() -> None:
        if studio.actions.save_all():
            go_on(False)

    project = studio.session.project
    names = ", ".join(d.name for d in unsaved)
    studio.window.ask(
        f"Save {names} before leaving the project?" if project_only else f"Save {names} before closing?",
        kept_words(unsaved),
        [("Save and close", "primary", save), ("Close without saving", "", lambda: go_on(True)), CANCEL],
        project.root if project_only and project is not None else None,
    )
    return True


def kept_words(unsaved: list[Document]) -> str:
    """What becomes of changes that are not saved: of a file with a key no copy is made."""
    secret = ", ".join(d.name for d in unsaved if holds_key(d.path, d.text()))
    kept = any(not holds_key(d.path, d.text()) for d in unsaved)
    words = "Closed without saving, the changes are kept for 14 days: “Restore unsaved work”." if kept else ""
    gone = (
        f"Of {secret} no copy is made, as it may hold a key: what is not saved of it is gone."
        if secret
        else ""
    )
    return f"{words} {gone}".strip()


def _asks_about_jobs(studio: Studio, leave: Callable[[], object], project_only: bool) -> bool:
    """Work that is lost when it is stopped is not stopped unseen."""
    jobs = [job for job in studio.jobs.running() if not job.stopping and _matters(job, project_only)]
    if not jobs:
        return False

    def stop() -> None:
        for job in jobs:
            studio.jobs.cancel(job)
        leave()

    what = jobs[0].title if len(jobs) == 1 else plural(len(jobs), "job")
    it, is_ = ("it", "is") if len(jobs) == 1 else ("they", "are")
    ways: list[Choice] = [("Stop and close", "" if project_only else "primary", stop), CANCEL]
    words = f"What {it} did so far is lost when {it} {is_} stopped."
    if project_only:
        ways.insert(0, ("Close and let it go on", "primary", leave))
        words += " A proof that goes on is kept: its card under Prover jobs opens the project again."
    root = studio.session.project.root if project_only and studio.session.project is not None else None
    studio.window.ask(f"{what} {is_} under way. Close all the same?", words, ways, root)
    return True


def _matters(job: Job, project_only: bool) -> bool:
    """Of a project, its proofs; of the window, all with a card but what loses nothing by a stop: downloads,
    which are resumed, and the start of the prover.
    """
    if project_only:
        return job.kind == "prove"
    return job.visible and job.lane != "network" and job.kind != "warm up"
