"""The tick that lets private inputs of runs be kept between starts, in the run form and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from app.theme import THEME, font

if TYPE_CHECKING:
    from app.settings import Settings


class PrivateInputsTick(QCheckBox):
    """Follows the setting and changes it; what was kept is dropped when the tick is taken away."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("Remember private inputs")
        self._settings = settings
        self.setToolTip(
            "Keep private inputs of runs in the settings file, in plain text, so that they are there at the "
            "next start; without the tick only public ones are kept"
        )
        self.setFont(font("small"))
        self.setChecked(bool(settings.get("remember_private_inputs")))
        self.toggled.connect(settings.remember_private_inputs)
        settings.changed.connect(self._follow)
        THEME.changed.connect(self._retheme)

    def _follow(self, name: str) -> None:
        if name == "remember_private_inputs":
            self.setChecked(bool(self._settings.get(name)))

    def _retheme(self) -> None:
        self.setFont(font("small"))
