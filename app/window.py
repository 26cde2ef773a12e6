"""The window: an empty dock shell between toolbar, tool stripe and status bar; it knows no panel by name.

Overlays (palette, prompts, toasts) are children of the window: work goes on behind them, but a sheet has to
be answered before a command runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, QTimer, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app import focus, leaving, outside, registry
from app.activity_bar import Stripe
from app.contract import all_keys_of
from app.docks import Docks
from app.faults import Fault, redact, report_of
from app.palette import Palette
from app.statusbar import StatusBar
from app.theme import icon
from app.toolbar import Toolbar
from app.widgets.basics import box, rule, surface
from app.widgets.crash_sheet import CrashSheet
from app.widgets.message import Message, ToastStack
from app.widgets.messages_sheet import MessagesSheet
from app.widgets.prompt import Choice, Prompt, Scrim, Sheet

if TYPE_CHECKING:
    from app.editor.document import Document
    from app.jobs import Job
    from app.panel import Panel
    from app.studio import Studio

BESIDE_PALETTE = ("file.quit", "edit.undo", "edit.redo", "edit.go_to_line")


class Window(QMainWindow):
    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        studio.window = self
        self.setWindowTitle("AVM Studio")
        self.setMinimumSize(1024, 640)
        self.setAcceptDrops(True)
        self.retheme()
        body = QWidget()
        surface(body, "window")
        self.setCentralWidget(body)
        column = box(QVBoxLayout(body), 0)
        middle = box(QHBoxLayout(), 0)
        self.docks = Docks(studio, registry.panels())
        self.toolbar = Toolbar(studio)
        self.stripe = Stripe(self.docks)
        self.status = StatusBar(studio)
        column.addWidget(self.toolbar)
        column.addWidget(rule(kind="separator"))
        middle.addWidget(self.stripe)
        middle.addWidget(rule(vertical=True, kind="separator"))
        middle.addWidget(self.docks, 1)
        column.addLayout(middle, 1)
        column.addWidget(rule(kind="separator"))
        column.addWidget(self.status)
        self.toasts = ToastStack(self)
        self.toasts.changed.connect(self._messages_changed)
        self.palette_overlay = Palette(self, studio)
        self.actions_by_id: dict[str, QAction] = {}
        self._make_actions()
        self._leaving = self._without_saving = False
        self.resize(QSize(1440, 900))
        self._restore()
        studio.actions.tasks.told.connect(self.toast)
        studio.actions.tasks.outdated.connect(self.toasts.outdate)
        studio.jobs.finished.connect(self._outdate)
        studio.faults.happened.connect(self._fault)
        studio.actions.conflict.connect(lambda document: outside.ask(studio, document))
        studio.actions.wants_inputs.connect(lambda: self.show_panel("run"))
        studio.session.project_changed.connect(self._retitle)
        studio.session.project_changed.connect(lambda: QTimer.singleShot(0, self, self.to_start))
        studio.session.documents.modified_changed.connect(self._retitle)
        studio.session.documents.opened.connect(self._retitle)
        studio.session.documents.closed.connect(self._retitle)
        studio.session.documents.closed.connect(self._drop_questions)
        studio.session.project_changed.connect(self._drop_questions)
        studio.session.documents.outside_changed.connect(self._renew_questions)
        studio.session.step_changed.connect(self._follow_debugging)
        studio.session.reveal.connect(self._show_editor)

    def retheme(self) -> None:
        self.setWindowIcon(icon("blocks", "accent.fg", 32))

    # Commands

    def _make_actions(self) -> None:
        """One action for each command; its key works in the whole window."""
        for command in registry.commands():
            action = QAction(command.title, self)
            action.triggered.connect(lambda _c=False, n=command.id: self._pressed(n))
            self.addAction(action)
            self.actions_by_id[command.id] = action
        self.bind_keys()

    def _pressed(self, name: str) -> None:
        """A key of a command; while the palette is open, only those act that it answers itself."""
        if not self.palette_overlay.isVisible() or name in BESIDE_PALETTE or name.startswith("palette."):
            self.studio.run_command(name)

    def bind_keys(self) -> None:
        """Gives every command the keys in force."""
        own = self.studio.settings.texts("keys")
        for name, keys in all_keys_of(registry.commands(), own).items():
            self.actions_by_id[name].setShortcuts([QKeySequence(each) for each in keys if each])

    # Panels and perspectives

    @property
    def widget(self) -> QWidget:
        """The window itself, for what stands above it."""
        return self

    def show_panel(self, name: str) -> Panel:
        panel = self.docks.open(name)
        panel.setFocus()
        return panel

    def panel(self, name: str) -> Panel:
        """A panel, built now if it was not."""
        return self.docks.make(name)

    def set_perspective(self, name: str) -> None:
        before = self.focusWidget()
        self.hint("")
        self.docks.show_perspective(name)
        self.toolbar.perspective.set_current(name)
        self.studio.settings.set("perspective", name)
        if before is self.docks or (before is not None and self.docks.isAncestorOf(before)):
            self._keep_focus(before)

    def _keep_focus(self, before: QWidget) -> None:
        """The panes have moved: the keys go where they went, else to the text, never to a button nearby."""
        if before is not self.docks and before.isVisible():
            before.setFocus()
        elif self.studio.session.documents.current is not None and self.docks.in_front("editor"):
            self.studio.run_command("edit.focus")
        else:
            self.docks.setFocus()

    @property
    def perspective(self) -> str:
        return self.docks.perspective

    def next_pane(self, way: int) -> None:
        """F6: moves the focus to the next open pane that has something to focus; title controls last."""
        panes = focus.read_order(self.docks.shelf.areas(), self)
        now = self.focusWidget()
        at = next((n for n, pane in enumerate(panes) if now is not None and pane.isAncestorOf(now)), -1)
        for n in range(1, len(panes) + 1):
            pane = panes[(at + way * n) % len(panes)] if at >= 0 or way < 0 else panes[n - 1]
            inside = [host for host in self.docks.visible_hosts() if pane.isAncestorOf(host)]
            found = focus.in_order((*inside, pane), self)
            if found:
                focus.give(found[0], 1)
                return

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab: as the window is read; under a question or the palette only there."""
        over = [s for s in self.findChildren(Scrim) if s.isVisible()]
        panes = focus.read_order(self.docks.shelf.areas(), self)
        groups: list[QWidget] = [*over[-1:]] or [self.toolbar, self.stripe, *panes, self]
        way = 1 if next else -1
        target = focus.step(focus.in_order(groups, self), self.focusWidget(), way)
        if target is None:
            return super().focusNextPrevChild(next)
        focus.give(target, way)
        return True

    def _follow_debugging(self) -> None:
        """A halt or a debug session brings the Debug perspective, once."""
        session = self.studio.session
        if session.cursor.debugging and not self._was_debugging and self.perspective != "debug":
            self.set_perspective("debug")
        self._was_debugging = session.cursor.debugging

    _was_debugging = False

    def _show_editor(self, *_place: object) -> None:
        """A place in a file was asked for: the editor comes with it."""
        if self.studio.session.project is not None and not self.docks.is_open("editor"):
            self.set_perspective("edit")

    def to_start(self) -> None:
        """Without a project, not on the way to another one, the start page is in view."""
        if self.studio.session.project is None and not self._leaving and not self.docks.is_open("editor"):
            self.set_perspective("edit")
            self.docks.open("editor")

    # Messages

    def hint(self, text: str) -> None:
        self.status.hint(text)

    def toast(self, message: Message) -> None:
        self.toasts.show_toast(message)

    def _outdate(self, job: Job) -> None:
        """A job has a result: what was told of earlier ones of its kind has nothing to say any more."""
        if job.state in ("done", "failed"):
            self.toasts.outdate(job.kind, job.ended)

    def _messages_changed(self) -> None:
        told = self.toasts.told
        self.status.set_messages(len(told), told[-1].level if told else "")

    def show_messages(self) -> None:
        """What the toasts have said, also those that have left."""
        for sheet in self.findChildren(MessagesSheet):
            if sheet.isVisible():
                sheet.leave()
        self.toasts.clear()
        self.status.messages_seen()
        MessagesSheet(self, self.toasts)

    def _fault(self, fault: Fault) -> None:
        """A fault is shown once: many at a time in one sheet, the same again as a hint only."""
        sheet = next((s for s in self.findChildren(CrashSheet) if s.isVisible()), None)
        if sheet is not None:
            sheet.add(report_of(fault))
        elif self.studio.faults.seen.get(fault.kind, 0) > 1:
            self.hint(f"The same fault again: {fault.message}")
        else:
            log = self.studio.faults.log_file
            CrashSheet(self, report_of(fault), redact(str(log)), lambda: self._show_folder(log.parent))

    @staticmethod
    def _show_folder(path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def ask(
        self,
        title: str,
        text: str,
        choices: Sequence[Choice],
        about: object = None,
        field: str | None = None,
        check: Callable[[str], str] | None = None,
    ) -> Prompt:
        """A question over the window that does not stop it: (label, variant, action) for each choice.
        It leaves with the document, or the project of the folder, that it is `about`.
        """
        for sheet in self.findChildren(Prompt):
            if sheet.isVisible() and sheet.card.accessibleName() == title:
                sheet.leave()  # the same question again: the newer one knows more
        prompt = Prompt(self, title, text, choices, field, check)
        prompt.about = about
        return prompt

    def _drop_questions(self) -> None:
        """A question about a document or project that is not open any more has no answer."""
        session = self.studio.session
        open_now: list[object] = [None, *session.documents.by_path.values()]
        if session.project is not None:
            open_now.append(session.project.root)
        for sheet in self.findChildren(Sheet):
            if sheet.about not in open_now:
                sheet.leave()

    def _renew_questions(self, document: Document) -> None:
        """A question about a file follows what other programs make of it."""
        for sheet in self.findChildren(Sheet):
            if sheet.about is document and not sheet.isHidden() and sheet.renew is not None:
                sheet.renew()

    def asks(self) -> bool:
        """Whether a sheet is open: then no command runs but to quit."""
        return any(sheet.isVisible() for sheet in self.findChildren(Sheet))

    # Projects

    def open_path(self, path: str) -> None:
        self.studio.open_project(Path(path))

    def open_from_outside(self, path: str) -> None:
        """Another start of the Studio asks for a project: it opens here, and the window comes forward."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()
        if path:
            self.open_path(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.asks():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile() and not self.asks():
                self.open_path(url.toLocalFile())
                return

    def _retitle(self, _document: object = None) -> None:
        project = self.studio.session.project
        dirty = "• " if self.studio.session.documents.modified() else ""
        self.setWindowTitle(f"{dirty}{project.name} — AVM Studio" if project else "AVM Studio")

    def check_invariants(self) -> list[str]:
        """Parts that are held and gone, and marks of unsaved files that are wrong."""
        found = self.docks.dead()
        dirty = bool(self.studio.session.documents.modified())
        if self.windowTitle().startswith("• ") != dirty and self.studio.session.project is not None:
            found.append("the title's mark of unsaved work is wrong")
        for panel in self.docks.panels.values():
            found += panel.check_invariants()
        return found

    # Start and end

    def _restore(self) -> None:
        geometry = str(self.studio.settings.get("geometry") or "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self.set_perspective(str(self.studio.settings.get("perspective")))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and leaving.asks(self.studio, self._leave):
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.studio.settings.set("geometry", geometry)
        self.studio.recovery.close(without_saving=self._without_saving)
        self.studio.shut_down()
        event.accept()

    def _leave(self, without_saving: bool) -> None:
        self._leaving, self._without_saving = True, without_saving
        self.close()
