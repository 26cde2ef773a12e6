"""A form on a card: some fields, of which secret ones are typed hidden and emptied afterwards."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from app.theme import font
from app.widgets.basics import Button, Label, box, surface
from app.widgets.message import InlineMessage


class SecretForm(QFrame):
    """Fields with a sentence above, an error below and two buttons; secrets are typed hidden."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        super().__init__()
        surface(self, "card")
        column = box(QVBoxLayout(self), 8, (16, 12, 16, 12))
        self.heading = Label("", "title")
        self.words = Label("", "small", "secondary", wrap=True)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        self.fields = [QLineEdit() for _ in range(3)]
        for field in self.fields:
            field.returnPressed.connect(self.submit)
            column.addWidget(field)
        self.wrong = InlineMessage()
        column.addWidget(self.wrong)
        row = box(QHBoxLayout(), 8)
        row.addStretch()
        self.cancel = Button("Cancel", "", small=True, on_click=cancel)
        self.done = Button("", "", small=True, on_click=self.submit)
        row.addWidget(self.cancel)
        row.addWidget(self.done)
        column.addLayout(row)
        self._call: Callable[[list[str]], str] = lambda _values: ""
        self.retheme()

    def retheme(self) -> None:
        for field in self.fields:
            field.setFont(font("small"))

    def ask(
        self,
        heading: str,
        words: str,
        fields: list[tuple[str, bool]],
        done: str,
        call: Callable[[list[str]], str],
        can_leave: bool = True,
    ) -> None:
        """Fields are (name, secret); `call` gets their texts and returns what is wrong, or nothing."""
        self.heading.setText(heading)
        self.words.setText(words)
        for field, (name, secret) in zip(self.fields, fields, strict=False):
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        for number, field in enumerate(self.fields):
            field.clear()
            field.setVisible(number < len(fields))
        self.done.setText(done)
        self.cancel.setVisible(can_leave)
        self.wrong.set("error", "")
        self.setAccessibleName(heading)
        self._call = call
        self.set_busy(False)
        self.show()
        self.fields[0].setFocus()

    def set_busy(self, busy: bool) -> None:
        for each in (*self.fields, self.done):
            each.setEnabled(not busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.cancel.isHidden():
            self.cancel.click()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        self.wrong.set("error", self._call([field.text() for field in self.fields if not field.isHidden()]))

    def forget(self) -> None:
        """Empties the fields, so that no secret stays in them."""
        for field in self.fields:
            field.clear()
        self._call = lambda _values: ""
        self.hide()
