"""What an empty pane shows: an icon, one fact, one advice, at most one action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets.basics import Button, Glyph, Label, box


class EmptyState(QWidget):
    """Centred, and changeable: a pane may be empty for another reason later."""

    def __init__(
        self,
        icon_name: str,
        fact: str,
        advice: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        column = box(QVBoxLayout(self), 4, (24, 8, 24, 16))
        self._glyph = Glyph(icon_name, "text.tertiary", 20)
        self._fact = Label(fact, "body_strong", "secondary", wrap=True)
        self._advice = Label(advice, "small", "tertiary", wrap=True)
        column.addStretch()
        column.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        for part in (self._fact, self._advice):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        self._action: Button | None = None
        if action:
            column.addSpacing(8)
            self._action = Button(action, small=True, on_click=on_action)
            column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self.setAccessibleName(f"{fact}. {advice}")

    def set(self, fact: str, advice: str) -> None:
        self._fact.setText(fact)
        self._advice.setText(advice)
        self.setAccessibleName(f"{fact}. {advice}")

    def show_action(self, on: bool) -> None:
        """The button is there only while it would do something."""
        if self._action is not None:
            self._action.setVisible(on)

    def fact(self) -> str:
        return self._fact.text()
