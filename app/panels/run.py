"""The run form: one field for each input of the function, checked while typing, with what was tried
before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.cards.outcome import OutcomeList
from app.panel import OrEmpty, Panel, Place
from app.theme import font, px, row_height
from app.widgets.basics import Badge, Button, ElidedLabel, Label, box, restyle, rule
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.message import InlineMessage
from app.widgets.private_inputs import PrivateInputsTick
from app.widgets.scroll_column import ScrollColumn
from app.widgets.spans import cell, code, row, shorten
from avm.api.inputs import wrong_value

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.views import ParameterView

VISIBILITY = {
    "public": ("semantic.public", "eye"),
    "private": ("semantic.private", "lock"),
    "constant": ("semantic.constant", "pin"),
}
SHOWN_HISTORY, MOST_OUTPUTS = 6, 14
NOT_KEPT = "private"
"""Stands for a private input that was not kept."""


class Field(QWidget):
    """One input: name, type and who sees it; below, its value and what is wrong with it."""

    def __init__(self, parameter: ParameterView, value: str, panel: RunPanel) -> None:
        super().__init__()
        self.parameter = parameter
        column = box(QVBoxLayout(self), 4)
        head = box(QHBoxLayout(), 6)
        head.addWidget(Label(parameter.name, "code_small"))
        kind = ElidedLabel(parameter.type, "caption", "tertiary")
        kind.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        head.addWidget(kind)
        head.addStretch()
        tone, icon = VISIBILITY.get(parameter.visibility, VISIBILITY["private"])
        head.addWidget(Badge(parameter.visibility or "private", tone, icon))
        self.edit = QLineEdit(value)
        self.edit.setCursorPosition(0)
        self.edit.setAccessibleName(f"{parameter.name}, {parameter.visibility} {parameter.type}")
        self.edit.setPlaceholderText(parameter.type)
        self.edit.textChanged.connect(lambda _t: self.check())
        self.edit.textChanged.connect(lambda _t: panel.typed())
        self.edit.returnPressed.connect(panel.run)
        self.wrong = InlineMessage()
        column.addLayout(head)
        column.addWidget(self.edit)
        column.addWidget(self.wrong)
        self.retheme()
        if value:
            self.check()

    def retheme(self) -> None:
        self.edit.setFont(font("code_small"))

    def value(self) -> str:
        return self.edit.text().strip()

    def check(self) -> bool:
        wrong = wrong_value(self.edit.text(), self.parameter.type)
        self.wrong.set("error", wrong)
        self.edit.setProperty("wrong", "true" if wrong else "false")
        restyle(self.edit)
        return not wrong


class RunPanel(Panel):
    id = "run"
    title = "Run"
    icon = "play"
    stripe = "top"
    stripe_order = 20
    home = Place("right", 0, 10)
    places = {"edit": Place("right", 0, 10, shown=False), "debug": Place("left", 0, 10, shown=False)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.fields: list[Field] = []
        self._shown_for: tuple[object, ...] = ()
        area = ScrollColumn()
        column = area.column
        self.function = QComboBox()
        self.function.setAccessibleName("Function to run")
        self.function.textActivated.connect(self.session.set_function)
        column.addWidget(self.function)
        self.form = box(QVBoxLayout(), 12)
        column.addLayout(self.form)
        buttons = box(QHBoxLayout(), 8)
        self.run_button = Button("Run these inputs", "", "play", small=True, on_click=self.run)
        self.debug_button = Button("Debug", "", "bug", small=True, on_click=lambda: self.run(debug=True))
        buttons.addWidget(self.run_button)
        buttons.addWidget(self.debug_button)
        buttons.addStretch()
        column.addLayout(buttons)
        self.result_title = Label("Outputs", "small_strong", "secondary")
        self.result_line = rule()
        column.addWidget(self.result_line)
        column.addWidget(self.result_title)
        self.outputs = OutcomeList(MOST_OUTPUTS)
        column.addWidget(self.outputs)
        self.history_title = Label("Tried before", "small_strong", "secondary")
        column.addWidget(self.history_title)
        self.history = Grid([("", 0)], header=False, name="Inputs tried before")
        self.history.chosen.connect(self._take)
        column.addWidget(self.history)
        column.addWidget(PrivateInputsTick(studio.settings))
        column.addStretch()
        empty = EmptyState(
            "play",
            "Nothing to run yet",
            "Build the program; its functions are listed here.",
            "Build",
            self._build,
        )
        self.body = OrEmpty(area, empty)
        self.column.addWidget(self.body)
        for signal in (
            self.session.build_changed,
            self.session.function_changed,
            self.session.run_changed,
        ):
            signal.connect(self.refresh)
        self.retheme()
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        self.debug_button.set_brief(self.width() < px(270))

    def _build(self) -> None:
        self.studio.run_command("build.build")

    def retheme(self) -> None:
        self.function.setFont(font("code_small"))

    def refresh(self) -> None:
        functions = self.session.functions()
        self.body.show_content(bool(functions))
        chosen = self.session.function_view()
        names = [f.name for f in functions]
        if [self.function.itemText(n) for n in range(self.function.count())] != names:
            self.function.clear()
            self.function.addItems(names)
        if chosen is None:
            self.set_subtitle("")
            return
        self.function.setCurrentText(chosen.name)
        self.set_subtitle(chosen.name)
        project = self.session.project
        now = (project and project.root, chosen.name, chosen.inputs)
        if now != self._shown_for:
            self._shown_for = now
            self._fill(self.session.inputs())
        self._show_outputs()
        self._show_history()

    def _fill(self, values: list[str]) -> None:
        chosen = self.session.function_view()
        assert chosen is not None
        for field in self.fields:
            self.form.removeWidget(field)
            field.deleteLater()
        values = values if len(values) == len(chosen.inputs) else [""] * len(chosen.inputs)
        self.fields = [Field(p, v, self) for p, v in zip(chosen.inputs, values, strict=True)]
        for field in self.fields:
            self.form.addWidget(field)

    def values(self) -> list[str]:
        return [field.value() for field in self.fields]

    def typed(self) -> None:
        self.session.type_inputs(self.values())

    def run(self, debug: bool = False) -> None:
        """Runs with what is typed; a wrong value gets the focus instead."""
        if [field for field in self.fields if not field.check()]:
            self.setFocus()
            return
        self.studio.actions.run(self.session.cursor.function, self.values(), debug=debug)

    def setFocus(self, *_reason: object) -> None:
        """The first wrong field takes the keys, else the first of all."""
        if self.fields:
            next((f for f in self.fields if f.wrong.text()), self.fields[0]).edit.setFocus()

    def _show_outputs(self) -> None:
        run = self.session.run
        there = run is not None and run.function == self.session.cursor.function and run.halt is None
        self.outputs.show_run(run if there else None, self.session.functions())
        rows = self.outputs.rows_model.rows
        for part in (self.result_line, self.result_title, self.outputs):
            part.setVisible(bool(rows))
        title = "Outputs, before the last edit" if self.session.run_stale else "Outputs"
        ended = self.studio.actions.run_ended
        self.result_title.setText("Outputs of the run before" if ended else title)
        self.result_title.setToolTip(ended)

    def _show_history(self) -> None:
        tried = self.session.input_history(self.session.cursor.function)[:SHOWN_HISTORY]
        rows = [
            row(
                cell(code(", ".join(shorten(v) if v else NOT_KEPT for v in values)), copy=", ".join(values)),
                key=tuple(values),
            )
            for values in tried
            if values
        ]
        self.history.set_rows(rows)
        self.history.setFixedHeight(max(1, len(rows)) * row_height())
        self.history_title.setVisible(bool(rows))
        self.history.setVisible(bool(rows))

    def _take(self, key: tuple[str, ...]) -> None:
        if len(key) == len(self.fields):
            for field, value in zip(self.fields, key, strict=True):
                if not value:
                    continue
                field.edit.setText(value)
                field.edit.setCursorPosition(0)
