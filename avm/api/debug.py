"""A run as a person debugs it: views of the trace, and movement through it both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from avm.api import views
from avm.api.build_views import Lines

if TYPE_CHECKING:
    from avm.base.span import Span
    from avm.isa.machine import MachineValue
    from avm.vm.debugger import Debugger
    from avm.vm.state import RegisterState, StackEntry
    from avm.vm.trace import Access, Frame, Step, Trace

ON_CHAIN = ("finalize", "constructor")


def _mark(register: RegisterState) -> str:
    if register.written:
        return "written"
    return "read" if register.read else "next" if register.next else ""


def text_of(value: MachineValue | None) -> str:
    """A value on one line; empty for none."""
    from avm.vm.values import value_text

    return "" if value is None else value_text(value)


def cell(access: Access) -> views.CellView:
    """Return a register access as plain data."""
    return views.CellView(access.text, access.type, text_of(access.value))


class Places:
    """Finds Leo lines and lines of the generated instructions for steps."""

    def __init__(self, sources: Mapping[str, str], components: Mapping[tuple[str, str, int], int]) -> None:
        self._lines = {name: Lines(text) for name, text in sources.items()}
        self._components = components

    def leo(self, span: Span | None) -> tuple[str, int | None, int | None, int | None]:
        """File, line, start and end of a span."""
        if span is None:
            return "", None, None, None
        lines = self._lines.get(span.file)
        line = lines.line(span.start) if lines is not None else None
        return span.file, line, span.start, span.end

    def aleo(self, frame: Frame, position: int) -> int | None:
        """Line of the generated text of an instruction of the main program."""
        return self._components.get((frame.kind, frame.name, position))


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


def _step(step: Step, trace: Trace, places: Places) -> views.StepView:
    frame = trace.frames[step.frame]
    file, line, start, end = places.leo(step.span)
    return views.StepView(
        step.index,
        step.frame,
        frame.name,
        step.position,
        step.text,
        step.opcode,
        places.aleo(frame, step.position),
        file,
        line,
        start,
        end,
        tuple(cell(a) for a in step.reads),
        tuple(cell(a) for a in step.writes),
        frame.kind in ON_CHAIN,
    )


def run_view(trace: Trace, places: Places, seconds: float) -> views.RunView:
    """Return a whole trace as plain data."""
    halt = None
    if trace.halt is not None:
        h = trace.halt
        file, line, start, end = places.leo(h.span)
        aleo = places.aleo(trace.frames[h.frame], h.position)
        halt = views.HaltView(
            h.step,
            h.message,
            h.opcode,
            h.text,
            tuple(cell(a) for a in h.operands),
            file,
            line,
            start,
            end,
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
        tuple(text_of(o.value) for o in trace.outputs),
        halt,
        tuple(_step(s, trace, places) for s in trace.steps),
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
        heap = tuple(
            views.HeapView(
                h.id, h.type, tuple(views.HeapField(p.name, p.text, p.heap) for p in h.parts), h.names
            )
            for h in state.heap
        )
        mappings = tuple(
            views.MappingView(
                m.program,
                m.mapping,
                tuple(
                    self._entry(m.program, m.mapping, text_of(k), text_of(v), k in m.changed)
                    for k, v in m.entries
                ),
            )
            for m in state.mappings
        )
        return views.MachineView(state.position, frames, heap, mappings)

    def _stack_view(self, entry: StackEntry, current: bool) -> views.StackView:
        registers = tuple(
            views.RegisterView(r.name, r.type, r.text, _mark(r), r.step) for r in entry.registers
        )
        line = None
        for step in self._view.steps[entry.frame.first_step : entry.frame.end_step]:
            if step.frame == entry.frame.id and step.position == entry.position:
                line = step.leo_line
                break
        return views.StackView(self._view.frames[entry.frame.id], registers, current, line)

    def _entry(self, program: str, mapping: str, key: str, value: str, changed: bool) -> views.EntryView:
        height = None if changed else self._heights.get((program, mapping, key))
        return views.EntryView(key, value, height, "this run" if changed else "", changed)

    def _clamp(self, position: int) -> int:
        return max(0, min(position, self.last))

    def into(self, position: int) -> int:
        """One instruction forwards."""
        return self._debugger.into(position)

    def over(self, position: int) -> int:
        """One instruction forwards, calls run through."""
        return self._debugger.over(position)

    def out(self, position: int) -> int:
        """To the end of the current frame."""
        return self._debugger.out(position)

    def back_into(self, position: int) -> int:
        """One instruction backwards."""
        return self._debugger.back_into(position)

    def back_over(self, position: int) -> int:
        """One instruction backwards, calls passed over."""
        return self._debugger.back_over(position)

    def back_out(self, position: int) -> int:
        """Back to the call of the current frame."""
        return self._debugger.back_out(position)

    def forward(self, position: int, breakpoints: frozenset[int]) -> int:
        """On to the next step that begins a Leo line with a breakpoint, or to the halt or the end."""
        steps = self._view.steps
        for i in range(position + 1, self.last):
            if steps[i].leo_line in breakpoints and steps[i - 1].leo_line != steps[i].leo_line:
                return i
        return self.last

    def backward(self, position: int, breakpoints: frozenset[int]) -> int:
        """Back to the step before which a Leo line with a breakpoint began, or to the start."""
        steps = self._view.steps
        for i in range(min(position, len(steps)) - 1, -1, -1):
            began = i == 0 or steps[i - 1].leo_line != steps[i].leo_line
            if steps[i].leo_line in breakpoints and began:
                return i
        return 0

    def run_to(self, position: int, leo_line: int) -> int:
        """On to the next step of a Leo line; stays when there is none."""
        steps = self._view.steps
        found = next((i for i in range(position + 1, len(steps)) if steps[i].leo_line == leo_line), None)
        return position if found is None else found

    def slice(self, step: int, register: str) -> views.SliceView:
        """Why ``register`` of the frame of ``step`` has its value."""
        found = self._debugger.slice(step, int(register.removeprefix("r")))
        return views.SliceView(found.steps, found.inputs)
