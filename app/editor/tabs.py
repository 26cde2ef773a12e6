"""The row of editor tabs: icon, name, and a dot instead of the cross while a file is not saved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QWidget

from app.editor.document import Document
from app.names import file_names
from app.theme import font, icon, px, q, size
from app.widgets.basics import IconButton, box, surface

OUTSIDE = {
    "changed": "changed outside",
    "gone": "deleted",
    "trashed": "in the trash",
    "unreadable": "cannot be read",
}
ICONS = {"leo": "file-code-2", "aleo": "binary", "text": "braces"}


class CloseButton(IconButton):
    """A cross; a dot while the file is changed and the pointer is elsewhere."""

    def __init__(self) -> None:
        super().__init__("x", "Close", "text.tertiary", 20)
        self.changed = self._dot = False

    def set_changed(self, changed: bool) -> None:
        self.changed = changed
        self._show(False)

    def _show(self, near: bool) -> None:
        self._dot = self.changed and not near
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._dot:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(q("text.primary"))
        painter.drawEllipse(QPointF(self.rect().center()) + QPointF(0.5, 0.5), px(4), px(4))
        painter.end()

    def enterEvent(self, event: QEvent) -> None:
        self._show(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._show(False)


class EditorTabs(QWidget):
    """`shown` and `close_asked` carry a Document; `tools` go to the right end."""

    shown = Signal(object)
    close_asked = Signal(object)

    def __init__(self, tools: list[QWidget]) -> None:
        super().__init__()
        surface(self, "panel")
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setMovable(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setUsesScrollButtons(True)
        self.bar.setAccessibleName("Open files")
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.installEventFilter(self)
        row = box(QHBoxLayout(self), 4, (0, 0, 4, 0))
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch()
        for tool in tools:
            row.addWidget(tool)
        self.bar.currentChanged.connect(self._changed)
        self._quiet = False
        self.retheme()

    def retheme(self) -> None:
        self.bar.setFont(font("body"))
        self.bar.setIconSize(QSize(px(16), px(16)))
        self.setFixedHeight(size("tab"))
        for number in range(self.bar.count()):
            self._icon(number)

    def document(self, number: int) -> Document | None:
        found = self.bar.tabData(number)
        return found if isinstance(found, Document) else None

    def number(self, document: Document) -> int:
        return next((n for n in range(self.bar.count()) if self.document(n) is document), -1)

    def add(self, document: Document) -> None:
        self._quiet = True
        number = self.bar.addTab(document.name)
        self.bar.setTabData(number, document)
        self.bar.setTabToolTip(number, str(document.path))
        self.bar.setAccessibleTabName(number, document.name)
        close = CloseButton()
        close.clicked.connect(lambda _c=False: self.close_asked.emit(document))
        self.bar.setTabButton(number, QTabBar.ButtonPosition.RightSide, close)
        self._quiet = False
        self._name_all()
        self._icon(number)

    def rename(self, document: Document) -> None:
        """The file of a tab has another name."""
        number = self.number(document)
        if number >= 0:
            self.bar.setTabToolTip(number, str(document.path))
            self._name_all()
            self._icon(number)

    def remove(self, document: Document) -> None:
        number = self.number(document)
        if number >= 0:
            self._quiet = True
            self.bar.removeTab(number)
            self._quiet = False
            self._name_all()

    def _documents(self) -> list[Document]:
        found = (self.document(number) for number in range(self.bar.count()))
        return [document for document in found if document is not None]

    def _name_all(self) -> None:
        """Files of one name are told apart by their folders, so a tab's name depends on the others."""
        for document in self._documents():
            self.show_modified(document)

    def set_current(self, document: Document | None) -> None:
        number = self.number(document) if document is not None else -1
        if number >= 0:
            self._quiet = True
            self.bar.setCurrentIndex(number)
            self._quiet = False
        for each in range(self.bar.count()):
            self._icon(each)

    def show_modified(self, document: Document) -> None:
        number = self.number(document)
        close = self.bar.tabButton(number, QTabBar.ButtonPosition.RightSide) if number >= 0 else None
        if isinstance(close, CloseButton):
            close.set_changed(document.modified)
            close.setToolTip("Close, not saved" if document.modified else "Close  Ctrl+W")
            state = OUTSIDE[document.outside.kind] if document.outside is not None else ""
            name = file_names(each.path for each in self._documents())[document.path]
            self.bar.setTabText(number, f"{name} ({state})" if state else name)
            words = [name, state, "not saved" if document.modified else ""]
            self.bar.setAccessibleTabName(number, ", ".join(word for word in words if word))

    def wrong_marks(self) -> list[str]:
        """Tabs whose dot does not tell whether the file is saved."""
        found = []
        for number in range(self.bar.count()):
            document = self.document(number)
            close = self.bar.tabButton(number, QTabBar.ButtonPosition.RightSide)
            if document is None or not isinstance(close, CloseButton) or close.changed != document.modified:
                found.append(f"the mark of the tab {self.bar.tabText(number)} is wrong")
        return found

    def _icon(self, number: int) -> None:
        document = self.document(number)
        if document is not None:
            tone = "text.primary" if number == self.bar.currentIndex() else "text.tertiary"
            self.bar.setTabIcon(number, icon(ICONS[document.language], tone))

    def _changed(self, number: int) -> None:
        document = self.document(number)
        if document is not None and not self._quiet:
            self.shown.emit(document)
        for each in range(self.bar.count()):
            self._icon(each)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.MiddleButton
        ):
            document = self.document(self.bar.tabAt(event.position().toPoint()))
            if document is not None:
                self.close_asked.emit(document)
        return False
