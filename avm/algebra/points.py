"""Vectors of G1 points for the prover: the powers of an SRS, held in Montgomery form and handled by kernels.

Points go in and out as plain affine tuples, ``None`` for infinity, or in the encodings of ``avm.algebra.g1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from avm.algebra import g1, vector
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels import g1_curve as kernels
from avm.algebra.tiers import tier
from avm.algebra.vector import FrVector
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

Words = npt.NDArray[np.uint64]

BETA_WORDS: Words = (
    np.frombuffer((g1.BETA * (1 << 384) % FQ_MODULUS).to_bytes(48, "little"), dtype=np.uint64)
    .reshape(1, 6)
    .copy()
)
"""``g1.BETA`` in Montgomery form."""

CHUNK = 64
"""Points per unit of work where every point costs a whole scalar multiplication (about 10 ms)."""
LIGHT_CHUNK = 8192
"""Points per unit of work where a point costs a few products in the field."""


class Shared:
    """What a vector of points and its slices have in common: the words of all, and a table made of them."""

    __slots__ = ("lanes", "words")

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lanes: object | None = None


class G1Points:
    """An immutable sequence of G1 points; slices share memory.

    ``words`` has shape (n, 2, 6): x and y as words of x·2^384 mod q; infinity is all zeros. The points are
    ``shared.words[start : start + n]``.
    """

    __slots__ = ("shared", "start", "words")

    def __init__(self, words: Words) -> None:
        if words.ndim != 3 or words.shape[1:] != (2, 6) or words.dtype != np.uint64:
            raise ValueError(f"not a vector of points: shape {words.shape}, type {words.dtype}")
        self.words = np.require(words, requirements=["C", "W"])
        self.shared = Shared(self.words)
        self.start = 0

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, index: slice) -> G1Points: ...
    @overload
    def __getitem__(self, index: int) -> g1.Point: ...
    def __getitem__(self, index: slice | int) -> G1Points | g1.Point:
        if isinstance(index, slice):
            start, _, step = index.indices(len(self.words))
            part = G1Points(self.words[index])
            if step == 1:
                part.shared, part.start = self.shared, self.start + start
            return part
        return G1Points(self.words[index].reshape(1, 2, 6)).to_affine()[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, G1Points) and np.array_equal(self.words, other.words)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def from_uncompressed(
        cls,
        data: bytes | memoryview,
        subgroup: bool = False,
        pool: Pool | None = None,
        cancel: Cancel | None = None,
        progress: Progress = NULL_PROGRESS,
    ) -> G1Points:
        """Decode 96-byte uncompressed points; every point is checked to lie on the curve.

        With ``subgroup`` also to lie in the prime-order subgroup (about 100 µs each). ``DecodeError`` names
        the first bad point.
        """
        if len(data) % 96:
            raise DecodeError(f"{len(data)} bytes are not a whole number of uncompressed G1 points")
        rows = np.frombuffer(data, dtype=np.uint64).reshape(-1, 12).copy()
        words = np.empty((len(rows), 2, 6), dtype=np.uint64)

        from avm.algebra.kernels import g1_encoding

        def decode(begin: int) -> int:
            end = begin + LIGHT_CHUNK
            bad = g1_encoding.decode(rows[begin:end], words[begin:end])
            return bad if bad < 0 else begin + bad

        chunks = range(0, len(rows), LIGHT_CHUNK)
        for bad in (pool or Pool(1)).map(decode, chunks, cancel, progress):
            if bad >= 0:
                raise DecodeError(f"point {bad} is not a canonical encoding of a point of G1's curve")
        points = cls(words)
        if subgroup and not subgroup_check(points, pool, cancel, progress):
            raise DecodeError("a point is not in the prime-order subgroup")
        return points

    @classmethod
    def from_affine(cls, points: Iterable[g1.Point]) -> G1Points:
        """Return the vector of affine points; ``DecodeError`` when one is not on the curve."""
        return cls.from_uncompressed(b"".join([g1.to_uncompressed(p) for p in points]))

    @classmethod
    def concatenate(cls, parts: Sequence[G1Points]) -> G1Points:
        """Return all points of all parts."""
        return cls(np.concatenate([np.empty((0, 2, 6), dtype=np.uint64), *(p.words for p in parts)]))

    def to_uncompressed(self) -> bytes:
        """Return the 96-byte encodings."""
        from avm.algebra.kernels import g1_encoding

        rows = np.empty((len(self.words), 12), dtype=np.uint64)
        for begin in range(0, len(rows), LIGHT_CHUNK):
            g1_encoding.encode(self.words[begin : begin + LIGHT_CHUNK], rows[begin : begin + LIGHT_CHUNK])
        return rows.tobytes()

    def to_affine(self) -> list[g1.Point]:
        """Return plain affine points."""
        data = self.to_uncompressed()
        return [g1.from_uncompressed(data[i : i + 96], check=False) for i in range(0, len(data), 96)]

    def to_bytes(self) -> bytes:
        """Return the 97-byte encodings x ‖ y ‖ infinity."""
        rows = np.frombuffer(self.to_uncompressed(), dtype=np.uint8).reshape(-1, 96)
        out = np.zeros((len(rows), 97), dtype=np.uint8)
        out[:, :96] = rows
        out[:, 96] = rows[:, 95] >> 6
        out[:, 95] &= 0x3F
        return out.tobytes()


def _normalised(jacobian: Words) -> Words:
    out = np.empty((len(jacobian), 2, 6), dtype=np.uint64)
    kernels.to_affine(jacobian, out)
    return out


def multiply_each(
    points: G1Points,
    scalars: FrVector,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> G1Points:
    """Return scalars[i]·points[i] for every i; exact also for points outside the subgroup."""
    if len(points) != len(scalars):
        raise ValueError(f"{len(points)} points but {len(scalars)} scalars")
    from avm.algebra.kernels import g1_multiples

    canonical = vector.to_canonical(scalars)

    def work(begin: int) -> Words:
        part = points.words[begin : begin + CHUNK]
        jacobian = np.empty((len(part), 3, 6), dtype=np.uint64)
        g1_multiples.multiply_each(part, canonical[begin : begin + CHUNK], jacobian)
        return _normalised(jacobian)

    parts = (pool or Pool(1)).map(work, range(0, len(points), CHUNK), cancel, progress)
    return G1Points.concatenate([G1Points(part) for part in parts])


def fixed_base(
    point: g1.Point,
    scalars: FrVector,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> G1Points:
    """Return scalars[i]·point for every i, from one table of multiples."""
    from avm.algebra.kernels import g1_multiples

    base = G1Points.from_affine([point])
    jacobian = np.empty((255 * g1_multiples.FIXED_WINDOWS, 3, 6), dtype=np.uint64)
    g1_multiples.fixed_base_table(base.words, jacobian)
    table = _normalised(jacobian)
    canonical = vector.to_canonical(scalars)
    size = 4 * CHUNK

    def work(begin: int) -> Words:
        part = canonical[begin : begin + size]
        jacobian = np.empty((len(part), 3, 6), dtype=np.uint64)
        g1_multiples.fixed_base_multiply(table, part, jacobian)
        return _normalised(jacobian)

    parts = (pool or Pool(1)).map(work, range(0, len(scalars), size), cancel, progress)
    return G1Points.concatenate([G1Points(part) for part in parts])


def powers_of(
    point: g1.Point,
    base: int,
    n: int,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
    first: int = 0,
) -> G1Points:
    """Return base^(first + i)·point for i < n: the powers of an SRS from its secret."""
    scalars = vector.powers(base, n, pow(base, first, FR_MODULUS))
    return fixed_base(point, scalars, pool, cancel, progress)


def scale_powers(
    points: G1Points,
    base: int,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
    first: int = 0,
) -> G1Points:
    """Return base^(first + i)·points[i]: a contribution to the powers of an SRS.

    Points must lie in the prime-order subgroup.
    """
    scalars = vector.powers(base, len(points), pow(base, first, FR_MODULUS))
    if tier() != "ifma":
        return multiply_each(points, scalars, pool, cancel, progress)
    from avm.algebra.lane_multiples import multiples_in_lanes

    integers = vector.to_ints(scalars)
    size = 4 * CHUNK

    def work(begin: int) -> Words:
        return _normalised(
            multiples_in_lanes(points.words[begin : begin + size], integers[begin : begin + size])
        )

    parts = (pool or Pool(1)).map(work, range(0, len(points), size), cancel, progress)
    return G1Points.concatenate([G1Points(part) for part in parts])


def subgroup_check(
    points: G1Points,
    pool: Pool | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> bool:
    """Whether all points of the curve lie in the prime-order subgroup: x²·P = (BETA·X, −Y) for each."""
    if tier() == "ifma":
        from avm.algebra.kernels import small_msm_ifma
        from avm.algebra.kernels.g1_ifma import SMALL

        def work(begin: int) -> bool:
            return small_msm_ifma.all_in_subgroup(points.words[begin : begin + CHUNK], SMALL)
    else:
        from avm.algebra.kernels import g1_multiples

        def work(begin: int) -> bool:
            return g1_multiples.all_in_subgroup(points.words[begin : begin + CHUNK], BETA_WORDS)

    chunks = range(0, len(points), CHUNK)
    return all((pool or Pool(1)).map(work, chunks, cancel, progress))
