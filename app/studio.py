"""Studio: puts the parts together (settings, session, jobs, flow, commands) and is what commands and
panels receive.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import leaving, registry
from app.actions import StudioActions
from app.contract import Command, keys_of
from app.editor.document import Document
from app.faults import Faults
from app.files import Files
from app.jobs import Job, Jobs
from app.proof_actions import KEPT, KeptProof
from app.recovery import Recovery
from app.session import Session
from app.settings import Settings
from app.stylesheet import stylesheet
from app.theme import THEME
from app.watch import Watch
from app.widgets.message import Message
from avm.base.errors import AvmError
from avm.base.json_value import items, real

if TYPE_CHECKING:
    from app.contract import Window
    from avm.api.workspace import Project


OF_THE_PROJECT = ("constrain", "lab sweep", "check ledger")
"""Kinds of jobs whose result nobody can take when the project is closed."""


class Studio(QObject):
    window: Window

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.faults = Faults(self.settings.folder / "logs")
        self.jobs = Jobs(self)
        self.jobs.finished.connect(self._job_ended)
        self.session = Session(self.settings)
        for text in self.settings.notes:
            self.session.log(text, "warning")
        self.actions = StudioActions(self.settings, self.session, self.jobs)
        self.watch = Watch(self.session)
        self.files = Files(self)
        self.recovery = Recovery(self.settings.folder / "recovery", self.session)
        self.recovery.kept_back.connect(self._kept_back)
        self.apply_theme()

    def _job_ended(self, job: Job) -> None:
        """A job that ended by a bug is a fault of the Studio."""
        if job.traceback:
            self.faults.report_text(f"job {job.kind}", job.error, job.traceback)

    def _kept_back(self, document: Document) -> None:
        """A file with a key: the person has to save it, as nothing else does."""
        self.window.toast(
            Message(
                "info",
                f"No recovery copy of {document.name} is made",
                "It may hold a private or view key. Save it yourself.",
            )
        )

    # Theme

    def apply_theme(self) -> None:
        """Takes the look from the settings; the window shows it live."""
        from PySide6.QtWidgets import QApplication

        THEME.set(
            str(self.settings.get("theme")),
            real(self.settings.get("scale")),
            bool(self.settings.get("more_contrast")),
            bool(self.settings.get("reduced_motion")),
        )
        application = QApplication.instance()
        if isinstance(application, QApplication):
            THEME.apply(application, stylesheet)

    def set_look(self, name: str, value: str | float) -> None:
        """Changes theme, scale, more_contrast or reduced_motion, remembers and shows it."""
        self.settings.set(name, value)
        self.apply_theme()

    # Proofs

    def inspect_proof(self, job: Job) -> None:
        """Brings the proof of a job into the inspector, with its project when that is closed; or says why
        not.
        """
        kept = self.actions.proof.of_job(job)
        if kept is None:
            fact = f"The proof of “{job.title}” is no longer kept"
            self.window.toast(
                Message("info", fact, f"The last {KEPT} proofs of a session are. Prove the run again.")
            )
        elif self.actions.proof.belongs_here(kept):
            self._show_proof(kept)
        else:
            root = kept.project.root
            self.window.ask(
                f"Open {kept.project.name} again?",
                "The proof belongs to this project, which is closed. It opens in place of the one in front."
                if self.session.project is not None
                else "The proof belongs to this project, which is closed.",
                [
                    ("Open it", "primary", lambda: self.open_project(root, lambda: self._show_proof(kept))),
                    ("Cancel", "", lambda: None),
                ],
            )

    def _show_proof(self, kept: KeptProof) -> None:
        self.actions.proof.show(kept)
        self.window.set_perspective("prove")
        self.window.show_panel("proof")

    # Commands

    def command(self, name: str) -> Command:
        """The command with this id."""
        return registry.command(name)

    def commands(self) -> tuple[Command, ...]:
        return registry.commands()

    def why_not(self, command: Command) -> str:
        return command.why_not(self)

    def run_command(self, name: str) -> bool:
        """Runs a command by id; when it cannot run, its reason is shown and False returned. While a sheet is
        open, none runs but to quit.
        """
        command = registry.command(name)
        asked = "" if name == "file.quit" or not self.window.asks() else "answer the question first"
        reason = asked or command.why_not(self)
        if reason:
            self.window.hint(f"{command.name_now(self)}: {reason}")
            return False
        self.window.hint("")
        command.run(self)
        return True

    def keys(self, command: Command) -> str:
        return keys_of(command, self.settings.texts("keys"))

    def keys_for(self, name: str) -> str:
        return self.keys(registry.command(name))

    # Projects

    def open_project(self, path: Path, then: Callable[[], object] | None = None) -> bool:
        """Opens a project folder or file; says what was wrong when it cannot. `then` runs when it is open,
        also when the person was asked about unsaved work before.
        """
        from avm.api.workspace import open_project

        try:
            project = open_project(path)
        except AvmError as why:
            self.window.toast(Message("error", f"{path.name} was not opened", f"{why.message}. {why.hint}"))
            return False
        return self._enter(project, then)

    def open_sample(self, name: str) -> bool:
        """Opens the person's own copy of a sample."""
        from avm.api.workspace import copy_sample

        try:
            project = copy_sample(name, self.settings.folder / "samples")
        except AvmError as why:
            self.window.toast(Message("error", f"The sample {name} was not opened", why.message))
            return False
        return self._enter(project)

    def new_project(self, folder: Path, name: str) -> str:
        """Makes and opens a project; returns what was wrong, or an empty text."""
        from avm.api.workspace import new_project

        try:
            project = new_project(folder, name)
        except AvmError as why:
            return f"{why.message}. {why.hint}".strip(". ") if why.hint else why.message
        self._enter(project)
        return ""

    def _enter(self, project: Project, then: Callable[[], object] | None = None) -> bool:
        if not self.close_project(lambda: self._enter(project, then)):
            return False
        self.session.set_project(project)
        self.settings.set("project", str(project.root))
        self.settings.remember_recent(str(project.root))
        root = str(project.root)
        for path in map(Path, map(str, items(self.settings.item("open_files", root) or []))):
            if path.is_file():
                self.session.documents.open(path, show=False)
        current = str(self.settings.item("open_files", root + "#current", ""))
        self.session.documents.open(Path(current) if current and Path(current).is_file() else project.main)
        self.run_command("edit.focus")
        self.actions.build(quiet=True)
        self.actions.ledger.refresh()
        if then is not None:
            then()
        return True

    def remember_files(self) -> None:
        project = self.session.project
        if project is not None:
            root = str(project.root)
            self.settings.set_item("open_files", root, [str(p) for p in self.session.documents.by_path])
            if self.session.documents.current is not None:
                self.settings.set_item(
                    "open_files", root + "#current", str(self.session.documents.current.path)
                )

    def close_project(self, then: Callable[[], object] | None = None) -> bool:
        """Closes the project; false when unsaved work or a proof stands in the way: then the person is asked,
        and `then` runs when it is closed.
        """
        if self.session.project is None:
            return True

        def leave(without_saving: bool) -> None:
            if self._close_project(without_saving) and then is not None:
                then()

        return not leaving.asks(self, leave, project_only=True) and self._close_project()

    def _close_project(self, without_saving: bool = False) -> bool:
        """Closes it without a question; false when what is not saved was to be kept and cannot be."""
        if without_saving:
            try:
                self.recovery.keep(self.session.documents.modified())
            except AvmError as why:
                self.window.toast(
                    Message("error", "The project stays open: its changes cannot be kept", why.message)
                )
                return False
        self.remember_files()
        for job in self.jobs.running():
            if job.kind in OF_THE_PROJECT:
                self.jobs.cancel(job)
                self.window.hint(f"{job.title} was stopped with its project")
        self.actions.ledger.close()
        for document in list(self.session.documents.by_path.values()):
            self.session.documents.close(document)
        self.session.set_project(None)
        return True

    def check_invariants(self) -> list[str]:
        """What must hold between any two actions and does not: no dead part is held, files are marked."""
        return [*self.session.documents.check_invariants(), *self.window.check_invariants()]

    def shut_down(self) -> None:
        """Ends all work and writes what is remembered."""
        self.remember_files()
        self.window.docks.remember()
        self.actions.ledger.close()
        self.watch.close()
        self.jobs.close()
        self.settings.save()
