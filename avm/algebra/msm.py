"""Multi-scalar multiplication Σ scalars[i]·points[i] over G1 (Pippenger), the prover's largest cost.

Scalars are split by the curve's endomorphism and recoded to signed digits; a unit of work is a segment of
the buckets of one window. Skewed scalars (zeros, ones, small or equal values) and exceptional additions
are exact.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.kernels import msm_joining
from avm.algebra.kernels.g1_curve import scale_x, to_affine
from avm.algebra.kernels.msm_digits import HALF_BITS, signed_digits, sort_by_bucket
from avm.algebra.kernels.select import tier
from avm.algebra.points import BETA_WORDS, G1Points
from avm.algebra.vector import FrVector
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

if tier() == "ifma":
    from avm.algebra.kernels import msm_lanes
else:
    from avm.algebra.kernels import msm_buckets  # noqa: F401 - compiled with the rest of this tier

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Entries = npt.NDArray[np.uint32]

_SCALARS_PER_UNIT = 4096
_ENTRIES_PER_UNIT = 8192
_COST_OF_WINDOW = 300
"""Fixed cost of a window, in affine additions: what decides for a few points."""


class Engine(Protocol):
    """One tier's way to sum buckets."""

    cost_of_bucket: float
    """Cost of one bucket in the running sum, in affine additions."""

    def prepare(self, begin: int, end: int) -> None:
        """Convert points begin … end − 1."""

    def accumulate(self, entries: Entries, ends: Indices, out: Words) -> None:
        """Sum buckets of one window: bucket b holds entries[ends[b] : ends[b + 1]].

        The number of buckets is a power of two, at least eight. ``out`` gets Σ_b B_b and Σ_b (b + 1)·B_b.
        """


class PortableEngine:
    """Buckets on 64-bit words."""

    cost_of_bucket = 3.5

    def __init__(self, points: Words) -> None:
        self._points = points
        self._scaled_x = np.empty((len(points), 6), dtype=np.uint64)

    def prepare(self, begin: int, end: int) -> None:
        """Fill the x of the endomorphism's images."""
        scale_x(self._points[begin:end], BETA_WORDS, self._scaled_x[begin:end])

    def accumulate(self, entries: Entries, ends: Indices, out: Words) -> None:
        """Sum the buckets."""
        from avm.algebra.kernels import msm_buckets

        msm_buckets.bucket_sums(self._points, self._scaled_x, entries, ends, out)


class LanesEngine:
    """Buckets eight at a time; units with exceptional additions are done again by the portable engine."""

    cost_of_bucket = 5.0

    def __init__(self, points: Words) -> None:
        self._points = points
        raw = np.empty(16 * (2 * len(points) + 8) + 8, dtype=np.uint64)
        skip = -(raw.ctypes.data // 8) % 8
        self._table = raw[skip : len(raw) - 8 + skip]

    def prepare(self, begin: int, end: int) -> None:
        """Convert points and their images to limbs of 52 bits."""
        msm_lanes.convert_points(self._points, begin, end, msm_lanes.SMALL, self._table)

    def accumulate(self, entries: Entries, ends: Indices, out: Words) -> None:
        """Sum eight segments of the buckets and join them."""
        segments = np.empty((16, 3, 6), dtype=np.uint64)
        tables = msm_lanes.MULTIPLES, msm_lanes.SMALL
        if msm_lanes.bucket_sums(self._table, entries, ends, *tables, segments):
            msm_joining.join_segments(segments, 8, ((len(ends) - 1) // 8).bit_length() - 1, out)
        else:
            portable = PortableEngine(self._points)
            portable.prepare(0, len(self._points))
            portable.accumulate(entries, ends, out)


def engine_for(points: Words) -> Engine:
    """Return this machine's engine for a table of points."""
    return LanesEngine(points) if tier() == "ifma" else PortableEngine(points)


def window_bits(n: int, cost_of_bucket: float) -> list[int]:
    """Return the windows' sizes in bits, the lowest first, that cost least for n points."""

    def split(windows: int) -> list[int]:
        size, larger = divmod(HALF_BITS, windows)
        return [size] * (windows - larger) + [size + 1] * larger

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
    used = np.any(scalars != 0, axis=1) & np.any(points.words[:n] != 0, axis=(1, 2))
    words = points.words[:n]
    if not np.all(used):
        words, scalars = np.ascontiguousarray(words[used]), np.ascontiguousarray(scalars[used])
    if len(words) == 0:
        return None
    return msm_with(engine_for(words), len(words), scalars, pool or Pool(1), cancel, progress)


def msm_with(
    engine: Engine, n: int, scalars: FrVector, pool: Pool, cancel: Cancel | None, progress: Progress
) -> g1.Point:
    """Return the sum over the n > 0 points of an engine, none of them infinity."""
    scalars = np.require(scalars, requirements=["C", "W"])
    bits = np.array(window_bits(n, engine.cost_of_bucket), dtype=np.int64)
    digits = np.empty((len(bits), 2 * n), dtype=np.int32)

    def prepare(begin: int) -> None:
        end = min(n, begin + _SCALARS_PER_UNIT)
        signed_digits(scalars, begin, end, bits, digits)
        engine.prepare(begin, end)

    pool.map(prepare, range(0, n, _SCALARS_PER_UNIT), cancel)

    entries = np.empty((len(bits), 2 * n), dtype=np.uint32)
    ends = [np.empty((1 << (size - 1)) + 2, dtype=np.int64) for size in bits.tolist()]
    pool.map(lambda w: sort_by_bucket(digits[w], ends[w], entries[w]), range(len(bits)), cancel)

    units = 1
    while units * _ENTRIES_PER_UNIT < 2 * n and units < 1 << (int(bits[0]) - 4):
        units *= 2
    sums = np.empty((len(bits), 2 * units, 3, 6), dtype=np.uint64)

    def accumulate(unit: int) -> None:
        window, segment = divmod(unit, units)
        count = (1 << (int(bits[window]) - 1)) // units
        part = ends[window][segment * count : (segment + 1) * count + 1]
        engine.accumulate(entries[window], part, sums[window, 2 * segment : 2 * segment + 2])

    pool.map(accumulate, range(len(bits) * units), cancel, progress)
    joined = np.empty((2 * len(bits), 3, 6), dtype=np.uint64)
    for window, size in enumerate(bits.tolist()):
        log_count = size - units.bit_length()
        msm_joining.join_segments(sums[window], units, log_count, joined[2 * window : 2 * window + 2])
    jacobian = np.empty((1, 3, 6), dtype=np.uint64)
    msm_joining.combine(joined, bits, jacobian)
    result = np.empty((1, 2, 6), dtype=np.uint64)
    to_affine(jacobian, result)
    return G1Points(result)[0]
