"""Sums over G1 and transforms over Fr beside the table of the kernel design."""

from __future__ import annotations

import time
from collections.abc import Callable

from avm.algebra import vector
from avm.algebra.msm import msm
from avm.base.pool import Pool
from tests.bench.scale import Scale, measure
from tests.bench.strings import string_for
from tests.bench.table import Cell, Table, ratio, scaled

MSM_MS = {14: 34.0, 15: 64.0, 16: 124.0}
"""Uniform scalars of 253 bits, one thread, on the reference core."""
NTT_MS = {14: 0.62, 16: 2.9, 17: 6.6}
COLUMNS = ("size", "what", "threads", "raw, ms", "product, ns", "scaled, ms", "design, ms", "scaled / design")


def sums(logs: tuple[int, ...] = tuple(MSM_MS), repeats: int = 5) -> Table:
    """Return the sums: uniform scalars, and skewed ones as witnesses have them."""
    points = string_for((1 << max(logs)) - 1).powers(1 << max(logs))
    rows: list[tuple[Cell, ...]] = []
    for threads in (1, 2):
        with Pool(threads) as pool:
            for log in logs:
                uniform = vector.random(1 << log)
                for kind, scalars in (("uniform", uniform), ("skewed", skewed(uniform))):
                    best = fastest(lambda s=scalars: msm(points[: len(s)], s, pool), threads, repeats)
                    core = measure()
                    wanted = MSM_MS.get(log) if threads == 1 and kind == "uniform" else None
                    rows.append(_row(f"2^{log}", kind, threads, best, wanted, core))
    notes = (
        "skewed: a quarter zeros, a quarter ones, an eighth below 2^64, the rest uniform",
        "one thread: processor time, which other programs do not lengthen; two threads: elapsed time",
    )
    return Table("MSM over G1", COLUMNS, tuple(rows), notes)


def transforms(logs: tuple[int, ...] = tuple(NTT_MS), repeats: int = 25) -> Table:
    """Return the transforms over Fr, natural order to natural order."""
    rows: list[tuple[Cell, ...]] = []
    for log in logs:
        values = vector.random(1 << log)
        best = fastest(lambda v=values: vector.ntt(v, len(v)), 1, repeats)
        rows.append(_row(f"2^{log}", "forward", 1, best, NTT_MS.get(log), measure()))
    return Table("NTT over Fr", COLUMNS, tuple(rows), ("processor time of one thread",))


def skewed(uniform: vector.FrVector) -> vector.FrVector:
    """Return scalars like a witness's: zeros, ones and small values among uniform ones."""
    found = uniform.copy()
    found[::4] = 0
    found[1::4] = vector.constant(1)
    small = found[2::8]
    small[:] = vector.from_ints([value & 0xFFFF_FFFF_FFFF_FFFF for value in vector.to_ints(small)])
    return found


def fastest(work: Callable[[], object], threads: int, repeats: int) -> float:
    """Return the shortest seconds of a call: of this thread's processor time, or elapsed with several."""
    clock = time.thread_time if threads == 1 else time.perf_counter
    work()
    best = float("inf")
    for _ in range(repeats):
        began = clock()
        work()
        best = min(best, clock() - began)
    return best


def _row(
    size: str, kind: str, threads: int, seconds: float, wanted: float | None, scale: Scale
) -> tuple[Cell, ...]:
    raw = seconds * 1e3
    at_reference = scaled(raw, scale.factor)
    return size, kind, threads, raw, scale.nanoseconds, at_reference, wanted, ratio(at_reference, wanted)
