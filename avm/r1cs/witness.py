"""The values of all variables of a circuit for what is given to it, computed when they are asked.

Plain Python runs the tape step by step; where many steps are left, the kernels run all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from avm.r1cs.linear import MODULUS, PRIVATE, LinearCombination
from avm.r1cs.matrices import Assignment
from avm.r1cs.rows import Combinations
from avm.r1cs.tape import Tape

if TYPE_CHECKING:
    from avm.r1cs.tape_compiled import CompiledTape

MANY = 50_000
"""So many steps are worth loading the kernels for."""
SOME = 500
"""So many are worth the arrays that kernels take, where vectors are in use and so kernels are loaded."""


class Witness:
    """What variables come to, and which rows fail; ``given`` are the values from outside, in their order."""

    __slots__ = ("_checked", "_compiled", "_computed", "_failing", "_rows", "_tape", "_values", "given")

    def __init__(self, tape: Tape, rows: tuple[Combinations, Combinations, Combinations]) -> None:
        self.given: list[int] = []
        self._tape = tape
        self._rows = rows
        self._values: dict[int, int] = {0: 1}
        self._computed = 0
        """Steps that were run, and below, rows that were checked."""
        self._checked = 0
        self._failing: list[int] = []
        self._compiled: CompiledTape | None = None

    def of(self, given: Sequence[int]) -> Witness:
        """Return the witness of the same circuit, which is whole, for other values."""
        if len(given) != len(self.given):
            raise ValueError(f"the circuit takes {len(self.given)} values, {len(given)} are given")
        other = Witness(self._tape, self._rows)
        other.given = list(given)
        other._compiled = self._compile(len(self._tape))
        return other

    def values(self) -> dict[int, int]:
        """Return the values of all variables by key."""
        left = len(self._tape) - self._computed
        if left:
            compiled = self._compile(left)
            if compiled is None:
                self._tape.run(self.given, self._rows, self._values, self._computed)
            else:
                self._values = compiled.run(self.given)
            self._computed = len(self._tape)
        return self._values

    def _compile(self, work: int) -> CompiledTape | None:
        """Return the circuit for the kernels, or None where so much work is not worth them."""
        if self._compiled is not None and self._compiled.is_whole(self._tape, self._rows):
            return self._compiled
        if work < (SOME if "avm.algebra.vector" in sys.modules else MANY):
            return None
        from avm.r1cs.tape_compiled import CompiledTape

        self._compiled = CompiledTape(self._tape, self._rows)
        return self._compiled

    def value(self, combination: LinearCombination) -> int:
        """Return what a combination comes to."""
        out = combination.constant
        if combination.terms:
            values = self.values()
            for key, coefficient in combination.terms.items():
                out += coefficient * values[key]
        return out % MODULUS

    def failing(self) -> list[int]:
        """Return the numbers of the rows that do not hold."""
        rows = len(self._rows[0])
        if self._checked < rows:
            values, found = self.values(), None
            if self._compiled is not None and self._compiled.is_whole(self._tape, self._rows):
                found = self._compiled.failing(values)
            if found is None:
                found = self._failing + self.failing_for(values, self._checked)
            self._failing, self._checked = found, rows
        return self._failing

    def failing_for(self, values: dict[int, int], start: int = 0) -> list[int]:
        """Return the numbers of the rows from ``start`` on that do not hold for any values by key."""
        a, b, c = self._rows
        return [
            row
            for row in range(start, len(a))
            if (a.value(row, values) * b.value(row, values) - c.value(row, values)) % MODULUS
        ]

    def assignment(self) -> Assignment:
        """Return the values of all variables in their order."""
        values, tape = self.values(), self._tape
        if self._compiled is not None and (found := self._compiled.assignment(values)) is not None:
            return found
        publics, privates = range(tape.num_public), range(PRIVATE, PRIVATE + tape.num_private)
        return Assignment(tuple(map(values.__getitem__, publics)), tuple(map(values.__getitem__, privates)))
