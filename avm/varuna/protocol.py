"""The dialogue of the protocol: in which order both sides absorb messages and which challenges come back.

Prover and verifier call the same methods in the same order, so they cannot disagree about the transcript.
Source: snarkVM ``algorithms/src/snark/varuna/varuna.rs`` and ``ahp/verifier``. Circuits are in increasing
order of their ids everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.algebra.domain import Domain
from avm.base.errors import VerifyError
from avm.varuna.proof import G1, Sums
from avm.varuna.transcript import Transcript, sums_in_order
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey
from avm.varuna.version import VarunaVersion

Triple = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Combiners:
    """Random weights of one circuit and of its instances; the first of each kind is 1."""

    circuit: int
    instances: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LargestDomains:
    """The largest domains of rows R, columns C and matrix entries K over all circuits of a batch."""

    rows: Domain
    columns: Domain
    entries: Domain

    @staticmethod
    def of(infos: Sequence[CircuitInfo]) -> LargestDomains:
        """Return the largest domains of a batch."""
        return LargestDomains(
            Domain(max(info.constraint_domain.size for info in infos)),
            Domain(max(info.variable_domain.size for info in infos)),
            Domain(max(domain.size for info in infos for domain in info.matrix_domains)),
        )


class Dialogue:
    """One run of the protocol.

    ``inputs[i][j]`` are the public inputs of instance j of circuit i, the leading 1 included and padded with
    zeros to the circuit's number of public inputs.
    """

    def __init__(
        self,
        version: VarunaVersion,
        keys: Sequence[VerifyingKey],
        inputs: Sequence[Sequence[Sequence[int]]],
    ) -> None:
        self.version = version
        self.largest = LargestDomains.of([key.info for key in keys])
        self.sizes = tuple(len(instances) for instances in inputs)
        self.transcript = Transcript(version.domain)
        for instances in inputs:
            self.transcript.absorb_bytes(len(instances).to_bytes(8, "little"))
            for values in instances:
                self.transcript.absorb_scalars(values)
        for key in keys:
            self.transcript.absorb_points(key.commitments)
        self.row_combiners: tuple[Combiners, ...] = ()
        self._etas: Triple = (1, 1, 1)

    def first(self, witness: Sequence[G1], mask: G1) -> tuple[Combiners, ...]:
        """Absorb the witness commitments and the mask; return the weights of the row check."""
        self.transcript.absorb_points([*witness, mask])
        self.row_combiners = self._draw_combiners()
        return self.row_combiners

    def second(self, h_0: G1) -> int:
        """Absorb h_0; return alpha."""
        self.transcript.absorb_points([h_0])
        if self.version.sums_first:
            (alpha,) = self.transcript.squeeze_scalars(1)
        else:
            alpha, eta_b, eta_c = self.transcript.squeeze_scalars(3)
            self._etas = (1, eta_b, eta_c)
        return _outside(self.largest.rows, alpha, "alpha")

    def column_weights(self, sums: Sequence[Sequence[Sums]]) -> tuple[tuple[Combiners, ...], Triple]:
        """Return the weights of the column check: combiners and (eta_a, eta_b, eta_c).

        From V2 on the column sums are absorbed first and new combiners drawn.
        """
        if not self.version.sums_first:
            return self.row_combiners, self._etas
        self._absorb_sums(sums_in_order(sums))
        combiners = self._draw_combiners()
        if self.version is VarunaVersion.V3:
            eta_a, eta_b, eta_c = self.transcript.squeeze_scalars(3)
        else:
            eta_a, (eta_b, eta_c) = 1, self.transcript.squeeze_scalars(2)
        return combiners, (eta_a, eta_b, eta_c)

    def third(self, g_1: G1, h_1: G1, sums: Sequence[Sequence[Sums]]) -> int:
        """Absorb g_1 and h_1 (in V1 also the column sums); return beta."""
        self.transcript.absorb_points([g_1, h_1])
        if not self.version.sums_first:
            self._absorb_sums(sums_in_order(sums))
        (beta,) = self.transcript.squeeze_scalars(1)
        return _outside(self.largest.columns, beta, "beta")

    def fourth(self, commitments: Sequence[tuple[G1, G1, G1]], sums: Sequence[Sums]) -> tuple[Triple, ...]:
        """Absorb g_a, g_b, g_c and the matrix sums of every circuit; return their weights delta."""
        self.transcript.absorb_points([point for triple in commitments for point in triple])
        self._absorb_sums(sums)
        deltas = []
        for i in range(len(self.sizes)):
            first = [1] if i == 0 else []
            a, b, c = first + self.transcript.squeeze_scalars(3 - len(first))
            deltas.append((a, b, c))
        return tuple(deltas)

    def fifth(self, h_2: G1) -> int:
        """Absorb h_2; return gamma."""
        self.transcript.absorb_points([h_2])
        (gamma,) = self.transcript.squeeze_scalars(1)
        return _outside(self.largest.entries, gamma, "gamma")

    def evaluations(self, values: Sequence[int]) -> None:
        """Absorb the claimed evaluations; the openings follow on the same transcript."""
        self.transcript.absorb_scalars(values)

    def _absorb_sums(self, sums: Sequence[Sums]) -> None:
        for triple in sums:
            self.transcript.absorb_scalars(triple)

    def _draw_combiners(self) -> tuple[Combiners, ...]:
        combiners = []
        for i, size in enumerate(self.sizes):
            drawn = self.transcript.squeeze_scalars(size - 1 + (i > 0))
            instances = (1, *drawn[: size - 1])
            combiners.append(Combiners(drawn[-1] if i > 0 else 1, instances))
        return tuple(combiners)


def _outside(domain: Domain, challenge: int, name: str) -> int:
    """Return the challenge; VerifyError when it hits the domain (chance below 2^-200)."""
    if domain.contains(challenge):
        raise VerifyError(f"the challenge {name} lies in the domain it must avoid")
    return challenge
