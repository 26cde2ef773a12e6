"""The first start of the prover, its kernels compiled into an empty cache, and the starts after it."""

from __future__ import annotations

import json
import time
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.scale import measure as measure_core
from tests.bench.table import Cell, Table, scaled
from tests.bench.tiers import in_child

WARM_STARTS = 3
COLD_CPU_S, WARM_S = 20.0, 1.0


def measure() -> dict[str, Any]:
    """Return seconds until MSM, NTT and prover can run here, and what the first verification adds."""
    import avm.algebra.msm
    import avm.algebra.transform
    import avm.varuna.indexer
    import avm.varuna.prover  # noqa: F401
    from avm.algebra.tiers import tier

    ready = _spent()
    from avm.varuna.indexer import index
    from avm.varuna.prover import prove
    from avm.varuna.sample_system import sample_system
    from avm.varuna.verifier import verify
    from tests.bench.strings import string_for

    matrices, assignment = sample_system(64)
    began = _spent()
    srs = string_for(1 << 12)
    read = _spent()
    key, verifying = index(matrices, srs)
    proof, _ = prove(key, srs, assignment)
    proved = _spent()
    verify(verifying, srs.verifier(), list(assignment.public), proof)
    return {
        "tier": tier(),
        "ready": ready,
        "string": _between(began, read),
        "first proof": _between(read, proved),
        "first verification": _between(proved, _spent()),
    }


def _spent() -> dict[str, float]:
    return {"wall": time.perf_counter() - _BEGAN, "cpu": time.process_time()}


def _between(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    return {name: second[name] - first[name] for name in first}


def table() -> Table:
    """Return the cold start and the best warm one, in processes of their own."""
    with TemporaryDirectory() as folder:
        cold = in_child("tests.bench.kernel_start", AVM_CACHE_DIR=folder)
        warm = [in_child("tests.bench.kernel_start", AVM_CACHE_DIR=folder) for _ in range(WARM_STARTS)]
    core = measure_core()
    rows: list[tuple[Cell, ...]] = []
    steps = {
        "ready": "MSM, NTT and prover ready",
        "string": "reference string read",
        "first proof": "then: key and proof of 64 constraints",
        "first verification": "then: verification (pairing)",
    }
    for step, text in steps.items():
        best = {clock: min(run[step][clock] for run in warm) for clock in ("wall", "cpu")}
        for start, took, target in (("cold", cold[step], COLD_CPU_S), ("warm", best, WARM_S)):
            limit = target if step == "ready" else None
            rows.append(
                (
                    cold["tier"],
                    start,
                    text,
                    took["wall"],
                    took["cpu"],
                    scaled(took["cpu"], core.factor),
                    limit,
                )
            )
    columns = ("tier", "start", "until", "elapsed, s", "processor, s", "scaled, s", "at most, s")
    notes = (
        "counted from the first line of the process; cold: the folder of compiled kernels is empty",
        f"warm: best of {WARM_STARTS} processes",
    )
    return Table("Cold compile and warm start", columns, tuple(rows), notes)


_BEGAN = time.perf_counter()

if __name__ == "__main__":
    print(json.dumps(measure()))
