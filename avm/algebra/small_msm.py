"""Sums of few multiples of points of G1, several at a time: what is left for the verifier to add up.

All points of a sum share the doublings. In the tier "ifma" the sums are made in eight lanes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.kernels.g1_curve import to_affine
from avm.algebra.lane_multiples import LANES, digits_of
from avm.algebra.points import BETA_WORDS, G1Points

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Sum = tuple[Sequence[g1.Point], Sequence[int]]
"""Points in the prime-order subgroup and as many scalars, any integers."""


def few_sums(sums: Sequence[Sum]) -> list[g1.Point]:
    """Return Σ scalars[i]·points[i] of each of some sums, with common doublings in each (any tier)."""
    from avm.algebra.kernels import small_msm as kernels

    points = G1Points.from_affine([point for part, _ in sums for point in part])
    digits = digits_of([k for _, part in sums for k in part])
    ends = np.cumsum([len(part) for part, _ in sums]).astype(np.int64)
    jacobian = np.empty((len(sums), 3, 6), dtype=np.uint64)
    kernels.few_sums(points.words, digits, ends, BETA_WORDS, jacobian)
    affine = np.empty((len(sums), 2, 6), dtype=np.uint64)
    to_affine(jacobian, affine)
    return G1Points(affine).to_affine()


def sums_in_lanes(sums: Sequence[Sum]) -> Words:
    """Return the blocks X, Y, Z of up to eight projective sums, each of a point at least (tier "ifma")."""
    from avm.algebra.kernels import small_msm_ifma
    from avm.algebra.kernels.fq_blocks import BLOCK, aligned_blocks
    from avm.algebra.kernels.g1_ifma import SMALL

    points = G1Points.from_affine([point for part, _ in sums for point in part])
    digits = digits_of([k for _, part in sums for k in part])
    columns, joins = _schedule(tuple(len(part) for part, _ in sums))
    out = aligned_blocks(3)
    small_msm_ifma.sums_in_lanes(points.words, digits, columns, joins, SMALL, out.reshape(1, 3 * BLOCK))
    return out


@lru_cache(maxsize=64)
def _schedule(sizes: tuple[int, ...]) -> tuple[Indices, Indices]:
    """Spread up to eight sums of consecutive points over eight lanes; see ``sums_in_lanes``."""
    lanes = [1] * len(sizes)
    for _ in range(LANES - len(sizes)):
        longest = max(range(len(sizes)), key=lambda s: sizes[s] / lanes[s])
        lanes[longest] += 1
    total = sum(sizes)
    columns = np.full((1, max(-(-2 * size // k) for size, k in zip(sizes, lanes)), LANES), -1, np.int64)
    joins = np.full((1, max(lanes), LANES), -1, np.int64)
    begin = lane = 0
    for s, (size, count) in enumerate(zip(sizes, lanes)):
        own = [*range(begin, begin + size), *range(total + begin, total + begin + size)]
        for k in range(count):
            chosen = own[k::count]
            columns[0, : len(chosen), lane] = chosen
            joins[0, k, s] = lane
            lane += 1
        begin += size
    return columns, joins
