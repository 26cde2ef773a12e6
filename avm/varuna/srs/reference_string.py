"""The structured reference string: powers of a secret beta in G1 and G2 that all commitments are made with.

With G, H the generators of G1, G2, gamma a second secret and D the highest degree, the string holds

* ``beta^i G`` for i from 0 up and, for degree bounds, for i from D down,
* ``beta^e gamma G`` for e in 0, 1, 2 and for every degree bound d also D-d, D-d+1, D-d+2 (blinding),
* ``beta H`` and ``beta^-(D-d) H`` for every degree bound d = 2^j - 2.

Whoever knows beta or gamma can forge proofs. The official string was made by many parties together; a
string made on one machine (``development.py``) is marked insecure wherever it is shown. Source: snarkVM
``parameters/src/mainnet/powers.rs`` and ``algorithms/src/polycommit/sonic_pc``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from avm.algebra import g1, g2
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import CheckFailure, DecodeError
from avm.varuna.report import SrsInfo
from avm.varuna.srs.contribution_record import UpdateRecord

if TYPE_CHECKING:
    from avm.algebra.points import G1Points

BLINDING_SIZE = 3
"""Coefficients of a blinding polynomial: hiding bound 1 needs degree 2."""


class PowerTable(Protocol):
    """Where the powers ``beta^i G`` of a string come from; slices are read when they are first needed."""

    @property
    def available(self) -> int:
        """Number of powers known from 0 up."""

    @property
    def available_last(self) -> int:
        """Number of powers known from the highest degree down."""

    def first(self, count: int) -> G1Points:
        """Return ``beta^i G`` for i < count."""

    def last(self, count: int) -> G1Points:
        """Return ``beta^i G`` for the last ``count`` exponents up to the highest degree, increasing."""


@dataclass(frozen=True, slots=True)
class SrsVerifier:
    """The few elements that verification needs.

    ``negative_powers[d]`` is ``beta^-(D-d) H``, the partner of commitments with degree bound d.
    """

    gamma_g: g1.Point
    beta_h: g2.Point
    negative_powers: Mapping[int, g2.Point]

    def to_bytes(self) -> bytes:
        """Return gamma_g (48), beta_h (96), u32 count, then per degree bound u64 and 96 bytes."""
        out = ByteWriter().raw(g1.to_compressed(self.gamma_g)).raw(g2.to_compressed(self.beta_h))
        out.uint(len(self.negative_powers), 4)
        for bound, point in sorted(self.negative_powers.items()):
            out.u64(bound).raw(g2.to_compressed(point))
        return out.bytes()

    @staticmethod
    def from_bytes(data: bytes) -> SrsVerifier:
        """Read the form of ``to_bytes``; DecodeError when it is not canonical or a point is infinity."""
        reader = ByteReader(data)
        gamma_g, beta_h = g1.from_compressed(reader.take(48)), g2.from_compressed(reader.take(96))
        count = reader.uint(4)
        if count > 64:
            raise DecodeError(f"verifier parameters have at most 64 degree bounds, not {count}")
        powers = {reader.u64(): g2.from_compressed(reader.take(96)) for _ in range(count)}
        reader.finish()
        if len(powers) != count or list(powers) != sorted(powers):
            raise DecodeError("the degree bounds of verifier parameters must increase")
        if None in (gamma_g, beta_h, *powers.values()):
            raise DecodeError("a point of verifier parameters is infinity")
        return SrsVerifier(gamma_g, beta_h, powers)

    @property
    def digest(self) -> str:
        """SHA-256 of ``to_bytes``: names the string, since beta H determines it."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


@dataclass(frozen=True)
class Srs:
    """A structured reference string with its powers at hand or read on demand.

    ``max_degree`` is D; ``gamma_powers`` maps exponents e to ``beta^e gamma G``. ``updates`` is the public
    history of a development string, empty for the official one.
    """

    name: str
    insecure: bool
    max_degree: int
    table: PowerTable = field(repr=False)
    gamma_powers: Mapping[int, g1.Point] = field(repr=False)
    beta_h: g2.Point = field(repr=False)
    negative_powers: Mapping[int, g2.Point] = field(repr=False)
    updates: tuple[UpdateRecord, ...] = ()

    @property
    def highest_power(self) -> int:
        """The largest exponent of beta that is at hand from 0 up."""
        return self.table.available - 1

    @property
    def digest(self) -> str:
        """SHA-256 that names the string."""
        return self.verifier().digest

    def verifier(self) -> SrsVerifier:
        """Return the part that verification needs."""
        return SrsVerifier(self.gamma_powers[0], self.beta_h, self.negative_powers)

    def describe(self) -> SrsInfo:
        """Return plain data about the string."""
        return SrsInfo(
            self.name,
            "development" if self.insecure else "official",
            self.max_degree,
            self.highest_power,
            self.digest,
            self.insecure,
            len(self.updates),
        )

    def powers(self, count: int) -> G1Points:
        """Return ``beta^i G`` for i < count; CheckFailure when the string is too short."""
        if count > self.table.available:
            raise CheckFailure(
                f"the circuit needs {count} powers, {self.name} has {self.table.available}",
                hint="import more official powers or make a larger development string",
            )
        return self.table.first(count)

    def shifted_powers(self, bound: int) -> G1Points:
        """Return ``beta^(D-bound+i) G`` for i <= bound; CheckFailure when the string does not know them."""
        if bound + 1 > self.table.available_last or bound not in self.negative_powers:
            raise CheckFailure(
                f"{self.name} has no powers for the degree bound {bound}",
                hint="import more official shifted powers or make a larger development string",
            )
        return self.table.last(bound + 1)

    def blinding_powers(self, bound: int | None = None) -> list[g1.Point]:
        """Return the three powers of gamma for a polynomial without, or with, a degree bound."""
        start = 0 if bound is None else self.max_degree - bound
        return [self.gamma_powers[start + i] for i in range(BLINDING_SIZE)]


class MemoryPowers:
    """All powers from 0 to the highest degree, held in memory."""

    def __init__(self, points: G1Points) -> None:
        self.points = points

    @property
    def available(self) -> int:
        """Number of powers."""
        return len(self.points)

    @property
    def available_last(self) -> int:
        """Number of powers: the string is complete."""
        return len(self.points)

    def first(self, count: int) -> G1Points:
        """Return the first ``count`` powers."""
        return self.points[:count]

    def last(self, count: int) -> G1Points:
        """Return the last ``count`` powers."""
        return self.points[len(self.points) - count :]


def degree_bounds(max_degree: int) -> list[int]:
    """Return the degree bounds 2^j - 2 that a string of this degree supports, increasing."""
    return [(1 << j) - 2 for j in range(1, 64) if (1 << j) - 2 <= max_degree]


def blinding_exponents(max_degree: int) -> list[int]:
    """Return the exponents e for which a string of this degree holds ``beta^e gamma G``, increasing."""
    starts = [0, *(max_degree - bound for bound in degree_bounds(max_degree))]
    return sorted({start + i for start in starts for i in range(BLINDING_SIZE)})
