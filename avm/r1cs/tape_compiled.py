"""The tape and the rows of a circuit as the kernels take them: the same values as ``Tape.run`` gives.

Made once for a circuit, run for any values that are given to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avm.algebra import vector
from avm.algebra.kernels import witness_tape as kernels
from avm.algebra.vector import FrVector
from avm.r1cs.hints import HINTS
from avm.r1cs.linear import MODULUS, PRIVATE
from avm.r1cs.matrices import Assignment
from avm.r1cs.rows import Combinations, columns_of, places_of
from avm.r1cs.tape import Tape

Rows = tuple[Combinations, Combinations, Combinations]
_QUOTIENTS = (kernels.LEFT_FACTOR, kernels.RIGHT_FACTOR, kernels.RIGHT_FACTOR_OR_ONE)
assert tuple(hint.name for hint in HINTS) == kernels.NAMES
_OPERANDS = np.array([hint.operands for hint in HINTS], dtype=np.int64)


class CompiledTape:
    """All steps of a tape in the order of their levels, and all rows."""

    def __init__(self, tape: Tape, rows: Rows) -> None:
        parts, num_public = (*rows, tape.inputs), tape.num_public
        ends = np.cumsum([0, *(len(part.keys) for part in parts)])
        starts = [places_of(part.starts)[: len(part)] + end for part, end in zip(parts, ends)]
        self._num_public = num_public
        self._variables = num_public + tape.num_private
        self._starts = np.append(np.concatenate(starts), ends[-1])
        columns = [columns_of(part.keys, num_public).astype(np.uint32) for part in parts]
        indices = [np.frombuffer(part.indices, dtype=np.uint32) for part in parts]
        self._columns, self._indices = np.concatenate(columns), np.concatenate(indices)
        self._table = vector.from_ints(rows[0].coefficients.listed)
        self._codes = np.frombuffer(bytearray(tape.codes), dtype=np.uint8)
        made = (columns_of(tape.firsts, num_public), places_of(tape.counts), places_of(tape.operands))
        self._steps = np.stack(made, axis=1)
        self._level = np.zeros(len(self._codes), dtype=np.int64)
        shape, room = np.array([len(rows[0])]), np.zeros(self._variables, dtype=np.int64)
        places = (self._starts, self._columns, _OPERANDS, room, self._level)
        kernels.levels(shape, self._codes, self._steps, *places)
        self._order = np.argsort(self._level, kind="stable")
        quotients = np.bincount(self._level[np.isin(self._codes, _QUOTIENTS)], minlength=1)
        self._shape = np.array([len(rows[0]), quotients.max()])

    def is_whole(self, tape: Tape, rows: Rows) -> bool:
        """Whether this is all of a tape and of its rows."""
        return len(self._codes) == len(tape) and int(self._shape[0]) == len(rows[0])

    def run(self, given: Sequence[int]) -> WordValues:
        """Return the values of all variables, from those that are given."""
        z = vector.zeros(self._variables)
        z[0] = vector.constant(1)[0]
        most = int(self._shape[1])
        room = np.empty((kernels.SCRATCH + 2 * most, 4), dtype=np.uint64)
        steps = (self._codes, self._order, self._level, self._steps)
        rows = (self._starts, self._columns, self._indices, self._table)
        values = vector.from_ints([value % MODULUS for value in given])
        kernels.witness(self._shape, *steps, *rows, values, z, room, np.empty(most, dtype=np.int64))
        return WordValues(z, self._num_public)

    def failing(self, values: dict[int, int]) -> list[int] | None:
        """Return the rows that do not hold for what ``run`` returned, None for other values."""
        if not isinstance(values, WordValues) or len(values.words) != self._variables:
            return None
        out = np.zeros(int(self._shape[0]), dtype=np.uint8)
        rows = (self._starts, self._columns, self._indices, self._table)
        kernels.failing(self._shape, *rows, values.words, out)
        return [int(row) for row in np.flatnonzero(out)]

    def assignment(self, values: dict[int, int]) -> Assignment | None:
        """Return what ``run`` returned as an assignment, None for other values."""
        if not isinstance(values, WordValues) or len(values.words) != self._variables:
            return None
        return Assignment.of_words(values.words, self._num_public)


class WordValues(dict[int, int]):
    """Values by key that are read from a vector in column order when they are first asked."""

    def __init__(self, words: FrVector, num_public: int) -> None:
        super().__init__()
        self.words = words
        self._num_public = num_public

    def __missing__(self, key: int) -> int:
        column = key if key < PRIVATE else key - PRIVATE + self._num_public
        value = self[key] = vector.to_int(self.words[column : column + 1])
        return value
