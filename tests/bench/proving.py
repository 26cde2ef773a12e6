"""Measures indexing, proving and verifying of generated circuits, as plain data for a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.reference_string import Srs
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
