"""Measures indexing, proving and verifying of generated circuits, as plain data for a table."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from avm.algebra.fields import FR_MODULUS
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.r1cs import Assignment, Matrices
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.reference_string import Srs
from avm.varuna.verifier import verify
from avm.varuna.version import CURRENT, VarunaVersion


@dataclass(frozen=True, slots=True)
class BenchRow:
    """Seconds for one circuit: the best of the repetitions, stage by stage for the best proof."""

    constraints: int
    variables: int
    entries: tuple[int, int, int]
    instances: int
    index_seconds: float
    prove_seconds: float
    verify_seconds: float
    proof_bytes: int
    stages: tuple[tuple[str, float], ...]


# Per matrix: entries of every row, a stride over the rows, in how many of ten rows there is one more.
_DENSITY = ((2, 7, 5), (3, 3, 6), (0, 9, 3))


def bench_prove(
    sizes: Sequence[int],
    srs: Srs,
    *,
    instances: int = 1,
    repetitions: int = 1,
    version: VarunaVersion = CURRENT,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    pool: Pool | None = None,
) -> list[BenchRow]:
    """Return one row per number of constraints. The first row also pays for compiling kernels, if any."""
    rows = []
    for size in sizes:
        matrices, assignment = sample_system(size)
        began = time.perf_counter()
        key, verifying = index(matrices, srs, progress=progress, cancel=cancel, pool=pool)
        indexed = time.perf_counter() - began
        best = verified = float("inf")
        stages: tuple[tuple[str, float], ...] = ()
        data = b""
        for _ in range(repetitions):
            proof, report = prove(
                key,
                srs,
                [assignment] * instances,
                version=version,
                progress=progress,
                cancel=cancel,
                pool=pool,
            )
            if report.seconds < best:
                best = report.seconds
                stages = tuple((stage.name, stage.seconds) for stage in report.stages)
            data = proof.to_bytes()
            inputs = [list(assignment.public)] * instances
            outcome = verify(verifying, srs.verifier(), inputs, proof, version=version)
            if not outcome.valid:
                raise ArithmeticError(f"a proof of {size} constraints does not verify: {outcome.failed}")
            verified = min(verified, outcome.seconds)
        rows.append(
            BenchRow(
                constraints=matrices.num_constraints,
                variables=matrices.num_variables,
                entries=matrices.nonzeros,
                instances=instances,
                index_seconds=indexed,
                prove_seconds=best,
                verify_seconds=verified,
                proof_bytes=len(data),
                stages=stages,
            )
        )
    return rows


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
        Matrices(publics, len(z) - publics, a_rows, b_rows, c_rows),
        Assignment(tuple(z[:publics]), tuple(z[publics:])),
    )


def _value(rng: random.Random) -> int:
    return rng.choice((0, 1, rng.randrange(FR_MODULUS), rng.randrange(FR_MODULUS)))


def _terms(rng: random.Random, columns: int, count: int) -> tuple[tuple[int, int], ...]:
    chosen = sorted(rng.sample(range(columns), min(count, columns)))
    return tuple((column, rng.choice((1, 1, 2, FR_MODULUS - 1))) for column in chosen)


def _dot(row: tuple[tuple[int, int], ...], z: Sequence[int]) -> int:
    return sum(value * z[column] for column, value in row) % FR_MODULUS
