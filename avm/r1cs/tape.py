"""The tape: the straight-line program that computes a witness from what is given from outside.

It is recorded while a circuit is synthesized, one step for each hint. ``run`` is its definition.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from avm.r1cs.hints import HINTS, Hint, Reads
from avm.r1cs.linear import PRIVATE, LinearCombination, Mode
from avm.r1cs.rows import Coefficients, Combinations

IN_USE = "a circuit that is in use does not grow"


class Tape:
    """Steps in order: ``codes`` name their hints, ``firsts`` and ``counts`` the variables that they make.

    ``operands`` is the number of the given value or of the row that a step reads, or of the first of its
    combinations in ``inputs``.
    """

    __slots__ = (
        "codes",
        "counts",
        "firsts",
        "inputs",
        "is_frozen",
        "num_private",
        "num_public",
        "operands",
    )

    def __init__(self, coefficients: Coefficients) -> None:
        self.codes = array("B")
        self.firsts = array("I")
        self.counts = array("I")
        self.operands = array("I")
        self.inputs = Combinations(coefficients)
        self.num_public = 1
        """Public variables, One included."""
        self.num_private = 0
        self.is_frozen = False
        """Whether others read this, so that it may no longer grow."""

    def __len__(self) -> int:
        return len(self.codes)

    def make(self, hint: Hint, mode: Mode, count: int, operand: int) -> int:
        """Record a step that makes ``count`` variables of a mode, and return the key of the first."""
        if self.is_frozen:
            raise ValueError(IN_USE)
        if mode is Mode.PRIVATE:
            first = PRIVATE + self.num_private
            self.num_private += count
        else:
            first = self.num_public
            self.num_public += count
        self.codes.append(hint.code)
        self.firsts.append(first)
        self.counts.append(count)
        self.operands.append(operand)
        return first

    def given_keys(self, *, fixed: bool = False) -> list[int]:
        """Return the variables whose values come from outside.

        With ``fixed``, those too that are made from fixed numbers alone.
        """
        keys: list[int] = []
        for code, first, count, operand in zip(self.codes, self.firsts, self.counts, self.operands):
            hint = HINTS[code]
            given = hint.reads is Reads.GIVEN
            if fixed and hint.reads is Reads.COMBINATIONS:
                start, end = (self.inputs.starts[operand + k] for k in (0, hint.operands))
                given = not any(self.inputs.keys[start:end])
            if given:
                keys += range(first, first + count)
        return keys

    def read(self, combinations: Sequence[LinearCombination]) -> int:
        """Record combinations that the next step reads, and return the number of the first."""
        first = len(self.inputs)
        for combination in combinations:
            self.inputs.append(combination)
        return first

    def run(
        self,
        given: Sequence[int],
        rows: tuple[Combinations, Combinations, Combinations],
        values: dict[int, int],
        start: int = 0,
    ) -> None:
        """Put the values of the variables that the steps from ``start`` on make into ``values``."""
        inputs = self.inputs
        for at in range(start, len(self.codes)):
            hint, first, count = HINTS[self.codes[at]], self.firsts[at], self.counts[at]
            operand = self.operands[at]
            if hint.reads is Reads.ROW:
                values[first] = 0
                operands = [matrix.value(operand, values) for matrix in rows]
            elif hint.reads is Reads.GIVEN:
                operands = [given[operand]]
            else:
                operands = [inputs.value(operand + k, values) for k in range(hint.operands)]
            for offset, value in enumerate(hint.compute(operands, count)):
                values[first + offset] = value
