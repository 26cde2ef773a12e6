"""A run as a person debugs it: views of the trace, and movement through it both ways."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from avm.api import views
from avm.base.progress import NULL_PROGRESS
from avm.base.sources import place_of
from avm.isa.op import ON_CHAIN
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.base.progress import Cancel, Progress
    from avm.base.span import SourceId, SourceLine
    from avm.data.plaintext import Plaintext
    from avm.isa.machine import MachineValue
    from avm.program import Listing
    from avm.vm.debugger import Debugger
    from avm.vm.debugger import Move as Move
    from avm.vm.prepared import PreparedBody
    from avm.vm.recording import Recording
    from avm.vm.state import MappingState, Slice, StackEntry
    from avm.vm.step import Access, MappingAccess
    from avm.vm.trace import Frame, Trace

TOLD_EVERY = 2048


def text_of(value: MachineValue | None) -> str:
    """A value on one line; empty for none."""
    from avm.vm.values import value_text

    return "" if value is None else value_text(value)


def cell(access: Access) -> views.CellView:
    """Return a register access as plain data."""
    return views.CellView(access.text, access.type, text_of(access.value))


class Places:
    """Finds lines of the instructions for steps, by program in its own text."""

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self._listings = listings

    def aleo(self, frame: Frame, position: int) -> int | None:
        """Line of an instruction in the text of its program."""
        listing = self._listings.get(frame.program)
        return None if listing is None else listing.line(frame.kind, frame.name, position)


def _frame(frame: Frame) -> views.FrameView:
    return views.FrameView(
        frame.id,
        frame.parent,
        frame.kind,
        frame.program,
        frame.name,
        frame.first_step,
        max(frame.first_step, frame.end_step - 1),
        frame.depth,
    )


class _Line(NamedTuple):
    """What an instruction shows whenever it is executed."""

    text: str
    opcode: str
    aleo: int | None
    source: SourceId | None
    leo: int | None
    writes_literal: bool


def _line(body: PreparedBody, frame: Frame, position: int, places: Places) -> _Line:
    line = body.lines[position]
    instruction = line.instruction
    source, leo = place_of(instruction.span)
    return _Line(
        line.text,
        instruction.mnemonic,
        places.aleo(frame, position),
        source,
        leo,
        any(isinstance(body.registers[d], LiteralType) for d in instruction.destinations),
    )


def _cells(steps: Recording, index: int) -> views.StepCells:
    step = steps[index]
    return tuple(cell(a) for a in step.reads), tuple(cell(a) for a in step.writes)


def _touch(access: MappingAccess, here: str) -> views.MappingTouch:
    name = access.mapping if access.program == here else f"{access.program}/{access.mapping}"
    return views.MappingTouch(name, access.writes)


def _steps(
    trace: Trace, places: Places, progress: Progress, cancel: Cancel | None
) -> Iterator[views.StepView]:
    steps = trace.steps
    total, known = len(steps), dict[tuple[int, int], _Line]()
    for number, start, end, first in steps.stretches():
        frame, body = trace.frames[number], steps.frames[number].body
        on_chain = frame.kind in ON_CHAIN
        for index in range(start, end):
            if index % TOLD_EVERY == 0:
                progress.step(index, total)
                if cancel is not None:
                    cancel.check()
            position = first + index - start
            line = known.get((id(body), position))
            if line is None:
                line = known[id(body), position] = _line(body, frame, position, places)
            access = steps.mappings.get(index)
            yield views.StepView(
                index,
                number,
                frame.name,
                position,
                line.text,
                line.opcode,
                line.aleo,
                line.source,
                line.leo,
                on_chain,
                line.writes_literal,
                None if access is None else _touch(access, frame.program),
                partial(_cells, steps, index),
            )


def run_view(
    trace: Trace,
    places: Places,
    seconds: float,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> views.RunView:
    """Return a whole trace as plain data; ``Cancelled`` when it is asked to stop."""
    from avm.api.value_views import value_view

    halt = None
    if trace.halt is not None:
        h = trace.halt
        source, line = place_of(h.span)
        aleo = places.aleo(trace.frames[h.frame], h.position)
        halt = views.HaltView(
            h.step,
            h.message,
            h.opcode,
            h.text,
            tuple(cell(a) for a in h.operands),
            source,
            line,
            aleo,
        )
    writes = tuple(
        views.MappingWrite(
            str(o.kind),
            o.program,
            o.mapping,
            text_of(o.key),
            None if o.before is None else text_of(o.before),
            None if o.value is None else text_of(o.value),
        )
        for o in trace.operations
    )
    return views.RunView(
        trace.program,
        trace.function,
        tuple(text_of(v) for v in trace.inputs),
        tuple(value_view(o.value) for o in trace.outputs),
        halt,
        tuple(_steps(trace, places, progress, cancel)),
        tuple(_frame(f) for f in trace.frames),
        writes,
        seconds,
    )


class DebuggerView:
    """Moves through a recorded run; every position is a step index, every answer plain data.

    The last position is the end of the run, or the instruction that halted. ``heights`` says which block set
    each entry of storage, by program, mapping and key text.
    """

    def __init__(
        self, debugger: Debugger, view: views.RunView, heights: Mapping[tuple[str, str, str], int]
    ) -> None:
        self._debugger = debugger
        self._view = view
        self._heights = heights
        self._mappings: tuple[tuple[MappingState, ...], tuple[views.MappingView, ...]] | None = None
        self._texts: dict[int, str] = {}

    @property
    def last(self) -> int:
        """The largest position."""
        return self._debugger.end

    def state(self, position: int) -> views.MachineView:
        """The machine at a position: stack, registers, heap and mappings."""
        state = self._debugger.at(position)
        frames = tuple(
            self._stack_view(entry, depth == len(state.stack) - 1) for depth, entry in enumerate(state.stack)
        )
        if self._mappings is None or self._mappings[0] is not state.mappings:
            self._mappings = (state.mappings, tuple(self._mapping(m) for m in state.mappings))
        return views.MachineView(state.position, frames, state.heap, self._mappings[1])

    def _stack_view(self, entry: StackEntry, current: bool) -> views.StackView:
        step = None if entry.step is None else self._view.steps[entry.step]
        line, source = (None, None) if step is None else (step.leo_line, step.source)
        frame = self._view.frames[entry.frame.id]
        coming = tuple(views.CellView(name, type_, "") for name, type_ in entry.coming)
        return views.StackView(frame, entry.registers, current, line, source, coming, entry.marks)

    def _mapping(self, m: MappingState) -> views.MappingView:
        changed = frozenset(m.changed)
        entries = tuple(
            self._entry(m.program, m.mapping, self._text(k), self._text(v), k in changed, k in m.written)
            for k, v in m.entries
        )
        return views.MappingView(m.program, m.mapping, entries)

    def _text(self, value: Plaintext) -> str:
        """Values live as long as the trace, so their identity is a key."""
        found = self._texts.get(id(value))
        if found is None:
            found = self._texts[id(value)] = text_of(value)
        return found

    def _entry(
        self, program: str, mapping: str, key: str, value: str, changed: bool, written: bool
    ) -> views.EntryView:
        height = None if written else self._heights.get((program, mapping, key))
        return views.EntryView(key, value, height, "this run" if written else "", changed)

    def move(self, move: Move, position: int, breakpoints: Collection[SourceLine] = ()) -> int:
        """The position after a move; only those along the whole run stop at breakpoints."""
        return self._debugger.move(move, position, breakpoints)

    def first_stop(self, breakpoints: Collection[SourceLine]) -> int | None:
        """The first position at a breakpoint, if there is one."""
        return self._debugger.first_stop(breakpoints)

    def run_to(self, position: int, place: SourceLine) -> int:
        """On to the next step of a line; stays when there is none."""
        return self._debugger.run_to_line(position, place)

    def slice(self, step: int, register: int) -> Slice:
        """Why a register of the frame of ``step`` has its value."""
        return self._debugger.slice(step, register)
