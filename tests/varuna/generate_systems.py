"""A seeded generator of satisfied rank-one systems of many shapes, for the tests of the proof system.

The witness is drawn first, with the skew that the shape asks for; then rows are drawn that it satisfies.
A row's last term of C goes to the column of One or to a column with a non-zero value, so no witness is out of
reach, not even one of zeros alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from avm.algebra.fields import FR_MODULUS
from avm.r1cs import Assignment, Matrices

LARGEST = 16_000
"""The largest number of rows; the official files at hand reach 16,383 rows and 65,536 entries a matrix."""
ENTRIES = 60_000
WITNESSES = ("random", "zero", "one", "bits", "small", "mostly zero")
DENSITIES = (
    "sparse",
    "dense",
    "one term",
    "empty rows",
    "repeated columns",
    "heavy column",
    "unused columns",
)
Row = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a generated system is like; ``publics`` counts One."""

    rows: int
    publics: int
    privates: int
    density: str
    witness: str

    def __str__(self) -> str:
        density, witness = self.density.replace(" ", "-"), self.witness.replace(" ", "-")
        return f"{self.rows}rows-{self.publics}+{self.privates}-{density}-{witness}"


def shapes(count: int, seed: int = 1, largest: int = LARGEST) -> list[Shape]:
    """Return ``count`` shapes of 10 to ``largest`` rows with every density, witness and kind of publics."""
    rng = random.Random(seed)
    made = []
    for i in range(count):
        rows = round(10 * (largest / 10) ** (i / max(1, count - 1)))
        density, witness = DENSITIES[i % len(DENSITIES)], WITNESSES[i % len(WITNESSES)]
        if density == "dense":
            rows = min(rows, 600)
        publics = _publics(rng, i, rows)
        privates = max(2, min(rows * rng.choice((1, 1, 2)) // rng.choice((1, 2)), 15_000 - publics))
        if density == "dense":
            privates = max(2, min(privates, ENTRIES // rows - publics))
            publics = min(publics, max(1, ENTRIES // rows - privates))
        made.append(Shape(rows, publics, privates, density, witness))
    return made


def _publics(rng: random.Random, i: int, rows: int) -> int:
    """One alone, powers of two and their neighbours, some, many."""
    power = 1 << rng.randint(1, 5)
    return (1, power, power + 1, rng.randint(2, 20), min(1000, max(2, rows // 3)))[i % 5]


def system(shape: Shape, seed: int = 1) -> tuple[Matrices, Assignment]:
    """Return a satisfied system of the shape; the same seed gives the same system."""
    rng = random.Random(f"{seed}/{shape}")
    columns = shape.publics + shape.privates
    z = [1, *(_value(rng, shape.witness) for _ in range(columns - 1))]
    non_zero = [i for i, value in enumerate(z) if value]
    sides: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    for row in range(shape.rows):
        for side, terms in zip(sides, _row(rng, shape, row, z, non_zero)):
            side.append(terms)
    a, b, c = (tuple(side) for side in sides)
    assignment = Assignment(tuple(z[: shape.publics]), tuple(z[shape.publics :]))
    return Matrices.of_rows(shape.publics, shape.privates, a, b, c), assignment


def unsatisfied_rows(matrices: Matrices, assignment: Assignment) -> Iterator[int]:
    """Yield the rows that the assignment breaks, by plain arithmetic."""
    z = assignment.z
    for i, (a, b, c) in enumerate(zip(matrices.a, matrices.b, matrices.c)):
        if (_dot(a, z) * _dot(b, z) - _dot(c, z)) % FR_MODULUS:
            yield i


def _value(rng: random.Random, witness: str) -> int:
    if witness in ("zero", "one"):
        return int(witness == "one")
    if witness == "bits":
        return rng.getrandbits(1)
    if witness == "small":
        return rng.choice((rng.randrange(16), rng.getrandbits(32), FR_MODULUS - rng.randrange(1, 4)))
    if witness == "mostly zero" and rng.random() < 0.95:
        return 0
    return rng.choice((rng.randrange(FR_MODULUS), rng.randrange(FR_MODULUS), FR_MODULUS - 1))


def _row(
    rng: random.Random, shape: Shape, row: int, z: list[int], non_zero: list[int]
) -> tuple[Row, Row, Row]:
    density, columns = shape.density, range(len(z))
    if density == "empty rows" and row % 3:
        a = _terms(rng, columns, 2) if row % 3 == 1 and row % 2 else ()
        b = _terms(rng, columns, 2) if row % 3 == 1 and not row % 2 else ()
        return a, b, ()
    if density == "dense":
        a, b, c = (_terms(rng, columns, len(columns)) for _ in range(3))
    elif density == "one term":
        a, b, c = _terms(rng, columns, 1), _terms(rng, columns, 1), _terms(rng, columns[1:], 1 - row % 2)
    elif density == "repeated columns":
        half = range(len(z) // 2)
        a, b, c = (_doubled(_terms(rng, half, 2), len(z) // 2) for _ in range(3))
    elif density == "heavy column":
        last = columns[-1:]
        a, b, c = (_terms(rng, columns[:-1], 1) + _terms(rng, last, 1) for _ in range(3))
    elif density == "unused columns":
        used = range(max(1, len(z) // 8))
        a, b, c = (_terms(rng, used, 3) for _ in range(3))
    else:
        a, b, c = (_terms(rng, columns, rng.randint(1, 3)) for _ in range(3))
    return a, b, _mend(rng, a, b, c, z, non_zero)


def _mend(rng: random.Random, a: Row, b: Row, c: Row, z: list[int], non_zero: list[int]) -> Row:
    """Return C's row with one coefficient changed so that the row holds."""
    column = rng.choice((0, rng.choice(non_zero)))
    others = tuple(term for term in c if term[0] != column)
    missing = (_dot(a, z) * _dot(b, z) - _dot(others, z)) * pow(z[column], -1, FR_MODULUS) % FR_MODULUS
    return tuple(sorted((*others, (column, missing)))) if missing else others


def _terms(rng: random.Random, columns: range, count: int) -> Row:
    chosen = sorted(rng.sample(columns, min(count, len(columns))))
    return tuple(
        (column, rng.choice((1, 1, FR_MODULUS - 1, 2, rng.randrange(1, FR_MODULUS)))) for column in chosen
    )


def _doubled(row: Row, distance: int) -> Row:
    """Return the row with every column repeated further on: two columns of the matrix are then equal."""
    return row + tuple((column + distance, value) for column, value in row)


def _dot(row: Row, z: list[int] | tuple[int, ...]) -> int:
    return sum(value * z[column] for column, value in row) % FR_MODULUS
