"""The registers of the current frame: a register is written once, so its marks belong to one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.machine import RegisterRows, frame_name, step_cell
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.lazy_table import LazyTable, NoRows

if TYPE_CHECKING:
    from app.contract import Studio


class RegistersPanel(Panel):
    id = "registers"
    title = "Registers"
    icon = "hash"
    home = Place("right", 20, 14)
    places = {"debug": Place("right", 20, 14)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        columns = [("Register", 72), ("Type", 80), ("Value", 0), ("State", 136), ("Step", 52)]
        self.table = LazyTable(columns, right=(4,), name="Registers", optional=(4, 1))
        self.table.activated_key.connect(self._go)
        empty = EmptyState("hash", "No registers yet", "They fill as a function runs.")
        self.body = OrEmpty(self.table, empty)
        self.column.addWidget(self.body)
        self.session.step_changed.connect(self.refresh)
        self.session.run_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        machine = self.session.machine()
        stack = None
        if machine is not None:
            stack = next(
                (s for s in machine.frames if s.current), machine.frames[-1] if machine.frames else None
            )
        self.body.show_content(stack is not None and bool(stack.registers))
        if stack is None:
            self.set_subtitle("")
            over = machine is not None
            self.body.empty.set(
                "The run has ended" if over else "No registers yet",
                "Step backwards to see its registers." if over else "They fill as a function runs.",
            )
            self.table.show_rows(NoRows())
            return
        self.body.empty.set("No registers yet", "This frame has written none.")
        run = self.session.run
        self.table.need(4, step_cell(len(run.steps) - 1 if run is not None else None))
        self.table.show_rows(RegisterRows(stack, self.session.step, self.session.ran))
        self.set_subtitle(frame_name(stack.frame))

    def _go(self, name: str) -> None:
        """Opening a register goes to the step that wrote it."""
        machine = self.session.machine()
        stack = next((s for s in machine.frames if s.current), None) if machine is not None else None
        for register in stack.registers if stack is not None else ():
            if register.name == name and register.step is not None:
                self.session.set_step(register.step)
                return
