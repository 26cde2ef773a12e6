"""Files changed outside: notices what other programs do to the open files, and never lets it be lost.

Told by the system (QFileSystemWatcher), when the window gets the focus, before each save, and by a slow look
at times and sizes, which also works where the system tells nothing. An unmodified buffer follows the disk; a
modified one is marked, and the person decides (`app.outside`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from app.editor.disk import Gone, read, signature
from app.editor.document import Document, Outside
from avm.base.errors import AvmError

if TYPE_CHECKING:
    from app.session import Session

SOON_MS, EVERY_MS = 120, 2000
"""Another program may write a file by deleting it first: it counts as gone when it is so twice."""


class Watch(QObject):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._system = QFileSystemWatcher(self)
        self._missing: set[Document] = set()
        self._ended = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        self._slow = QTimer(self)
        self._slow.setInterval(EVERY_MS)
        self._slow.timeout.connect(self.look)
        self._system.fileChanged.connect(self._told)
        self._system.directoryChanged.connect(self._told)
        session.documents.opened.connect(self._opened)
        session.documents.closed.connect(self._closed)
        session.documents.moved.connect(self._moved)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._focus)

    def _opened(self, document: Document) -> None:
        self._system.addPaths([str(document.path), str(document.path.parent)])
        self._slow.start()

    def _closed(self, document: Document) -> None:
        self._missing.discard(document)
        self._system.removePath(str(document.path))
        folders = {str(d.path.parent) for d in self.session.documents.by_path.values()}
        if str(document.path.parent) not in folders:
            self._system.removePath(str(document.path.parent))
        if not self.session.documents.by_path:
            self._slow.stop()

    def _moved(self, document: Document, old: Path) -> None:
        self._missing.discard(document)
        self._system.removePath(str(old))
        self._opened(document)

    def close(self) -> None:
        """Looks no more; once is enough."""
        if self._ended:
            return
        self._ended = True
        self._soon.stop()
        self._slow.stop()
        for path in (*self._system.files(), *self._system.directories()):
            self._system.removePath(path)
        for signal in (self._system.fileChanged, self._system.directoryChanged):
            signal.disconnect(self._told)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.disconnect(self._focus)

    def _told(self, _path: str) -> None:
        self._soon.start()

    def _focus(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()

    def look(self) -> None:
        """Compares all open files with the disk."""
        for document in list(self.session.documents.by_path.values()):
            known = document.stored.signature if document.stored is not None else None
            if signature(document.path) != known or document.outside is not None:
                self.examine(document)

    def examine(self, document: Document, patient: bool = True) -> None:
        """Compares one file with the disk by its bytes, and acts on the difference."""
        try:
            theirs = read(document.path)
        except Gone:
            if document.stored is None:
                return
            if patient and document not in self._missing and document.outside is None:
                self._missing.add(document)
                self._soon.start()
                return
            if document.outside is None or document.outside.kind != "trashed":
                document.set_outside(Outside("gone"))
            return
        except AvmError as why:
            document.set_outside(Outside("unreadable", reason=why.message))
            return
        self._missing.discard(document)
        if str(document.path) not in self._system.files():
            self._system.addPath(str(document.path))  # a file that was replaced has to be watched anew
        if document.stored is not None and theirs.digest == document.stored.digest:
            document.stored = theirs
            document.set_outside(None)
        elif theirs.text == document.text():
            document.mark_saved(theirs)
        elif not document.text_document.isModified() and document.stored is not None and not document.kept:
            document.reload(theirs)
            self.session.log(f"{document.name} was changed by another program and read again")
        else:
            document.set_outside(Outside("changed", theirs))
