"""The open files by path, with a signal for each change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.editor.disk import Unfit, digest_of, read
from app.editor.document import Document
from avm.base.errors import AvmError


class Documents(QObject):
    """Opens, renames and closes; `moved` carries the document and its path of before."""

    opened = Signal(object)
    closed = Signal(object)
    moved = Signal(object, object)
    changed = Signal(object)
    modified_changed = Signal(object)
    outside_changed = Signal(object)
    current_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.by_path: dict[Path, Document] = {}
        self.current: Document | None = None

    def open(self, path: Path, show: bool = True) -> Document:
        """Opens a file, or shows the one that is open; AvmError when it cannot be read as text."""
        path = path.resolve()
        document = self.by_path.get(path)
        if document is None:
            stored = read(path)
            document = self._add(Document(path, stored.text, self, stored))
            if document.text() != stored.text:
                self.close(document)
                raise Unfit(f"{path.name} holds characters that the editor could not give back")
        if show:
            self.set_current(document)
        return document

    def open_lost(self, path: Path, text: str) -> Document:
        """Opens a file with a text that is not what the disk holds; it may not be on disk at all."""
        path = path.resolve()
        document = self.by_path.get(path)
        if document is None:
            try:
                document = self.open(path)
            except AvmError:
                document = self._add(Document(path, "", self))
        document.replace_text(text)
        document.mark_unsaved()
        self.set_current(document)
        return document

    def _add(self, document: Document) -> Document:
        document.edited.connect(self.changed)
        document.modified_changed.connect(self.modified_changed)
        document.outside_changed.connect(self.outside_changed)
        self.by_path[document.path] = document
        self.opened.emit(document)
        return document

    def move(self, document: Document, path: Path) -> None:
        """A file was renamed: its document goes with it."""
        old = document.path
        if self.by_path.get(old) is not document or path in self.by_path:
            return
        document.set_path(path)
        self.by_path = {d.path: d for d in self.by_path.values()}
        self.moved.emit(document, old)

    def set_current(self, document: Document | None) -> None:
        if document is not self.current:
            self.current = document
            self.current_changed.emit()

    def close(self, document: Document) -> None:
        """Closes without asking; the caller has asked."""
        self.by_path.pop(document.path, None)
        rest = list(self.by_path.values())
        if self.current is document:
            self.current = rest[-1] if rest else None
        self.closed.emit(document)
        self.current_changed.emit()
        document.deleteLater()

    def modified(self) -> list[Document]:
        return [document for document in self.by_path.values() if document.modified]

    def texts(self) -> dict[Path, str]:
        """The Leo buffers as they are now."""
        return {d.path: d.text() for d in self.by_path.values() if d.language == "leo"}

    def check_invariants(self) -> list[str]:
        """What must hold between any two actions and does not; see `Window.check_invariants`."""
        found = [f"{p} is held under another path" for p, d in self.by_path.items() if d.path != p]
        if self.current is not None and self.by_path.get(self.current.path) is not self.current:
            found.append("the current file is not open")
        for path, document in self.by_path.items():
            if document.modified:
                continue
            try:
                same = read(path).digest == digest_of(document.data())
            except AvmError as why:
                found.append(f"{path.name} is unmarked, and not to be read: {why.message}")
                continue
            if not same:
                found.append(f"{path.name} is unmarked and not what the disk holds")
        return found
