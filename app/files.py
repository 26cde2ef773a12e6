"""What a person does with the files of the project: make, rename, duplicate, and throw into the trash.

Names go through `avm.base.files.inside`, sources below `src` obey the names of modules. Open documents follow
a rename; a text that is not saved survives the end of its file.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QFile, QStandardPaths

from app.editor.document import Outside
from app.widgets.message import Message
from avm.base.errors import AvmError, StoreError
from avm.base.files import inside, make_folder, write_text

if TYPE_CHECKING:
    from app.actions import StudioActions
    from app.editor.document import Document
    from app.session import Session
    from app.watch import Watch
    from app.widgets.prompt import Choice, Prompt

MAINS = ("main.leo", "lib.leo")


class Voice(Protocol):
    """How something is said to the person, and asked."""

    def hint(self, text: str) -> None: ...
    def toast(self, message: Message) -> None: ...
    def ask(
        self,
        title: str,
        text: str,
        choices: Sequence[Choice],
        about: object = None,
        field: str | None = None,
        check: Callable[[str], str] | None = None,
    ) -> Prompt: ...


class Desk(Protocol):
    """What the file operations need of the Studio."""

    session: Session
    actions: StudioActions
    watch: Watch

    @property
    def window(self) -> Voice: ...


class Files:
    """The file operations; `changed` is called after each with what is to be chosen now, if anything, so
    that the tree shows it at once.
    """

    def __init__(self, studio: Desk) -> None:
        self.studio, self.session = studio, studio.session
        self.changed: Callable[[Path | None], object] = lambda _path: None

    @property
    def root(self) -> Path:
        assert self.session.project is not None
        return self.session.project.root

    def shown(self, path: Path) -> str:
        """A path as the project shows it."""
        return path.relative_to(self.root).as_posix() if path != self.root else self.root.name

    def folder_of(self, path: Path | None) -> Path:
        """The folder in which something new stands: the chosen one, or that of the chosen file."""
        if path is None or not (path == self.root or path.is_relative_to(self.root)):
            return self.root / "src" if (self.root / "src").is_dir() else self.root
        return path if path.is_dir() else path.parent

    def fault(self, folder: Path, name: str, but: Path | None = None) -> str:
        """What is wrong with a name for something in a folder; `but` is what bears it now."""
        from avm.api.module_names import module_fault

        try:
            path = inside(self.root, *folder.relative_to(self.root).parts, name)
        except AvmError as why:
            return f"{why.message}. {why.hint}".rstrip(". ") + "."
        if path != but and os.path.lexists(path) and not (but is not None and _same(path, but)):
            return f"{self.shown(path)} exists already."
        open_ = [d for d in self._open_below(path) if but is None or d not in self._open_below(but)]
        if open_:
            return f"{open_[0].name} is open and not on disk. Save it or close it first."
        below = path.relative_to(self.root).parts
        if below[0] == "src" and path.suffix == ".leo" and path.name not in MAINS:
            for part in (*below[1:-1], path.stem):
                wrong = module_fault(part)
                if wrong:
                    return wrong + "."
        return ""

    # Questions

    def _ask_name(
        self,
        title: str,
        text: str,
        verb: str,
        folder: Path,
        make: Callable[[str], object],
        field: str = "",
        ending: str = "",
        but: Path | None = None,
    ) -> None:
        typed: list[str] = []

        def named(text: str) -> str:
            name = text.strip()
            return name if not ending or not name or name.endswith(ending) else name + ending

        def check(text: str) -> str:
            typed[:] = [named(text)]
            return self.fault(folder, typed[0], but) if typed[0] else "Type a name."

        choices = [(verb, "primary", lambda: make(typed[0])), ("Cancel", "", lambda: None)]
        sheet = self.studio.window.ask(title, text, choices, self.root, field=field, check=check)
        stem = field.rfind(".")
        if sheet.field is not None and stem > 0:
            sheet.field.setSelection(0, stem)

    def ask_new_file(self, near: Path | None) -> None:
        folder = self.folder_of(near)
        text = f"In {self.shown(folder)}. A name with slashes makes the folders too."
        self._ask_name("New file", text, "Make the file", folder, lambda n: self.new_file(folder, n))

    def ask_new_module(self, near: Path | None) -> None:
        """A module stands below the sources, wherever the person is in the tree."""
        sources, folder = self.root / "src", self.folder_of(near)
        folder = folder if folder == sources or sources in folder.parents else sources
        text = f"A Leo file in {self.shown(folder)}. What it marks `export`, main.leo uses as NAME::item."
        self._ask_name(
            "New module", text, "Make the module", folder, lambda n: self.new_file(folder, n), ending=".leo"
        )

    def ask_new_folder(self, near: Path | None) -> None:
        folder = self.folder_of(near)
        text = f"In {self.shown(folder)}."
        self._ask_name("New folder", text, "Make the folder", folder, lambda n: self.new_folder(folder, n))

    def ask_rename(self, path: Path) -> None:
        if not self._may_move(path):
            return
        text = (
            f"In {self.shown(path.parent)}. Open files follow; what mentions the name in other files stays."
        )
        self._ask_name(
            f"Rename {path.name}",
            text,
            "Rename",
            path.parent,
            lambda n: self.rename(path, n),
            field=path.name,
            but=path,
        )

    def ask_duplicate(self, path: Path) -> None:
        field = f"{path.stem}_copy{path.suffix}"
        self._ask_name(
            f"Duplicate {path.name}",
            f"In {self.shown(path.parent)}.",
            "Duplicate",
            path.parent,
            lambda n: self.duplicate(path, n),
            field=field,
        )

    def ask_trash(self, path: Path) -> None:
        """Asks once; for the main file and the manifest it says what that means, the way back in front."""
        if path == self.root:
            self.studio.window.hint("The project's own folder is not deleted from here")
            return
        unsaved = [d.name for d in self._open_below(path) if d.modified]
        kept = f" What is not saved in {', '.join(unsaved)} stays open." if unsaved else ""
        needed = self.needed(path)
        what = "this folder and all in it" if path.is_dir() else "this file"
        if needed:
            self.studio.window.ask(
                f"Delete {path.name}? The project does not work without it",
                f"{needed} It goes to the trash of the system.{kept}",
                [
                    ("Cancel", "primary", lambda: None),
                    (f"Delete {path.name} all the same", "", lambda: self.trash(path)),
                ],
                self.root,
            )
            return
        self.studio.window.ask(
            f"Move {path.name} to the trash?",
            f"{self.shown(path)}: {what} can be put back from the trash of the system.{kept}",
            [("Move to the trash", "primary", lambda: self.trash(path)), ("Cancel", "", lambda: None)],
            self.root,
        )

    def needed(self, path: Path) -> str:
        """Why the project needs a file or folder; empty when it does not."""
        project = self.session.project
        if project is None:
            return ""
        if path == project.main:
            return f"{path.name} is the main file of {project.name}: without it nothing builds or runs."
        if path == self.root / "program.json":
            return "program.json makes this folder a Leo project."
        if path.is_dir() and project.main.is_relative_to(path):
            return f"It holds {project.main.name}, the main file of {project.name}."
        return ""

    def _may_move(self, path: Path) -> bool:
        reason = "It is the project's own folder." if path == self.root else self.needed(path)
        if reason:
            self.studio.window.toast(Message("warning", f"{path.name} keeps its name", reason))
        return not reason

    # What is done

    def new_file(self, folder: Path, name: str) -> None:
        path = inside(self.root, *folder.relative_to(self.root).parts, name)

        def work() -> None:
            make_folder(path.parent)
            write_text(path, "")

        if self._do(f"{name} was not made", work):
            self.session.documents.open(path)

    def new_folder(self, folder: Path, name: str) -> None:
        path = inside(self.root, *folder.relative_to(self.root).parts, name)
        self._do(f"{name} was not made", lambda: make_folder(path))

    def rename(self, path: Path, name: str) -> None:
        new = inside(self.root, *path.parent.relative_to(self.root).parts, name)
        if new == path:
            return

        def work() -> None:
            make_folder(new.parent)
            path.rename(new)

        if self._do(f"{path.name} was not renamed", work, new):
            for document in self._open_below(path):
                below = document.path.relative_to(path) if document.path != path else Path()
                self.session.documents.move(document, new / below if below.parts else new)
            self.studio.window.hint(f"{path.name} is {name} now")

    def duplicate(self, path: Path, name: str) -> None:
        """A copy of what the disk holds; of an open file of what is typed."""
        new = inside(self.root, *path.parent.relative_to(self.root).parts, name)
        document = self.session.documents.by_path.get(path)

        def work() -> None:
            if path.is_dir():
                shutil.copytree(path, new, symlinks=True)
            elif document is not None:
                write_text(new, document.text())
            else:
                shutil.copyfile(path, new)

        if self._do(f"{path.name} was not duplicated", work) and new.is_file():
            self.show(new)

    def trash(self, path: Path) -> None:
        """Moves a file or folder to the system's trash; saved documents close, others stay open."""
        open_here = self._open_below(path)
        file = QFile(str(path))
        why = _no_trash()
        if not file.moveToTrash():
            why = why or file.errorString() or "the system has no trash here"
            self.studio.window.toast(
                Message("error", f"{path.name} was not deleted", f"{why}. Nothing has changed.")
            )
            return
        for document in open_here:
            if document.modified:
                document.set_outside(Outside("trashed"))
            else:
                self.session.documents.close(document)
        self._moved()
        where = Path(file.fileName())
        self.studio.window.toast(
            Message(
                "success",
                f"{path.name} is in the trash",
                self.shown(path),
                "Put it back" if where != path else "",
                lambda: self.put_back(where, path),
            )
        )

    def put_back(self, where: Path, path: Path) -> None:
        """Takes something out of the trash again, to where it was, unless something else stands there."""

        def work() -> None:
            if os.path.lexists(path):
                raise StoreError(f"{path.name} exists again, so nothing was put over it")
            make_folder(path.parent)
            shutil.move(where, path)
            where.parent.with_name("info").joinpath(where.name + ".trashinfo").unlink(missing_ok=True)

        if self._do(f"{path.name} was not put back", work):
            for document in self._open_below(path):
                self.studio.watch.examine(document, patient=False)

    def _do(self, fact: str, work: Callable[[], object], choose: Path | None = None) -> bool:
        try:
            work()
        except (AvmError, OSError) as why:
            reason = why.message if isinstance(why, AvmError) else str(why.strerror or why)
            self.studio.window.toast(Message("error", fact, reason))
            return False
        self._moved(choose)
        return True

    def _moved(self, choose: Path | None = None) -> None:
        self.read_again()
        self.changed(choose)

    def read_again(self) -> None:
        """The project is read anew, so that builds and lists know its sources as they are."""
        from avm.api.workspace import reread

        project = self.session.project
        if project is not None:
            try:
                self.session.set_sources(reread(project))
                self.studio.actions.check_again()
            except AvmError as why:
                self.studio.window.hint(why.message)

    def show(self, path: Path) -> None:
        """A file comes to the front, or it is told why it cannot be shown."""
        try:
            self.session.documents.open(path)
        except AvmError as why:
            self.studio.window.toast(Message("error", f"{path.name} cannot be shown", why.message))

    def _open_below(self, path: Path) -> list[Document]:
        return [
            d for d in self.session.documents.by_path.values() if d.path == path or path in d.path.parents
        ]


def _no_trash() -> str:
    """Makes the folder in which the desktop's trash begins, which a new home may lack; why it cannot be."""
    if sys.platform in ("win32", "darwin"):
        return ""
    kind = QStandardPaths.StandardLocation.GenericDataLocation
    try:
        make_folder(Path(QStandardPaths.writableLocation(kind)))
    except AvmError as fault:
        return f"The trash has no place: {fault.message}"
    return ""


def _same(one: Path, other: Path) -> bool:
    """Whether two names are one file: letters in another case, where the system does not tell them apart."""
    try:
        return one.samefile(other)
    except OSError:
        return False
