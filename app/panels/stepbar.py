"""The step bar: backwards left, forwards right, the place between them; fixed above the debug panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout

from app.panel import Panel, Place
from app.theme import size
from app.widgets.basics import Glyph, IconButton, Label, box, pane, rule
from app.widgets.spans import thousands

if TYPE_CHECKING:
    from app.contract import Studio

BACK = (
    ("rewind", "debug.backward"),
    ("corner-left-up", "debug.back_out"),
    ("corner-up-left", "debug.back_into"),
    ("undo-dot", "debug.back_over"),
)
FORTH = (
    ("redo-dot", "debug.over"),
    ("corner-up-right", "debug.into"),
    ("corner-right-up", "debug.out"),
    ("fast-forward", "debug.continue"),
)
KEPT_LONGEST = (
    "debug.over",
    "debug.back_over",
    "debug.into",
    "debug.back_into",
    "debug.continue",
    "debug.backward",
    "run.stop",
    "debug.out",
    "debug.back_out",
    "debug.restart",
    "debug.to_cursor",
)
GAP, APART, SIDE = 2, 4, 8  # between buttons, beside the place, at both ends
MORE = (("crosshair", "debug.to_cursor"), ("rotate-ccw", "debug.restart"), ("square", "run.stop"))


class StepBarPanel(Panel):
    id = "stepbar"
    title = "Step controls"
    icon = "redo-dot"
    bare = True
    fixed_height = "toolbar"
    home = Place("right", 0, 4)
    places = {"debug": Place("right", 0, 4)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.buttons: dict[str, IconButton] = {}
        row = box(QHBoxLayout(), GAP, (SIDE, 0, SIDE, 0))
        for icon, name in BACK:
            row.addWidget(self._button(icon, name, "text.primary"))
        row.addSpacing(APART)
        self.place, inner = pane("well", vertical=False, spacing=6, margins=(10, 0, 10, 0))
        self.glyph = Glyph("circle", "text.tertiary", 14)
        self.where = Label("", "small_strong")
        for part in (self.glyph, self.where):
            inner.addWidget(part)
        row.addWidget(self.place)
        row.addSpacing(APART)
        for icon, name in FORTH:
            row.addWidget(self._button(icon, name, "text.primary"))
        row.addStretch()
        for icon, name in MORE:
            row.addWidget(self._button(icon, name, "text.secondary"))
        self.column.addLayout(row, 1)
        self.column.addWidget(rule(kind="separator"))
        self.session.step_changed.connect(self.refresh)
        self.session.run_changed.connect(self.refresh)
        self.retheme()
        self.refresh()

    def _button(self, icon: str, name: str, colour: str) -> IconButton:
        button = IconButton(
            icon, self.studio.command(name).title, colour, on_click=lambda: self.studio.run_command(name)
        )
        self.buttons[name] = button
        return button

    def resizeEvent(self, event: object) -> None:
        self._give_way()

    def _give_way(self) -> None:
        """Where there is no room for all buttons the place keeps its own; keys and palette have the rest."""
        need = self.place.sizeHint().width() + 2 * (SIDE + APART)
        for name in KEPT_LONGEST:
            need += self.buttons[name].width() + GAP
            self.buttons[name].setVisible(need <= self.width())

    def retheme(self) -> None:
        self.place.setFixedHeight(size("control"))
        QTimer.singleShot(0, self, self._give_way)  # the buttons have their new size by then

    def refresh(self) -> None:
        run, session = self.session.run, self.session
        if run is None:
            self.glyph.set("circle", "text.tertiary")
            self.where.set_forms("No recording", "None")
        else:
            total, halt = len(run.steps), run.halt
            if halt is not None and session.step >= halt.step:
                self.glyph.set("octagon-x", "semantic.error.fg")
                word = "Halted"
            elif session.step >= total:
                self.glyph.set("circle-check", "semantic.success.fg")
                word = "End"
            else:
                self.glyph.set("circle-dot", "semantic.warning.fg")
                word = "Step"
            now, all_ = thousands(min(session.step + 1, total)), thousands(total)
            self.where.set_forms(f"{word} {now} of {all_}", f"{now} of {all_}", f"{now}/{all_}", now)
        for name, button in self.buttons.items():
            command = self.studio.command(name)
            reason = command.why_not(self.studio)
            button.setEnabled(not reason)
            tip = f"{command.title}  {self.studio.keys(command)}".strip()
            button.setToolTip(f"{tip}\n{reason}" if reason else tip)
            button.setAccessibleName(tip)
        self._give_way()
        self.place.setAccessibleName(self.where.whole())
