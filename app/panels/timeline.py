"""The timeline of the recording: every step of every frame, storage below, moved with mouse, wheel and
keys.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from app.models.machine import frame_name
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import IconButton
from app.widgets.empty import EmptyState
from app.widgets.timeline import Access, Lane, Timeline

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.views import RunView

ICONS = {"closure": "corner-down-right", "finalize": "layers", "constructor": "wrench"}
MOVES = (
    ("skip-back", "debug.restart"),
    ("step-back", "debug.previous_step"),
    ("step-forward", "debug.next_step"),
    ("skip-forward", "debug.last"),
)


def lanes_of(run: RunView) -> tuple[Lane, ...]:
    """A lane for each frame; a frame that was left for a call and came back has several spans."""
    spans: dict[int, list[tuple[int, int]]] = {frame.id: [] for frame in run.frames}
    for step in run.steps:
        mine = spans.setdefault(step.frame, [])
        if mine and mine[-1][1] == step.index - 1:
            mine[-1] = (mine[-1][0], step.index)
        else:
            mine.append((step.index, step.index))
    return tuple(
        Lane(frame_name(frame), ICONS.get(frame.kind, "square-function"), tuple(spans[frame.id]))
        for frame in run.frames
    )


def accesses_of(run: RunView) -> tuple[tuple[str, ...], tuple[Access, ...]]:
    """Names of the mappings touched, and every touch; a halting one was not reached."""
    stores: dict[str, int] = {}
    found = []
    for step in run.steps:
        if step.mapping is not None:
            halted = run.halt is not None and step.index >= run.halt.step
            kind = "next" if halted else "written" if step.mapping.writes else "read"
            found.append(Access(step.index, kind, stores.setdefault(step.mapping.name, len(stores))))
    return tuple(stores), tuple(found)


class TimelinePanel(Panel):
    id = "timeline"
    title = "Timeline"
    icon = "history"
    stripe = "bottom"
    stripe_order = 10
    home = Place("bottom", 30)
    places = {"edit": Place("bottom", 30), "debug": Place("bottom", 30, front=True)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.view = Timeline()
        self.view.moved.connect(self._moved)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.view)
        empty = EmptyState(
            "history", "No recording yet", "Run or debug a function. Every step is kept, so you can go back."
        )
        self.body = OrEmpty(area, empty)
        self.column.addWidget(self.body)
        self.session.run_changed.connect(self.reload)
        self.session.step_changed.connect(self._now)
        self.reload()

    def controls(self) -> list[QWidget]:
        made: list[QWidget] = []
        for icon, name in MOVES:
            title = self.studio.command(name).title
            made.append(IconButton(icon, title, side=24, on_click=partial(self.studio.run_command, name)))
        return made

    def reload(self) -> None:
        run = self.session.run
        self.body.show_content(run is not None and bool(run.steps))
        if run is None:
            self.view.set_recording(0, (), (), (), None, None)
            return
        boundary = next((s.index for s in run.steps if s.on_chain), None)
        stores, accesses = accesses_of(run)
        halt = run.halt.step if run.halt is not None else None
        self.view.set_recording(len(run.steps), lanes_of(run), stores, accesses, boundary, halt)
        self._now()

    def _now(self) -> None:
        self.view.set_now(self.session.step)

    def _moved(self, step: int) -> None:
        self.session.set_debugging(True)
        self.session.set_step(step)
