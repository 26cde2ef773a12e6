"""The registers of a frame over time: each is written once, so the state at a position is a prefix."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import overload

from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType
from avm.vm.recording import Recording
from avm.vm.state import Mark, RegisterState
from avm.vm.step import Step
from avm.vm.trace import Frame


class FrameRegisters:
    """What a frame's registers were written with and when, in the order of their numbers.

    A body numbers its registers in the order of its instructions and jumps only forward, so the order of
    writing is the order of the numbers. ``lasts`` holds for each register the last step inside the
    instruction that wrote it, -1 for inputs.
    """

    def __init__(
        self,
        frame: Frame,
        inputs: Sequence[int],
        steps: Recording,
        types: Sequence[RegisterType],
    ) -> None:
        self.frame = frame
        self.steps = steps
        self.types = types
        self._indexes = [
            index
            for number, start, end, _ in steps.stretches(frame.first_step, frame.end_step)
            if number == frame.id
            for index in range(start, end)
        ]
        self.numbers: list[int] = list(inputs)
        self.values: list[MachineValue] = list(frame.inputs)
        self.writers: list[int | None] = [None] * len(inputs)
        self.lasts: list[int] = [-1] * len(inputs)
        record = steps.frames[frame.id]
        for number, start, end, position in steps.stretches(frame.first_step, frame.end_step):
            if number != frame.id:
                continue
            for index in range(start, end):
                if not steps.done(index):
                    continue
                for register in steps.line(number, position + index - start).instruction.destinations:
                    self.numbers.append(register)
                    self.values.append(record.value(register))
                    self.writers.append(index)
                    self.lasts.append(steps.last(index))
        self._type_texts: dict[int, str] = {}

    def count(self, position: int) -> int:
        """How many registers have a value at a position."""
        return bisect_left(self.lasts, position)

    def current(self, position: int) -> Step | None:
        """The step of this frame that is about to run or is running (a call) at a position."""
        at = bisect_right(self._indexes, position) - 1
        if at < 0:
            return None
        index = self._indexes[at]
        ended = self.steps.done(index) and self.steps.last(index) < position
        return None if ended else self.steps[index]

    def done_before(self, position: int) -> Step | None:
        """The step of this frame that has just ended at a position."""
        end = bisect_right(self._indexes, position)
        for index in reversed(self._indexes[max(0, end - 2) : end]):
            if self.steps.done(index) and self.steps.last(index) < position:
                return self.steps[index] if self.steps.last(index) == position - 1 else None
        return None

    def marks(self, position: int) -> dict[int, tuple[Mark, ...]]:
        """What the steps before and after a position do with the registers, by place; those that the step
        after it will write have the places that follow.
        """
        found: dict[int, tuple[Mark, ...]] = {}

        def add(number: int | None, mark: Mark) -> None:
            place = -1 if number is None else bisect_left(self.numbers, number, 0, count)
            if 0 <= place < count and self.numbers[place] == number and mark not in found.get(place, ()):
                found[place] = (*found.get(place, ()), mark)

        count, fresh, coming = self.count(position), self.done_before(position), self.starting(position)
        for access in fresh.writes if fresh is not None else ():
            add(access.register, "written")
        for access in coming.reads if coming is not None else ():
            add(access.register, "read")
        written = len(coming.targets) if coming is not None else 0
        return found | {count + number: ("next",) for number in range(written)}

    def starting(self, position: int) -> Step | None:
        """The step of this frame that is about to run at a position."""
        step = self.current(position)
        return step if step is not None and step.index == position else None

    def type_of(self, at: int) -> RegisterType | None:
        """The type of the register at a place in ``numbers``."""
        number = self.numbers[at]
        return self.types[number] if number < len(self.types) else None

    def type_text(self, at: int) -> str:
        """The text of that type."""
        found = self._type_texts.get(at)
        if found is None:
            found = self._type_texts[at] = str(self.types[self.numbers[at]])
        return found


class RegistersAt(Sequence[RegisterState]):
    """The registers of a frame at a position; each is described only when it is asked for."""

    def __init__(
        self,
        registers: FrameRegisters,
        position: int,
        text: Callable[[MachineValue], str],
        heap: Callable[[MachineValue], int | None],
    ) -> None:
        self._registers, self._text, self._heap = registers, text, heap
        self._count = registers.count(position)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> RegisterState: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[RegisterState]: ...

    def __getitem__(self, at: int | slice) -> RegisterState | Sequence[RegisterState]:
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(self._count)))
        if not -self._count <= at < self._count:
            raise IndexError(at)
        at %= self._count
        registers = self._registers
        number, value = registers.numbers[at], registers.values[at]
        return RegisterState(
            f"r{number}",
            registers.type_text(at),
            self._text(value),
            self._heap(value),
            registers.writers[at],
        )
