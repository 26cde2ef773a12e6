"""Backward slices: from a register to the instructions and inputs that made its value.

Registers are written once, so the data flow is exact. Branches of finalize code decide which instructions
run; that control flow is not part of a slice.
"""

from __future__ import annotations

from collections.abc import Mapping

from avm.data.future import Future
from avm.isa.operand import Register
from avm.program.model import Body
from avm.vm.state import Slice
from avm.vm.trace import Frame, MappingAccess, Step, Trace


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
        self.writer: dict[tuple[int, int], Step] = {}
        self.children: dict[int, Frame] = {}
        for step in trace.steps:
            for access in step.writes:
                if access.register is not None:
                    self.writer[step.frame, access.register] = step
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
            step = self.writer.get(here)
            if step is None:
                pending += self._from_input(*here)
            else:
                pending += self._from_step(step, here[1])

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
        for earlier in reversed(self.trace.steps[: step.index]):
            change = earlier.mapping
            if change is None or not change.writes:
                continue
            if (change.program, change.mapping, change.key) == where:
                self.steps.add(earlier.index)
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
        for step in self.trace.steps:
            if step.opcode != "async" or not step.writes:
                continue
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
