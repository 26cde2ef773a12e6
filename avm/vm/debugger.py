"""Walks a trace both ways: the state at any step, stepping, breakpoints, and where a value came from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Literal

from avm.base.sources import source_line
from avm.base.span import SourceLine
from avm.data.plaintext import Plaintext
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType
from avm.program.check import register_types
from avm.program.model import Body
from avm.program.scope import Scope
from avm.vm.environment import Environment
from avm.vm.frame_registers import FrameRegisters, RegistersAt
from avm.vm.heap import Heap
from avm.vm.slicing import backward_slice
from avm.vm.state import MachineState, MappingState, Slice, StackEntry
from avm.vm.trace import Frame, Trace
from avm.vm.values import value_text

Move = Literal["into", "over", "out", "forward", "back_into", "back_over", "back_out", "backward"]


class Debugger:
    """A cursor-free debugger: every move takes a position and returns another.

    Position ``i`` is the moment before step ``i``; ``end`` is the moment after the last step, or the
    instruction that halted.
    """

    def __init__(self, trace: Trace, env: Environment) -> None:
        self.trace = trace
        self.env = env
        self._heap = Heap(trace)
        self._types: dict[int, tuple[RegisterType, ...]] = {}
        self._texts: dict[int, str] = {}
        self._by_id: dict[int, FrameRegisters] = {}
        steps = trace.steps
        self._accesses = [(steps.last(i), access) for i, access in steps.mappings.items() if steps.done(i)]
        self._accesses.sort(key=lambda pair: pair[0])
        self._access_ends = [last for last, _ in self._accesses]
        self._mappings_kept: tuple[tuple[int, bool], tuple[MappingState, ...]] | None = None

    @property
    def end(self) -> int:
        """The last position."""
        return len(self.trace.steps) - (self.trace.halt is not None)

    def _clamp(self, position: int) -> int:
        return max(0, min(position, self.end))

    def _frame(self, position: int) -> Frame:
        """The frame of the step at a position that is not the end."""
        return self.trace.frames[self.trace.steps.place(position)[0]]

    def _depth(self, position: int) -> int:
        return self._frame(position).depth if position < len(self.trace.steps) else 0

    # --- moves ---

    def into(self, position: int) -> int:
        """One step forward, into calls."""
        return self._clamp(position + 1)

    def over(self, position: int) -> int:
        """One step forward in this frame; a call is one step."""
        if position >= len(self.trace.steps):
            return self.end
        return self._clamp(self.trace.steps.last(position) + 1)

    def out(self, position: int) -> int:
        """To the moment after this frame returns."""
        if position >= len(self.trace.steps):
            return self.end
        return self._clamp(self._frame(position).end_step)

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
        frame = self._frame(position)
        return frame.first_step if frame.call_step is None else frame.call_step

    def forward(self, position: int, breakpoints: Collection[SourceLine] = ()) -> int:
        """To the next breakpoint, or to the end."""
        stops = (i for i in range(position + 1, self.end) if self.stops_at(i, breakpoints))
        return next(stops, self.end)

    def backward(self, position: int, breakpoints: Collection[SourceLine] = ()) -> int:
        """To the previous breakpoint, or to the start."""
        stops = (i for i in range(position - 1, 0, -1) if self.stops_at(i, breakpoints))
        return next(stops, 0)

    def move(self, move: Move, position: int, breakpoints: Collection[SourceLine] = ()) -> int:
        """The position after a move; only those along the whole run stop at breakpoints."""
        if move == "forward":
            return self.forward(position, breakpoints)
        if move == "backward":
            return self.backward(position, breakpoints)
        moves = {
            "into": self.into,
            "over": self.over,
            "out": self.out,
            "back_into": self.back_into,
            "back_over": self.back_over,
            "back_out": self.back_out,
        }
        return moves[move](position)

    def first_stop(self, breakpoints: Collection[SourceLine]) -> int | None:
        """The first position at a breakpoint, if there is one."""
        return next((i for i in range(self.end) if self.stops_at(i, breakpoints)), None)

    def run_to_line(self, position: int, place: SourceLine) -> int:
        """To the next step of a line; stays when there is none."""
        steps = self.trace.steps
        later = range(position + 1, len(steps))
        return next((index for index in later if source_line(steps.span(index)) == place), position)

    def stops_at(self, position: int, breakpoints: Collection[SourceLine]) -> bool:
        """Whether a breakpoint is at a position."""
        if not breakpoints or position >= len(self.trace.steps):
            return False
        steps = self.trace.steps
        line = source_line(steps.span(position))
        if line is None or line not in breakpoints:
            return False
        if not position or steps.place(position - 1)[0] != steps.place(position)[0]:
            return True
        return source_line(steps.span(position - 1)) != line

    # --- state ---

    def at(self, position: int) -> MachineState:
        """Return the whole state at a position."""
        position = self._clamp(position)
        active = self.active(position)
        entries = tuple(self._entry(frame, position) for frame in active)
        held = tuple(
            (self._registers(f), self._scope(f), len(e.registers))
            for f, e in zip(active, entries, strict=True)
        )
        return MachineState(position, entries, self._heap.at(held), self._mappings(position))

    def active(self, position: int) -> tuple[Frame, ...]:
        """Return the frames on the stack, outermost first; at the end those that were started first."""
        if position >= len(self.trace.steps):
            return tuple(f for f in self.trace.frames if f.parent is None)
        found = []
        number: int | None = self.trace.steps.place(position)[0]
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

    def _registers(self, frame: Frame) -> FrameRegisters:
        """The registers of a frame over time, gathered once."""
        found = self._by_id.get(frame.id)
        if found is None:
            inputs = [i.register for i in self._body(frame).inputs]
            found = FrameRegisters(frame, inputs, self.trace.steps, self._register_types(frame))
            self._by_id[frame.id] = found
        return found

    def _entry(self, frame: Frame, position: int) -> StackEntry:
        registers = self._registers(frame)
        current, starting = registers.current(position), registers.starting(position)
        return StackEntry(
            frame,
            None if current is None else current.position,
            RegistersAt(registers, position, self._text, self._heap.id_of),
            None if current is None else current.index,
            () if starting is None else starting.targets,
            registers.marks(position),
        )

    def _text(self, value: MachineValue) -> str:
        """Text of a value; values live as long as the trace, so their identity is a key."""
        text = self._texts.get(id(value))
        if text is None:
            text = self._texts[id(value)] = value_text(value)
        return text

    def _mappings(self, position: int) -> tuple[MappingState, ...]:
        """The mappings after the accesses that were done; the same object while none is added."""
        done = bisect_left(self._access_ends, position)
        touched = done > 0 and self._access_ends[done - 1] == position - 1
        key = (done, touched)
        if self._mappings_kept is None or self._mappings_kept[0] != key:
            self._mappings_kept = (key, self._mappings_after(done, position))
        return self._mappings_kept[1]

    def _mappings_after(self, done: int, position: int) -> tuple[MappingState, ...]:
        contents: dict[tuple[str, str], dict[Plaintext, Plaintext]] = {
            (s.program, s.mapping): dict(s.entries) for s in self.trace.snapshots
        }
        changed: dict[tuple[str, str], list[Plaintext]] = {}
        written: dict[tuple[str, str], set[Plaintext]] = {}
        for last, access in self._accesses[:done]:
            entries = contents.setdefault((access.program, access.mapping), {})
            if access.after is None:
                entries.pop(access.key, None)
            else:
                entries[access.key] = access.after
            if access.writes:
                written.setdefault((access.program, access.mapping), set()).add(access.key)
                if last == position - 1:
                    changed.setdefault((access.program, access.mapping), []).append(access.key)
        return tuple(
            MappingState(*name, tuple(entries.items()), tuple(changed.get(name, ())), written.get(name, ()))
            for name, entries in contents.items()
        )

    # --- why this value ---

    def slice(self, position: int, register: int, frame: int | None = None) -> Slice:
        """Return the steps that the value of a register at a position depends on, back to the inputs."""
        position = self._clamp(position)
        if frame is None:
            frame = self.active(position)[-1].id
        bodies = {f.id: self._body(f) for f in self.trace.frames}
        return backward_slice(self.trace, bodies, frame, register)
