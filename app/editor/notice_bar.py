"""NoticeBar: what happened to the file, above its text, with the ways out; it takes no focus and no key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.widgets.basics import Button, Glyph, Label, box, surface

Choice = tuple[str, str, Callable[[], object]]
MOST = 3


class NoticeBar(QWidget):
    """A fact, an advice and up to three buttons, made once; hidden while there is nothing to say.

    The likeliest way is the rightmost, as in a sheet. The buttons stand beside the words where these have
    room on one line, else below them.
    """

    def __init__(self) -> None:
        super().__init__()
        surface(self, "bar")
        self._row = box(QBoxLayout(QBoxLayout.Direction.LeftToRight, self), 8, (12, 6, 8, 6))
        said = box(QHBoxLayout(), 8)
        said.addWidget(Glyph("triangle-alert", "semantic.warning.fg", 16), 0, Qt.AlignmentFlag.AlignTop)
        texts = box(QVBoxLayout(), 0)
        self.fact = Label("", "small_strong", wrap=True)
        self.advice = Label("", "small", "secondary", wrap=True)
        texts.addWidget(self.fact)
        texts.addWidget(self.advice)
        said.addLayout(texts, 1)
        self._row.addLayout(said, 1)
        self._actions: list[Callable[[], object]] = []
        self.buttons = [self._button(n) for n in range(MOST)]
        self._ways = box(QHBoxLayout(), 8)
        self._ways.addStretch()
        for button in reversed(self.buttons):
            self._ways.addWidget(button)
        self._row.addLayout(self._ways)
        self.hide()

    def _button(self, number: int) -> Button:
        return Button("", small=True, on_click=lambda: self._press(number), tip=f"Choice {number + 1}")

    def set(self, fact: str, advice: str, choices: list[Choice]) -> None:
        self.fact.setText(fact)
        self.advice.setText(advice)
        self.setAccessibleName(f"{fact}. {advice}" if fact else "")
        self._actions = [action for _, _, action in choices]
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(choices))
            if number < len(choices):
                button.set_look(choices[number][0], "", "")
        self._arrange()
        self.setVisible(bool(fact))

    def retheme(self) -> None:
        self._arrange()

    def resizeEvent(self, event: object) -> None:
        self._arrange()

    def _arrange(self) -> None:
        words = max(label.fontMetrics().horizontalAdvance(label.text()) for label in (self.fact, self.advice))
        beside = self.width() - self._ways.sizeHint().width() - 60 >= words
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._row.direction():
            self._row.setDirection(way)

    def _press(self, number: int) -> None:
        if number < len(self._actions):
            self._actions[number]()
