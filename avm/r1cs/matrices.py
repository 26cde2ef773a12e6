"""Frozen R1CS matrices and assignments: what the proof system takes from a synthesized circuit.

Columns are numbered publics first (column 0 is One), then privates. A row is a tuple of
``(column, coefficient)`` sorted by column, without zeros
(`algorithms/src/snark/varuna/ahp/indexer/indexer.rs`). A matrix holds its rows as arrays and shows them as a
sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from avm.algebra.vector import FrVector

    Places = npt.NDArray[np.int64]

Row = tuple[tuple[int, int], ...]
"""The entries of one matrix row: (column, coefficient) by increasing column."""
Name = Literal["a", "b", "c"]


class SparseMatrix(Sequence[Row]):
    """A matrix in compressed rows: the entries of row i are ``starts[i] <= e < starts[i + 1]``.

    Entry e stands in ``columns[e]`` and is ``coefficients[indices[e]]``. It compares as the rows it holds.
    """

    __slots__ = ("coefficients", "columns", "indices", "starts")

    def __init__(self, starts: Places, columns: Places, indices: Places, coefficients: Sequence[int]) -> None:
        self.starts = starts
        self.columns = columns
        self.indices = indices
        self.coefficients = coefficients

    @classmethod
    def of_rows(cls, rows: Iterable[Row]) -> SparseMatrix:
        """Return the matrix with these rows."""
        import numpy as np

        starts, columns, indices = [0], [], []
        places: dict[int, int] = {}
        for row in rows:
            for column, value in row:
                columns.append(column)
                indices.append(places.setdefault(value, len(places)))
            starts.append(len(columns))
        a, b, c = (np.array(part, dtype=np.int64) for part in (starts, columns, indices))
        return cls(a, b, c, tuple(places))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        rows = range(len(self))[place]
        return self._row(rows) if isinstance(rows, int) else tuple(map(self._row, rows))

    def _row(self, number: int) -> Row:
        place = slice(int(self.starts[number]), int(self.starts[number + 1]))
        values = (self.coefficients[index] for index in self.indices[place])
        return tuple(zip(self.columns[place].tolist(), values))

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SparseMatrix):
            return isinstance(other, tuple) and tuple(self) == other
        if list(self.starts) != list(other.starts) or list(self.columns) != list(other.columns):
            return False
        return self.values() == other.values()

    __hash__ = None  # type: ignore[assignment]

    def values(self) -> list[int]:
        """Return the coefficient of each entry."""
        return [self.coefficients[index] for index in self.indices]

    def moved(self, first: int, by: int) -> SparseMatrix:
        """Return the matrix with ``by`` empty columns before the column ``first``."""
        columns = self.columns + by * (self.columns >= first)
        return SparseMatrix(self.starts, columns, self.indices, self.coefficients)

    def __repr__(self) -> str:
        return f"SparseMatrix({len(self)} rows, {len(self.columns)} entries)"


class Assignment:
    """The values of all variables: ``public[0]`` is 1; as integers, and as a vector where it came as one."""

    __slots__ = ("_private", "public", "words")

    def __init__(self, public: tuple[int, ...], private: tuple[int, ...]) -> None:
        self.public = public
        self.words: FrVector | None = None
        self._private: tuple[int, ...] | None = private

    @classmethod
    def of_words(cls, words: FrVector, num_public: int) -> Assignment:
        """Return the assignment with these values, in Montgomery form, in column order."""
        from avm.algebra import vector

        made = cls(tuple(vector.to_ints(words[:num_public])), ())
        made.words, made._private = words, None
        return made

    @property
    def private(self) -> tuple[int, ...]:
        """The values of the private variables."""
        if self._private is None:
            from avm.algebra import vector

            assert self.words is not None
            self._private = tuple(vector.to_ints(self.words[len(self.public) :]))
        return self._private

    @property
    def num_private(self) -> int:
        """How many private variables there are."""
        return len(self.private) if self.words is None else len(self.words) - len(self.public)

    def private_vector(self) -> FrVector:
        """Return the values of the private variables as a vector."""
        from avm.algebra import vector

        return vector.from_ints(self.private) if self.words is None else self.words[len(self.public) :]

    @property
    def z(self) -> tuple[int, ...]:
        """The full vector in column order."""
        return self.public + self.private

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assignment) and self.z == other.z and len(self.public) == len(other.public)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Assignment()"


@dataclass(frozen=True, slots=True)
class Matrices:
    """A, B and C of ``A z * B z = C z``; ``num_public`` includes One (and the padding once padded)."""

    num_public: int
    num_private: int
    a: SparseMatrix
    b: SparseMatrix
    c: SparseMatrix

    @classmethod
    def of_rows(
        cls, num_public: int, num_private: int, a: Iterable[Row], b: Iterable[Row], c: Iterable[Row]
    ) -> Matrices:
        """Return the matrices with these rows."""
        return cls(num_public, num_private, *map(SparseMatrix.of_rows, (a, b, c)))

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
        return len(self.a.columns), len(self.b.columns), len(self.c.columns)

    def named(self, name: Name) -> SparseMatrix:
        """Return the matrix called ``a``, ``b`` or ``c``."""
        return {"a": self.a, "b": self.b, "c": self.c}[name]

    def padded(self) -> Matrices:
        """Return the matrices with unused public columns added until their number is a power of two."""
        size = 1 << (self.num_public - 1).bit_length()
        if size == self.num_public:
            return self
        a, b, c = (m.moved(self.num_public, size - self.num_public) for m in (self.a, self.b, self.c))
        return Matrices(size, self.num_private, a, b, c)
