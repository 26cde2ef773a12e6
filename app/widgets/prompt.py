"""Prompt: a question on a card over the window; the work behind it goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.theme import THEME, font, px, q
from app.widgets.basics import Button, Label, box, pane
from app.widgets.message import InlineMessage

Choice = tuple[str, str, Callable[[], object]]


class Scrim(QWidget):
    """Dims the window behind an overlay and keeps its size."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)
        self.setGeometry(window.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), q("scrim.color", float(THEME.look_up("scrim.opacity"))))
        painter.end()

    def place(self) -> None:
        """Overlays put their card in the right place here."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            parent = self.parentWidget()
            if parent is not None:
                self.setGeometry(parent.rect())
                self.place()
        return False


class Prompt(Scrim):
    """`field` asks for a line of text: `check(text)` returns what is wrong with it, or an empty text."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        text: str,
        choices: list[Choice],
        field: str | None = None,
        check: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(window)
        self._check = check
        self.card, column = pane("overlay", spacing=8, margins=(24, 20, 24, 20))
        self.card.setParent(self)
        self.card.setFixedWidth(px(440))
        self.card.setAccessibleName(title)
        column.addWidget(Label(title, "heading", wrap=True))
        if text:
            column.addWidget(Label(text, "body", "secondary", wrap=True))
        self.field: QLineEdit | None = None
        self.wrong = InlineMessage()
        if field is not None:
            self.field = QLineEdit(field)
            self.field.setFont(font("code_small"))
            self.field.setAccessibleName(title)
            self.field.returnPressed.connect(lambda: self._choose(choices[0][2], True))
            column.addWidget(self.field)
            column.addWidget(self.wrong)
        column.addSpacing(8)
        row = box(QHBoxLayout(), 8)
        row.addStretch()
        self.buttons: list[Button] = []
        for number, (label, variant, action) in enumerate(choices):
            button = Button(label, variant, on_click=lambda a=action, n=number: self._choose(a, n == 0))
            self.buttons.append(button)
        for button in reversed(self.buttons):
            row.addWidget(button)
        column.addLayout(row)
        self.show()
        self.raise_()
        self.place()
        (self.field or self.buttons[0]).setFocus()

    def place(self) -> None:
        self.card.adjustSize()
        self.card.move((self.width() - self.card.width()) // 2, max(48, self.height() // 4))

    def _choose(self, action: Callable[[], object], checked: bool) -> None:
        if checked and self.field is not None and self._check is not None:
            wrong = self._check(self.field.text())
            self.wrong.set("error", wrong)
            self.place()
            if wrong:
                return
        self.leave()
        action()

    def leave(self) -> None:
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
