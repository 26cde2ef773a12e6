"""Poseidon's partial rounds with sparse matrices.

A partial round touches only the first element with its S-box, so a matrix that leaves that element alone can
be moved past it. Splitting the mixing matrix M = [[m, v], [w, M^]] into [[1, 0], [0, M^]] times
[[m, v], [M^⁻¹ w, 1]] and moving the left factor on, round after round, leaves one dense matrix at the end.
Source: https://eprint.iacr.org/2019/458, appendix B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

from avm.primitives.grain_lfsr import PoseidonParameters

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class SparseRounds:
    """Per partial round the constants, the first row, and the first column below it; then a dense matrix."""

    rounds: tuple[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]], ...]
    last: tuple[tuple[int, ...], ...]


def _solve(matrix: Matrix, columns: Matrix, p: int) -> list[list[int]]:
    """Return matrix⁻¹ · columns by elimination; the matrix is regular."""
    size = len(matrix)
    rows = [[*left, *right] for left, right in zip(matrix, columns)]
    for i in range(size):
        pivot = next(k for k in range(i, size) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        inverse = pow(rows[i][i], -1, p)
        rows[i] = [a * inverse % p for a in rows[i]]
        for k in range(size):
            if k != i and rows[k][i]:
                factor = rows[k][i]
                rows[k] = [(a - factor * b) % p for a, b in zip(rows[k], rows[i])]
    return [row[size:] for row in rows]


def _product(left: Matrix, right: Matrix, p: int) -> list[list[int]]:
    columns = list(zip(*right))
    return [[sum(map(mul, row, column)) % p for column in columns] for row in left]


@cache
def sparse_rounds(parameters: PoseidonParameters) -> SparseRounds:
    """Return the sparse form of an instance's partial rounds; it is made once and kept."""
    p, mds = parameters.modulus, parameters.mds
    start = parameters.full_rounds // 2
    moved: Matrix = [[int(i == j) for j in range(parameters.rate)] for i in range(parameters.rate)]
    rounds = []
    for constants in parameters.ark[start : start + parameters.partial_rounds]:
        # The factor that was moved on stands before this round: its inverse meets the constants.
        shifted = [row[0] for row in _solve(moved, [[c] for c in constants[1:]], p)]
        whole = [[mds[0][0], *_product([mds[0][1:]], moved, p)[0]]]
        below = _product([row[1:] for row in mds[1:]], moved, p)
        column = [row[0] for row in _solve(below, [[row[0]] for row in mds[1:]], p)]
        rounds.append(((constants[0], *shifted), tuple(whole[0]), tuple(column)))
        moved = below
    last = ((1, *[0] * parameters.rate), *((0, *row) for row in moved))
    return SparseRounds(tuple(rounds), last)
