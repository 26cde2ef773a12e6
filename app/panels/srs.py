"""The SRS manager: every structured reference string of this machine, and the official files to be had."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.cards.official_files import OfficialCard
from app.cards.srs_cards import StringCard
from app.jobs import Job
from app.models.srs import Pace
from app.panel import Panel, Place
from app.widgets.basics import IconButton
from app.widgets.empty import EmptyState
from app.widgets.message import Message
from app.widgets.scroll_column import ScrollColumn
from app.widgets.spans import on_disk, plural, sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.contract import Studio
    from avm.api.parameters import Available, StringOnDisk
    from avm.api.views import Check, SrsInfo
    from avm.base.progress import Cancel, Progress

    Survey = tuple[tuple[StringOnDisk, ...], tuple[Available, ...]]

T = TypeVar("T")
IMPORT = "`avm srs import FOLDER`"
DOWNLOAD = "srs download"


class SrsPanel(Panel):
    id = "srs"
    title = "SRS manager"
    icon = "sigma"
    stripe = "bottom"
    stripe_order = 35
    home = Place("right", 92, 10, shown=False, tab=True)
    places = {"prove": Place("right", 60, 10, shown=False)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.strings: tuple[StringOnDisk, ...] = ()
        self.checks: dict[str, tuple[Check, ...]] = {}
        self._wanted: dict[int, tuple[str, ...]] = {}
        self.files: tuple[Available, ...] = ()
        self.cards: list[StringCard] = []
        area = ScrollColumn()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = area.column
        self.empty = EmptyState(
            "sigma",
            "No reference string yet",
            "Download or import the official files for proofs that others accept. Without them a development "
            "string is made at the first proof.",
        )
        self.official = OfficialCard(self.ask_download, self.cancel_download)
        self.list.addWidget(self.empty)
        self.list.addWidget(self.official)
        self.list.addStretch()
        self.column.addWidget(area)
        self.studio.jobs.added.connect(self._follow)
        self.studio.jobs.finished.connect(self._follow)
        self.studio.jobs.changed.connect(self._stopping)
        self.reload()

    def controls(self) -> list[QWidget]:
        fetch = IconButton(
            "download",
            "Download the official files that every proof needs",
            side=24,
            on_click=lambda: self._command("srs.download"),
        )
        bring = IconButton(
            "folder-open",
            "Import the official files from a folder",
            side=24,
            on_click=lambda: self._command("srs.import"),
        )
        make = IconButton(
            "plus", "Generate a development string", side=24, on_click=lambda: self._command("srs.generate")
        )
        return [fetch, bring, make]

    def _command(self, name: str) -> None:
        self.studio.run_command(name)

    def copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.studio.window.hint("Copied")

    # What there is

    def reload(self) -> None:
        """Looks at the files again, off the window's thread."""

        def work(progress: Progress, cancel: Cancel) -> Survey:
            from avm.api.parameters import Parameters, available, survey

            parameters = Parameters()
            return survey(parameters, progress, cancel), available(parameters)

        self.submit(
            "Look at the parameters", work, self._arrived, lane="parameters", kind="srs look", replace=True
        )

    def _arrived(self, found: Survey) -> None:
        strings, self.files = found
        known = {str(s.path): s.digest for s in self.strings}
        for string in strings:
            if known.get(str(string.path), string.digest) != string.digest:
                self.checks.pop(str(string.path), None)
        self.strings = strings
        self._show()

    def _show(self) -> None:
        for card in self.cards:
            self.list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [StringCard(string, self, self.checks.get(str(string.path))) for string in self.strings]
        below = self.list.indexOf(self.official) + 1
        for card in self.cards:
            below += 1
            self.list.insertWidget(0 if not card.string.insecure else below - 1, card)
        self.empty.setVisible(not self.cards)
        self.set_subtitle(plural(len(self.cards), "string") if self.cards else "")
        self._show_files()

    def _show_files(self) -> None:
        wrong = frozenset(f.name for string in self.strings for f in string.files if not f.agrees)
        jobs = self.studio.jobs.running(kind=DOWNLOAD)
        stopping = bool(jobs) and all(job.cancel.cancelled for job in jobs)
        self.official.set_files(self.files, wrong, self.coming(), stopping)

    def _follow(self, job: Job) -> None:
        """A proof may have made a string; a download may have ended or been resumed from elsewhere."""
        if job.kind == DOWNLOAD and not job.over:
            self._show_files()
        elif job.kind == DOWNLOAD or (job.kind == "prove" and job.state == "done"):
            self.reload()

    def _stopping(self, job: Job) -> None:
        if job.kind == DOWNLOAD and job.cancel.cancelled and not self.official.stopping:
            self._show_files()

    def development(self) -> list[StringOnDisk]:
        return [s for s in self.strings if s.insecure]

    # Actions

    def bring_official(self, folder: Path) -> None:
        """Copies the official files of a folder in, each with its checksum compared."""

        def work(progress: Progress, cancel: Cancel) -> tuple[str, ...]:
            from avm.api.parameters import Parameters

            return Parameters().import_official(folder, progress, cancel)

        def done(names: tuple[str, ...]) -> None:
            self._say(f"{len(names)} official files are imported", "Each has the published SHA-256.")
            self.reload()

        self.submit("Import the official files", work, done, kind="srs import")

    def coming(self) -> frozenset[str]:
        """The official files that are being downloaded, or wait for it."""
        jobs = self.studio.jobs.running(kind=DOWNLOAD)
        return frozenset(name for job in jobs for name in self._wanted.get(job.id, ()))

    def ask_download(self, names: tuple[str, ...]) -> None:
        """Says how much is to be loaded, from where and to where, before anything is."""
        from avm.api.parameters import SERVERS

        files = [file for file in self.files if file.name in names]
        left = on_disk(sum(file.missing for file in files))
        what = files[0].name if len(files) == 1 else f"{len(files)} official files"
        self.studio.window.ask(
            f"Download {what}, {left}?",
            f"From {SERVERS[0].name} into {self.folder()}. It goes on while you work. What has arrived is "
            "kept when you cancel, and a file is taken only with its published SHA-256.",
            [("Download", "primary", lambda: self.download(names)), ("Cancel", "", lambda: None)],
        )

    def folder(self) -> Path:
        """Where official files are kept."""
        from avm.api.parameters import Parameters

        return Parameters().official_folder

    def download(self, names: tuple[str, ...]) -> None:
        """Downloads official files on a lane of their own, so that proofs do not wait for them."""
        files = [file for file in self.files if file.name in names]

        def work(progress: Job, cancel: Cancel) -> tuple[str, ...]:
            from avm.api.parameters import SERVERS, Parameters, download

            pace = Pace(progress, files)
            return download(names, Parameters(), pace, cancel, servers=SERVERS)

        def done(fetched: tuple[str, ...]) -> None:
            job.subtitle = f"{on_disk(sum(file.missing for file in files))}, with the published SHA-256"
            count = f"{len(fetched)} official file" + ("s are here" if len(fetched) != 1 else " is here")
            self._say(count, "Each has the published SHA-256.")

        def failed(job: Job) -> None:
            if job.state == "failed":
                # The hint names a command line; here the same is a button.
                hint, way = job.hint.replace(f" with {IMPORT}", " from a folder"), ("Try again", again)
                if hint != job.hint:
                    way = ("Import it", lambda: self._command("srs.import"))
                self.studio.window.toast(
                    Message("error", job.title + " failed", sentences(job.error, hint), *way)
                )

        def again() -> None:
            self.download(names)

        what = names[0] if len(names) == 1 else f"{len(names)} official files"
        job = self.studio.jobs.submit(
            f"Download {what}", work, lane="network", kind=DOWNLOAD, on_done=done, on_failed=failed
        )
        self._wanted[job.id] = names
        self._show_files()

    def cancel_download(self) -> None:
        """Stops every download; what has arrived is kept."""
        for job in self.studio.jobs.running(kind=DOWNLOAD):
            self.studio.jobs.cancel(job)

    def offer_download(self) -> None:
        """Asks for the files that every proof needs, or brings the list when they are here."""
        from app.models.srs import BASE, chosen_names, missing_of

        names = tuple(file.name for file in missing_of(self.files, chosen_names(self.files, BASE)))
        self.official.grid.setFocus()
        if self.coming():
            self.studio.window.hint("A download is on its way; Prover jobs shows it")
        elif names:
            self.ask_download(names)
        else:
            self.studio.window.hint("Choose the files to download in the list")

    def generate(self, log2: int) -> None:
        """Makes a development string of 2^log2 powers."""

        def work(progress: Progress, cancel: Cancel) -> tuple[Path, SrsInfo]:
            from avm.api.parameters import Parameters, generate

            return generate(log2, None, Parameters(), progress, cancel)

        def done(_found: tuple[Path, SrsInfo]) -> None:
            self._say(
                f"A development string of 2^{log2} powers is made", "It is insecure: for experiments only."
            )
            self.reload()

        self.submit(f"Generate a development SRS, 2^{log2}", work, done, kind="srs generate")

    def contribute(self, string: StringOnDisk, name: str) -> None:
        """Puts a fresh secret on top of a development string, in its place."""

        def work(progress: Progress, cancel: Cancel) -> SrsInfo:
            from avm.api.parameters import contribute

            return contribute(string.path, string.path, name, progress, cancel)

        def done(view: SrsInfo) -> None:
            self._say(f"{name} contributed to {string.name}", f"{view.contributions} contributions now.")
            self.reload()

        self.submit(f"Contribute to {string.name}", work, done, kind="srs contribute")

    def verify(self, string: StringOnDisk) -> None:
        """Checks structure and updates; the checks are listed on the card."""

        def work(progress: Progress, cancel: Cancel) -> tuple[Check, ...]:
            from avm.api.parameters import verify_string

            return verify_string(string, progress, cancel)

        def done(checks: tuple[Check, ...]) -> None:
            self.checks[str(string.path)] = checks
            self._show()
            failing = [c.name for c in checks if not c.passed]
            if failing:
                self.studio.window.toast(Message("error", f"{string.name} fails", failing[0]))
            else:
                self._say(f"{string.name} is sound", f"{len(checks)} of {len(checks)} checks hold.")

        self.submit(f"Verify {string.name}", work, done, kind="srs verify")

    def delete(self, string: StringOnDisk) -> None:
        """Deletes a development string's file."""

        def work(_progress: Progress, _cancel: Cancel) -> None:
            from avm.api.parameters import Parameters, delete_string

            delete_string(string, Parameters())

        def done(_none: None) -> None:
            self._say(f"{string.name} is deleted", str(string.path))
            self.checks.pop(str(string.path), None)
            self.reload()

        self.submit(f"Delete {string.name}", work, done, lane="parameters", kind="srs delete")

    # Questions

    def ask_contribution(self, string: StringOnDisk) -> None:
        typed: list[str] = []

        def check(text: str) -> str:
            typed[:] = [text.strip()]
            return "" if 0 < len(text.strip()) <= 60 else "Type a name of 1 to 60 characters, for the record."

        self.studio.window.ask(
            f"Contribute to {string.name}",
            "A fresh secret goes on top and is forgotten. The string gets another digest: proofs made with "
            "the one before stay bound to that. Your name is kept in its history.",
            [
                ("Contribute", "primary", lambda: self.contribute(string, typed[0])),
                ("Cancel", "", lambda: None),
            ],
            field="",
            check=check,
        )

    def ask_delete(self, string: StringOnDisk) -> None:
        self.studio.window.ask(
            f"Delete {string.name}?",
            "Proofs made with it can no longer be checked against it here. Another one of this size gets "
            "another secret.",
            [("Delete", "", lambda: self.delete(string)), ("Cancel", "", lambda: None)],
        )

    def ask_generate(self) -> None:
        from avm.api.parameters import LARGEST_LOG2, SMALLEST_LOG2

        chosen: list[int] = []

        def check(text: str) -> str:
            number = text.strip()
            fits = number.isdecimal() and len(number) < 4 and SMALLEST_LOG2 <= int(number) <= LARGEST_LOG2
            if not fits:
                return f"Type a whole number from {SMALLEST_LOG2} to {LARGEST_LOG2}."
            if any(s.log2 == int(text) for s in self.strings):
                return "There is one of this size already. Delete it first, or choose another size."
            chosen[:] = [int(text)]
            return ""

        self.studio.window.ask(
            "Generate a development string",
            "How many powers of two? 15 makes 32\u2009768 powers (3 MB) and holds most functions; every "
            "further step doubles time and size. It is insecure: for experiments on this machine only.",
            [("Generate", "primary", lambda: self.generate(chosen[0])), ("Cancel", "", lambda: None)],
            field="15",
            check=check,
        )

    def ask_which(
        self, title: str, strings: list[StringOnDisk], then: Callable[[StringOnDisk], object]
    ) -> None:
        """Goes on with the only string, else asks which one."""
        if len(strings) == 1:
            then(strings[0])
        elif strings:
            choices = [(s.name, "", partial(then, s)) for s in strings[:6]]
            self.studio.window.ask(title, "", [*choices, ("Cancel", "", lambda: None)])
        else:
            self.studio.window.hint(f"{title}: there is no such string here")

    # Jobs

    def _say(self, fact: str, detail: str) -> None:
        self.studio.window.toast(Message("success", fact, detail))
