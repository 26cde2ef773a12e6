"""Whether a reference string is what it claims: one random combination and pairing per family.

That ``P_{i+1} = beta P_i`` for all i follows, up to a chance of 2^-125, from one random combination of them:
``e(sum r_i P_{i+1}, H) = e(sum r_i P_i, beta H)``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.algebra import g1, g2, pairing, vector
from avm.algebra.fields import FR_MODULUS
from avm.algebra.msm import msm
from avm.algebra.points import G1Points, subgroup_check
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.reference_string import Srs
from avm.varuna.report import Check

if TYPE_CHECKING:
    from avm.algebra.vector import FrVector

RANDOM_BITS = 126


@dataclass(frozen=True, slots=True)
class SrsCheck:
    """The verdict on a reference string, check by check."""

    valid: bool
    checks: tuple[Check, ...]


def check_srs(
    srs: Srs,
    count: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    pool: Pool | None = None,
) -> SrsCheck:
    """Check the first ``count`` powers (default: all at hand), the last ones, the gamma powers and G2.

    Where powers between the first and the last are not at hand (the official files), the exponent of the
    last ones cannot be checked, only that they are consecutive and fit the negative powers; the check's
    detail says so. Without a pool all processors work.
    """
    if pool is None:
        with Pool() as own:
            return check_srs(srs, count, progress, cancel, own)
    size = min(count or srs.table.available, srs.table.available)
    last = min(count or srs.table.available_last, srs.table.available_last)
    complete = srs.table.available == srs.max_degree + 1
    checks = []

    def run(name: str, passed: bool, detail: str = "") -> None:
        checks.append(Check(name, passed, detail))
        progress.step(len(checks), 7)
        if cancel is not None:
            cancel.check()

    progress.stage("Check the parameters", f"{size} powers")
    run("The secret is in the right groups", _g2_in_place(srs))
    first = srs.table.first(size)
    run("Powers lie in the prime-order group", subgroup_check(first, pool, cancel))
    run("Power 0 is the generator", first[0] == g1.GENERATOR)
    run("Powers are consecutive", _consecutive(srs, first, cancel, pool), f"exponents 0 to {size - 1}")
    shifted = srs.table.last(last)
    detail = "" if complete else "the exponent itself needs the powers in between, which are not at hand"
    run(
        "Shifted powers are consecutive",
        complete or (subgroup_check(shifted, pool, cancel) and _consecutive(srs, shifted, cancel, pool)),
        detail,
    )
    run("Negative powers fit the shifted ones", _negative_fit(srs, shifted))
    run("Gamma powers fit", _gamma_fit(srs))
    return SrsCheck(all(check.passed for check in checks), tuple(checks))


def _g2_in_place(srs: Srs) -> bool:
    points = [srs.beta_h, *srs.negative_powers.values()]
    return all(p is not None and g2.is_on_curve(p) and g2.is_in_subgroup(p) for p in points)


def _consecutive(srs: Srs, points: G1Points, cancel: Cancel | None, pool: Pool | None) -> bool:
    if len(points) < 2:
        return True
    weights = _weights(len(points) - 1)
    low = msm(points[: len(points) - 1], weights, pool=pool, cancel=cancel)
    high = msm(points[1:], weights, pool=pool, cancel=cancel)
    return pairing.product_is_one([(high, g2.GENERATOR), (g1.neg(low), srs.beta_h)])


def _negative_fit(srs: Srs, shifted: G1Points) -> bool:
    """Check ``e(beta^(D-d) G, beta^-(D-d) H) = e(G, H)`` for the degree bounds whose power is at hand."""
    pairs: list[tuple[g1.Point, g2.Point]] = []
    total = 0
    for bound, point in srs.negative_powers.items():
        if bound < len(shifted):
            weight = secrets.randbits(RANDOM_BITS)
            pairs.append((g1.mul(shifted[len(shifted) - 1 - bound], weight), point))
            total += weight
    return pairing.product_is_one([*pairs, (g1.mul(g1.GENERATOR, -total % FR_MODULUS), g2.GENERATOR)])


def _gamma_fit(srs: Srs) -> bool:
    """Check runs of three exponents, and each run after the first against the negative power of its bound."""
    gamma = srs.gamma_powers
    if any(p is None or not g1.is_on_curve(p) or not g1.is_in_subgroup(p) for p in gamma.values()):
        return False
    steps = [e for e in gamma if e + 1 in gamma]
    weights = [secrets.randbits(RANDOM_BITS) for _ in steps]
    low = g1.multi_mul([gamma[e] for e in steps], weights)
    high = g1.multi_mul([gamma[e + 1] for e in steps], weights)
    pairs: list[tuple[g1.Point, g2.Point]] = [(high, g2.GENERATOR), (g1.neg(low), srs.beta_h)]
    if not pairing.product_is_one(pairs):
        return False
    pairs, total = [], 0
    for bound, point in srs.negative_powers.items():
        weight = secrets.randbits(RANDOM_BITS)
        pairs.append((g1.mul(gamma.get(srs.max_degree - bound), weight), point))
        total += weight
    return pairing.product_is_one([*pairs, (g1.mul(gamma[0], -total % FR_MODULUS), g2.GENERATOR)])


def _weights(count: int) -> FrVector:
    return vector.from_ints([secrets.randbits(RANDOM_BITS) for _ in range(count)])
