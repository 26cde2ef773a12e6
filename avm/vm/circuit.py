"""A circuit with its assignment, and what each part of a program added to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from avm.base.span import Span
from avm.r1cs.system import ConstraintSystem, Counts


@dataclass(frozen=True, slots=True)
class InstructionCount:
    """What one executed instruction added: ``index`` is its position in ``component`` (``kind`` of body).

    ``text`` is the instruction, or ``input r0`` and ``output r1``. ``first_row`` is its first row; what
    a call's closure adds is counted with the closure's instructions, not with the call.
    """

    kind: str
    component: str
    index: int
    text: str
    span: Span | None
    counts: Counts
    first_row: int


@dataclass(frozen=True)
class Circuit:
    """A constraint system with its assignment, and what each instruction added to it."""

    system: ConstraintSystem
    program: str
    function: str
    per_instruction: tuple[InstructionCount, ...]

    @cached_property
    def public_inputs(self) -> tuple[tuple[str, int], ...]:
        """Name and value of each public variable in column order, without the leading one."""
        values = self.system.assignment().public
        return tuple((self.system.public_name(i), values[i]) for i in range(1, len(values)))

    @property
    def is_satisfied(self) -> bool:
        """Whether the assignment satisfies every constraint."""
        return self.system.is_satisfied
