"""The call stack: frames in order of calls, and those that have returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.machine import stack_rows
from app.names import names_of_several
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid

if TYPE_CHECKING:
    from app.contract import Studio


class StackPanel(Panel):
    id = "stack"
    title = "Call stack"
    icon = "layers"
    stripe = ""
    home = Place("right", 10, 9)
    places = {"debug": Place("right", 10, 9)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.list = Grid(
            [("Frame", 0), ("Where", 96), ("State", 80)],
            header=False,
            right=(2,),
            name="Call stack",
            fits=(1,),
        )
        self.list.chosen.connect(self._go)
        empty = EmptyState("layers", "No recording yet", "Run or debug a function.", "Debug", self._debug)
        self.body = OrEmpty(self.list, empty)
        self.column.addWidget(self.body)
        self.session.step_changed.connect(self.refresh)
        self.session.run_changed.connect(self.refresh)
        self.refresh()

    def _debug(self) -> None:
        self.studio.run_command("debug.start")

    def refresh(self) -> None:
        machine, ran = self.session.machine(), self.session.ran
        self.body.show_content(machine is not None)
        if machine is None or ran is None:
            self.set_subtitle("")
            return
        files, debugging = names_of_several(ran.built.sources), self.session.cursor.debugging
        self.list.set_rows(stack_rows(machine, ran.view, files, debugging))
        current = next((s.frame.id for s in machine.frames if s.current), None)
        if current is not None:
            self.list.choose(current)
        self.set_subtitle(str(len(machine.frames)))

    def _go(self, frame_id: int) -> None:
        """A chosen frame moves the recording to the frame's last step before now (or its first)."""
        run = self.session.run
        if run is None:
            return
        steps = [s.index for s in run.steps if s.frame == frame_id]
        before = [s for s in steps if s <= self.session.step]
        if steps:
            self.session.set_step(before[-1] if before else steps[0])
