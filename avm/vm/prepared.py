"""Instructions made ready to run: texts and types, worked out once for each body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from avm.isa.instruction import Instruction
from avm.isa.operand import Operand, Register
from avm.isa.types import RegisterType
from avm.program.check import access_types
from avm.program.scope import Scope
from avm.vm.limits import check_sizes
from avm.vm.trace import Step


@dataclass(frozen=True, slots=True)
class PreparedInstruction:
    """An instruction with the texts and types of what it reads and writes, made once for each body."""

    instruction: Instruction
    text: str
    reads: tuple[tuple[Operand, str, int | None, str], ...]
    writes: tuple[tuple[str, int, str], ...]
    placeholder: Step

    @staticmethod
    def make(
        instruction: Instruction,
        reads: Sequence[RegisterType],
        writes: Sequence[RegisterType],
    ) -> PreparedInstruction:
        """Print operands and types."""
        text = str(instruction)
        return PreparedInstruction(
            instruction,
            text,
            tuple(
                (o, str(o), o.locator if isinstance(o, Register) else None, str(t))
                for o, t in zip(instruction.operands, reads, strict=True)
            ),
            tuple((f"r{d}", d, str(t)) for d, t in zip(instruction.destinations, writes, strict=True)),
            Step(0, 0, 0, instruction.mnemonic, text, (), done=False),
        )


class PreparedBodies:
    """The bodies of a run, each made ready when it is first entered; ``step`` as of ``prepare``."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._known: dict[tuple[str, str, str], tuple[PreparedInstruction, ...]] = {}

    def lines(self, scope: Scope) -> tuple[PreparedInstruction, ...]:
        """Return the instructions of the body of ``scope``."""
        key = (scope.program, scope.place, scope.name)
        if key not in self._known:
            self._known[key] = prepare(scope, self._step)
        return self._known[key]


def prepare(scope: Scope, step: Callable[[], None]) -> tuple[PreparedInstruction, ...]:
    """Return the instructions of the body of ``scope``; ``step`` is called for each and may raise."""
    types = access_types(scope.owner, scope.body, scope.programs, step)
    lines = []
    known: dict[RegisterType, int] = {}
    for index, instruction in enumerate(scope.body.instructions):
        step()
        check_sizes(instruction, *types[index], scope, known)
        lines.append(PreparedInstruction.make(instruction, *types[index]))
    return tuple(lines)
