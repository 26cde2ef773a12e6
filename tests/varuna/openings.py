"""Three honest openings of a few small polynomials, with and without degree bounds and blinding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.g1 import Point
from avm.varuna.combinations import Combination, Query
from avm.varuna.commitment import Committer, OpenedQuery, Polynomial, check_openings
from avm.varuna.srs.reference_string import Srs
from avm.varuna.transcript import Transcript

POLYNOMIALS: dict[str, tuple[list[int], tuple[int, int, int] | None, int | None]] = {
    "f": ([3, 1, 4, 1, 5], None, None),
    "g": ([2, 7, 1, 8, 2, 8, 1], (11, 12, 13), 6),
    "h": ([1, 6, 1, 8], (21, 22, 23), None),
}
"""Coefficients, blinding polynomial, degree bound."""
POINTS = {"alpha": 1001, "beta": 2003, "gamma": 3007}
OPENED = {"alpha": ("f",), "beta": ("g", "h"), "gamma": ("f", "h")}


@dataclass(frozen=True)
class Openings:
    """Opened queries with the commitments that they speak of."""

    opened: Sequence[OpenedQuery]
    commitments: dict[str, Point]

    def transcript(self) -> Transcript:
        """The transcript before the openings: everything that is opened was absorbed."""
        transcript = Transcript(b"openings")
        transcript.absorb_points(self.commitments.values())
        transcript.absorb_scalars(c.value for item in self.opened for c in item.query.combinations)
        return transcript

    def check(self, srs: Srs, transcript: Transcript | None = None) -> list[bool]:
        """The verifier's verdict on each of them."""
        return check_openings(
            self.opened, self.commitments, srs.verifier(), transcript or self.transcript(), b"openings"
        )


def value_at(coefficients: Sequence[int], z: int) -> int:
    """The polynomial's value."""
    return sum(c * pow(z, i, P) for i, c in enumerate(coefficients)) % P


def honest_openings(srs: Srs) -> Openings:
    """Commit to the polynomials and open them."""
    committer = Committer(srs)
    made = {name: Polynomial(vector.from_ints(c), rho) for name, (c, rho, _) in POLYNOMIALS.items()}
    commitments = {name: committer.commit(made[name], POLYNOMIALS[name][2]) for name in made}
    queries = [
        Query(
            point,
            z,
            tuple(
                Combination(
                    name,
                    {name: 1},
                    value=value_at(POLYNOMIALS[name][0], z),
                    degree_bound=POLYNOMIALS[name][2],
                )
                for name in OPENED[point]
            ),
        )
        for point, z in POINTS.items()
    ]
    blank = Openings([OpenedQuery(query, None, None) for query in queries], commitments)
    openings = committer.open(queries, made, blank.transcript())
    return Openings(
        [OpenedQuery(query, o.witness, o.random_v) for query, o in zip(queries, openings, strict=True)],
        commitments,
    )
