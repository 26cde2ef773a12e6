"""What an empty pane shows: an icon, one fact, one advice, at most one action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import px
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
        column = self._box = box(QVBoxLayout(self), 4, (24, 8, 24, 16))
        self._wants_action = True
        self._glyph = Glyph(icon_name, "text.tertiary", 20)
        self._fact = Label(fact, "body_strong", "secondary", wrap=True)
        self._advice = Label(advice, "small", "tertiary", wrap=True)
        column.addStretch()
        column.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self._fact, self._advice):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        self._action: Button | None = None
        if action:
            self._action = Button(action, small=True, on_click=on_action)
            column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self.setAccessibleName(f"{fact}. {advice}")

    def resizeEvent(self, event: object) -> None:
        """In a low pane the fact stays longest; icon, button and advice give way in this order."""
        margins = self.contentsMargins()
        width = max(40, self.width() - 48 - margins.left() - margins.right())
        room = self.height() - px(8)
        parts: list[tuple[QWidget, int]] = [(self._fact, self._fact.heightForWidth(width))]
        parts.append((self._advice, self._advice.heightForWidth(width) + 4))
        if self._action is not None and self._wants_action:
            parts.append((self._action, self._action.sizeHint().height() + 12))
        parts.append((self._glyph, px(20) + 8))
        for part, need in parts:
            part.setVisible(need <= room)
            room -= need
        self._box.setContentsMargins(24, 0, 24, 0 if room < 24 else 16)

    def set(self, fact: str, advice: str, icon_name: str = "") -> None:
        if icon_name:
            self._glyph.set(icon_name)
        self._fact.setText(fact)
        self._advice.setText(advice)
        self.resizeEvent(None)
        self.setAccessibleName(f"{fact}. {advice}")

    def show_action(self, on: bool) -> None:
        """The button is there only while it would do something."""
        self._wants_action = on
        self.resizeEvent(None)
        if self._action is not None and not on:
            self._action.hide()

    def fact(self) -> str:
        return self._fact.text()
