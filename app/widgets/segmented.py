"""A choice of few in one frame: the chosen segment is raised and in full text colour."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy

from app.theme import size
from app.widgets.basics import Button, box, surface


class Segmented(QFrame):
    """Segments by (key, label); `chosen` carries the key of the one the person picked."""

    chosen = Signal(str)

    def __init__(
        self, items: list[tuple[str, str]], current: str = "", small: bool = False, name: str = ""
    ) -> None:
        super().__init__()
        surface(self, "field")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._small = small
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, Button] = {}
        row = box(QHBoxLayout(self), 0, (2, 2, 2, 2))
        for key, text in items:
            button = Button(text, "segment", small=small)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self.set_current(current or (items[0][0] if items else ""))
        self.retheme()

    def set_current(self, key: str) -> None:
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def current(self) -> str:
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def retheme(self) -> None:
        self.setFixedHeight(size("control_small" if self._small else "control"))
        for button in self._buttons.values():
            button.setFont(button.font())
