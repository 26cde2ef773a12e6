"""The SRS manager: every structured reference string of this machine, where it lies, what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.panel import OrEmpty, Panel, Place
from app.theme import px
from app.widgets.basics import Badge, Button, ElidedLabel, Glyph, IconButton, Label, box, rule, surface
from app.widgets.empty import EmptyState
from app.widgets.message import InlineMessage
from app.widgets.spans import megabytes, thousands

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.contract import Studio
    from app.jobs import Job
    from avm.api.srs_survey import StringOnDisk
    from avm.api.views import CheckView

LANE = "machine"
LABEL_WIDTH = 88


def on_disk(size: int) -> str:
    """An amount of bytes on disk."""
    if size < 1 << 20:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1 << 20):.1f} MB" if size < 100 << 20 else megabytes(size / (1 << 20))


class Name(Label):
    """The name of a fact, all of one width."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "small", "tertiary")

    def retheme(self) -> None:
        super().retheme()
        self.setFixedWidth(px(LABEL_WIDTH))


class Fact(QWidget):
    """A name and a value on one line, with a button that copies the whole value."""

    def __init__(self, name: str, value: str, copy: Callable[[str], object] | None = None) -> None:
        super().__init__()
        line = box(QHBoxLayout(self), 8)
        line.addWidget(Name(name))
        line.addWidget(ElidedLabel(value, "code_small" if copy else "small", middle=True), 1)
        if copy is not None:
            tip = f"Copy the {name.lower()}"
            line.addWidget(IconButton("copy", tip, "text.tertiary", 24, on_click=lambda: copy(value)))
        self.setMinimumHeight(px(24))


class CheckLine(QWidget):
    """One check: an icon, its name, what it says."""

    def __init__(self, check: CheckView) -> None:
        super().__init__()
        line = box(QHBoxLayout(self), 8)
        look = ("circle-check", "semantic.success.fg") if check.passed else ("circle-x", "semantic.error.fg")
        line.addWidget(Glyph(*look, 14))
        name = ElidedLabel(check.name, "small")
        name.setToolTip(f"{check.name}: {check.detail}" if check.detail else check.name)
        line.addWidget(name, 1)
        line.addWidget(
            Label("holds" if check.passed else "fails", "caption", "" if check.passed else "error")
        )
        self.setMinimumHeight(px(24))
        self.setAccessibleName(f"{check.name} {'holds' if check.passed else 'fails'}. {check.detail}")


class StringCard(QFrame):
    """A string: what it is, its facts, its checks once asked for, its actions."""

    def __init__(self, string: StringOnDisk, panel: SrsPanel) -> None:
        super().__init__()
        surface(self, "card")
        self.string = string
        self.setAccessibleName(string.name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = box(QVBoxLayout(self), 4, (16, 12, 12, 12))
        head = box(QHBoxLayout(), 8)
        head.addWidget(Glyph("sigma", "text.secondary", 16))
        head.addWidget(ElidedLabel(string.name, "title"), 1)
        self.badge = Badge("", "semantic.success")
        head.addWidget(self.badge)
        column.addLayout(head)
        if string.fault:
            self.badge.set("cannot be used", "semantic.error", "circle-x")
            column.addWidget(InlineMessage("error", f"{string.fault[:1].upper()}{string.fault[1:]}."))
        elif string.insecure:
            self.badge.set("INSECURE", "semantic.warning", "triangle-alert")
            text = "Whoever made it can forge proofs, unless one contributor forgot the secret."
            column.addWidget(Label(text, "small", "secondary", wrap=True))
        else:
            self.badge.set("checksums agree", "semantic.success", "circle-check")
        column.addSpacing(4)
        if string.highest_power:
            power = (string.highest_power + 1).bit_length() - 1
            column.addWidget(Fact("Powers", f"{thousands(string.highest_power + 1)}, that is 2^{power}"))
        if string.contributions:
            names = ", ".join(name or "unnamed" for name in string.contributions)
            column.addWidget(Fact("Contributions", f"{len(string.contributions)}: {names}"))
        size = on_disk(string.size) + (f" in {len(string.files)} files" if string.files else "")
        column.addWidget(Fact("On disk", size))
        if string.digest:
            column.addWidget(Fact("Digest", string.digest, panel.copy))
        column.addWidget(Fact("Folder" if string.files else "File", str(string.path), panel.copy))
        column.addSpacing(4)
        actions = box(QHBoxLayout(), 8)
        self.verify = Button("Verify", "", "shield-check", small=True, on_click=lambda: panel.verify(string))
        self.verify.setEnabled(not string.fault)
        actions.addWidget(self.verify)
        if string.insecure:
            self.contribute = Button(
                "Contribute", "", "plus", small=True, on_click=lambda: panel.ask_contribution(string)
            )
            self.contribute.setEnabled(not string.fault)
            self.delete = Button("Delete", "", "x", small=True, on_click=lambda: panel.ask_delete(string))
            actions.addWidget(self.contribute)
            actions.addStretch()
            actions.addWidget(self.delete)
        else:
            actions.addStretch()
        column.addLayout(actions)
        self._checks(string, panel.checks.get(str(string.path)), column)

    @staticmethod
    def _checks(string: StringOnDisk, checks: tuple[CheckView, ...] | None, column: QVBoxLayout) -> None:
        from avm.api.views import CheckView

        if checks is None:
            words = {True: "the published SHA-256", False: "not the published SHA-256"}
            checks = tuple(CheckView(f.name, f.agrees, words[f.agrees]) for f in string.files)
        if checks:
            column.addSpacing(4)
            column.addWidget(rule())
            for check in checks:
                column.addWidget(CheckLine(check))


class SrsPanel(Panel):
    id = "srs"
    title = "SRS manager"
    icon = "sigma"
    stripe = "bottom"
    stripe_order = 35
    home = Place("right", 92, 10, shown=False, tab=True)
    places = {"prove": Place("left", 60, 10, shown=False, tab=True)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.strings: tuple[StringOnDisk, ...] = ()
        self.checks: dict[str, tuple[CheckView, ...]] = {}
        self.cards: list[StringCard] = []
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        surface(inner, "panel")
        self.list = box(QVBoxLayout(inner), 12, (12, 8, 12, 12))
        self.list.addStretch()
        area.setWidget(inner)
        self.empty = EmptyState(
            "sigma",
            "No reference string yet",
            "Import the official files for proofs that others accept. Without them a development string is "
            "made at the first proof.",
            "Import official files",
            lambda: self._command("srs.import"),
        )
        self.body = OrEmpty(area, self.empty)
        self.column.addWidget(self.body)
        self.studio.jobs.finished.connect(self._follow)
        self.reload()

    def controls(self) -> list[QWidget]:
        bring = IconButton(
            "package-open",
            "Import the official files from a folder",
            side=24,
            on_click=lambda: self._command("srs.import"),
        )
        make = IconButton(
            "plus", "Generate a development string", side=24, on_click=lambda: self._command("srs.generate")
        )
        return [bring, make]

    def _command(self, name: str) -> None:
        self.studio.run_command(name)

    def copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.studio.window.hint("Copied")

    # What there is

    def reload(self) -> None:
        """Looks at the files again, off the window's thread."""

        def work(progress: Any, cancel: Any) -> Any:
            from avm.api.parameters import Parameters
            from avm.api.srs_survey import survey

            return survey(Parameters(), progress, cancel)

        self._submit("Look at the parameters", work, self._arrived, lane="parameters", replace=True)

    def _arrived(self, strings: tuple[StringOnDisk, ...]) -> None:
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
        self.cards = [StringCard(string, self) for string in self.strings]
        for number, card in enumerate(self.cards):
            self.list.insertWidget(number, card)
        self.body.show_content(bool(self.cards))
        count = len(self.cards)
        self.set_fact(f"{count} string" + ("s" if count != 1 else "") if count else "")

    def _follow(self, job: Job) -> None:
        """A proof may have made a string."""
        if job.kind == "prove" and job.state == "done":
            self.reload()

    def development(self) -> list[StringOnDisk]:
        return [s for s in self.strings if s.insecure]

    # Actions

    def bring_official(self, folder: Path) -> None:
        """Copies the official files of a folder in, each with its checksum compared."""

        def work(progress: Any, cancel: Any) -> Any:
            from avm.api.parameters import Parameters

            return Parameters().import_official(folder, progress, cancel)

        def done(names: tuple[str, ...]) -> None:
            self._say(f"{len(names)} official files are imported", "Each has the published SHA-256.")
            self.reload()

        self._submit("Import the official files", work, done)

    def generate(self, log2: int) -> None:
        """Makes a development string of 2^log2 powers."""

        def work(progress: Any, cancel: Any) -> Any:
            from avm.api import srs_files
            from avm.api.parameters import Parameters

            return srs_files.generate(log2, None, Parameters(), progress, cancel)

        def done(_found: Any) -> None:
            self._say(
                f"A development string of 2^{log2} powers is made", "It is insecure: for experiments only."
            )
            self.reload()

        self._submit(f"Generate a development SRS, 2^{log2}", work, done)

    def contribute(self, string: StringOnDisk, name: str) -> None:
        """Puts a fresh secret on top of a development string, in its place."""

        def work(progress: Any, cancel: Any) -> Any:
            from avm.api import srs_files

            return srs_files.contribute(string.path, string.path, name, progress, cancel)

        def done(view: Any) -> None:
            self._say(f"{name} contributed to {string.name}", f"{view.contributions} contributions now.")
            self.reload()

        self._submit(f"Contribute to {string.name}", work, done)

    def verify(self, string: StringOnDisk) -> None:
        """Checks structure and updates; the checks are listed on the card."""

        def work(progress: Any, cancel: Any) -> Any:
            from avm.api.srs_survey import verify

            return verify(string, progress, cancel)

        def done(checks: tuple[CheckView, ...]) -> None:
            self.checks[str(string.path)] = checks
            self._show()
            failing = [c.name for c in checks if not c.passed]
            if failing:
                self.studio.window.toast("error", f"{string.name} fails", failing[0])
            else:
                self._say(f"{string.name} is sound", f"{len(checks)} of {len(checks)} checks hold.")

        self._submit(f"Verify {string.name}", work, done)

    def delete(self, string: StringOnDisk) -> None:
        """Deletes a development string's file."""

        def work(_progress: Any, _cancel: Any) -> None:
            from avm.api.parameters import Parameters
            from avm.api.srs_survey import delete

            delete(string, Parameters())

        def done(_none: None) -> None:
            self._say(f"{string.name} is deleted", str(string.path))
            self.checks.pop(str(string.path), None)
            self.reload()

        self._submit(f"Delete {string.name}", work, done, lane="parameters")

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
        from avm.api.srs_files import LARGEST_LOG2, SMALLEST_LOG2

        chosen: list[int] = []

        def check(text: str) -> str:
            if not text.strip().isdigit() or not SMALLEST_LOG2 <= int(text) <= LARGEST_LOG2:
                return f"Type a whole number from {SMALLEST_LOG2} to {LARGEST_LOG2}."
            if any(s.path.name == f"development-{int(text)}.srs" for s in self.strings):
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

    def ask_which(self, title: str, strings: list[StringOnDisk], then: Callable[[Any], object]) -> None:
        """Goes on with the only string, else asks which one."""
        if len(strings) == 1:
            then(strings[0])
        elif strings:
            choices = [(s.name, "", lambda s=s: then(s)) for s in strings[:6]]
            self.studio.window.ask(title, "", [*choices, ("Cancel", "", lambda: None)])
        else:
            self.studio.window.hint(f"{title}: there is no such string here")

    # Jobs

    def _submit(
        self, title: str, work: Any, done: Callable[[Any], object], lane: str = LANE, replace: bool = False
    ) -> None:
        self.studio.jobs.submit(
            title,
            work,
            lane=lane,
            kind=f"srs {title}",
            on_done=done,
            on_failed=self._failed,
            replace=replace,
        )

    def _failed(self, job: Job) -> None:
        if job.state == "failed":
            self.studio.window.toast("error", f"{job.title} failed", f"{job.error}. {job.hint}".strip())

    def _say(self, fact: str, detail: str) -> None:
        self.studio.window.toast("success", fact, detail)
