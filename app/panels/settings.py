"""The settings: look, editor, and every key in a searchable list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QKeySequenceEdit, QWidget

from app.panel import Panel, Place
from app.theme import THEME, font, row_height
from app.widgets.basics import Button, Label, SearchBox, box, rule
from app.widgets.fact_name import FactName
from app.widgets.grid import Grid
from app.widgets.message import InlineMessage
from app.widgets.private_inputs import PrivateInputsTick
from app.widgets.scroll_column import ScrollColumn
from app.widgets.segmented import Segmented
from app.widgets.spans import Row, Span, cell, note, row

if TYPE_CHECKING:
    from app.contract import Command, Studio

SCALES = ("80", "90", "100", "110", "125", "150", "175", "200")


class SettingsPanel(Panel):
    id = "settings"
    title = "Settings"
    icon = "settings-2"
    home = Place("right", 90, 10)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        area = ScrollColumn()
        column = area.column
        self.column.addWidget(area)
        column.addWidget(Label("Look", "small_strong", "secondary"))
        self.theme = Segmented([("dark", "Dark"), ("light", "Light")], THEME.name, small=True, name="Theme")
        self.theme.chosen.connect(lambda name: studio.set_look("theme", name))
        column.addLayout(self._line("Theme", self.theme))
        self.scale = QComboBox()
        self.scale.addItems([f"{s} %" for s in SCALES])
        self.scale.setAccessibleName("Type size")
        self.scale.activated.connect(lambda n: studio.set_look("scale", int(SCALES[n]) / 100))
        column.addLayout(self._line("Type size", self.scale))
        self.contrast = self._check("Increase contrast", "more_contrast")
        self.motion = self._check("Reduce motion", "reduced_motion")
        column.addWidget(self.contrast)
        column.addWidget(self.motion)
        column.addWidget(rule())
        column.addWidget(Label("Privacy", "small_strong", "secondary"))
        column.addWidget(PrivateInputsTick(studio.settings))
        column.addWidget(rule())
        column.addWidget(Label("Keys", "small_strong", "secondary"))
        self.search = SearchBox("Find a command or a key")
        self.search.textChanged.connect(lambda _t: self.refresh_keys())
        column.addWidget(self.search)
        self.keys = Grid([("Command", 0), ("Keys", 116)], header=True, name="Keys", fits=(1,))
        self.keys.setMinimumHeight(row_height() * 12)
        self.keys.chosen.connect(self._choose)
        column.addWidget(self.keys, 1)
        change = box(QHBoxLayout(), 8)
        self.capture = QKeySequenceEdit()
        self.capture.setMaximumSequenceLength(1)
        self.capture.setAccessibleName("New keys for the chosen command")
        self.capture.editingFinished.connect(self._typed)
        self.capture.setEnabled(False)
        self.back = Button(
            "Default", "", small=True, on_click=self._default, tip="Give the command its own keys back"
        )
        self.none = Button("None", "", small=True, on_click=lambda: self._set(""), tip="Take the keys away")
        change.addWidget(self.capture, 1)
        change.addWidget(self.none)
        change.addWidget(self.back)
        column.addLayout(change)
        self.wrong = InlineMessage("warning")
        column.addWidget(self.wrong)
        THEME.changed.connect(self.refresh)
        self.refresh()
        self.refresh_keys()

    def _line(self, text: str, widget: QWidget) -> QHBoxLayout:
        line = box(QHBoxLayout(), 8)
        line.addWidget(FactName(text, 72, ""))
        line.addWidget(widget)
        line.addStretch()
        return line

    def _check(self, text: str, name: str) -> QCheckBox:
        check = QCheckBox(text)
        check.setFont(font("small"))
        check.setChecked(bool(self.studio.settings.get(name)))
        check.toggled.connect(lambda on: self.studio.set_look(name, on))
        return check

    def refresh(self) -> None:
        self.theme.set_current(THEME.name)
        near = min(range(len(SCALES)), key=lambda n: abs(int(SCALES[n]) - round(THEME.scale * 100)))
        self.scale.setCurrentIndex(near)
        self.scale.setFont(font("small"))
        for check in (self.contrast, self.motion):
            check.setFont(font("small"))
        self.contrast.setChecked(THEME.more_contrast)
        self.motion.setChecked(THEME.reduced_motion)

    # Keys

    def refresh_keys(self) -> None:
        low = self.search.text().lower()
        shown = [
            c for c in self.studio.commands() if low in f"{c.topic} {c.title} {self.studio.keys(c)}".lower()
        ]
        shown.sort(key=lambda c: (c.topic, c.title))
        self.keys.set_rows([self._row(c) for c in shown])

    def _row(self, command: Command) -> Row:
        keys = self.studio.keys(command)
        own = keys != command.keys
        spans = [Span(keys, role="small_strong" if own else "small")]
        if own:
            spans.append(note("changed"))
        return row(cell(Span(command.title), note(command.topic)), cell(*spans), key=command.id)

    def _choose(self, key: str) -> None:
        self.capture.setEnabled(True)
        self.capture.setKeySequence(QKeySequence(self.studio.keys_for(key)))
        self.wrong.set("warning", "")

    def _typed(self) -> None:
        text = self.capture.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if text:
            self._set(text)

    def _default(self) -> None:
        name = self.keys.current_key()
        if name is not None:
            own = self.studio.settings.texts("keys")
            own.pop(str(name), None)
            self._store(own)

    def _set(self, text: str) -> None:
        """Gives the chosen command these keys; a command that had them is named and loses them."""
        name = self.keys.current_key()
        if name is None:
            return
        own = self.studio.settings.texts("keys")
        taken = next(
            (c for c in self.studio.commands() if text and c.id != name and self.studio.keys(c) == text), None
        )
        if taken is not None:
            own[taken.id] = ""
        own[str(name)] = text
        self._store(own)
        self.wrong.set("warning", f"{text} no longer opens “{taken.title}”." if taken is not None else "")

    def _store(self, own: dict[str, str]) -> None:
        self.studio.settings.set("keys", own)
        self.studio.window.bind_keys()
        self.refresh_keys()
