"""Backward slices: from a register to the instructions and inputs that made its value.

Registers are written once, so the data flow is exact. Branches of finalize code decide which instructions
run; that control flow is not part of a slice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from avm.data.future import Future
from avm.isa.operand import Register
from avm.program.model import Body
from avm.vm.state import Slice
from avm.vm.step import MappingAccess, Step
from avm.vm.trace import Frame, Trace


def backward_slice(trace: Trace, bodies: Mapping[int, Body], frame: int, register: int) -> Slice:
    """Follow ``register`` of ``frame`` back; ``bodies`` are those of the frames by id."""
    work = _Slicer(trace, bodies)
    work.follow(frame, register)
    return Slice(tuple(sorted(work.steps)), tuple(work.inputs))


class _Slicer:
    def __init__(self, trace: Trace, bodies: Mapping[int, Body]) -> None:
        self.trace = trace
        self.bodies = bodies
        self.steps: set[int] = set()
        self.inputs: dict[str, None] = {}
        self.seen: set[tuple[int, int]] = set()
        self.writers: dict[int, dict[int, int]] = {}
        self.children: dict[int, Frame] = {}
        for frame in trace.frames:
            if frame.call_step is not None:
                self.children[frame.call_step] = frame

    def follow(self, frame: int, register: int) -> None:
        """Add what a register depends on."""
        pending = [(frame, register)]
        while pending:
            here = pending.pop()
            if here in self.seen:
                continue
            self.seen.add(here)
            index = self._writers(here[0]).get(here[1])
            if index is None:
                pending += self._from_input(*here)
            else:
                pending += self._from_step(self.trace.steps[index], here[1])

    def _writers(self, frame: int) -> dict[int, int]:
        """The step that wrote each register of a frame, found when the frame is first followed."""
        found = self.writers.get(frame)
        if found is None:
            found = self.writers[frame] = {}
            steps, whole = self.trace.steps, self.trace.frames[frame]
            for number, start, end, position in steps.stretches(whole.first_step, whole.end_step):
                if number == frame:
                    for index in filter(steps.done, range(start, end)):
                        line = steps.line(frame, position + index - start)
                        found.update(dict.fromkeys(line.instruction.destinations, index))
        return found

    def _from_step(self, step: Step, register: int) -> list[tuple[int, int]]:
        self.steps.add(step.index)
        child = self.children.get(step.index)
        if child is not None and child.kind != "finalize":
            index = next(i for i, a in enumerate(step.writes) if a.register == register)
            operand = self.bodies[child.id].outputs[index].operand
            return [(child.id, operand.locator)] if isinstance(operand, Register) else []
        found = [(step.frame, a.register) for a in step.reads if a.register is not None]
        if step.mapping is not None:
            found += self._from_mapping(step, step.mapping)
        return found

    def _from_mapping(self, step: Step, access: MappingAccess) -> list[tuple[int, int]]:
        """A value read from storage comes from the last command that wrote it, or from before the run."""
        where = (access.program, access.mapping, access.key)
        steps = self.trace.steps
        for index, change in reversed(steps.mappings.items()):
            if index < step.index and change.writes and (change.program, change.mapping, change.key) == where:
                self.steps.add(index)
                earlier = steps[index]
                return [(earlier.frame, a.register) for a in earlier.reads if a.register is not None]
        self.inputs[f"{access.program}/{access.mapping}[{access.key}]"] = None
        return []

    def _from_input(self, frame_id: int, register: int) -> list[tuple[int, int]]:
        frame = self.trace.frames[frame_id]
        if frame.kind == "finalize":
            return self._from_future(frame, register)
        if frame.call_step is None:
            self.inputs[f"{frame.name} r{register}"] = None
            return []
        call = self.trace.steps[frame.call_step]
        self.steps.add(call.index)
        if register >= len(call.reads):
            return []
        source = call.reads[register].register
        return [] if source is None else [(call.frame, source)]

    def _from_future(self, frame: Frame, register: int) -> list[tuple[int, int]]:
        """An input of a finalize block is an operand of the ``async`` that made its future."""
        for step in self._made_by_async():
            future = step.writes[0].value
            if (
                isinstance(future, Future)
                and (future.program_id, future.function) == (frame.program, frame.name)
                and future.arguments == frame.inputs
            ):
                self.steps.add(step.index)
                source = step.reads[register].register
                return [] if source is None else [(step.frame, source)]
        self.inputs[f"{frame.name} r{register}"] = None
        return []

    def _made_by_async(self) -> Iterator[Step]:
        """The steps that made futures of this run's finalize blocks."""
        steps = self.trace.steps
        for frame, start, end, position in steps.stretches():
            lines = steps.frames[frame].body.lines[position : position + end - start]
            for index, line in enumerate(lines, start):
                if line.instruction.mnemonic == "async" and steps.done(index):
                    yield steps[index]
