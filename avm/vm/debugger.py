"""Walks a trace both ways: the state at any step, stepping, breakpoints, and where a value came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from avm.base.span import LineIndex
from avm.data.plaintext import Plaintext
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType
from avm.program.check import register_types
from avm.program.model import Body
from avm.program.scope import Scope
from avm.vm.environment import Environment
from avm.vm.heap import Heap
from avm.vm.slicing import backward_slice
from avm.vm.state import MachineState, MappingState, RegisterState, Slice, StackEntry
from avm.vm.trace import Frame, Step, Trace
from avm.vm.values import value_text


@dataclass(frozen=True, slots=True)
class LineBreakpoint:
    """Stops where execution enters a line of a source file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class InstructionBreakpoint:
    """Stops before an instruction of a body; ``kind`` is function, closure, finalize …"""

    program: str
    kind: str
    component: str
    index: int


Breakpoint = LineBreakpoint | InstructionBreakpoint


class Debugger:
    """A cursor-free debugger: every move takes a position and returns another.

    Position ``i`` is the moment before step ``i``; ``end`` is the moment after the last step, or the
    instruction that halted. ``sources`` are the Leo texts by file, for lines.
    """

    def __init__(self, trace: Trace, env: Environment, sources: Mapping[str, str] | None = None) -> None:
        self.trace = trace
        self.env = env
        self._indexes = {name: LineIndex(text) for name, text in (sources or {}).items()}
        self._heap = Heap(trace)
        self._by_frame: dict[int, list[Step]] = {f.id: [] for f in trace.frames}
        for step in trace.steps:
            self._by_frame[step.frame].append(step)
        self._types: dict[int, tuple[RegisterType, ...]] = {}
        self._texts: dict[int, str] = {}
        self._accesses = [(s, s.mapping) for s in trace.steps if s.mapping is not None]

    @property
    def end(self) -> int:
        """The last position."""
        return len(self.trace.steps) - (self.trace.halt is not None)

    def _clamp(self, position: int) -> int:
        return max(0, min(position, self.end))

    def _depth(self, position: int) -> int:
        steps = self.trace.steps
        return self.trace.frames[steps[position].frame].depth if position < len(steps) else 0

    # --- moves ---

    def into(self, position: int) -> int:
        """One step forward, into calls."""
        return self._clamp(position + 1)

    def over(self, position: int) -> int:
        """One step forward in this frame; a call is one step."""
        if position >= len(self.trace.steps):
            return self.end
        return self._clamp(self.trace.steps[position].last + 1)

    def out(self, position: int) -> int:
        """To the moment after this frame returns."""
        if position >= len(self.trace.steps):
            return self.end
        return self._clamp(self.trace.frames[self.trace.steps[position].frame].end_step)

    def back_into(self, position: int) -> int:
        """One step back, into calls."""
        return self._clamp(position - 1)

    def back_over(self, position: int) -> int:
        """One step back in this frame, or out of it at its start."""
        depth = self._depth(position)
        candidate = position - 1
        while candidate > 0 and self._depth(candidate) > depth:
            candidate -= 1
        return self._clamp(candidate)

    def back_out(self, position: int) -> int:
        """To the call that started this frame."""
        if position >= len(self.trace.steps):
            return 0
        frame = self.trace.frames[self.trace.steps[position].frame]
        return frame.first_step if frame.call_step is None else frame.call_step

    def forward(self, position: int, breakpoints: Collection[Breakpoint] = ()) -> int:
        """To the next breakpoint, or to the end."""
        stops = (i for i in range(position + 1, self.end) if self.stops_at(i, breakpoints))
        return next(stops, self.end)

    def backward(self, position: int, breakpoints: Collection[Breakpoint] = ()) -> int:
        """To the previous breakpoint, or to the start."""
        stops = (i for i in range(position - 1, 0, -1) if self.stops_at(i, breakpoints))
        return next(stops, 0)

    def run_to_line(self, position: int, file: str, line: int) -> int:
        """To the next time execution enters a line, or to the end."""
        return self.forward(position, (LineBreakpoint(file, line),))

    def line_of(self, step: Step) -> tuple[str, int] | None:
        """Return file and 1-based line of a step's Leo source."""
        if step.span is None or step.span.file not in self._indexes:
            return None
        return step.span.file, self._indexes[step.span.file].line_col(step.span.start)[0]

    def stops_at(self, position: int, breakpoints: Collection[Breakpoint]) -> bool:
        """Whether a breakpoint is at a position."""
        if not breakpoints or position >= len(self.trace.steps):
            return False
        step = self.trace.steps[position]
        frame = self.trace.frames[step.frame]
        here = InstructionBreakpoint(frame.program, frame.kind, frame.name, step.position)
        if here in breakpoints:
            return True
        line = self.line_of(step)
        if line is None or LineBreakpoint(*line) not in breakpoints:
            return False
        before = self.trace.steps[position - 1] if position else None
        return before is None or before.frame != step.frame or self.line_of(before) != line

    # --- state ---

    def at(self, position: int) -> MachineState:
        """Return the whole state at a position."""
        position = self._clamp(position)
        entries = []
        roots = []
        for frame in self.active(position):
            entry = self._entry(frame, position)
            entries.append(entry)
            scope, types = self._scope(frame), self._register_types(frame)
            for register in entry.registers:
                number = int(register.name[1:])
                type_ = types[number] if number < len(types) else None
                roots.append((f"{frame.name} {register.name}", register.value, type_, scope))
        return MachineState(position, tuple(entries), self._heap.objects(roots), self._mappings(position))

    def active(self, position: int) -> tuple[Frame, ...]:
        """Return the frames on the stack, outermost first; at the end those that were started first."""
        if position >= len(self.trace.steps):
            return tuple(f for f in self.trace.frames if f.parent is None)
        found = []
        number: int | None = self.trace.steps[position].frame
        while number is not None:
            found.append(self.trace.frames[number])
            number = self.trace.frames[number].parent
        return tuple(reversed(found))

    def _body(self, frame: Frame) -> Body:
        program = self.env.programs[frame.program]
        if frame.kind == "constructor":
            assert program.constructor is not None
            return program.constructor
        if frame.kind == "finalize":
            finalize = program.functions[frame.name].finalize
            assert finalize is not None
            return finalize
        tables: dict[str, Mapping[str, Body]] = {
            "function": program.functions,
            "closure": program.closures,
            "view": program.views,
        }
        return tables[frame.kind][frame.name]

    def _scope(self, frame: Frame) -> Scope:
        return Scope(self.env.programs[frame.program], self._body(frame), self.env.programs)

    def _register_types(self, frame: Frame) -> tuple[RegisterType, ...]:
        if frame.id not in self._types:
            program = self.env.programs[frame.program]
            self._types[frame.id] = register_types(program, self._body(frame), self.env.programs)
        return self._types[frame.id]

    def _entry(self, frame: Frame, position: int) -> StackEntry:
        types = self._register_types(frame)
        inputs = self._body(frame).inputs
        values: dict[int, MachineValue] = {i.register: v for i, v in zip(inputs, frame.inputs, strict=True)}
        writers: dict[int, int] = {}
        current: int | None = None
        last_done: Step | None = None
        for step in self._by_frame[frame.id]:
            if step.index > position:
                break
            if step.done and step.last < position:
                for access in step.writes:
                    if access.register is not None:
                        values[access.register] = access.value
                        writers[access.register] = step.index
                last_done = step
            else:
                current = step.index
        fresh = last_done if last_done is not None and last_done.last == position - 1 else None
        written = {a.register for a in fresh.writes} if fresh else set()
        read = {a.register for a in fresh.reads} if fresh else set()
        upcoming = self.trace.steps[current] if current is not None else None
        following = {a.register for a in upcoming.reads} if upcoming else set()
        registers = [
            RegisterState(
                f"r{number}",
                str(types[number]),
                value,
                self._text(value),
                self._heap.id_of(value),
                writers.get(number),
                number in written,
                number in read,
                number in following,
            )
            for number, value in sorted(values.items())
        ]
        return StackEntry(frame, None if upcoming is None else upcoming.position, tuple(registers))

    def _text(self, value: MachineValue) -> str:
        """Text of a value; values live as long as the trace, so their identity is a key."""
        text = self._texts.get(id(value))
        if text is None:
            text = self._texts[id(value)] = value_text(value)
        return text

    def _mappings(self, position: int) -> tuple[MappingState, ...]:
        contents: dict[tuple[str, str], dict[Plaintext, Plaintext]] = {
            (s.program, s.mapping): dict(s.entries) for s in self.trace.snapshots
        }
        changed: dict[tuple[str, str], list[Plaintext]] = {}
        for step, access in self._accesses:
            if not step.done or step.last >= position:
                continue
            entries = contents.setdefault((access.program, access.mapping), {})
            if access.after is None:
                entries.pop(access.key, None)
            else:
                entries[access.key] = access.after
            if access.kind in ("insert", "update", "remove") and step.last == position - 1:
                changed.setdefault((access.program, access.mapping), []).append(access.key)
        return tuple(
            MappingState(program, mapping, tuple(entries.items()), tuple(changed.get((program, mapping), ())))
            for (program, mapping), entries in contents.items()
        )

    # --- why this value ---

    def slice(self, position: int, register: int, frame: int | None = None) -> Slice:
        """Return the steps that the value of a register at a position depends on, back to the inputs."""
        position = self._clamp(position)
        if frame is None:
            frame = self.active(position)[-1].id
        bodies = {f.id: self._body(f) for f in self.trace.frames}
        return backward_slice(self.trace, bodies, frame, register)
