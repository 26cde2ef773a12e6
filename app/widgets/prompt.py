"""Prompt: a question on a card over the window; the work behind it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from app.theme import THEME, alive, font, px, q
from app.widgets.basics import Button, Label, box, pane
from app.widgets.message import InlineMessage

Choice = tuple[str, str, Callable[[], object]]
CANCELLING = ("Cancel", "Decide later", "No", "Close")


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


class Sheet(Scrim):
    """A card over the window with buttons below: Enter presses the button that has the focus, else the
    first; Escape cancels. `choices` are (label, variant, action), the first the likeliest, the last the
    way back where it is called Cancel. `about` is the document, or the folder of the project, that it asks
    about, if any: the window takes the sheet away with it, and calls `renew` when that document is changed
    by another program.

    While it is open the focus stays in it; then it returns to where it was or was sent meanwhile.
    """

    about: object = None
    renew: Callable[[], object] | None = None

    def __init__(self, window: QWidget, title: str, text: str = "", width: int = 440) -> None:
        super().__init__(window)
        self._back: QWidget | None = window.focusWidget()
        self.card, self.column = pane("overlay", spacing=8, margins=(24, 20, 24, 20))
        self.card.setParent(self)
        self.card.setFixedWidth(min(px(width), window.width() - 48))
        self.card.setAccessibleName(title)
        self.column.addWidget(Label(title, "heading", wrap=True))
        if text:
            self.column.addWidget(Label(text, "body", "secondary", wrap=True))
        self.buttons: list[Button] = []
        self.cancel: Callable[[], object] = lambda: None

    def finish(self, choices: Sequence[Choice], first: QWidget | None = None) -> None:
        """Adds the buttons and shows the card, with the focus on its field or its first button."""
        self.column.addSpacing(8)
        row = box(QHBoxLayout(), 8)
        row.addStretch()
        for number, (label, variant, action) in enumerate(choices):
            button = Button(label, variant, on_click=partial(self.choose, action, number == 0))
            self.buttons.append(button)
            if label in CANCELLING:
                self.cancel = action
        for button in reversed(self.buttons):
            row.addWidget(button)
        self.column.addLayout(row)
        self.show()
        self.raise_()
        self.place()
        self._inside: QWidget = first or self.buttons[0]
        self._inside.setFocus()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_focus)

    def place(self) -> None:
        self.card.adjustSize()
        top = min(max(48, self.height() // 4), max(8, (self.height() - self.card.height()) // 2))
        self.card.move((self.width() - self.card.width()) // 2, top)

    def choose(self, action: Callable[[], object], first: bool) -> None:
        """A button was pressed."""
        self.leave()
        action()

    def leave(self) -> None:
        if self.isHidden():
            return
        window = self.window()
        now = window.focusWidget()
        back, self._back = self._back, None
        for other in window.findChildren(Sheet):
            if other._back is not None and alive(other._back) and self.isAncestorOf(other._back):
                other._back = back
        self.hide()
        self.deleteLater()
        if now is None or now is self or self.isAncestorOf(now):
            if back is None or not alive(back) or not back.isVisible():
                back = window
            back.setFocus()

    def _keep_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The focus was sent behind the sheet: it goes there when the sheet has left."""
        if new is None or not self.isVisible() or new.window() is not self.window():
            return
        if self.isAncestorOf(new):
            self._inside = new
        elif not any(over.isAncestorOf(new) for over in self.window().findChildren(Sheet)):
            self._back = new
            self._inside.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            chosen = next(
                (b for b in self.buttons if b.hasFocus()), self.buttons[0] if self.buttons else None
            )
            if chosen is not None and chosen.isEnabled():
                chosen.click()
        else:
            event.accept()  # nothing typed here reaches what lies behind


class Prompt(Sheet):
    """`field` asks for a line of text: `check(text)` returns what is wrong with it, or an empty text; it is
    asked at every key.
    """

    def __init__(
        self,
        window: QWidget,
        title: str,
        text: str,
        choices: Sequence[Choice],
        field: str | None = None,
        check: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(window, title, text)
        self._check = check
        self.field: QLineEdit | None = None
        self.wrong = InlineMessage()
        if field is not None:
            self.field = QLineEdit(field)
            self.field.setFont(font("code_small"))
            self.field.setAccessibleName(title)
            self.field.selectAll()
            self.field.textEdited.connect(lambda _text: self._judge())
            self.column.addWidget(self.field)
            self.column.addWidget(self.wrong)
        self.finish(choices, self.field)

    def choose(self, action: Callable[[], object], first: bool) -> None:
        if first and not self._judge():
            return
        super().choose(action, first)

    def _judge(self) -> bool:
        """Says what is wrong with the text as it is now; whether nothing is."""
        if self.field is None or self._check is None:
            return True
        wrong = self._check(self.field.text())
        self.wrong.set("error", wrong)
        self.place()
        return not wrong
