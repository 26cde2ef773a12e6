"""Whether a reference string is what it claims: one random combination and pairing per family.

That ``P_{i+1} = beta P_i`` for all i follows, up to a chance of 2^-128, from one random combination of them:
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
from avm.varuna.report import Check
from avm.varuna.srs.reference_string import BLINDING_SIZE, Srs

if TYPE_CHECKING:
    from avm.algebra.vector import FrVector

RANDOM_BITS = 128
"""Size of the random weights, drawn by the checker after the string is fixed: its maker cannot know them."""


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

    Where powers between the first and the last are not at hand (the official files) or not asked for, the
    exponent of the last ones is not checked, only that they are consecutive and fit the negative powers; the
    check's detail says so. Without a pool all processors work.
    """
    if pool is None:
        with Pool() as own:
            return check_srs(srs, count, progress, cancel, own)
    size = min(count or srs.table.available, srs.table.available)
    last = min(count or srs.table.available_last, srs.table.available_last)
    complete = size == srs.max_degree + 1
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
    detail = "" if complete else "the exponent itself needs the powers in between, which were not checked"
    run(
        "Shifted powers are consecutive",
        complete or (subgroup_check(shifted, pool, cancel) and _consecutive(srs, shifted, cancel, pool)),
        detail,
    )
    bounds = sum(bound < len(shifted) for bound in srs.negative_powers)
    detail = "" if bounds == len(srs.negative_powers) else f"{bounds} of {len(srs.negative_powers)} bounds"
    run("Negative powers fit the shifted ones", _negative_fit(srs, shifted), detail)
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
            weight = _weight()
            pairs.append((g1.mul(shifted[len(shifted) - 1 - bound], weight), point))
            total += weight
    return pairing.product_is_one([*pairs, (g1.mul(g1.GENERATOR, -total % FR_MODULUS), g2.GENERATOR)])


def _gamma_fit(srs: Srs) -> bool:
    """Check that no exponent is missing, that each begins or continues a run, the steps of all runs, and the
    start of each run but the first against the negative power of its bound.
    """
    gamma = srs.gamma_powers
    starts = [0, *(srs.max_degree - bound for bound in srs.negative_powers)]
    if not gamma.keys() >= {start + i for start in starts for i in range(BLINDING_SIZE)}:
        return False
    if any(e not in starts and e - 1 not in gamma for e in gamma):
        return False
    if any(p is None or not g1.is_on_curve(p) or not g1.is_in_subgroup(p) for p in gamma.values()):
        return False
    steps = [e for e in gamma if e + 1 in gamma]
    weights = [_weight() for _ in steps]
    low = g1.multi_mul([gamma[e] for e in steps], weights)
    high = g1.multi_mul([gamma[e + 1] for e in steps], weights)
    pairs: list[tuple[g1.Point, g2.Point]] = [(high, g2.GENERATOR), (g1.neg(low), srs.beta_h)]
    if not pairing.product_is_one(pairs):
        return False
    pairs, total = [], 0
    for bound, point in srs.negative_powers.items():
        weight = _weight()
        pairs.append((g1.mul(gamma[srs.max_degree - bound], weight), point))
        total += weight
    return pairing.product_is_one([*pairs, (g1.mul(gamma[0], -total % FR_MODULUS), g2.GENERATOR)])


def _weight() -> int:
    """Return a random weight that is not zero, so that nothing that is added up drops out."""
    return 1 + secrets.randbits(RANDOM_BITS)


def _weights(count: int) -> FrVector:
    return vector.from_ints([_weight() for _ in range(count)])
