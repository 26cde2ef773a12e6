"""Open files: a text with its path, its undo history and whether it is saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextDocument

from app.editor.highlighter import Highlighter
from app.editor.layout import ZoneLayout

LANGUAGES = {".leo": "leo", ".aleo": "aleo"}


class Document(QObject):
    """One file in an editor. `language` is leo, aleo or text; `edited` fires on each change of the text."""

    edited = Signal(object)
    modified_changed = Signal(object)

    def __init__(self, path: Path, text: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.language = LANGUAGES.get(path.suffix, "text")
        self.text_document = QTextDocument(self)
        self.text_document.setDocumentLayout(ZoneLayout(self.text_document))
        self.text_document.setPlainText(text)
        self.text_document.setModified(False)
        self.text_document.clearUndoRedoStacks()
        self.highlighter = Highlighter(self.text_document, self.language)
        self.text_document.contentsChange.connect(self._contents_changed)
        self.text_document.modificationChanged.connect(lambda _on: self.modified_changed.emit(self))
        self._revision = self.text_document.revision()
        self.cursor = 0
        self.scroll = 0

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def modified(self) -> bool:
        return self.text_document.isModified()

    def text(self) -> str:
        return self.text_document.toPlainText()

    def mark_saved(self) -> None:
        self.text_document.setModified(False)

    def _contents_changed(self, _place: int, removed: int, added: int) -> None:
        """Highlighting also reports changes, but only an edit makes a new revision."""
        if (removed or added) and self.text_document.revision() != self._revision:
            self._revision = self.text_document.revision()
            self.edited.emit(self)
