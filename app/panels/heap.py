"""The heap at the current step: structs, arrays, records and futures by id, and who holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.heap import HeapName, HeapObject, HeapPicture
from app.widgets.spans import plural

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api import views
    from avm.api.views import MachineView

MOST_FIELDS, MOST_OBJECTS, MOST_NAMES = 12, 60, 40


def object_of(view: views.HeapObject) -> HeapObject:
    """A card of a composite value; long arrays are folded and say so."""
    shared = len(view.names)
    said = f"{shared} names, shared" if shared > 1 else "1 name" if shared else "inside another"
    fields = [(p.name, p.text, p.heap) for p in view.parts[:MOST_FIELDS]]
    more = len(view.parts) - MOST_FIELDS
    if more > 0:
        fields.append(("…", f"{more} more", None))
    return HeapObject(view.id, view.type, said, tuple(fields))


def names_of(machine: MachineView, objects: Sequence[views.HeapObject]) -> tuple[HeapName, ...]:
    """Who holds these objects, grouped by frame."""
    found = [
        HeapName(frame, register, view.id) for view in objects for frame, register in view.names[:MOST_NAMES]
    ]
    order = {stack.frame.name: n for n, stack in enumerate(machine.frames)}
    return tuple(sorted(found, key=lambda n: (order.get(n.frame, 99), n.frame)))


class HeapPanel(Panel):
    id = "heap"
    title = "Heap"
    icon = "box"
    home = Place("right", 30, 16)
    places = {"debug": Place("right", 30, 16)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.picture = HeapPicture()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.picture)
        empty = EmptyState(
            "box", "The heap is empty", "Structs, arrays, records and futures stand here by number."
        )
        self.body = OrEmpty(area, empty)
        self.column.addWidget(self.body)
        self._shown: tuple[object, tuple[int, ...]] | None = None
        self.session.step_changed.connect(self.refresh)
        self.session.run_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the newest objects; nothing is done while the frames hold what they held."""
        machine = self.session.machine()
        heap = machine.heap if machine is not None else ()
        frames = tuple(stack.frame.id for stack in machine.frames) if machine is not None else ()
        if self._shown is not None and self._shown[0] is heap and self._shown[1] == frames:
            return
        self._shown = (heap, frames)
        newest = heap[max(0, len(heap) - MOST_OBJECTS) :]
        self.body.show_content(bool(newest))
        count = len(heap)
        fact = plural(count, "object") if count else ""
        self.set_subtitle(f"newest {MOST_OBJECTS} of {fact}" if count > MOST_OBJECTS else fact)
        if machine is not None:
            self.picture.set_heap(tuple(object_of(v) for v in newest), names_of(machine, newest))
