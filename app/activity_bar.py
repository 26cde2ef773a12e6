"""The tool stripe: a button for every pane at the left edge, so nothing closed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import SIZE, size
from app.widgets.basics import IconButton, box, surface

if TYPE_CHECKING:
    from app.docks import Docks


class Stripe(QWidget):
    def __init__(self, docks: Docks) -> None:
        super().__init__()
        surface(self, "window")
        self.setAccessibleName("Panes")
        self.docks = docks
        self.buttons: dict[str, IconButton] = {}
        column = box(QVBoxLayout(self), 4, (4, 4, 4, 4))
        kinds = sorted(docks.kinds.values(), key=lambda k: k.stripe_order)
        for end in ("top", "bottom"):
            for kind in kinds:
                if kind.stripe == end:
                    column.addWidget(self._button(kind.id, kind.icon, kind.title))
            if end == "top":
                column.addStretch()
        docks.changed.connect(self.refresh)
        self.retheme()

    def _button(self, name: str, icon_name: str, title: str) -> IconButton:
        button = IconButton(icon_name, title, "text.tertiary", SIZE["stripe_button"], checkable=True)
        button.clicked.connect(lambda _c=False: self._toggle(name))
        self.buttons[name] = button
        return button

    def _toggle(self, name: str) -> None:
        self.docks.toggle(name)
        self.refresh()

    def refresh(self) -> None:
        if not self.docks.perspective:
            return
        for name, button in self.buttons.items():
            button.setChecked(self.docks.in_front(name))

    def retheme(self) -> None:
        self.setFixedWidth(size("stripe"))
