"""The proof inspector: what the proof is worth, the rounds of Varuna with what they committed to, the
checks, and the proof's bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.models.proof import byte_rows, check_rows, stage_rows, verdict
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import Badge, Button, Glyph, IconButton, Label, box, rule
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.message import LOOK
from app.widgets.segmented import Segmented
from app.widgets.spans import seconds, sentences
from avm.api.varuna_versions import name_of, superseded

if TYPE_CHECKING:
    from app.contract import Studio

PAGES = (("stages", "Polynomials"), ("checks", "Checks"), ("bytes", "Bytes"))


class ProofPanel(Panel):
    id = "proof"
    title = "Proof inspector"
    icon = "shield-check"
    home = Place("centre", 0, 20)
    places = {"prove": Place("centre", 0, 20, front=True)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.page = "stages"
        stages = [
            ("Polynomial", 176),
            ("Says", 0),
            ("Degree", 84),
            ("Size", 84),
            ("Commitment", 160),
            ("Time", 84),
        ]
        self.stages = Grid(
            stages, tree=True, right=(2, 3, 5), name="Rounds and polynomials", optional=(3, 2, 4)
        )
        self.checks = Grid(
            [("Check", 144), ("Result", 96), ("Detail", 0)], name="Checks of the verifier", fits=(0,)
        )
        parts = [("Part", 180), ("Kind", 120), ("Offset", 72), ("Bytes", 72), ("Value", 0)]
        self.bytes = Grid(parts, right=(2, 3), name="Bytes of the proof", optional=(1, 2, 3))
        self.pages = QStackedWidget()
        for page in (self.stages, self.checks, self.bytes):
            self.pages.addWidget(page)
        empty = EmptyState(
            "shield-check",
            "No proof yet",
            "Run a function, then prove the run. Its rounds, polynomials and bytes are shown here.",
            "Prove the last run",
            lambda: studio.run_command("prove.prove"),
        )
        content = QWidget()
        column = box(QVBoxLayout(content), 0)
        head = box(QHBoxLayout(), 8, (12, 8, 12, 8))
        self.glyph = Glyph("circle-check", "semantic.success.fg", 16)
        self.verdict = Label("", "body_strong", wrap=True)
        self.stale = Badge("", "semantic.warning", "clock")
        self.stale.set("Stale, of an earlier run", "semantic.warning", "clock", short="Stale")
        self.old = Badge("superseded version", "semantic.warning", "triangle-alert")
        head.addWidget(self.glyph)
        head.addWidget(self.verdict, 1)
        head.addWidget(self.stale)
        head.addWidget(self.old)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.pages, 1)
        self.body = OrEmpty(content, empty)
        self.column.addWidget(self.body)
        self._commits: list[Button] = []
        for signal in (self.session.proof_changed, self.session.ledger_changed, self.session.build_changed):
            signal.connect(self.refresh)
        self.refresh()

    def controls(self) -> list[QWidget]:
        commit = Button("Commit", "", "blocks", small=True, on_click=self._commit, tip="Commit to the ledger")
        self._commits = [commit]
        chooser = Segmented(list(PAGES), self.page, small=True, name="What is shown")
        chooser.chosen.connect(self._show)
        copy = IconButton("copy", "Copy the proof", "text.tertiary", 24, on_click=self._copy)
        self.refresh()
        return [commit, chooser, copy]

    def _commit(self) -> None:
        self.studio.run_command("ledger.commit")

    def _show(self, page: str) -> None:
        self.page = page
        self.pages.setCurrentIndex([name for name, _ in PAGES].index(page))

    def _copy(self) -> None:
        if self.session.artifacts.proved is not None:
            QGuiApplication.clipboard().setText(self.session.artifacts.proved.view.text)
            self.studio.window.hint("The proof is on the clipboard")

    def refresh(self) -> None:
        proved, verified, committed = (
            self.session.artifacts.proved,
            self.session.artifacts.verified,
            self.session.artifacts.committed,
        )
        self.body.show_content(proved is not None)
        done = committed is not None and committed.accepted
        for button in self._commits:
            button.setVisible(verified is not None and verified.valid and not done)
        if proved is None:
            self.set_subtitle("")
            return
        view = proved.view
        srs = "development parameters" if view.insecure else "official parameters"
        name = proved.constrained.ran.view.function
        self.set_subtitle(
            f"{name}, {name_of(view.version)}, {view.bytes} bytes, {seconds(view.seconds)}, {srs}"
        )
        self.stale.setVisible(self.session.is_stale(proved.constrained))
        self.old.setVisible(bool(superseded(view.version)))
        self.old.setToolTip(sentences(superseded(view.version)))
        self.stages.set_rows(stage_rows(view))
        self.bytes.set_rows(byte_rows(view))
        if verified is not None:
            self.checks.set_rows(check_rows(verified))
            level, word = verdict(view, verified)
            self.glyph.set(*LOOK[level])
            self.verdict.setText(word)
            forged = "Whoever made the development parameters can forge proofs."
            self.verdict.setToolTip(forged if view.insecure else "")
