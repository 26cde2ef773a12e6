"""Multi-scalar multiplication Σ scalars[i]·points[i] over G1 (Pippenger), the prover's largest cost.

Scalars are split by the curve's endomorphism and recoded to signed digits; a unit of work is a segment of
the buckets of one window. Skewed scalars (zeros, ones, small or equal values) and exceptional additions
are exact.
"""

from __future__ import annotations

import math

import numpy as np

from avm.algebra import g1
from avm.algebra.kernels import msm_buckets as kernels
from avm.algebra.kernels.g1_curve import to_affine
from avm.algebra.kernels.msm_digits import HALF_BITS, signed_digits
from avm.algebra.points import BETA_WORDS, G1Points
from avm.algebra.vector import FrVector
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

_SCALARS_PER_UNIT = 8192
_ENTRIES_PER_UNIT = 16384
_COST_OF_BUCKET = 3.5
"""Cost of one bucket in the running sum, in affine additions."""


def window_bits(n: int) -> int:
    """Return the window size that costs least for n points."""

    def cost(bits: int) -> float:
        return math.ceil(HALF_BITS / bits) * (2 * n + _COST_OF_BUCKET * (1 << (bits - 1)))

    return min(range(3, 17), key=cost)


def msm(
    points: G1Points,
    scalars: FrVector,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> g1.Point:
    """Return Σ scalars[i]·points[i] over the scalars' length; points must lie in the prime-order subgroup.

    ValueError when there are more scalars than points; ``Cancelled`` within one unit of work (some ms).
    """
    n = len(scalars)
    if n > len(points):
        raise ValueError(f"{n} scalars but only {len(points)} points")
    if n == 0:
        return None
    workers = pool or Pool(1)
    table = points.words[:n]
    scalars = np.require(scalars, requirements=["C", "W"])
    bits = window_bits(n)
    windows = math.ceil(HALF_BITS / bits)
    digits = np.empty((windows, 2 * n), dtype=np.int32)
    scaled_x = np.empty((n, 6), dtype=np.uint64)

    def prepare(begin: int) -> None:
        end = min(n, begin + _SCALARS_PER_UNIT)
        signed_digits(scalars, begin, end, bits, digits)
        kernels.scale_x(table[begin:end], BETA_WORDS, scaled_x[begin:end])

    workers.map(prepare, range(0, n, _SCALARS_PER_UNIT), cancel)

    segments = 1
    while segments * _ENTRIES_PER_UNIT < 2 * n and segments < 1 << (bits - 4):
        segments *= 2
    count = (1 << (bits - 1)) // segments
    sums = np.empty((windows * segments, 2, 3, 6), dtype=np.uint64)

    def accumulate(unit: int) -> None:
        window, segment = divmod(unit, segments)
        kernels.bucket_sums(table, scaled_x, digits[window], segment * count, count, sums[unit])

    workers.map(accumulate, range(windows * segments), cancel, progress)
    jacobian = np.empty((1, 3, 6), dtype=np.uint64)
    kernels.combine(sums.reshape(-1, 3, 6), windows, segments, count.bit_length() - 1, jacobian)
    result = np.empty((1, 2, 6), dtype=np.uint64)
    to_affine(jacobian, result)
    return G1Points(result)[0]
