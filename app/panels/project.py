"""The project tree: the folders and files of the open project, with their errors and whether they are
saved.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import IconButton
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.message import Message
from app.widgets.spans import Row, Span, cell, note, row
from avm.base.errors import AvmError

if TYPE_CHECKING:
    from app.contract import Studio

ICONS = {".leo": "file-code-2", ".aleo": "binary", ".json": "braces"}
MOST_FILES = 2000
NEW = ("file.new_file", "file.new_module", "file.new_folder")
OTHER = ("file.rename", "file.duplicate", "file.trash")
KEYS = {int(Qt.Key.Key_F2): "file.rename", int(Qt.Key.Key_Delete): "file.trash"}


class ProjectPanel(Panel):
    id = "project"
    title = "Project"
    icon = "folder"
    stripe = "top"
    stripe_order = 0
    home = Place("left", 0, 14)
    places = {"edit": Place("left", 0, 14)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.tree = Grid([("", 0)], tree=True, header=False, name="Project files")
        self.tree.activated_key.connect(self._open)
        self.tree.clicked.connect(lambda _i: self._open(self.tree.current_key()))
        self.tree.menu_for = self._menu
        self.tree.installEventFilter(self)
        self._leo: frozenset[Path] = frozenset()
        self._errors: Counter[Path | None] = Counter()
        studio.files.changed = self._changed
        empty = EmptyState(
            "folder",
            "No project open",
            "Open a folder, or drop one here.",
            "Open folder",
            lambda: studio.run_command("file.open"),
        )
        self.body = OrEmpty(self.tree, empty)
        self.column.addWidget(self.body)
        self._watch = QFileSystemWatcher(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self.refresh)
        self._watch.directoryChanged.connect(lambda _p: self._later.start())
        self.session.project_changed.connect(self.refresh)
        self.session.build_changed.connect(self._later.start)
        self.session.problems_changed.connect(self._later.start)
        self.session.documents.modified_changed.connect(lambda _d: self._later.start())
        self.session.documents.current_changed.connect(self._mark_current)
        self.refresh()

    def controls(self) -> list[QWidget]:
        new = IconButton("plus", "New file, module, folder or program", "text.tertiary", 24)
        new.clicked.connect(lambda _c=False: self._new_menu(new.mapToGlobal(new.rect().bottomLeft())))
        again = IconButton("refresh-cw", "Read the folder again", "text.tertiary", 24, on_click=self.refresh)
        return [new, again]

    def refresh(self) -> None:
        from avm.api.workspace import project_files, project_folders

        project = self.session.project
        self.body.show_content(project is not None)
        if project is None:
            self.tree.set_rows([])
            return
        files = project_files(project)[:MOST_FILES]
        all_folders = project_folders(project)[:MOST_FILES]
        folders = {project.root, *all_folders}
        self._sources(frozenset(p for p in files if p.suffix == ".leo"))
        watched = set(self._watch.directories())
        wanted = {str(f) for f in folders}
        if watched - wanted:
            self._watch.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watch.addPaths(sorted(wanted - watched))
        shown = self._home(project.root)
        problems = self.session.problems_by_path()
        self._errors = Counter(path for path, problem in problems if problem.level == "error")
        self.tree.set_rows(
            [
                self._folder(
                    project.root,
                    list(files),
                    sorted(all_folders),
                    Span(project.root.name, role="small_strong"),
                    note(shown),
                )
            ]
        )
        if self.chosen() is None or not self.tree.hasFocus():
            self._mark_current()

    def _changed(self, choose: Path | None) -> None:
        self.refresh()
        if choose is not None:
            self.tree.choose(choose)

    @staticmethod
    def _home(root: Path) -> str:
        try:
            return "~/" + root.parent.relative_to(Path.home()).as_posix()
        except ValueError:
            return root.parent.name

    def _sources(self, leo: frozenset[Path]) -> None:
        """Leo files came or went, here or by another program: the session knows the project as it is."""
        project, before = self.session.project, self._leo
        self._leo = leo
        if project is not None and leo != before:
            below = {p for p in leo if project.main.parent in p.parents}
            if below != set(project.sources):
                self.studio.files.read_again()

    def _folder(self, folder: Path, files: list[Path], folders: list[Path], *name: Span) -> Row:
        inside = [p for p in files if folder in p.parents]
        within = [p for p in folders if folder in p.parents]
        below = [p for p in within if p.parent == folder]
        children = [self._folder(each, inside, within, Span(each.name)) for each in below]
        children += [self._file(p) for p in inside if p.parent == folder]
        open_ = folder.name != "build" or len(inside) < 8
        return row(
            cell(Span(icon="folder-open", colour="text.tertiary"), *name),
            key=folder,
            children=children,
            open=open_,
        )

    def _file(self, path: Path) -> Row:
        document = self.session.documents.by_path.get(path)
        errors = self._errors[path]
        icon = "lock" if path.name == ".env" else ICONS.get(path.suffix, "file-code-2")
        spans = [Span(icon=icon, colour="semantic.error.fg" if errors else "text.tertiary"), Span(path.name)]
        if errors:
            spans.append(note(str(errors), "semantic.error.fg"))
        if document is not None and document.modified:
            spans.append(note("not saved"))
        if path.suffix == ".aleo" and self.session.stale:
            spans.append(note("stale"))
        if path.name == ".env":
            spans.append(note("keys masked"))
        return row(cell(*spans, tip=str(path)), key=path)

    def _mark_current(self) -> None:
        if self.session.documents.current is not None:
            self.tree.choose(self.session.documents.current.path, scroll=False)

    def _open(self, key: object) -> None:
        if not isinstance(key, Path) or not key.is_file():
            return
        if key.name == ".env":
            self.studio.window.hint("Keys are masked: .env is not shown in the Studio")
            return
        try:
            self.session.documents.open(key)
        except AvmError as why:
            self.studio.window.toast(Message("error", f"{key.name} cannot be shown", why.message))

    def _menu(self, key: object, place: QPoint) -> None:
        menu = self._menu_of(NEW)
        menu.addSeparator()
        self._fill(menu, OTHER)
        menu.addSeparator()
        menu.addAction("Copy the path", lambda: self._copy(str(key)))
        menu.addAction("Show the project's folder", lambda: self.studio.run_command("file.show_folder"))
        menu.popup(place)

    def chosen(self) -> Path | None:
        """The file or folder that is chosen in the tree."""
        key = self.tree.current_key()
        return key if isinstance(key, Path) else None

    def _new_menu(self, place: QPoint) -> None:
        menu = self._menu_of(NEW)
        self._fill(menu, ("file.new",))
        menu.popup(place)

    def _menu_of(self, names: tuple[str, ...]) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, names)
        return menu

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        keys = {name: key for key, name in KEYS.items()}
        for name in names:
            command = self.studio.command(name)
            key = (
                QKeySequence(keys[name]).toString(QKeySequence.SequenceFormat.NativeText)
                if name in keys
                else self.studio.keys(command)
            )
            title = command.name_now(self.studio)
            action = menu.addAction(
                f"{title}\t{key}" if key else title, partial(self.studio.run_command, name)
            )
            action.setEnabled(not command.why_not(self.studio))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the tree come before those of the window while the tree has the focus."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        assert isinstance(event, QKeyEvent)
        name = KEYS.get(event.keyCombination().toCombined())
        if name is None or self.session.project is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.studio.run_command(name)
        return True

    @staticmethod
    def _copy(text: str) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(text)
