"""The generated Aleo instructions beside the source: read only, with their state and the links."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from app.editor.code_edit import CodeEdit
from app.editor.document import Document
from app.theme import font, icon, px, size
from app.widgets.basics import Badge, Button, box, rule, surface
from app.widgets.empty import EmptyState

if TYPE_CHECKING:
    from app.session import Session


class Instructions(QWidget):
    def __init__(self, session: Session, build: Callable[[], object]) -> None:
        super().__init__()
        surface(self, "editor")
        self.session = session
        self.document = Document(Path("program.aleo"), "", self)
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
        session.build_changed.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        self.retheme()
        self.refresh()

    def retheme(self) -> None:
        self.tab.setFont(font("body"))
        self.tab.setIconSize(QSize(px(16), px(16)))
        self.tab.setTabIcon(0, icon("binary", "text.primary"))
        self.head.setFixedHeight(size("tab"))

    def refresh(self) -> None:
        view = self.session.view
        name = self.session.project.name if self.session.project is not None else "Instructions"
        self.tab.setTabText(0, name)
        if view is not None and view.ok and view.bytecode != self.document.text():
            self.document.text_document.setPlainText(view.bytecode)
        if view is None:
            self.document.text_document.setPlainText("")
        has_text = bool(self.document.text())
        self._stack.setCurrentIndex(1 if has_text else 0)
        if view is not None and not view.ok and not has_text:
            self.empty.set("No instructions", "The program has errors. Mend them, then build again.")
        else:
            self.empty.set("No instructions yet", "Build the program to see what it becomes.")
        old = self.session.stale or (view is not None and not view.ok and has_text)
        self.badge.setVisible(bool(view is not None and old))
        if view is not None and old:
            clock = time.strftime("%H:%M", time.localtime(self.session.built_at))
            self.badge.set(
                f"Stale, built {clock}" if view.ok else "Stale, the build failed", "semantic.warning", "clock"
            )
        self.again.setVisible(bool(view is not None and (old or not view.ok)))
