"""The main shape in a process of its own: index, proofs, verification, peak memory, as one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.bench import scale
from tests.bench.prover import main_shape
from tests.bench.strings import string_for

T = TypeVar("T")
WORKERS = 2
BATCH = 8


def measure(repeats: int) -> dict[str, Any]:
    """Return the figures: seconds elapsed and of the processor, best of ``repeats`` warm runs."""
    from avm.algebra.tiers import tier
    from avm.base.pool import Pool
    from avm.varuna.indexer import circuit_shape, index
    from avm.varuna.prover import prove
    from avm.varuna.verifier import verify
    from avm.varuna.version import VarunaVersion
    from tests.bench.peak import Peak

    v3 = VarunaVersion.V3
    matrices, assignment = main_shape()
    srs = string_for(circuit_shape(matrices).info.highest_power)
    verifier, inputs = srs.verifier(), list(assignment.public)
    found: dict[str, Any] = {"tier": tier(), "srs": srs.name, "constraints": matrices.num_constraints}
    with Pool(WORKERS) as pool:
        cores = [scale.measure()]
        (key, verifying), found["index"] = timed(lambda: index(matrices, srs, pool=pool))
        for name, instances in (("prove", 1), ("batch", BATCH)):
            work = lambda n=instances: prove(key, srs, [assignment] * n, version=v3, pool=pool)  # noqa: E731
            work()
            runs = []
            with Peak() as peak:
                for _ in range(repeats if instances == 1 else 2):
                    cores.append(scale.measure())
                    runs.append(timed(work))
            (proof, report), best = min(runs, key=lambda run: run[1]["wall"])
            best["cpu"] = min(run[1]["cpu"] for run in runs)
            stages = {stage.name: stage.seconds for stage in report.stages}
            found[name] = {**best, "stages": stages, "peak": peak.bytes, "bytes": report.proof_bytes}
            checks = []
            for _ in range(30 if instances == 1 else 5):
                outcome, took = timed(
                    lambda p=proof, n=instances: verify(verifying, verifier, [inputs] * n, p, version=v3)
                )
                if not outcome.valid:
                    raise ArithmeticError(f"the proof does not verify: {outcome.failed}")
                checks.append(took)
            found[name]["verify"] = {k: min(took[k] for took in checks) for k in ("wall", "cpu")}
    found["product"] = scale.best(cores).nanoseconds
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    return found


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Return the result of a call with its seconds, elapsed and of the processor."""
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return result, {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
