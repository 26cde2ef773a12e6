"""Repeated proofs need no more memory than a few."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from avm.base.pool import Pool
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.development import development_srs
from tests.bench.proving import bench_prove


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.prove
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ten_proofs_in_a_row_stay_within_five_percent_of_three(pool: Pool) -> None:
    srs = development_srs(12, pool=pool)
    matrices, assignment = sample_system(1000)
    key, _ = index(matrices, srs, pool=pool)
    sizes = []
    for _ in range(10):
        prove(key, srs, assignment, pool=pool)
        sizes.append(_resident())
    assert sizes[9] <= sizes[2] * 1.05


def test_the_benchmark_reports_every_stage(pool: Pool) -> None:
    (row,) = bench_prove([30], development_srs(8, seed=b"bench"), instances=2, pool=pool)
    assert (row.constraints, row.instances) == (30, 2)
    assert len(row.stages) == 7
    assert row.prove_seconds > sum(seconds for _, seconds in row.stages) * 0.9 > 0
