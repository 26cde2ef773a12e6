"""NoticeBar: what happened to the file, above its text, with the ways out; it takes no focus and no key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.widgets.basics import Button, ElidedLabel, Glyph, box, surface

Choice = tuple[str, str, Callable[[], object]]
MOST = 3


class NoticeBar(QWidget):
    """A fact, an advice and up to three buttons, made once; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        surface(self, "bar")
        row = box(QHBoxLayout(self), 8, (12, 6, 8, 6))
        row.addWidget(Glyph("triangle-alert", "semantic.warning.fg", 16))
        texts = box(QVBoxLayout(), 0)
        self.fact = ElidedLabel("", "small_strong")
        self.advice = ElidedLabel("", "small", "secondary")
        texts.addWidget(self.fact)
        texts.addWidget(self.advice)
        row.addLayout(texts, 1)
        self._actions: list[Callable[[], object]] = []
        self.buttons = [self._button(n) for n in range(MOST)]
        for button in self.buttons:
            row.addWidget(button)
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
        self.setVisible(bool(fact))

    def _press(self, number: int) -> None:
        if number < len(self._actions):
            self._actions[number]()
