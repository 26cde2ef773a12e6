"""Recovery of unsaved work: every changed buffer is kept in a snapshot until it is saved or closed.

Each running Studio has a store of its own, a folder with a lock that ends with the process. A store whose
lock is free belongs to a Studio that has ended: its snapshots are work that was not saved. They are offered
once; put off or closed without saving they stay, quietly, until they are restored or discarded.

Snapshots are written at most two seconds after a change, atomically and for this user alone. A text that
holds a private or view key is not copied at all; the person is told.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.disk import Gone, Stored, read
from app.editor.document import Document, Outside
from app.lock import FileLock
from avm.base.errors import AvmError, StoreError
from avm.base.files import parse_json, read_text, write_text
from avm.base.json_value import members, real, text

if TYPE_CHECKING:
    from app.session import Session

AFTER_MS = 2000
KEEP_CLOSED_S = 14 * 24 * 3600
LOCK, STATE = "lock", "state"
KEY = re.compile(r"A(?:Private|View)Key1|PRIVATE_KEY|VIEW_KEY|BEGIN [A-Z ]*PRIVATE KEY")
KEY_NAMES = re.compile(r"^\.env|keystore|\.(?:key|pem)$", re.IGNORECASE)
State = Literal["", "later", "closed"]


def holds_key(path: Path, text: str) -> bool:
    """Whether a file may hold a key, by its name or its text: no copy of it is made anywhere."""
    return bool(KEY_NAMES.search(path.name) or KEY.search(text))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was typed into a file and not saved. `disk` is the digest of what the disk held when it was
    last read or written there, empty without a file; `bom` and `newline` are how that was written.
    """

    file: Path
    path: Path
    text: str
    at: float
    disk: str = ""
    state: State = ""
    bom: bool = False
    newline: str = "\n"

    def outside(self) -> Outside | None:
        """What became of the file since; None when it is as it was."""
        try:
            theirs = read(self.path)
        except Gone:
            return Outside("gone") if self.disk else None
        except AvmError as why:
            return Outside("unreadable", reason=why.message)
        return Outside("changed", theirs) if theirs.digest != self.disk else None


class Recovery(QObject):
    """`left_over`: what ended Studios left. `kept_back` carries a document of which no copy is made."""

    kept_back = Signal(object)

    def __init__(self, folder: Path, session: Session) -> None:
        super().__init__()
        self.folder, self.session = folder, session
        self._own = folder / secrets.token_hex(8)
        self._lock = FileLock(self._own / LOCK)
        self._claimed: list[FileLock] = []
        self._changed: set[Document] = set()
        self._told: set[Path] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.write)
        self.left_over = self._read()
        session.documents.changed.connect(self._edited)
        session.documents.modified_changed.connect(self._marked)
        session.documents.closed.connect(self._forget)
        session.documents.moved.connect(self._moved)

    @property
    def unseen(self) -> list[Snapshot]:
        """What is to be asked about now: nobody has decided on it yet."""
        return [s for s in self.left_over if not s.state]

    @property
    def put_off(self) -> list[Snapshot]:
        return [s for s in self.left_over if s.state == "later"]

    # Snapshots of this Studio

    def _file(self, path: Path) -> Path:
        return self._own / (hashlib.sha256(str(path).encode()).hexdigest()[:24] + ".json")

    def _edited(self, document: Document) -> None:
        self._changed.add(document)
        if not self._timer.isActive():
            self._timer.start()

    def _moved(self, document: Document, old: Path) -> None:
        """The copy of what is unsaved goes with the file's name, the old one when the new one is there."""
        if document.modified:
            self._changed.add(document)
            self.write()
        if document not in self._changed:
            _drop(self._file(old))

    def _marked(self, document: Document) -> None:
        if not document.modified:
            self._forget(document)
        else:
            self._edited(document)

    def write(self) -> None:
        """Writes the snapshots that are due; what a full disk refuses is tried again, saving will tell."""
        changed, self._changed = self._changed, set()
        for document in changed:
            text = document.text()
            if not document.modified or self.session.documents.by_path.get(document.path) is not document:
                continue
            if holds_key(document.path, text):
                self._forget(document)
                if document.path not in self._told:
                    self._told.add(document.path)
                    self.kept_back.emit(document)
                continue
            if not self._write(document.path, _data(document)):
                self._edited(document)

    def _write(self, path: Path, text: str) -> bool:
        try:
            if self._lock.take():
                write_text(self._file(path), text, private=True)
                return True
        except AvmError:
            pass
        return False

    def _forget(self, document: Document) -> None:
        self._changed.discard(document)
        _drop(self._file(document.path))

    def close(self, without_saving: bool = False) -> None:
        """This Studio ends: what is unsaved now stays in its store, said to be wanted so or not."""
        self.write()
        self._timer.stop()
        if any(self._own.glob("*.json")):
            if without_saving:
                self._set_state(self._own, "closed")
        else:
            _remove(self._own)
        for lock in (self._lock, *self._claimed):
            lock.release()
        self._claimed = []

    def keep(self, documents: list[Document]) -> None:
        """What is not saved of files that are closed so stays, in a store like that of a Studio that was;
        raises AvmError when it cannot be written. Of a file that may hold a key no copy is made.
        """
        documents = [d for d in documents if not holds_key(d.path, d.text())]
        if not documents:
            return
        store = self.folder / secrets.token_hex(8)
        lock = FileLock(store / LOCK)
        if not lock.take():
            raise StoreError("the folder for unsaved work cannot be written")
        self._claimed.append(lock)
        try:
            for document in documents:
                write_text(store / self._file(document.path).name, _data(document), private=True)
            write_text(store / STATE, "closed", private=True)
        except AvmError:
            for file in store.glob("*.json"):
                _drop(file)
            self._drop_empty()
            raise
        self.left_over += self._snapshots(store)
        self._drop_empty()

    # What ended Studios left

    def _read(self) -> list[Snapshot]:
        """Claims the stores of Studios that have ended; one that is claimed is offered by nobody else."""
        found: list[Snapshot] = []
        with contextlib.suppress(OSError):
            for store in sorted(p for p in self.folder.iterdir() if p.is_dir() and not p.is_symlink()):
                lock = FileLock(store / LOCK)
                if not lock.take():
                    continue
                snapshots = self._snapshots(store)
                if snapshots:
                    self._claimed.append(lock)
                    found += snapshots
                else:
                    _remove(store)
                    lock.release()
        return found

    def _snapshots(self, store: Path) -> list[Snapshot]:
        state: State = ""
        with contextlib.suppress(AvmError):
            told = read_text(store / STATE, 64).strip()
            state = "later" if told == "later" else "closed" if told == "closed" else ""
        found = []
        for file in sorted(store.glob("*.json")):
            try:
                data = members(parse_json(read_text(file), file.name))
                snapshot = Snapshot(
                    file,
                    Path(text(data["path"])),
                    str(data["text"]),
                    real(data["at"]),
                    str(data.get("disk", "")),
                    state,
                    data.get("bom") is True,
                    newline if (newline := str(data.get("newline"))) in ("\r\n", "\r") else "\n",
                )
            except (AvmError, ValueError, KeyError, TypeError, AttributeError):
                continue
            old = state == "closed" and time.time() - snapshot.at > KEEP_CLOSED_S
            if old or holds_key(snapshot.path, snapshot.text) or _on_disk(snapshot):
                _drop(file)
            else:
                found.append(snapshot)
        return found

    def contested(self) -> dict[Document, Snapshot]:
        """The open files with another unsaved text here, each with the newest copy that was left of it."""
        found: dict[Document, Snapshot] = {}
        for snapshot in sorted(self.left_over, key=lambda s: s.at):
            document = self.session.documents.by_path.get(snapshot.path.resolve())
            if document is not None and document.modified and document.text() != snapshot.text:
                found[document] = snapshot
        return found

    def restore(self, over: Document | None = None) -> list[str]:
        """Opens what was left over with its unsaved text (as an edit, so Undo gives back the text before). A
        contested file stays as it is, unless it is the one to be written `over`.

        Each is in this Studio's own store before it leaves the old one. Of several copies of one file the
        newest comes last and stays; Undo gives back the others.
        """
        names, rest = [], []
        stay = {document.path for document in self.contested() if document is not over}
        for snapshot in sorted(self.left_over, key=lambda s: s.at):
            if snapshot.path.resolve() in stay:
                rest.append(snapshot)
                continue
            try:
                document = self.session.documents.open_lost(snapshot.path, snapshot.text)
            except (AvmError, OSError, ValueError):
                rest.append(snapshot)
                continue
            names.append(document.name)
            _set_base(document, snapshot)
            self._changed.add(document)
            self.write()
            if document not in self._changed and self._file(document.path).exists():
                _drop(snapshot.file)
        self.left_over = rest
        self._drop_empty()
        return names

    def discard(self, of: Document | None = None) -> None:
        """Ends what was left over, of all files or of one."""
        ended = [s for s in self.left_over if of is None or s.path.resolve() == of.path]
        for snapshot in ended:
            _drop(snapshot.file)
        self.left_over = [s for s in self.left_over if s not in ended]
        self._drop_empty()

    def put_off_all(self) -> None:
        """The person decides later: it stays, and is not asked about again by itself."""
        for store in {s.file.parent for s in self.unseen}:
            self._set_state(store, "later")
        self.left_over = [replace(s, state=s.state or "later") for s in self.left_over]

    @staticmethod
    def _set_state(store: Path, state: State) -> None:
        with contextlib.suppress(AvmError):
            write_text(store / STATE, state, private=True)

    def _drop_empty(self) -> None:
        """Ends the stores that are used up; one from which something was not copied stays for later."""
        for lock in list(self._claimed):
            if not any(lock.path.parent.glob("*.json")):
                _remove(lock.path.parent)
                lock.release()
                self._claimed.remove(lock)


def _data(document: Document) -> str:
    """A snapshot as it is written."""
    stored = document.stored or Stored("", "", None)
    return json.dumps(
        {
            "path": str(document.path),
            "text": document.text(),
            "at": time.time(),
            "disk": stored.digest,
            "bom": stored.bom,
            "newline": stored.newline,
        }
    )


def _set_base(document: Document, snapshot: Snapshot) -> None:
    """A restored text goes on from what the disk held when it was typed: what the disk holds now is another
    program's until the person has chosen.
    """
    outside = snapshot.outside()
    now = outside.theirs if outside is not None else document.stored
    if snapshot.disk or now is not None:
        now = now or Stored("", "", None, snapshot.bom, snapshot.newline)
        document.stored = replace(now, digest=snapshot.disk, signature=None)
    document.set_outside(outside)


def _on_disk(snapshot: Snapshot) -> bool:
    """Whether the file holds what was typed already, so that nothing was lost."""
    try:
        stored = read(snapshot.path)
    except AvmError:
        return False
    return stored.text == snapshot.text


def _drop(file: Path) -> None:
    """Ends a snapshot, if the system lets it."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _remove(store: Path) -> None:
    """Ends a store: snapshots, state and what a write that was cut off left."""
    shutil.rmtree(store, ignore_errors=True)
