"""A circuit with its assignment, and what each part of a program added to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from avm.base.span import Span
from avm.program.scope import Scope
from avm.r1cs.system import ConstraintSystem, Counts


@dataclass(frozen=True, slots=True)
class InstructionCount:
    """What one executed instruction added: ``index`` is its position in ``component`` (``kind`` of body).

    ``text`` is the instruction, or what a request and a response consist of. ``first_row`` is its first row;
    what a call's closure adds is counted with the closure's instructions, not with the call.
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


@dataclass
class Tally:
    """Writes down what each part adds to a system; ``inner`` is what the closure of a call has just added."""

    cs: ConstraintSystem
    entries: list[InstructionCount] = field(default_factory=list)
    inner: Counts | None = None

    @contextmanager
    def counting(
        self,
        scope: Scope,
        index: int,
        text: str,
        span: Span | None = None,
        *,
        label: str = "",
        kind: str = "",
    ) -> Iterator[None]:
        """Name what is added inside ``label``, and write it down as ``text``, but for what a closure adds.

        ``kind`` is that of the scope's body unless given.
        """
        before, row = self.cs.counts(), self.cs.num_constraints
        self.inner = None
        with self.cs.instruction_scope(label or text, index, span):
            yield
        counts = self.cs.counts() - before
        if self.inner is not None:
            counts, self.inner = counts - self.inner, None
        self.entries.append(InstructionCount(kind or scope.place, scope.name, index, text, span, counts, row))

    @contextmanager
    def part(self, text: str) -> Iterator[None]:
        """Name what is added inside, which belongs to no body, and write it down as ``text``."""
        before, row = self.cs.counts(), self.cs.num_constraints
        with self.cs.instruction_scope(text):
            yield
        counts = self.cs.counts() - before
        self.entries.append(InstructionCount("circuit", text, 0, text, None, counts, row))
