"""Measurements of the algebra as plain data: nanoseconds per product, milliseconds per transform and sum."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from avm.algebra.tiers import tier


@dataclass(frozen=True, slots=True)
class Measurement:
    """The best of several runs of one operation, in the unit named."""

    name: str
    value: float
    unit: str


def best_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest time of ``repeats`` calls."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def bench_start() -> list[Measurement]:
    """Measure the import of all kernels: compiled when the cache is empty, loaded otherwise."""
    from avm.algebra import load_kernels

    return [Measurement("load or compile all kernels", best_seconds(load_kernels, 1), "s")]


def bench_fields(n: int = 1 << 14) -> list[Measurement]:
    """Measure element-wise operations over Fr."""
    from avm.algebra import vector

    a, b = vector.random(n), vector.random(n)
    cases: list[tuple[str, Callable[[], object]]] = [
        ("Fr product", lambda: vector.mul(a, b)),
        ("Fr sum", lambda: vector.add(a, b)),
        ("Fr inverse in a batch", lambda: vector.batch_inverse(a)),
        ("Fr polynomial evaluation, per coefficient", lambda: vector.evaluate(a, 5)),
    ]
    cases.append(("Fq product", _fq_products(n)))
    rows = [Measurement(name, best_seconds(work, 20) / n * 1e9, "ns") for name, work in cases]
    if tier() == "ifma":
        from avm.algebra.reference_product import product_nanoseconds

        rows.append(Measurement("Fq product, eight lanes", product_nanoseconds(), "ns"))
    return rows


def _fq_products(n: int) -> Callable[[], object]:
    import numpy as np

    from avm.algebra import g1
    from avm.algebra.kernels.g1_curve import scale_x
    from avm.algebra.points import BETA_WORDS, G1Points

    words = np.repeat(G1Points.from_affine([g1.GENERATOR]).words, n, axis=0)
    out = np.empty((n, 6), dtype=np.uint64)
    return lambda: scale_x(words, BETA_WORDS, out)


def bench_transforms(log_sizes: tuple[int, ...] = (12, 14, 16)) -> list[Measurement]:
    """Measure number theoretic transforms in natural order, one thread."""
    from avm.algebra import vector

    result = []
    for log_size in log_sizes:
        a = vector.random(1 << log_size)
        seconds = best_seconds(lambda: vector.ntt(a, len(a)))  # noqa: B023
        result.append(Measurement(f"NTT of 2^{log_size}", seconds * 1e3, "ms"))
    return result


def bench_msm(
    log_sizes: tuple[int, ...] = (10, 12, 14), threads: tuple[int, ...] = (1, 2)
) -> list[Measurement]:
    """Measure multi-scalar multiplications with uniform scalars and with a skewed half of zeros and ones."""
    from avm.algebra import g1, vector
    from avm.algebra.msm import msm
    from avm.algebra.points import powers_of
    from avm.base.pool import Pool

    result = []
    points = powers_of(g1.GENERATOR, 0x1234567, 1 << max(log_sizes))
    for log_size in log_sizes:
        uniform = vector.random(1 << log_size)
        skewed = uniform.copy()
        skewed[::2] = 0
        skewed[::4] = vector.constant(1)
        for count in threads:
            with Pool(count) as pool:
                for kind, scalars in (("uniform", uniform), ("skewed", skewed)):
                    seconds = best_seconds(lambda: msm(points, scalars, pool), 3)  # noqa: B023
                    name = f"MSM of 2^{log_size}, {kind} scalars, {count} threads"
                    result.append(Measurement(name, seconds * 1e3, "ms"))
    return result


def bench_pairing() -> list[Measurement]:
    """Measure the check of a product of four pairings."""
    from avm.algebra import g1, g2, pairing

    pair = (g1.GENERATOR, g2.GENERATOR)
    inverse = (g1.neg(g1.GENERATOR), g2.GENERATOR)
    seconds = best_seconds(lambda: pairing.product_is_one([pair, inverse, pair, inverse]))
    return [Measurement("product of four pairings", seconds * 1e3, "ms")]


def bench_all() -> list[Measurement]:
    """Measure everything above."""
    parts = [bench_start(), bench_fields(), bench_transforms(), bench_msm(), bench_pairing()]
    return [measurement for part in parts for measurement in part]
