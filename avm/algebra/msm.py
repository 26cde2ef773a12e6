"""Multi-scalar multiplication Σ scalars[i]·points[i] over G1 (Pippenger), the prover's largest cost.

Scalars are split by the curve's endomorphism and recoded to signed digits; a unit of work is a segment of
the buckets of one window. Skewed scalars (zeros, ones, small or equal values) and exceptional additions
are exact.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from avm.algebra import g1
from avm.algebra.kernels import msm_buckets
from avm.algebra.kernels.g1_curve import to_affine
from avm.algebra.kernels.msm_digits import HALF_BITS, signed_digits
from avm.algebra.kernels.select import tier
from avm.algebra.points import BETA_WORDS, G1Points
from avm.algebra.vector import FrVector
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

if tier() == "ifma":
    from avm.algebra.kernels import msm_lanes

Words = npt.NDArray[np.uint64]
Digits = npt.NDArray[np.int32]

_SCALARS_PER_UNIT = 8192
_ENTRIES_PER_UNIT = 8192


class Engine(Protocol):
    """One tier's way to sum buckets."""

    parts: int
    """Segments that one call of ``accumulate`` fills."""
    cost_of_bucket: float
    """Cost of one bucket in the running sum, in affine additions."""

    def prepare(self, begin: int, end: int) -> None:
        """Convert points begin … end − 1."""

    def accumulate(self, digits: Digits, first: int, count: int, out: Words) -> None:
        """Fill rows 2s, 2s + 1 of ``out`` for the ``parts`` equal segments s of the buckets first …"""


class PortableEngine:
    """Buckets on 64-bit words."""

    parts = 1
    cost_of_bucket = 3.5

    def __init__(self, points: Words) -> None:
        self._points = points
        self._scaled_x = np.empty((len(points), 6), dtype=np.uint64)

    def prepare(self, begin: int, end: int) -> None:
        """Fill the x of the endomorphism's images."""
        msm_buckets.scale_x(self._points[begin:end], BETA_WORDS, self._scaled_x[begin:end])

    def accumulate(self, digits: Digits, first: int, count: int, out: Words) -> None:
        """Sum the buckets as one segment."""
        msm_buckets.bucket_sums(self._points, self._scaled_x, digits, first, count, out)


class LanesEngine:
    """Buckets eight at a time; units with exceptional additions are done again by the portable engine."""

    parts = 8
    cost_of_bucket = 5.0

    def __init__(self, points: Words) -> None:
        self._points = points
        raw = np.empty(16 * (2 * len(points) + 8) + 8, dtype=np.uint64)
        skip = -(raw.ctypes.data // 8) % 8
        self._table = raw[skip : len(raw) - 8 + skip]
        self._infinite = np.flatnonzero(~self._points.any(axis=(1, 2)))

    def prepare(self, begin: int, end: int) -> None:
        """Convert points and their images to limbs of 52 bits."""
        msm_lanes.convert_points(self._points, begin, end, msm_lanes.SMALL, self._table)

    def accumulate(self, digits: Digits, first: int, count: int, out: Words) -> None:
        """Sum the buckets as eight segments."""
        if len(self._infinite):
            digits = digits.copy()
            digits[self._infinite] = 0
            digits[self._infinite + len(self._points)] = 0
        tables = msm_lanes.MULTIPLES, msm_lanes.SMALL
        if not msm_lanes.bucket_sums(self._table, digits, first, count, *tables, out):
            portable = PortableEngine(self._points)
            portable.prepare(0, len(self._points))
            length = count // self.parts
            for s in range(self.parts):
                portable.accumulate(digits, first + s * length, length, out[2 * s : 2 * s + 2])


def engine_for(points: Words) -> Engine:
    """Return this machine's engine for a table of points."""
    return LanesEngine(points) if tier() == "ifma" else PortableEngine(points)


def window_bits(n: int, cost_of_bucket: float) -> int:
    """Return the window size that costs least for n points."""

    def cost(bits: int) -> float:
        return math.ceil(HALF_BITS / bits) * (2 * n + cost_of_bucket * (1 << (bits - 1)))

    return min(range(4, 17), key=cost)


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
    engine = engine_for(points.words[:n])
    return msm_with(engine, n, scalars, pool or Pool(1), cancel, progress)


def msm_with(
    engine: Engine, n: int, scalars: FrVector, pool: Pool, cancel: Cancel | None, progress: Progress
) -> g1.Point:
    """Return the sum over the n > 0 points of an engine."""
    scalars = np.require(scalars, requirements=["C", "W"])
    bits = window_bits(n, engine.cost_of_bucket)
    windows = math.ceil(HALF_BITS / bits)
    digits = np.empty((windows, 2 * n), dtype=np.int32)

    def prepare(begin: int) -> None:
        end = min(n, begin + _SCALARS_PER_UNIT)
        signed_digits(scalars, begin, end, bits, digits)
        engine.prepare(begin, end)

    pool.map(prepare, range(0, n, _SCALARS_PER_UNIT), cancel)

    units = 1
    while units * _ENTRIES_PER_UNIT < 2 * n and units < 1 << (bits - 4):
        units *= 2
    count = (1 << (bits - 1)) // units
    sums = np.empty((windows * units, 2 * engine.parts, 3, 6), dtype=np.uint64)

    def accumulate(unit: int) -> None:
        window, segment = divmod(unit, units)
        engine.accumulate(digits[window], segment * count, count, sums[unit])

    pool.map(accumulate, range(windows * units), cancel, progress)
    segments = units * engine.parts
    log_count = (count // engine.parts).bit_length() - 1
    jacobian = np.empty((1, 3, 6), dtype=np.uint64)
    msm_buckets.combine(sums.reshape(-1, 3, 6), windows, segments, log_count, jacobian)
    result = np.empty((1, 2, 6), dtype=np.uint64)
    to_affine(jacobian, result)
    return G1Points(result)[0]
