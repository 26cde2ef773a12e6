"""Open files: a text with its path, its undo history, what the disk holds, and whether both are the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

from app.editor.changes import edits
from app.editor.disk import Stored
from app.editor.highlighter import Highlighter
from app.editor.layout import ZoneLayout
from app.editor.units import Units

LANGUAGES = {".leo": "leo", ".aleo": "aleo"}


@dataclass(frozen=True, slots=True)
class Outside:
    """Why the disk does not hold what it did: another program has `changed` the file while it has edits here,
    it is `gone` or `unreadable`, or the person has `trashed` it. `theirs` is what the disk holds now.
    """

    kind: Literal["changed", "gone", "unreadable", "trashed"]
    theirs: Stored | None = None
    reason: str = ""


class Document(QObject):
    """One file in an editor. `language` is leo, aleo or text; `edited` fires on each change of the text.

    `stored` is what the file held when it was last read or written here; None when it is not on disk.
    A document is `modified` unless its text is certainly what the disk holds. `reloading` and `reloaded`
    are told around a text that is taken from the disk, so that a view can stay where it is.
    """

    edited = Signal(object)
    modified_changed = Signal(object)
    outside_changed = Signal(object)
    reloading = Signal()
    reloaded = Signal()

    def __init__(
        self, path: Path, text: str, parent: QObject | None = None, stored: Stored | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.stored = stored
        self.outside: Outside | None = None
        self.kept = False  # the disk holds something else, and the person has decided for this text
        self.language = LANGUAGES.get(path.suffix, "text")
        self.text_document = QTextDocument(self)
        self.text_document.setDocumentLayout(ZoneLayout(self.text_document))
        self.text_document.setPlainText(text)
        self.text_document.setModified(False)
        self.text_document.clearUndoRedoStacks()
        self.highlighter = Highlighter(self.text_document, self.language)
        self.text_document.contentsChange.connect(self._contents_changed)
        self.text_document.modificationChanged.connect(self._tell)
        self._revision = self.text_document.revision()
        self._told = False
        self._reloads: dict[int, int] = {}
        self.cursor = 0
        self.scroll = 0

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def modified(self) -> bool:
        return self.text_document.isModified() or self.kept or self.outside is not None

    def set_path(self, path: Path) -> None:
        """The file has another name now; its text, its history and what is unsaved stay."""
        self.path = path
        language = LANGUAGES.get(path.suffix, "text")
        if language != self.language:
            self.language = language
            self.highlighter.setDocument(None)
            self.highlighter = Highlighter(self.text_document, language)

    def text(self) -> str:
        """The text with line feeds, every character as it is (`toPlainText` turns hard spaces into soft)."""
        return self.text_document.toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def data(self) -> bytes:
        """The bytes that a save would write."""
        return self.stored.data(self.text()) if self.stored is not None else self.text().encode("utf-8")

    def on_disk(self) -> str:
        """The text that the disk holds, as far as it is known; empty where it holds none."""
        outside = self.outside
        if outside is not None and outside.kind == "changed" and outside.theirs is not None:
            return outside.theirs.text
        return self.stored.text if self.stored is not None and outside is None else ""

    def mark_saved(self, stored: Stored | None = None) -> None:
        """The disk holds this text (and, when given, these bytes)."""
        self.stored = stored or self.stored
        self.kept = False
        self.set_outside(None)
        self.text_document.setModified(False)
        self._tell()

    def mark_unsaved(self) -> None:
        """The disk holds something else than this text, whatever the undo history says."""
        self.kept = True
        self._tell()

    def keep_mine(self, theirs: Stored) -> None:
        """The person has seen what the disk holds and stays with this text: the next save may replace it."""
        own = self.stored
        self.stored = Stored(
            theirs.text,
            theirs.digest,
            theirs.signature,
            own.bom if own is not None else theirs.bom,
            own.newline if own is not None else theirs.newline,
        )
        self.kept = True
        self.set_outside(None)

    def reload(self, stored: Stored) -> None:
        """Takes what the disk holds as one edit, so that Undo gives the text of before."""
        self.reloading.emit()
        self.replace_text(stored.text)
        self._reloads[self.text_document.availableUndoSteps()] = hash(stored.text)
        self.mark_saved(stored)
        self.reloaded.emit()

    def is_reload(self, steps: int) -> bool:
        """Whether the edit that led to the text of now, with so many steps of undo, was a reload."""
        known = self._reloads.get(steps)
        return known is not None and known == hash(self.text())

    def replace_text(self, text: str) -> None:
        """Makes the text another one in one edit of the parts that differ: cursors elsewhere stay."""
        now = self.text()
        cursor, units = QTextCursor(self.text_document), Units(now)
        cursor.beginEditBlock()
        for start, end, new in edits(now, text):
            cursor.setPosition(units.unit(start))
            cursor.setPosition(units.unit(end), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(new)
        cursor.endEditBlock()

    def set_outside(self, outside: Outside | None) -> None:
        if outside != self.outside:
            self.outside = outside
            self.outside_changed.emit(self)
            self._tell()

    def _tell(self, _on: bool = False) -> None:
        if self.modified != self._told:
            self._told = self.modified
            self.modified_changed.emit(self)

    def _contents_changed(self, _place: int, removed: int, added: int) -> None:
        """Highlighting also reports changes, but only an edit makes a new revision."""
        if (removed or added) and self.text_document.revision() != self._revision:
            self._revision = self.text_document.revision()
            self._compare()
            self.edited.emit(self)

    def _compare(self) -> None:
        """A text that is again what the disk holds is not modified, however it came about."""
        stored = self.stored
        if stored is None or self.outside is not None or self.kept:
            return
        if self._long is None or self._long[0] is not stored:
            self._long = stored, Units(stored.text).unit(len(stored.text))
        if self.text_document.characterCount() - 1 == self._long[1] and self.text() == stored.text:
            self.text_document.setModified(False)

    _long: tuple[Stored, int] | None = None
