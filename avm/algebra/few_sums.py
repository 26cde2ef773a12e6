"""Sums of few multiples of points of G1, several at a time: what is left for the verifier to add up.

With λ = x² (x the curve parameter) a scalar is k = a + b·λ with a, b < 2^126.2, and λ·(X, Y) = (β·X, −Y) in
the prime-order subgroup. Both halves are cut into 32 digits of four bits between −8 and 7: adding 8 at every
digit's place makes all of them non-negative. In the tier "ifma" the sums are made in eight lanes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.g1_curve import to_affine
from avm.algebra.points import BETA_WORDS, G1Points

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Digits = npt.NDArray[np.int8]
Sum = tuple[Sequence[g1.Point], Sequence[int]]
"""Points in the prime-order subgroup and as many scalars, any integers."""

LAMBDA = 0x8508C00000000001**2
WINDOWS = 32
_SHIFT = sum(8 << 4 * w for w in range(WINDOWS))
LANES = 8


def digits_of(scalars: Sequence[int]) -> Digits:
    """Return the digits of n scalars, shape (32, 2n), lowest first: column i is a of scalar i, n + i is b."""
    halves = [divmod(k % FR_MODULUS, LAMBDA) for k in scalars]
    data = b"".join(
        [
            (half + _SHIFT).to_bytes(WINDOWS // 2, "little")
            for part in (1, 0)
            for half in (h[part] for h in halves)
        ]
    )
    pairs = np.frombuffer(data, dtype=np.uint8).reshape(-1, WINDOWS // 2).T
    digits = np.empty((WINDOWS, pairs.shape[1]), dtype=np.int8)
    digits[::2] = pairs & 15
    digits[1::2] = pairs >> 4
    return digits - np.int8(8)


def few_sums(sums: Sequence[Sum]) -> list[g1.Point]:
    """Return Σ scalars[i]·points[i] of each of some sums, with common doublings in each (any tier)."""
    from avm.algebra.kernels import few_sums as kernels

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
    from avm.algebra.kernels import few_sums_lanes
    from avm.algebra.kernels.g1_lanes import SMALL
    from avm.algebra.kernels.lane_sums import BLOCK, aligned_blocks

    points = G1Points.from_affine([point for part, _ in sums for point in part])
    digits = digits_of([k for _, part in sums for k in part])
    columns, joins = _schedule(tuple(len(part) for part, _ in sums))
    out = aligned_blocks(3)
    few_sums_lanes.sums_in_lanes(points.words, digits, columns, joins, SMALL, out.reshape(1, 3 * BLOCK))
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
