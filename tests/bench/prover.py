"""The prover on the main shape: a system with exactly the counts of a small real function's circuit."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from avm.algebra.fields import FR_MODULUS
from avm.r1cs import Assignment, Matrices
from tests.bench.figure import Figure, best_of

PUBLICS, PRIVATES, CONSTRAINTS = 12, 12_921, 12_926
ENTRIES = (32_191, 46_449, 16_949)
BITS = 3_000
"""Private variables that are 0 or 1, each with a row that says so."""

Row = tuple[tuple[int, int], ...]


def main_shape(seed: int = 1) -> tuple[Matrices, Assignment]:
    """Return a satisfied system of the main shape, before the variables and the row that hiding adds."""
    rng = random.Random(seed)
    z = [
        1,
        *(rng.randrange(FR_MODULUS) for _ in range(PUBLICS - 1)),
        *(rng.randrange(2) for _ in range(BITS)),
    ]
    products = PRIVATES - BITS
    squares = CONSTRAINTS - products
    a: list[Row] = []
    b: list[Row] = []
    c: list[Row] = []
    for i in range(squares):
        bit = PUBLICS + i % BITS
        a.append(((bit, 1),))
        b.append(((0, FR_MODULUS - 1), (bit, 1)))
        c.append(())

    def terms(count: int) -> Row:
        return tuple(
            (column, rng.choice((1, 1, 2, FR_MODULUS - 1)))
            for column in sorted(rng.sample(range(len(z)), count))
        )

    def value(row: Row) -> int:
        return sum(k * z[column] for column, k in row) % FR_MODULUS

    counts = zip(
        _shares(ENTRIES[0] - squares, products, rng),
        _shares(ENTRIES[1] - 2 * squares, products, rng),
        _shares(ENTRIES[2] - products, products, rng),
    )
    for in_a, in_b, in_c in counts:
        left, right, rest = terms(in_a), terms(in_b), terms(in_c)
        z.append((value(left) * value(right) - value(rest)) % FR_MODULUS)
        a.append(left)
        b.append(right)
        c.append((*rest, (len(z) - 1, 1)))
    matrices = Matrices.of_rows(PUBLICS, PRIVATES, tuple(a), tuple(b), tuple(c))
    return matrices, Assignment(tuple(z[:PUBLICS]), tuple(z[PUBLICS:]))


def _shares(total: int, parts: int, rng: random.Random) -> list[int]:
    """Split a total into nearly equal parts, in random order."""
    base, more = divmod(total, parts)
    shares = [base + 1] * more + [base] * (parts - more)
    rng.shuffle(shares)
    return shares


def main_proof() -> Iterator[Figure]:
    """Index, prove and verify the main shape; processor time stands beside elapsed time."""
    from avm.algebra.tiers import tier
    from avm.base.pool import Pool
    from avm.varuna.indexer import index
    from avm.varuna.prover import prove
    from avm.varuna.srs.development import development_srs
    from avm.varuna.verifier import verify

    scale = 1.0
    if tier() == "ifma":
        from avm.algebra.reference_product import REFERENCE_NANOSECONDS, product_nanoseconds

        measured = product_nanoseconds()
        scale = REFERENCE_NANOSECONDS / measured
        yield Figure("Fq product, eight lanes", measured, "ns")
    matrices, assignment = main_shape()
    with Pool(2) as pool:
        srs = development_srs(17, pool=pool)
        (key, verifying), elapsed, used = _timed(lambda: index(matrices, srs, pool=pool))
        yield from _figures("index", elapsed, used, scale)
        prove(key, srs, assignment, pool=pool)
        for name, instances in (("prove", 1), ("prove 8 instances", 8)):
            runs = [
                _timed(lambda n=instances: prove(key, srs, [assignment] * n, pool=pool)) for _ in range(3)
            ]
            (proof, report), elapsed, used = min(runs, key=lambda run: run[1])
            yield from _figures(name, elapsed, used, scale)
            for stage in report.stages:
                yield Figure(f"{name}: {stage.name}", stage.seconds, "s")
        proof, _ = prove(key, srs, assignment, pool=pool)
    verifier, inputs = srs.verifier(), list(assignment.public)
    verify(verifying, verifier, inputs, proof)
    seconds = best_of(20, lambda: verify(verifying, verifier, inputs, proof))
    yield Figure("verify", seconds * 1e3, "ms")
    yield Figure("verify, scaled", seconds * 1e3 * scale, "ms")
    yield Figure("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


T = TypeVar("T")


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """Return the result, the elapsed time and the processor time of a call."""
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - began, time.process_time() - used


def _figures(name: str, elapsed: float, used: float, scale: float) -> Iterator[Figure]:
    yield Figure(name, elapsed, "s")
    yield Figure(f"{name}: processor time", used, "s")
    yield Figure(f"{name}: processor time, scaled", used * scale, "s")
