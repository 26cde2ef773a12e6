"""The steps of a run while they are made and after: where the run was, and the registers of its frames.

A register is written once, so what a step read and wrote is found in its frame's registers and is not kept
again. Steps that follow one another in a body are one stretch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import overload

from avm.base.errors import Halt
from avm.base.span import Span
from avm.data.literal import Literal
from avm.isa.machine import MachineValue
from avm.isa.operand import Operand, Register
from avm.types.literal_type import LiteralValue
from avm.vm.prepared import PreparedBody, PreparedInstruction
from avm.vm.step import Access, MappingAccess, Step
from avm.vm.values import part


class Unwritten:
    """What a register holds that its body has jumped over."""

    __slots__ = ()

    @property
    def value(self) -> LiteralValue:
        """Nothing: an instruction that reads such a register halts."""
        raise Halt("the register was not written, because its instruction was jumped over")


Cell = MachineValue | Unwritten
_UNWRITTEN = Unwritten()


class FrameRecord:
    """A frame's body, and the values of its registers and of what it has read of its surroundings.

    ``cells`` are the registers by number, and after them the constants of the body.
    """

    __slots__ = ("body", "cells", "surroundings")

    def __init__(self, body: PreparedBody, values: Sequence[MachineValue]) -> None:
        self.body = body
        self.cells: list[Cell] = [_UNWRITTEN] * len(body.registers)
        self.cells += body.constants
        for (register, _), value in zip(body.inputs, values, strict=True):
            self.cells[register] = value
        self.surroundings: dict[Operand, MachineValue] = {}

    def value(self, number: int) -> MachineValue:
        """Return what a register holds; ``Halt`` when it was not written."""
        value = self.cells[number]
        if isinstance(value, Unwritten):
            raise Halt(f"r{number} was not written, because its instruction was jumped over")
        return value

    def register(self, operand: Register) -> MachineValue:
        """Return what a register holds, or the part of it that an operand names; ``Halt`` without one."""
        value = self.value(operand.locator)
        return part(value, operand.accesses) if operand.accesses else value

    def read(self, operand: Operand) -> MachineValue | None:
        """Return what an operand gave to a step of the run, None when reading it halted."""
        if isinstance(operand, Literal):
            return operand
        if isinstance(operand, Register):
            try:
                return self.register(operand)
            except Halt:
                return None
        return self.surroundings.get(operand)


class Recording(Sequence[Step]):
    """The steps of a run by index; each is described when it is asked for."""

    def __init__(self) -> None:
        self.made = 0
        self.frames: list[FrameRecord] = []
        self.mappings: dict[int, MappingAccess] = {}
        """What steps did to mappings, in their order."""
        self._starts: list[int] = []
        self._stretches: list[tuple[int, int]] = []
        self._lasts: dict[int, int] = {}
        self._undone: set[int] = set()

    # --- making ---

    def go_on(self, frame: int, position: int) -> None:
        """Say that the next step is that of ``frame`` at a position."""
        self._starts.append(self.made)
        self._stretches.append((frame, position))

    def end(self, index: int, *, done: bool) -> None:
        """End a step that has steps inside it, or one that has halted."""
        if index != self.made - 1:
            self._lasts[index] = self.made - 1
        if not done:
            self._undone.add(index)

    # --- asking ---

    def __len__(self) -> int:
        return self.made

    def __repr__(self) -> str:
        return f"Recording({self.made} steps)"

    def place(self, index: int) -> tuple[int, int]:
        """Return the frame of a step and its position in the body of the frame."""
        stretch = bisect_right(self._starts, index) - 1
        frame, position = self._stretches[stretch]
        return frame, position + index - self._starts[stretch]

    def stretches(self, first: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
        """Return frame, first index, end and first position of the steps that follow one another in a body.

        Of all steps, or of those from ``first`` to ``end``.
        """
        end = self.made if end is None else end
        at = max(0, bisect_right(self._starts, first) - 1)
        while at < len(self._starts) and self._starts[at] < end:
            start, (frame, position) = self._starts[at], self._stretches[at]
            at += 1
            until = self._starts[at] if at < len(self._starts) else self.made
            skipped = max(0, first - start)
            if start + skipped < min(until, end):
                yield frame, start + skipped, min(until, end), position + skipped

    def line(self, frame: int, position: int) -> PreparedInstruction:
        """Return an instruction of a frame's body."""
        return self.frames[frame].body.lines[position]

    def span(self, index: int) -> Span | None:
        """Return the source of a step."""
        return self.line(*self.place(index)).instruction.span

    def last(self, index: int) -> int:
        """Return the last step inside a step, itself for most."""
        return self._lasts.get(index, index)

    def done(self, index: int) -> bool:
        """Return whether a step came to its end."""
        return index not in self._undone

    def __iter__(self) -> Iterator[Step]:
        for frame, start, end, position in self.stretches():
            for index in range(start, end):
                yield self._step(index, frame, position + index - start)

    @overload
    def __getitem__(self, at: int) -> Step: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Step, ...]: ...

    def __getitem__(self, at: int | slice) -> Step | tuple[Step, ...]:
        if isinstance(at, slice):
            return tuple(self[index] for index in range(*at.indices(self.made)))
        if not -self.made <= at < self.made:
            raise IndexError(at)
        return self._step(at % self.made, *self.place(at % self.made))

    def reads(self, frame: int, position: int) -> tuple[Access, ...]:
        """Return what an instruction has read in a frame: its operands up to one that halted."""
        record = self.frames[frame]
        found = []
        for operand, text, register, type_ in record.body.shown(position).reads:
            value = record.read(operand)
            if value is None:
                break
            found.append(Access(text, register, value, type_))
        return tuple(found)

    def writes(self, frame: int, position: int) -> tuple[Access, ...]:
        """Return what an instruction that came to its end has written in a frame."""
        record = self.frames[frame]
        writes = record.body.shown(position).writes
        return tuple([Access(text, number, record.value(number), type_) for text, number, type_ in writes])

    def _step(self, index: int, frame: int, position: int) -> Step:
        line, done = self.line(frame, position), self.done(index)
        unwritten = () if done else self.frames[frame].body.shown(position).writes
        return Step(
            index,
            frame,
            position,
            line.instruction.mnemonic,
            line.text,
            self.reads(frame, position),
            self.writes(frame, position) if done else (),
            self.mappings.get(index),
            line.instruction.span,
            self.last(index),
            done,
            tuple((text, type_) for text, _, type_ in unwritten),
        )
