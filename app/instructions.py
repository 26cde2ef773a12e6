"""The generated Aleo instructions beside the source: read only, with their state and the links."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from app.cards.activity import TELL_AFTER_S, TICK_MS
from app.editor.code_edit import CodeEdit
from app.editor.document import Document
from app.theme import font, icon, px, size
from app.widgets.basics import Badge, Button, box, rule, surface
from app.widgets.empty import EmptyState
from app.widgets.spans import seconds

if TYPE_CHECKING:
    from app.jobs import Job, Jobs
    from app.session import Session
    from avm.api.artifacts import Ran


class Instructions(QWidget):
    def __init__(self, session: Session, build: Callable[[], object], jobs: Jobs) -> None:
        super().__init__()
        surface(self, "editor")
        self.session, self.jobs = session, jobs
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self.document = Document(Path("program.aleo"), "", self)
        self._imports: dict[str, Document] = {}
        self.code = CodeEdit(read_only=True, breakpoints=False)
        self.code.shows_current_line = False
        self.code.show_document(self.document)
        self.code.setAccessibleName("Aleo instructions")
        column = box(QVBoxLayout(self), 0)
        self.head = QWidget()
        surface(self.head, "panel")
        row = box(QHBoxLayout(self.head), 8, (0, 0, 4, 0))
        self.tab = QTabBar()
        self.tab.setDrawBase(False)
        self.tab.setExpanding(False)
        self.tab.addTab("Instructions")
        self.tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tab.setAccessibleName("Generated instructions")
        self.badge = Badge("Stale", "semantic.warning", "clock")
        self.again = Button("Build", "ghost", "refresh-cw", small=True, on_click=build, tip="Build  Ctrl+B")
        row.addWidget(self.tab, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.badge)
        row.addStretch()
        row.addWidget(self.again)
        column.addWidget(self.head)
        column.addWidget(rule(kind="separator"))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self.empty = EmptyState(
            "binary", "No instructions yet", "Build the program to see what it becomes.", "Build", build
        )
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.code)
        column.addWidget(holder, 1)
        jobs.added.connect(self._job)
        jobs.finished.connect(self._job)
        session.build_changed.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        session.run_changed.connect(self._forget)
        session.step_changed.connect(self._show_program)
        self.retheme()
        self.refresh()

    def retheme(self) -> None:
        self.tab.setFont(font("body"))
        self.tab.setIconSize(QSize(px(16), px(16)))
        self.tab.setTabIcon(0, icon("binary", "text.primary"))
        self.head.setFixedHeight(size("tab"))

    def _job(self, job: Job) -> None:
        if job.kind == "build":
            self._timer.start()
            self.refresh()

    def _building(self) -> Job | None:
        """The build that is under way, once it takes long enough to be told."""
        jobs = self.jobs.running(kind="build")
        if not jobs:
            self._timer.stop()
            return None
        return jobs[0] if jobs[0].elapsed >= TELL_AFTER_S else None

    def refresh(self) -> None:
        self._show_text()
        job = self._building()
        if job is not None:
            self.empty.set("Building…", f"{seconds(job.elapsed)} so far. The instructions stand here then.")
            told = f"Building, {seconds(job.elapsed)}"
            self.badge.set(told, "semantic.info", "loader-circle", short="Building")
            self.again.hide()
        self.badge.setVisible(job is not None or self._stale)
        self.empty.show_action(job is None)

    @property
    def own(self) -> bool:
        """Whether the instructions of the project's own program are shown."""
        return self.code.document_shown is self.document

    def _show_program(self) -> None:
        """While a call of another program is debugged, its instructions stand here."""
        session, program = self.session, self.session.program_now()
        name = session.project.name if session.project is not None else "Instructions"
        document = self.document
        if session.ran is not None and program not in ("", session.ran.view.program):
            document, name = self._imported(session.ran, program), program
        if document is not self.code.document_shown:
            self.code.show_document(document)
        self.tab.setTabText(0, name)

    def _imported(self, ran: Ran, program: str) -> Document:
        found = self._imports.get(program)
        if found is None:
            found = Document(Path(program), ran.built.instructions(program), self)
            self._imports[program] = found
        return found

    def _forget(self) -> None:
        """Another run: the texts of the imports of the one before are gone."""
        if not self.own:
            self.code.show_document(self.document)
        for document in self._imports.values():
            document.deleteLater()
        self._imports = {}

    def _show_text(self) -> None:
        view = self.session.view
        self._show_program()
        if view is not None and view.ok and view.bytecode != self.document.text():
            self.document.text_document.setPlainText(view.bytecode)
        if view is None:
            self.document.text_document.setPlainText("")
        has_text = bool(self.document.text())
        self._stack.setCurrentIndex(1 if has_text else 0)
        if view is not None and not view.ok and not has_text:
            self.empty.set(
                "No instructions",
                "The last build found errors. The program was edited since: save or build it."
                if self.session.stale
                else "The program has errors. Mend them, then build again.",
            )
        else:
            self.empty.set("No instructions yet", "Build the program to see what it becomes, saved or not.")
        old = self.session.stale or (view is not None and not view.ok and has_text)
        self._stale = bool(view is not None and old)
        if view is not None and old:
            clock = time.strftime("%H:%M", time.localtime(self.session.artifacts.built_at))
            told = f"Stale, built {clock}" if view.ok else "Stale, the build failed"
            self.badge.set(told, "semantic.warning", "clock", short="Stale")
        self.again.setVisible(bool(view is not None and (old or not view.ok)))
