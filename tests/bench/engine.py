"""Benches of the engine: builds, constraints, proofs, kernels, memory over many proofs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from avm.api import memory, pipeline, workspace
from avm.api.artifacts import Constrained, Ran
from avm.storage.parameters import Parameters
from tests.bench.figure import Figure, best_of
from tests.bench.peak import Peak


def _constrained(sample: workspace.Sample) -> Constrained:
    project = workspace.open_project(sample.path)
    run = sample.runs[0]
    return pipeline.constrain(pipeline.run(pipeline.build(project), run.function, run.inputs))


def _provable() -> Iterator[workspace.Sample]:
    yield from (s for s in workspace.samples() if not s.halts)


def builds() -> Iterator[Figure]:
    """Build time of each sample, warm."""
    for sample in workspace.samples():
        project = workspace.open_project(sample.path)
        yield Figure(f"build {sample.name}", best_of(5, lambda p=project: pipeline.build(p)), "s")


def constraints() -> Iterator[Figure]:
    """Constraints synthesised per second, over each sample's circuit."""
    for sample in _provable():
        constrained = _constrained(sample)
        ran = constrained.ran
        again = best_of(5, lambda r=ran: pipeline.constrain(r).circuit.system.assignment())
        seconds = best_of(5, lambda r=ran: _anew(r))
        yield Figure(f"{sample.name}: constraints", constrained.view.constraints, "rows")
        yield Figure(f"{sample.name}: synthesis", constrained.view.constraints / seconds, "rows/s")
        yield Figure(f"{sample.name}: witness of a later run", again * 1000, "ms")


def _anew(ran: Ran) -> None:
    """Synthesize the circuit of a run that has one."""
    ran.built._loaded.clear()
    pipeline.constrain(ran)


def proofs() -> Iterator[Figure]:
    """Proof and verification time of each sample, keys and kernels warm."""
    parameters = Parameters()
    for sample in _provable():
        constrained = _constrained(sample)
        with Peak() as peak:
            proved = pipeline.prove(constrained, parameters)
        seconds = best_of(3, lambda c=constrained: pipeline.prove(c, parameters))
        yield Figure(f"{sample.name}: prove ({proved.view.srs} SRS)", seconds, "s")
        yield Figure(f"{sample.name}: prover alone", proved.view.seconds, "s")
        yield Figure(f"{sample.name}: verify", best_of(3, lambda p=proved: pipeline.verify(p)) * 1000, "ms")
        yield Figure(f"{sample.name}: proof", proved.view.bytes, "bytes")
        yield Figure(f"{sample.name}: peak memory", peak.bytes / 2**20, "MiB")


def kernels() -> Iterator[Figure]:
    """The kernels of the algebra, by its own bench."""
    from tests.bench import algebra

    for row in algebra.bench_all():
        yield Figure(row.name, row.value, row.unit)


def ten_proofs() -> Iterator[Figure]:
    """Resident memory after the third and the tenth proof of one program."""
    sample = next(_provable())
    parameters = Parameters()
    after = {}
    for number in range(1, 11):
        pipeline.prove(_constrained(sample), parameters)
        after[number] = memory.resident_bytes()
    yield Figure("resident after the third proof", after[3] / 2**20, "MiB")
    yield Figure("resident after the tenth proof", after[10] / 2**20, "MiB")
    yield Figure("growth from the third to the tenth", (after[10] / after[3] - 1) * 100, "%")


def ledger() -> Iterator[Figure]:
    """Commits to a fresh ledger."""
    from avm.api.ledger import LedgerSession

    sample = next(_provable())
    with TemporaryDirectory() as folder:
        session = LedgerSession.open(Path(folder) / "ledger.db")
        proved = pipeline.prove(_constrained(sample), Parameters())
        started = time.perf_counter()
        session.commit(proved)
        yield Figure("commit (deployment and execution)", time.perf_counter() - started, "s")
        session.close()
