"""The proof inspector: the rounds of Varuna with what they committed to, the checks, and the proof's
bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.models.proof import byte_rows, check_rows, stage_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import Badge, Button, IconButton
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
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
        self.stages = Grid(stages, tree=True, right=(2, 3, 5), name="Rounds and polynomials", optional=(3, 2))
        self.checks = Grid([("Check", 240), ("Result", 96), ("Detail", 0)], name="Checks of the verifier")
        parts = [("Part", 180), ("Kind", 120), ("Offset", 72), ("Bytes", 72), ("Value", 0)]
        self.bytes = Grid(parts, right=(2, 3), name="Bytes of the proof", optional=(1, 2))
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
        self.body = OrEmpty(self.pages, empty)
        self.column.addWidget(self.body)
        self._badges: list[Badge] = []
        self._commits: list[Button] = []
        self._stale: Badge | None = None
        self._old: Badge | None = None
        self._insecure: Badge | None = None
        for signal in (self.session.proof_changed, self.session.ledger_changed, self.session.build_changed):
            signal.connect(self.refresh)
        self.refresh()

    def controls(self) -> list[QWidget]:
        badge = Badge("", "semantic.success")
        commit = Button("Commit", "", "blocks", small=True, on_click=self._commit, tip="Commit to the ledger")
        self._badges, self._commits = [badge], [commit]
        chooser = Segmented(list(PAGES), self.page, small=True, name="What is shown")
        chooser.chosen.connect(self._show)
        copy = IconButton("copy", "Copy the proof", "text.tertiary", 24, on_click=self._copy)
        self._stale = Badge("", "semantic.warning", "clock")
        self._old = Badge("superseded version", "semantic.warning", "triangle-alert")
        self._old.hide()
        self._insecure = Badge("insecure", "semantic.warning", "triangle-alert")
        self._insecure.setToolTip("Made with development parameters: whoever made them can forge proofs.")
        self._insecure.hide()
        self.refresh()
        return [self._insecure, self._stale, self._old, badge, commit, chooser, copy]

    def _commit(self) -> None:
        self.studio.run_command("ledger.commit")

    def _show(self, page: str) -> None:
        self.page = page
        self.pages.setCurrentIndex([name for name, _ in PAGES].index(page))

    def _copy(self) -> None:
        if self.session.proved is not None:
            QGuiApplication.clipboard().setText(self.session.proved.view.text)
            self.studio.window.hint("The proof is on the clipboard")

    def refresh(self) -> None:
        proved, verified = self.session.proved, self.session.verified
        self.body.show_content(proved is not None)
        if self._stale is not None:
            self._stale.set("Stale, of an earlier run", "semantic.warning", "clock", short="Stale")
            self._stale.setVisible(self.session.is_stale(proved))
        for badge in self._badges:
            badge.setVisible(verified is not None)
        for button in self._commits:
            committed = self.session.committed
            button.setVisible(
                verified is not None and verified.valid and not (committed and committed.accepted)
            )
        if proved is None:
            self.set_fact("")
            return
        view = proved.view
        srs = "development parameters" if view.srs == "development" else "official parameters"
        if self._insecure is not None:
            self._insecure.setVisible(view.srs == "development")
        name = proved.constrained.ran.view.function
        protocol = name_of(view.version)
        self.set_fact(f"{name}, {protocol}, {view.bytes} bytes, {seconds(view.seconds)}, {srs}")
        if self._old is not None:
            self._old.setVisible(bool(superseded(view.version)))
            self._old.setToolTip(sentences(superseded(view.version)))
        self.stages.set_rows(stage_rows(view))
        self.bytes.set_rows(byte_rows(view))
        if verified is not None:
            self.checks.set_rows(check_rows(verified))
            for badge in self._badges:
                if verified.valid:
                    badge.set("verified", "semantic.success", "circle-check")
                else:
                    badge.set("does not verify", "semantic.error", "circle-x")
