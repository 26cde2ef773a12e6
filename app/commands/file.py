"""Commands about projects and files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.contract import Command, needs_document, needs_project
from app.panels.project import ProjectPanel
from app.restoring import restore_unsaved
from app.widgets.message import Message

if TYPE_CHECKING:
    from app.contract import Studio
    from app.editor.document import Document


def _new(studio: Studio) -> None:
    from avm.api.workspace import check_program_name
    from avm.base.errors import AvmError

    typed: list[str] = []

    def check(text: str) -> str:
        try:
            check_program_name(text.strip())
        except AvmError as why:
            return f"{why.message}: {why.hint}"
        typed[:] = [text.strip()]
        return ""

    def make() -> None:
        folder = _ask_folder(studio, "Where to put the program")
        if folder is not None:
            wrong = studio.new_project(folder, typed[0])
            if wrong:
                studio.window.toast(Message("error", f"{typed[0]} was not made", wrong))

    studio.window.ask(
        "New program",
        "A folder with program.json and a main function. Use lowercase letters, digits, underscores.",
        [("Choose a folder", "primary", make), ("Cancel", "", lambda: None)],
        field="my_program",
        check=check,
    )


def _ask_folder(studio: Studio, title: str) -> Path | None:
    from PySide6.QtWidgets import QFileDialog

    folder = QFileDialog.getExistingDirectory(studio.window.widget, title, str(Path.home()))
    return Path(folder) if folder else None


def _open(studio: Studio) -> None:
    folder = _ask_folder(studio, "Open a Leo project")
    if folder is not None:
        studio.open_project(folder)


def _save(studio: Studio) -> None:
    if studio.session.documents.current is not None and studio.actions.save(studio.session.documents.current):
        studio.window.hint(f"{studio.session.documents.current.name} is saved")


def _nothing_changed(studio: Studio) -> str:
    return needs_document(studio) or ("" if studio.session.documents.modified() else "nothing has changed")


def close_document(studio: Studio) -> None:
    """Closes the current file; asks first when it is not saved, without stopping the window."""
    document = studio.session.documents.current
    if document is not None:
        ask_to_close(studio, document)


def ask_to_close(studio: Studio, document: Document) -> None:
    """Closes a file, after the question when it is not saved."""
    if not document.modified:
        studio.session.documents.close(document)
        return

    def save_and_close() -> None:
        if studio.actions.save(document):
            studio.session.documents.close(document)

    outside = document.outside
    lost = (
        "It is not on disk. Without saving, all its text is gone."
        if outside is not None and outside.kind in ("gone", "trashed")
        else "Without saving, what you changed since the last save is gone."
    )
    sheet = studio.window.ask(
        f"Save {document.name} before closing it?",
        lost,
        [
            ("Save", "primary", save_and_close),
            ("Do not save", "", lambda: studio.session.documents.close(document)),
            ("Cancel", "", lambda: None),
        ],
        document,
    )

    def renew() -> None:
        sheet.leave()
        if document.modified:
            ask_to_close(studio, document)

    sheet.renew = renew


def _reveal_folder(studio: Studio) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    project = studio.session.project
    if project is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(project.root)))


def _nothing_left(studio: Studio) -> str:
    return "" if studio.recovery.left_over else "nothing was left unsaved"


def _chosen(studio: Studio) -> Path | None:
    """What a file command is about: the chosen row while the tree has the focus, else the open file; None
    when it is not of this project (a restored file, a tree that still shows the one before).
    """
    if studio.session.project is None:
        return None
    panel = ProjectPanel.of(studio)
    in_tree = panel.isAncestorOf(studio.window.focusWidget() or studio.window.widget)
    current = studio.session.documents.current.path if studio.session.documents.current is not None else None
    found = panel.chosen() if in_tree or current is None else current
    root = studio.session.project.root
    return found if found is not None and (found == root or found.is_relative_to(root)) else None


def needs_chosen(studio: Studio) -> str:
    return needs_project(studio) or ("" if _below(studio) is not None else "choose a file first")


def _below(studio: Studio) -> Path | None:
    """The chosen file or folder when it is one below the project's own folder, which stays as it is."""
    path, project = _chosen(studio), studio.session.project
    return path if project is not None and path != project.root else None


def _about(call: str) -> Callable[[Studio], object]:
    def run(studio: Studio) -> None:
        path = _below(studio)
        if path is not None:
            getattr(studio.files, call)(path)

    return run


def _chosen_name(studio: Studio) -> str:
    path = _chosen(studio) if studio.session.project is not None else None
    return path.name if path is not None else ""


def _of(title: str) -> Callable[[Studio], str]:
    """A title about the chosen file, or folder when it is one."""

    def named(studio: Studio) -> str:
        path = _chosen(studio)
        return title.replace("the file", "the folder") if path is not None and path.is_dir() else title

    return named


_document = partial(Command, topic="File", why_not=needs_document)
_file = partial(Command, topic="File")
_project = partial(Command, topic="File", why_not=needs_project)

COMMANDS = [
    _project("file.new_file", "New file", lambda s: s.files.ask_new_file(_chosen(s)), icon="file-plus"),
    _project("file.new_module", "New module", lambda s: s.files.ask_new_module(_chosen(s)), icon="file-plus"),
    _project("file.new_folder", "New folder", lambda s: s.files.ask_new_folder(_chosen(s)), icon="folder"),
    _file(
        "file.rename",
        "Rename the file",
        _about("ask_rename"),
        icon="pin",
        why_not=needs_chosen,
        note=_chosen_name,
        named=_of("Rename the file"),
    ),
    _file(
        "file.duplicate",
        "Duplicate the file",
        _about("ask_duplicate"),
        icon="copy",
        why_not=needs_chosen,
        note=_chosen_name,
        named=_of("Duplicate the file"),
    ),
    _file(
        "file.trash",
        "Move the file to the trash",
        _about("ask_trash"),
        icon="x",
        why_not=needs_chosen,
        note=_chosen_name,
        named=_of("Move the file to the trash"),
    ),
    _file("file.new", "New program", _new, keys="Ctrl+N", icon="file-plus"),
    _file("file.open", "Open folder", _open, keys="Ctrl+O", icon="folder-open"),
    _document("file.save", "Save the file", _save, keys="Ctrl+S", icon="check"),
    _file(
        "file.save_all",
        "Save all files",
        lambda s: s.actions.save_all(),
        keys="Ctrl+Shift+S",
        icon="check",
        why_not=_nothing_changed,
    ),
    _document("file.close", "Close the file", close_document, keys="Ctrl+W", icon="x"),
    _project("file.close_project", "Close the project", lambda s: s.close_project(), icon="x"),
    _project("file.show_folder", "Show the project's folder", _reveal_folder, icon="folder"),
    _file("file.restore", "Restore unsaved work", restore_unsaved, icon="rotate-ccw", why_not=_nothing_left),
    _file("file.quit", "Quit", lambda s: s.window.close(), keys="Ctrl+Q", icon="x"),
]
