"""The actions on the one-way flow: check, build, run, debug, each as a background job. Proving is in
`app.proof_actions`, the ledger in `app.ledger_actions`: both are collaborators of these.

Every method returns at once; results land in the session on the window's thread. The engine (and
numba with it) is imported on the worker threads only, so the window is there before the engine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.disk import Gone, Signature, digest_of, read, signature, stored_of
from app.editor.document import Document, Outside
from app.jobs import Job, Jobs
from app.ledger_actions import LedgerActions
from app.proof_actions import ProofActions
from app.session import Session
from app.settings import Settings
from app.tasks import Tasks
from app.widgets.spans import plural, seconds, sentences, thousands
from avm.base.errors import AvmError
from avm.base.files import write_bytes
from avm.base.progress import Cancel, Progress
from avm.base.sources import NOWHERE
from avm.base.span import SourceLine

if TYPE_CHECKING:
    from avm.api.artifacts import Built, Ran
    from avm.api.checker import Checked, Checker
    from avm.api.debug import Move
    from avm.api.language import Completion
    from avm.api.views import FunctionView, Problem
    from avm.api.workspace import Project

CHECK_AFTER_MS = 60
DEEP_AFTER_MS = 600


def _saving(document: Document) -> str:
    """The kind of what is told about saving a file."""
    return f"save {document.path}"


@dataclass
class _Order:
    """What a build was asked for: of which project and texts, and what follows it."""

    project: Project
    texts: dict[Path, str]
    disk: dict[Path, Signature | None]
    then: list[Callable[[], object]]
    quiet: bool

    def same(self, other: _Order) -> bool:
        mine, others = (self.texts, self.disk), (other.texts, other.disk)
        return self.project is other.project and mine == others


class StudioActions(QObject):
    """`wants_inputs`: the run form is asked for; `ran_to_end`: a run is over; `conflict`: a
    document cannot be saved before the person has chosen (`app.outside`).

    `run_ended` says how the newest run ended without a result ("Run main stopped after 2 s"); the run in
    the session is then the one before it.
    """

    wants_inputs = Signal()
    ran_to_end = Signal()
    conflict = Signal(object)

    def __init__(self, settings: Settings, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self.settings, self.session, self.jobs = settings, session, jobs
        self.tasks = Tasks(session, jobs)
        self.ledger = LedgerActions(self.tasks)
        self.proof = ProofActions(settings, self.tasks, self.ledger)
        self.run_ended = ""
        self._building: tuple[Job, _Order] | None = None
        self._checks: dict[Path, QTimer] = {}
        self._checker: Checker | None = None
        self._deep: Document | None = None
        self._deep_timer = QTimer(self)
        self._deep_timer.setSingleShot(True)
        self._deep_timer.setInterval(DEEP_AFTER_MS)
        self._deep_timer.timeout.connect(self._check_deep)
        session.documents.opened.connect(self._check_soon)
        session.documents.changed.connect(self._check_soon)
        session.documents.closed.connect(self._recheck)
        session.documents.moved.connect(self._moved)
        session.project_changed.connect(self._forget_run)

    # Checking while typing

    def _check_soon(self, document: Document) -> None:
        if document.language != "leo":
            return
        timer = self._checks.get(document.path)
        if timer is None:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.setInterval(CHECK_AFTER_MS)
            timer.timeout.connect(lambda: self.check(document))
            self._checks[document.path] = timer
        self._deep_timer.stop()
        timer.start()

    def _moved(self, document: Document, old: Path) -> None:
        timer = self._checks.pop(old, None)
        if timer is not None:
            self._checks[document.path] = timer
        self._check_soon(document)

    def _check_deep(self) -> None:
        if self._deep is not None:
            self.check(self._deep, deep=True)

    def check(self, document: Document, deep: bool = False) -> None:
        """Problems of the buffers as they are now; an answer for an older text is dropped. When the quick
        checks have found no error and the person pauses, the deep ones follow.
        """
        if self.session.documents.by_path.get(document.path) is not document:
            return
        texts, path, project = self.session.documents.texts(), document.path, self.session.project

        def work(_progress: Progress, cancel: Cancel) -> Checked:
            from avm.api.checker import Checker

            if self._checker is None:
                self._checker = Checker()
            return self._checker.check(project, texts, path, cancel, deep)

        def done(checked: Checked) -> None:
            here = self.session.project is None if project is None else self.session.shows(project)
            if here and self.session.documents.by_path.get(path) is document:
                self.session.set_checked(checked.by_path(path if project is None else project.main))
                self._build_mended(checked.problems)
                if not deep and all(p.level != "error" for p in checked.problems):
                    self._deep = document
                    self._deep_timer.start()

        kind = f"check {path}"
        self.jobs.submit(f"Check {path.name}", work, lane="check", kind=kind, on_done=done, replace=True)

    def _build_mended(self, problems: Sequence[Problem]) -> None:
        """After a build that failed: what a check finds mended, and what is saved, is built again quietly."""
        session, view = self.session, self.session.view
        if view is None or not session.stale or all(p.level != "error" for p in view.problems):
            return
        unsaved = any(d.language == "leo" for d in session.documents.modified())
        if not unsaved and all(p.level != "error" for p in problems) and not self.jobs.running(kind="build"):
            self.build(quiet=True)

    def _recheck(self, closed: Document) -> None:
        """A file was closed: the project is checked with what the disk holds of it."""
        self._checks.pop(closed.path, None)
        if self._deep is closed:
            self._deep = None
        self.check_again()

    def check_again(self) -> None:
        """The project is checked with its files as they are now."""
        rest = next((d for d in self.session.documents.by_path.values() if d.language == "leo"), None)
        if rest is not None:
            self._check_soon(rest)

    # Build

    def build(self, then: Callable[[], object] | None = None, quiet: bool = False) -> Job | None:
        """Compiles the project with the unsaved buffers; `then` runs when it has no errors. A running build
        of the same texts is waited for, not begun again.
        """
        project = self.session.project
        if project is None:
            return None
        overrides = {d.path: d.text() for d in self.session.documents.modified() if d.language == "leo"}
        texts = self.session.documents.texts()
        disk = {path: signature(path) for path in project.sources if path not in texts}
        order = _Order(project, texts, disk, [] if then is None else [then], quiet)
        if self._building is not None and self._building[1].same(order):
            job, earlier = self._building
            is_told = job not in self.jobs.running(kind="build")
            if not is_told and job.state not in ("failed", "cancelled") and not job.cancel.cancelled:
                earlier.then[:] = order.then or earlier.then  # the newest wish is the one to follow
                earlier.quiet = earlier.quiet and quiet
                return job

        def work(progress: Progress, cancel: Cancel) -> Built:
            from avm.api.pipeline import build

            return build(project, overrides, progress, cancel)

        def done(built: Built) -> None:
            if not self.session.shows(project):
                return
            self.session.set_built(built, time.time(), texts)
            view = built.view
            if view.ok:
                self.session.log(
                    f"Built {view.program}: {thousands(view.bytecode_bytes)} bytes, {seconds(view.seconds)}",
                    "success",
                )
                for wish in order.then:
                    wish()
                return
            errors = [p for p in view.problems if p.level == "error"]
            if view.library and not errors:
                self.session.log(f"Checked the library {view.program}", "success")
                return
            fact = "Not supported yet" if view.unsupported else plural(len(errors), "error")
            for p in errors:
                place = f"  {p.file}:{p.line}:{p.col}" if p.line is not None else f"  {p.file}".rstrip()
                self.session.log(f"{p.code} {p.message}{place}", "error")
            if not order.quiet:
                detail = errors[0].message if errors else ""
                self.tasks.tell("error", f"{view.program} was not built: {fact}", detail, "build")

        job = self.tasks.submit(f"Build {project.name}", work, done, lane="quick", kind="build", replace=True)
        self._building = job, order
        return job

    def fresh(self, then: Callable[[], object]) -> None:
        """Goes on at once with a fresh build, else builds first."""
        if (
            self.session.artifacts.built is None
            or self.session.stale
            or not self.session.artifacts.built.view.ok
        ):
            self.build(then)
        else:
            then()

    # Run and debug

    def run(self, function: str = "", inputs: Sequence[str] | None = None, debug: bool = False) -> None:
        """Runs a function; without inputs those of the form or the last ones are taken, and when they do not
        fit the run form is asked for.
        """

        def start() -> None:
            if function:
                self.session.set_function(function)
            chosen = self.session.function_view()
            if chosen is None:
                self.tasks.tell("warning", "This program has no function to run", kind="run")
                return
            values = list(inputs) if inputs is not None else self.session.inputs()
            if len(values) != len(chosen.inputs):
                self.wants_inputs.emit()
                return
            if inputs is None and self._refused(chosen, values):
                return
            self._run(chosen.name, values, debug)

        self.fresh(start)

    def _refused(self, function: FunctionView, values: Sequence[str]) -> bool:
        """Whether an input is wrong: then it is told, and the form is asked for."""
        from avm.api.inputs import wrong_value

        for parameter, value in zip(function.inputs, values, strict=True):
            if wrong := wrong_value(value, parameter.type):
                self.wants_inputs.emit()
                self.tasks.tell("warning", f"The input {parameter.name} is wrong", wrong, "run")
                return True
        return False

    def _run(self, function: str, values: list[str], debug: bool) -> None:
        built = self.session.artifacts.built
        assert built is not None
        root = built.project.root

        def work(progress: Progress, cancel: Cancel) -> Ran:
            from avm.api.accounts import signer
            from avm.api.pipeline import run

            ledger, who = self.ledger.to_read(root), signer(self.settings.folder)
            return run(built, function, values, ledger=ledger, signer=who, cancel=cancel, progress=progress)

        def done(ran: Ran) -> None:
            self.run_ended = ""
            self.session.remember_inputs(function, values)
            self.session.set_ran(ran)
            self._tell_run(ran)
            if debug and ran.view.halt is None:
                self.session.set_step(0)
                self._to_first_breakpoint()
            self.session.set_debugging(debug or ran.view.halt is not None)
            self.ran_to_end.emit()

        self.tasks.submit(
            f"Run {function}", work, done, self._run_failed, lane="ledger", kind="run", replace=True
        )

    def _run_failed(self, job: Job) -> None:
        """A run was stopped or failed: what is shown of runs is of before, and says so."""
        if self.jobs.running(kind="run"):  # another run took its place
            return
        word = "stopped after" if job.state == "cancelled" else "failed after"
        self.run_ended = f"{job.title} {word} {seconds(job.elapsed)}"
        if job.state == "cancelled":
            self.session.log(self.run_ended, "warning")
        self.tasks.failed(job)
        self.session.run_changed.emit()

    def _forget_run(self) -> None:
        self.run_ended = ""

    def _to_first_breakpoint(self) -> None:
        ran, places = self.session.ran, self.session.all_breakpoints()
        hit = ran.debugger.first_stop(places) if ran is not None else None
        if hit is not None:
            self.session.set_step(hit)

    def _tell_run(self, ran: Ran) -> None:
        view = ran.view
        call = f"{view.program}/{view.function}({', '.join(view.inputs)})"
        if view.halt is not None:
            self.session.log(f"{call} halted at step {view.halt.step + 1}: {view.halt.message}", "error")
            return
        self.session.log(f"{call}: {len(view.steps)} steps, {seconds(view.seconds)}", "success")
        for output in view.outputs:
            self.session.log(f"  → {output}", "code")
        for write in view.mapping_writes:
            self.session.log(f"  {write.mapping}[{write.key}] = {write.value}", "code")

    def stop(self) -> None:
        """Leaves debugging, and asks running work (not a proof) to stop."""
        for job in self.jobs.running(kind="run"):
            self.jobs.cancel(job)
        self.session.set_debugging(False)

    def step(self, move: Move) -> None:
        """One move of the debugger."""
        ran, session = self.session.ran, self.session
        if ran is not None:
            to = ran.debugger.move(move, session.step, session.all_breakpoints())
            session.set_debugging(True)
            session.set_step(to)

    def run_to(self, line: int) -> None:
        """On to a line of the current file."""
        session = self.session
        if session.ran is not None and session.documents.current is not None:
            source = session.ran.built.sources.get(session.documents.current.path, NOWHERE)
            session.set_debugging(True)
            session.set_step(session.ran.debugger.run_to(session.step, SourceLine(source, line)))

    # Completion

    def complete(
        self, text: str, offset: int, language: str, answer: Callable[[Sequence[Completion]], None]
    ) -> None:
        """Completions at an offset; asked again, the older question is dropped."""

        def work(_progress: Progress, cancel: Cancel) -> Sequence[Completion]:
            from avm.api import language as words

            if language == "leo":
                return words.completions(text, offset, cancel=cancel)
            return ()

        self.jobs.submit("Complete", work, lane="words", kind="complete", on_done=answer, replace=True)

    # Files

    def save(self, document: Document) -> bool:
        """Writes a file, unless the disk holds what the person has not seen; then `conflict` asks. On
        failure nothing is lost and the reason is shown.
        """
        path, data = document.path, document.data()
        try:
            theirs = read(path)
        except Gone:
            theirs = None
        except AvmError as why:
            document.set_outside(Outside("unreadable", reason=why.message))
            return self._not_saved(document, why)
        known = document.stored.digest if document.stored is not None else ""
        if theirs is not None and theirs.digest not in (known, digest_of(data)):
            document.set_outside(Outside("changed", theirs))
            self.conflict.emit(document)
            return False
        try:
            if theirs is None or theirs.digest != digest_of(data):
                write_bytes(path, data)
            document.mark_saved(stored_of(data, path))
            self.tasks.outdated.emit(_saving(document))
        except AvmError as why:
            return self._not_saved(document, why)
        if document.language == "leo" and not self._checking(document):
            self._build_mended(self.session.problems())
        return True

    def _checking(self, document: Document) -> bool:
        """Whether the answer for the newest text of a file is still to come."""
        timer = self._checks.get(document.path)
        return (timer is not None and timer.isActive()) or bool(self.jobs.running(lane="check"))

    def _not_saved(self, document: Document, why: AvmError) -> bool:
        self.session.log(f"{document.name} was not saved: {why.message}", "error")
        text = sentences(why.message, why.hint)
        self.tasks.tell("error", f"{document.name} was not saved", text, _saving(document))
        return False

    def save_all(self) -> bool:
        saved = [self.save(document) for document in self.session.documents.modified()]
        return all(saved)
