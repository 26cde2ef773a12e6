"""Recovery of unsaved work: every changed buffer is kept in a snapshot beside the settings until it is
saved or closed.

A snapshot is written two seconds after the last change, atomically. What is left over at the next
start was lost by a crash, and is offered.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.editor.document import Document
from avm.base.errors import AvmError

if TYPE_CHECKING:
    from app.session import Session

AFTER_MS = 2000


@dataclass(frozen=True, slots=True)
class Snapshot:
    file: Path
    path: Path
    text: str
    at: float


class Recovery(QObject):
    def __init__(self, folder: Path, session: Session) -> None:
        super().__init__()
        self.folder, self.session = folder, session
        self._changed: set[Document] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.write)
        self.left_over = self._read()
        session.document_changed.connect(self._edited)
        session.modified_changed.connect(lambda d: None if d.modified else self._forget(d))
        session.document_closed.connect(self._forget)

    def _file(self, path: Path) -> Path:
        return self.folder / (hashlib.sha256(str(path).encode()).hexdigest()[:24] + ".json")

    def _edited(self, document: Document) -> None:
        self._changed.add(document)
        self._timer.start()

    def write(self) -> None:
        """Writes the snapshots that are due; a full disk is not worth a stop here, saving will tell."""
        for document in list(self._changed):
            if not document.modified:
                continue
            data = {"path": str(document.path), "text": document.text(), "at": time.time()}
            target = self._file(document.path)
            with contextlib.suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                temporary = target.with_suffix(".tmp")
                temporary.write_text(json.dumps(data), encoding="utf-8")
                temporary.replace(target)
        self._changed.clear()

    def _forget(self, document: Document) -> None:
        self._changed.discard(document)
        if all(s.path != document.path for s in self.left_over):
            with contextlib.suppress(OSError):
                self._file(document.path).unlink(missing_ok=True)

    def _read(self) -> list[Snapshot]:
        found = []
        for file in sorted(self.folder.glob("*.json")):
            try:
                data = json.loads(file.read_text(encoding="utf-8"))
                snapshot = Snapshot(file, Path(data["path"]), str(data["text"]), float(data["at"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
            on_disk = ""
            with contextlib.suppress(OSError, UnicodeDecodeError):
                on_disk = snapshot.path.read_text(encoding="utf-8")
            if on_disk == snapshot.text:
                file.unlink(missing_ok=True)
            else:
                found.append(snapshot)
        return found

    def restore(self) -> list[str]:
        """Opens what was left over with its unsaved text (as an edit, so Undo gives back the saved one)."""
        names = []
        for snapshot in self.left_over:
            try:
                snapshot.path.parent.mkdir(parents=True, exist_ok=True)
                snapshot.path.touch(exist_ok=True)
                document = self.session.open_document(snapshot.path)
            except (AvmError, OSError):
                continue
            replace_text(document, snapshot.text)
            names.append(document.name)
        self.left_over = []
        return names

    def discard(self) -> None:
        for snapshot in self.left_over:
            snapshot.file.unlink(missing_ok=True)
        self.left_over = []


def replace_text(document: Document, text: str) -> None:
    """Replaces the whole text as one edit that can be undone."""
    from PySide6.QtGui import QTextCursor

    cursor = QTextCursor(document.text_document)
    cursor.beginEditBlock()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)
    cursor.endEditBlock()
