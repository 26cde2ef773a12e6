"""The project tree: the folders and files of the open project, with their errors and whether they are
saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QPoint, QTimer
from PySide6.QtWidgets import QMenu, QWidget

from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import IconButton
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, note, row
from avm.base.errors import AvmError

if TYPE_CHECKING:
    from app.contract import Studio

ICONS = {".leo": "file-code-2", ".aleo": "binary", ".json": "braces"}
MOST_FILES = 2000


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
        for signal in (
            self.session.project_changed,
            self.session.build_changed,
            self.session.problems_changed,
        ):
            signal.connect(self._later.start)
        self.session.modified_changed.connect(lambda _d: self._later.start())
        self.session.current_changed.connect(self._mark_current)
        self.refresh()

    def controls(self) -> list[QWidget]:
        new = IconButton(
            "plus", "New program", "text.tertiary", 24, on_click=lambda: self.studio.run_command("file.new")
        )
        again = IconButton("refresh-cw", "Read the folder again", "text.tertiary", 24, on_click=self.refresh)
        return [new, again]

    def refresh(self) -> None:
        from avm.api.workspace import project_files

        project = self.session.project
        self.body.show_content(project is not None)
        if project is None:
            self.tree.set_rows([])
            return
        files = project_files(project)[:MOST_FILES]
        folders = {project.root, *(p.parent for p in files)}
        watched = set(self._watch.directories())
        wanted = {str(f) for f in folders}
        if watched - wanted:
            self._watch.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watch.addPaths(sorted(wanted - watched))
        shown = self._home(project.root)
        self.tree.set_rows(
            [
                self._folder(
                    project.root, list(files), Span(project.root.name, role="small_strong"), note(shown)
                )
            ]
        )
        self._mark_current()

    @staticmethod
    def _home(root: Path) -> str:
        try:
            return "~/" + root.parent.relative_to(Path.home()).as_posix()
        except ValueError:
            return root.parent.name

    def _folder(self, folder: Path, files: list[Path], *name: Span) -> Row:
        inside = [p for p in files if folder in p.parents]
        below = sorted({folder / p.relative_to(folder).parts[0] for p in inside if p.parent != folder})
        children = [self._folder(each, inside, Span(each.name)) for each in below]
        children += [self._file(p) for p in inside if p.parent == folder]
        open_ = folder.name not in ("build",) or len(inside) < 8
        return row(
            cell(Span(icon="folder-open", colour="text.tertiary"), *name),
            key=folder,
            children=children,
            open=open_,
        )

    def _file(self, path: Path) -> Row:
        document = self.session.documents.get(path)
        name = self.session.name_of(path)
        errors = sum(p.level == "error" for p in self.session.problems() if p.file == name)
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
        if self.session.current is not None:
            self.tree.choose(self.session.current.path, scroll=False)

    def _open(self, key: object) -> None:
        if not isinstance(key, Path) or not key.is_file():
            return
        if key.name == ".env":
            self.studio.window.hint("Keys are masked: .env is not shown in the Studio")
            return
        try:
            self.session.open_document(key)
        except AvmError as why:
            self.studio.window.toast("error", f"{key.name} cannot be shown", why.message)

    def _menu(self, key: object, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Copy the path", lambda: self._copy(str(key)))
        menu.addAction("Show the project's folder", lambda: self.studio.run_command("file.show_folder"))
        menu.popup(place)

    @staticmethod
    def _copy(text: str) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(text)
