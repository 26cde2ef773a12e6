"""A satisfied constraint system of any size, shaped like a small circuit, for warming up and measuring."""

from __future__ import annotations

import random
from collections.abc import Sequence

from avm.algebra.fields import FR_MODULUS
from avm.r1cs import Assignment, Matrices

# Per matrix: entries of every row, a stride over the rows, in how many of ten rows there is one more.
_DENSITY = ((2, 7, 5), (3, 3, 6), (0, 9, 3))


def sample_system(constraints: int, publics: int = 12, seed: int = 1) -> tuple[Matrices, Assignment]:
    """Return a satisfied system whose density and witness are like those of a small function's circuit.

    Per row about 2.5, 3.6 and 1.3 entries of A, B and C; half of the free values are 0 or 1. ``publics``
    includes One.
    """
    rng = random.Random(seed)
    z = [1, *(_value(rng) for _ in range(publics - 1 + 8))]
    sides: tuple[list[tuple[tuple[int, int], ...]], ...] = ([], [], [])
    for row in range(constraints):
        a, b, c = (_terms(rng, len(z), n + (row * stride % 10 < share)) for n, stride, share in _DENSITY)
        z.append((_dot(a, z) * _dot(b, z) - _dot(c, z)) % FR_MODULUS)
        for side, terms in zip(sides, (a, b, (*c, (len(z) - 1, 1)))):
            side.append(terms)
    a_rows, b_rows, c_rows = (tuple(side) for side in sides)
    return (
        Matrices.of_rows(publics, len(z) - publics, a_rows, b_rows, c_rows),
        Assignment(tuple(z[:publics]), tuple(z[publics:])),
    )


def _value(rng: random.Random) -> int:
    return rng.choice((0, 1, rng.randrange(FR_MODULUS), rng.randrange(FR_MODULUS)))


def _terms(rng: random.Random, columns: int, count: int) -> tuple[tuple[int, int], ...]:
    chosen = sorted(rng.sample(range(columns), min(count, columns)))
    return tuple((column, rng.choice((1, 1, 2, FR_MODULUS - 1))) for column in chosen)


def _dot(row: tuple[tuple[int, int], ...], z: Sequence[int]) -> int:
    return sum(value * z[column] for column, value in row) % FR_MODULUS
