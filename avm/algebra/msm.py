"""Multi-scalar multiplication Σ scalars[i]·points[i] over G1 (Pippenger), the prover's largest cost.

Scalars are split by the curve's endomorphism and recoded to signed digits; the points of a bucket are
summed by one of two engines. Skewed scalars (zeros, ones, small or equal values) and exceptional additions
are exact.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.glv_scalars import Halves
from avm.algebra.kernels import msm_joining
from avm.algebra.kernels.g1_curve import scale_x, to_affine
from avm.algebra.kernels.msm_digits import HALF_BITS, sort_by_bucket
from avm.algebra.points import BETA_WORDS, G1Points
from avm.algebra.tiers import tier
from avm.algebra.vector import FrVector
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

if tier() == "ifma":
    from avm.algebra import msm_ifma
else:
    from avm.algebra.kernels import msm_buckets  # noqa: F401 - compiled with the rest of this tier

Words = npt.NDArray[np.uint64]

_SCALARS_PER_UNIT = 4096
_ENTRIES_PER_UNIT = 8192
_COST_OF_WINDOW = 300
"""Fixed cost of a window, in affine additions: what decides for a few points."""


class Engine(Protocol):
    """One tier's way to sum the points of windows."""

    cost_of_bucket: float
    """Cost of one bucket beyond its points, in affine additions."""

    def prepare(self, begin: int, end: int) -> None:
        """Convert points begin … end − 1; other calls may convert others at the same time."""

    def sums(
        self, halves: Halves, pool: Pool, cancel: Cancel | None, progress: Progress
    ) -> tuple[Words, list[int]] | None:
        """Return Jacobian points and gaps in bits: the result is Σ_k 2^(gaps[0] + … + gaps[k−1])·points[k].

        ``None`` when the engine met points that it cannot add.
        """


class PortableEngine:
    """Buckets on 64-bit words; a unit of work is a segment of the buckets of one window."""

    cost_of_bucket = 3.5

    def __init__(self, points: Words) -> None:
        self._points = points
        self._scaled_x = np.empty((len(points), 6), dtype=np.uint64)

    def prepare(self, begin: int, end: int) -> None:
        """Fill the x of the endomorphism's images."""
        scale_x(self._points[begin:end], BETA_WORDS, self._scaled_x[begin:end])

    def sums(
        self, halves: Halves, pool: Pool, cancel: Cancel | None, progress: Progress
    ) -> tuple[Words, list[int]]:
        """Return the sum of every window."""
        from avm.algebra.kernels import msm_buckets

        bits, size = halves.bits, halves.digits.shape[1]
        entries = np.empty((len(bits), size), dtype=np.uint32)
        ends = [np.empty((1 << (s - 1)) + 2, dtype=np.int64) for s in bits]

        def sort(w: int) -> None:
            sort_by_bucket(halves.digits[w], ends[w], entries[w])

        pool.map(sort, range(len(bits)), cancel)
        units = 1
        while units * _ENTRIES_PER_UNIT < size and units < 1 << (bits[0] - 4):
            units *= 2
        parts = np.empty((len(bits), 2 * units, 3, 6), dtype=np.uint64)

        def accumulate(unit: int) -> None:
            w, segment = divmod(unit, units)
            count = (1 << (bits[w] - 1)) // units
            part = ends[w][segment * count : (segment + 1) * count + 1]
            out = parts[w, 2 * segment : 2 * segment + 2]
            msm_buckets.bucket_sums(self._points, self._scaled_x, entries[w], part, out)

        pool.map(accumulate, range(len(bits) * units), cancel, progress)
        joined = np.empty((len(bits), 2, 3, 6), dtype=np.uint64)
        for w, s in enumerate(bits):
            msm_buckets.join_segments(parts[w], units, s - units.bit_length(), joined[w])
        return np.ascontiguousarray(joined[:, 1]), bits


@lru_cache(maxsize=64)
def window_bits(n: int, cost_of_bucket: float) -> tuple[int, ...]:
    """Return the windows' sizes in bits, the lowest first, that cost least for n points."""

    def split(windows: int) -> tuple[int, ...]:
        size, larger = divmod(HALF_BITS, windows)
        return (size,) * (windows - larger) + (size + 1,) * larger

    def cost(windows: int) -> float:
        return sum(_COST_OF_WINDOW + 2 * n + cost_of_bucket * (1 << (bits - 1)) for bits in split(windows))

    return split(min(range(8, 33), key=cost))


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
    if tier() == "ifma" and (table := msm_ifma.table_of(points)) is not None:
        # Zeros cost nothing; a look at the lowest words is enough to choose the windows by.
        count = max(1, int(np.count_nonzero(scalars[:, 0])))
        engine = msm_ifma.EightLanes(table)
        return msm_with(engine, points.words[:n], scalars, pool or Pool(1), cancel, progress, count)
    used = np.any(scalars != 0, axis=1) & np.any(points.words[:n] != 0, axis=(1, 2))
    words = points.words[:n]
    if not np.all(used):
        words, scalars = np.ascontiguousarray(words[used]), np.ascontiguousarray(scalars[used])
    if len(words) == 0:
        return None
    return msm_with(PortableEngine(words), words, scalars, pool or Pool(1), cancel, progress)


def msm_with(
    engine: Engine,
    words: Words,
    scalars: FrVector,
    pool: Pool,
    cancel: Cancel | None,
    progress: Progress,
    used: int | None = None,
) -> g1.Point:
    """Return the sum over an engine's points, none of them infinity; ``used`` of the scalars are not zero."""
    n = len(scalars)
    scalars = np.require(scalars, requirements=["C", "W"])
    halves = Halves(n, window_bits(used or n, engine.cost_of_bucket))

    def prepare(begin: int) -> None:
        end = min(n, begin + _SCALARS_PER_UNIT)
        halves.fill(scalars, begin, end)
        engine.prepare(begin, end)

    pool.map(prepare, range(0, n, _SCALARS_PER_UNIT), cancel)
    found = engine.sums(halves, pool, cancel, progress)
    if found is None:
        portable = PortableEngine(words)
        return msm_with(portable, words, scalars, pool, cancel, progress, used)
    sums, gaps = found
    jacobian = np.empty((1, 3, 6), dtype=np.uint64)
    msm_joining.combine(sums, np.array(gaps, dtype=np.int64), jacobian)
    result = np.empty((1, 2, 6), dtype=np.uint64)
    to_affine(jacobian, result)
    return G1Points(result)[0]
