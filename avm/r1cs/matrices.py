"""Frozen R1CS matrices and assignments: what the proof system takes from a synthesized circuit.

Columns are numbered publics first (column 0 is One), then privates. A row is a tuple of
``(column, coefficient)`` sorted by column, without zeros
(`algorithms/src/snark/varuna/ahp/indexer/indexer.rs`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Row = tuple[tuple[int, int], ...]
"""The entries of one matrix row: (column, coefficient) by increasing column."""
Name = Literal["a", "b", "c"]


@dataclass(frozen=True, slots=True)
class Csr:
    """A matrix in compressed rows: the entries of row i lie at ``row_starts[i]:row_starts[i + 1]``."""

    row_starts: list[int]
    columns: list[int]
    values: list[int]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The values of all variables: ``public[0]`` is 1."""

    public: tuple[int, ...] = field(repr=False)
    private: tuple[int, ...] = field(repr=False)

    @property
    def z(self) -> tuple[int, ...]:
        """The full vector in column order."""
        return self.public + self.private


@dataclass(frozen=True, slots=True)
class Matrices:
    """A, B and C of ``A z * B z = C z``; ``num_public`` includes One (and the padding once padded)."""

    num_public: int
    num_private: int
    a: tuple[Row, ...]
    b: tuple[Row, ...]
    c: tuple[Row, ...]

    @property
    def num_constraints(self) -> int:
        """Number of rows."""
        return len(self.a)

    @property
    def num_variables(self) -> int:
        """Number of columns."""
        return self.num_public + self.num_private

    @property
    def nonzeros(self) -> tuple[int, int, int]:
        """Number of entries of A, B and C."""
        a, b, c = (sum(map(len, rows)) for rows in (self.a, self.b, self.c))
        return a, b, c

    def rows(self, name: Name) -> tuple[Row, ...]:
        """Return the rows of the matrix called ``a``, ``b`` or ``c``."""
        return {"a": self.a, "b": self.b, "c": self.c}[name]

    def csr(self, name: Name) -> Csr:
        """Return one matrix in compressed row form."""
        starts, columns, values = [0], [], []
        for row in self.rows(name):
            for column, value in row:
                columns.append(column)
                values.append(value)
            starts.append(len(columns))
        return Csr(starts, columns, values)

    def padded(self) -> Matrices:
        """Return the matrices with unused public columns added until their number is a power of two."""
        size = 1 << (self.num_public - 1).bit_length()
        if size == self.num_public:
            return self
        move = size - self.num_public

        def shift(rows: tuple[Row, ...]) -> tuple[Row, ...]:
            n = self.num_public
            return tuple(tuple((j + move if j >= n else j, v) for j, v in row) for row in rows)

        return Matrices(size, self.num_private, shift(self.a), shift(self.b), shift(self.c))
