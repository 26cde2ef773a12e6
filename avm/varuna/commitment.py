"""Polynomial commitments: commit with blinding and degree bounds, open combinations, check openings.

KZG commitments in the variant of Sonic: a polynomial with degree bound d is committed with powers shifted by
D-d, so that the pairing partner ``beta^-(D-d) H`` fits only if its degree is at most d.
Source: snarkVM ``algorithms/src/polycommit/{kzg10,sonic_pc}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avm.algebra import g1, g2, pairing, vector
from avm.algebra.fields import FR_MODULUS
from avm.algebra.msm import msm
from avm.algebra.points import G1Points
from avm.base.errors import CheckFailure
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.combinations import Combination, Query
from avm.varuna.proof import G1, Opening
from avm.varuna.transcript import Transcript
from avm.varuna.weights import weights_of

if TYPE_CHECKING:
    from avm.varuna.srs.reference_string import Srs, SrsVerifier

P = FR_MODULUS
Blinding = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A committed polynomial: coefficients (low degree first) and its blinding polynomial, if it hides.

    Either may be a secret of the prover: the repr shows neither.
    """

    coefficients: vector.FrVector = field(repr=False)
    blinding: Blinding | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OpenedQuery:
    """A query with the opening that a proof gives for it."""

    query: Query
    witness: G1
    random_v: int | None


class PartOfStage:
    """Progress of one of several equal parts of a stage."""

    UNITS = 100

    def __init__(self, progress: Progress, index: int, count: int) -> None:
        self._progress = progress
        self._start = index * self.UNITS
        self._total = count * self.UNITS

    def stage(self, name: str, detail: str = "") -> None:
        """A part has no stages of its own."""

    def step(self, done: int, total: int) -> None:
        """Report the whole stage's progress."""
        self._progress.step(self._start + self.UNITS * done // max(1, total), self._total)


class Committer:
    """Commits and opens with one reference string; multi-scalar multiplications use the pool."""

    def __init__(self, srs: Srs, pool: Pool | None = None, cancel: Cancel | None = None) -> None:
        self._srs = srs
        self._pool = pool
        self._cancel = cancel

    def commit(
        self, polynomial: Polynomial, degree_bound: int | None = None, progress: Progress = NULL_PROGRESS
    ) -> G1:
        """Return the commitment; CheckFailure when the degree exceeds the bound or the string."""
        size = vector.degree(polynomial.coefficients) + 1
        if degree_bound is None:
            points = self._srs.powers(size)
        else:
            if size > degree_bound + 1:
                raise CheckFailure(f"degree {size - 1} exceeds the degree bound {degree_bound}")
            points = self._srs.shifted_powers(degree_bound)[:size]
        blinding = polynomial.blinding or ()
        return self._sum(points, polynomial.coefficients[:size], blinding, degree_bound, progress)

    def open(
        self,
        queries: Sequence[Query],
        polynomials: Mapping[str, Polynomial],
        transcript: Transcript,
        progress: Progress = NULL_PROGRESS,
    ) -> tuple[Opening, ...]:
        """Return one opening per query; draws one short challenge per combination and one per query."""
        return tuple(
            self._open(query, polynomials, transcript, PartOfStage(progress, k, len(queries)))
            for k, query in enumerate(queries)
        )

    def _open(
        self,
        query: Query,
        polynomials: Mapping[str, Polynomial],
        transcript: Transcript,
        progress: Progress,
    ) -> Opening:
        weights = _merge(query.combinations, [transcript.squeeze_short() for _ in query.combinations])
        transcript.squeeze_short()  # part of the transcript, used by nobody
        terms = [(polynomials[name].coefficients, k) for name, k in weights.items()]
        combined = vector.linear_combination(terms, self._pool, self._cancel)
        blinding = [0, 0, 0]
        for name, weight in weights.items():
            for i, rho in enumerate(polynomials[name].blinding or ()):
                blinding[i] = (blinding[i] + weight * rho) % P
        z = query.point
        quotient, _ = vector.divide_by_linear(combined, z)
        size = vector.degree(quotient) + 1
        rho_0, rho_1, rho_2 = blinding
        hidden = any(blinding)
        blinding_quotient = ((rho_1 + rho_2 * z) % P, rho_2) if hidden else ()
        witness = self._sum(self._srs.powers(size), quotient[:size], blinding_quotient, None, progress)
        return Opening(witness, (rho_0 + z * (rho_1 + z * rho_2)) % P if hidden else None)

    def _sum(
        self,
        points: G1Points,
        scalars: vector.FrVector,
        blinding: Sequence[int],
        bound: int | None,
        progress: Progress,
    ) -> G1:
        """Return the commitment to coefficients plus the one to blinding coefficients."""
        total = msm(points, scalars, pool=self._pool, cancel=self._cancel, progress=progress)
        if blinding:
            hiding = self._srs.blinding_powers(bound)[: len(blinding)]
            total = g1.add(total, small_sum(hiding, [k % P for k in blinding]))
        return total


def check_openings(
    opened: Sequence[OpenedQuery],
    commitments: Mapping[str, G1],
    srs: SrsVerifier,
    transcript: Transcript,
    statement: bytes = b"",
) -> list[bool]:
    """Return for every query whether its opening holds.

    One product of pairings decides over all of them; only when it is not one each query has its own.
    Within a query the weights of the combinations come from the transcript: commitments and claimed values
    are fixed by then, and one quotient stands for all of them. Across queries they must not, since the
    quotients come later: those weights are hashed from ``statement``, which should stand for the whole
    statement and proof, and from the equations (``weights.py``).
    """
    equations = []
    for item in opened:
        xis = [transcript.squeeze_short() for _ in item.query.combinations]
        # Drawn to keep the order of the transcript, and not used: it is known before the quotients are.
        transcript.squeeze_short()
        equations.append(_equation(item, xis, commitments, srs))
    together: Equation = {}
    for equation, weight in zip(equations, weights_of(statement, equations), strict=True):
        for partner, terms in equation.items():
            together.setdefault(partner, []).extend((point, k * weight) for point, k in terms)
    if _holds(together):
        return [True] * len(opened)
    return [_holds(equation) for equation in equations]


# The sides of a product of pairings: for every partner in G2 a sum in G1.
Equation = dict[g2.Point, list[tuple[G1, int]]]


def _equation(
    item: OpenedQuery, challenges: Sequence[int], commitments: Mapping[str, G1], srs: SrsVerifier
) -> Equation:
    """Return e(C - v G + z W - rv gamma G, H) e(-W, beta H) = 1 for one query, C split by degree bounds."""
    sides: Equation = {}

    def side(partner: g2.Point) -> list[tuple[G1, int]]:
        return sides.setdefault(partner, [])

    value = 0
    for combination, xi in zip(item.query.combinations, challenges, strict=True):
        value += xi * (combination.value - combination.constant)
        bound = combination.degree_bound
        partner = g2.GENERATOR if bound is None else srs.negative_powers[bound]
        side(partner).extend((commitments[name], xi * k) for name, k in combination.terms.items())
    side(g2.GENERATOR).extend([(g1.GENERATOR, -value), (item.witness, item.query.point)])
    if item.random_v is not None:
        side(g2.GENERATOR).append((srs.gamma_g, -item.random_v))
    side(srs.beta_h).append((item.witness, -1))
    return sides


def _holds(sides: Equation) -> bool:
    return pairing.product_of_sums_is_one(
        [
            ([point for point, _ in terms], [k % P for _, k in terms], partner)
            for partner, terms in sides.items()
        ]
    )


def small_sum(points: Sequence[G1], scalars: Sequence[int]) -> G1:
    """Return the sum of a few points times scalars."""
    return msm(G1Points.from_affine(points), vector.from_ints(scalars))


def _merge(combinations: Sequence[Combination], weights: Sequence[int]) -> dict[str, int]:
    """Return the coefficients of the weighted sum of combinations, constants left out."""
    merged: dict[str, int] = {}
    for combination, weight in zip(combinations, weights, strict=True):
        for name, k in combination.terms.items():
            merged[name] = (merged.get(name, 0) + weight * k) % P
    return merged
