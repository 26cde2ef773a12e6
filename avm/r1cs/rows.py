"""Linear combinations at rest: compressed rows of keys and of indices into a table of coefficients.

What is enforced is kept so, at eight bytes an entry; ``LinearCombination`` objects are for building only.
The constant of a combination is its entry on variable 0, which is One.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from itertools import chain, repeat
from typing import TYPE_CHECKING

from avm.r1cs.linear import MODULUS, PRIVATE, LinearCombination
from avm.r1cs.matrices import SparseMatrix

if TYPE_CHECKING:
    from avm.r1cs.matrices import Places


class Coefficients(dict[int, int]):
    """The index of each field element that occurs as a coefficient; ``listed`` holds them in that order.

    The first two are 1 and -1, which kernels know by their index.
    """

    __slots__ = ("listed",)

    def __init__(self) -> None:
        super().__init__({1: 0, MODULUS - 1: 1})
        self.listed: list[int] = [1, MODULUS - 1]

    def __missing__(self, value: int) -> int:
        index = self[value] = len(self.listed)
        self.listed.append(value)
        return index


class Combinations:
    """A growing list of combinations: the entries of number i are starts[i] <= e < starts[i + 1]."""

    __slots__ = ("coefficients", "indices", "keys", "starts")

    def __init__(self, coefficients: Coefficients) -> None:
        self.coefficients = coefficients
        self.keys = array("I")
        self.indices = array("I")
        self.starts = array("Q", (0,))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def append(self, combination: LinearCombination) -> None:
        """Add a combination at the end."""
        terms, constant = combination.terms, combination.constant
        keys, indices, index = self.keys, self.indices, self.coefficients
        if constant:
            if 0 in terms:
                terms = terms.copy()
                constant = (constant + terms.pop(0)) % MODULUS
            if constant:
                keys.append(0)
                indices.append(index[constant])
        if len(terms) < 3:
            for key, coefficient in terms.items():
                keys.append(key)
                indices.append(index[coefficient])
        else:
            keys.extend(terms)
            indices.extend(map(index.__getitem__, terms.values()))
        self.starts.append(len(keys))

    def append_with(self, combination: LinearCombination, key: int, *, minus: bool) -> None:
        """Add a combination plus a variable that it does not hold, or minus it."""
        self.append(combination)
        self.keys.append(key)
        self.indices.append(int(minus))
        self.starts[-1] += 1

    def append_each(self, parts: tuple[tuple[int, int], ...], first: int, count: int) -> None:
        """Add ``count`` combinations with the same coefficients, one for each key from ``first`` on.

        ``parts`` are the coefficients on One and on the key, without those that are zero: ``((1, 0),)`` and
        the like, as (coefficient, 0 for One and 1 for the key).
        """
        columns = [range(first, first + count) if on else repeat(0, count) for _, on in parts]
        self.keys.extend(chain.from_iterable(zip(*columns)))
        self.indices.extend([self.coefficients[value] for value, _ in parts] * count)
        size, end = len(parts), self.starts[-1]
        if size:
            self.starts.extend(range(end + size, end + size * count + 1, size))
        else:
            self.starts.extend(repeat(end, count))

    def entries(self, number: int) -> dict[int, int]:
        """Return the coefficients of a combination by key, its constant under 0."""
        start, end = self.starts[number], self.starts[number + 1]
        values = self.coefficients.listed
        return {k: values[i] for k, i in zip(self.keys[start:end], self.indices[start:end])}

    def combination(self, number: int) -> LinearCombination:
        """Return a combination as an object."""
        terms = self.entries(number)
        return LinearCombination(terms.pop(0, 0), terms)

    def matrix(self, num_public: int) -> SparseMatrix:
        """Return the combinations as the rows of a matrix with so many public columns."""
        import numpy as np

        starts, indices = places_of(self.starts), places_of(self.indices)
        columns = columns_of(self.keys, num_public)
        rows = np.repeat(np.arange(len(self)), np.diff(starts))
        falls = np.flatnonzero((columns[1:] < columns[:-1]) & (rows[1:] == rows[:-1]))
        if len(falls):
            places = np.flatnonzero(np.isin(rows, np.unique(rows[falls])))
            order = places[np.lexsort((columns[places], rows[places]))]
            columns[places], indices[places] = columns[order], indices[order]
        return SparseMatrix(starts, columns, indices, self.coefficients.listed)

    def digest(self, update: Callable[[bytes], None]) -> None:
        """Hand keys, indices and starts to a hash."""
        for part in (self.starts, self.keys, self.indices):
            update(part.tobytes())

    def value(self, number: int, values: Mapping[int, int]) -> int:
        """Return what a combination comes to, canonical; ``values`` are those of all variables by key."""
        start, end = self.starts[number], self.starts[number + 1]
        if start == end:
            return 0
        of = self.coefficients.listed
        total = 0
        for key, index in zip(self.keys[start:end], self.indices[start:end]):
            value = values[key]
            if value:
                total += of[index] * value
        return total % MODULUS


def places_of(numbers: array[int]) -> Places:
    """Return a copy of an array of numbers as numpy holds places."""
    import numpy as np

    return np.frombuffer(numbers, dtype=numbers.typecode).astype(np.int64)


def columns_of(keys: array[int], num_public: int) -> Places:
    """Return the columns of variables, given their keys, in a circuit with so many public variables."""
    places = places_of(keys)
    return places - (places >= PRIVATE) * (PRIVATE - num_public)
