"""What the prover's rounds share: circuits with assignments, the dialogue, the committed polynomials."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from avm.algebra import g1, vector
from avm.algebra.domain import COSET_SHIFT, Domain
from avm.algebra.fields import FR_MODULUS, Fr
from avm.base.pool import Pool
from avm.base.progress import Cancel, Progress
from avm.varuna.commitment import Blinding, Committer, PartOfStage, Polynomial
from avm.varuna.proof import G1, Sums
from avm.varuna.protocol import Combiners, Dialogue, LargestDomains, Triple
from avm.varuna.proving_key import Indices, ProvingKey
from avm.varuna.report import STAGES, OracleReport, StageReport
from avm.varuna.verifying_key import CircuitInfo
from avm.varuna.version import VarunaVersion

T = TypeVar("T")


class Randomness:
    """The prover's random field elements: from the operating system, or from an explicit seed in tests."""

    def __init__(self, seed: bytes | None = None) -> None:
        self._seed = seed
        self._counter = 0

    def scalar(self) -> int:
        """Return a uniform element of F."""
        if self._seed is None:
            return secrets.randbelow(FR_MODULUS)
        self._counter += 1
        block = hashlib.blake2b(self._counter.to_bytes(8, "little"), key=self._seed[:64]).digest()
        return int.from_bytes(block, "little") % FR_MODULUS

    def scalars(self, count: int) -> list[int]:
        """Return uniform elements of F."""
        return [self.scalar() for _ in range(count)]

    def blinding(self) -> Blinding:
        """Return a random blinding polynomial of degree 2."""
        return self.scalar(), self.scalar(), self.scalar()


@dataclass(slots=True)
class Instance:
    """One assignment of a circuit on its way through the rounds.

    ``public`` is padded; ``z`` has the values of all variables at their places in the variable domain;
    ``products`` are A z, B z and C z over the rows; ``z_polynomial`` interpolates ``z``. The repr shows only
    what is public.
    """

    public: list[int]
    z: vector.FrVector = field(repr=False)
    products: tuple[vector.FrVector, vector.FrVector, vector.FrVector] = field(repr=False)
    z_polynomial: vector.FrVector = field(default_factory=lambda: vector.zeros(0), repr=False)


@dataclass(slots=True)
class Circuit:
    """One circuit of the batch.

    ``places`` are the entries' columns in the variable domain, by matrix; ``entries_at_alpha`` the entries
    times their rows' L_i(alpha); ``columns_at_alpha`` the sums of these by columns.
    """

    key: ProvingKey
    instances: list[Instance]
    places: tuple[Indices, Indices, Indices]
    entries_at_alpha: tuple[vector.FrVector, ...] = ()
    columns_at_alpha: tuple[vector.FrVector, ...] = ()

    @property
    def info(self) -> CircuitInfo:
        """The circuit's sizes."""
        return self.key.info


@dataclass(slots=True, repr=False)
class ProverState:
    """Everything between the first and the last round; the rounds fill in the messages as they go.

    Most of it is secret: the repr shows nothing.
    """

    version: VarunaVersion
    circuits: list[Circuit]
    largest: LargestDomains
    dialogue: Dialogue
    committer: Committer
    random: Randomness
    progress: Progress
    cancel: Cancel
    pool: Pool
    polynomials: dict[str, Polynomial] = field(default_factory=dict)
    commitments: dict[str, G1] = field(default_factory=dict)
    stages: list[StageReport] = field(default_factory=list)
    oracles: list[OracleReport] = field(default_factory=list)
    expected: int = 1
    mask_parts: tuple[list[int], list[int]] = ((), ())  # type: ignore[assignment]
    row_combiners: tuple[Combiners, ...] = ()
    column_combiners: tuple[Combiners, ...] = ()
    etas: Triple = (1, 1, 1)
    deltas: tuple[Triple, ...] = ()
    alpha: int = 0
    beta: int = 0
    gamma: int = 0
    third_sums: list[list[Sums]] = field(default_factory=list)
    fourth_sums: list[Sums] = field(default_factory=list)
    matrix_products: list[list[vector.FrVector]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, commitments: int = 1) -> Iterator[None]:
        """Announce a stage, time it and report the polynomials committed to in it; say how many there are."""
        self.cancel.check()
        self.progress.stage(name, STAGES[name])
        self.oracles, self.expected = [], commitments
        began = time.perf_counter()
        yield
        self.stages.append(StageReport(name, STAGES[name], time.perf_counter() - began, tuple(self.oracles)))
        self.cancel.check()

    def commit(
        self, name: str, coefficients: vector.FrVector, *, hiding: bool = False, bound: int | None = None
    ) -> G1:
        """Commit to a polynomial, keep it under its label and report it."""
        self.cancel.check()
        began = time.perf_counter()
        polynomial = Polynomial(coefficients, self.random.blinding() if hiding else None)
        part = PartOfStage(self.progress, len(self.oracles), self.expected)
        commitment = self.committer.commit(polynomial, bound, part)
        self.polynomials[name] = polynomial
        self.commitments[name] = commitment
        self.oracles.append(
            OracleReport(
                name=name,
                degree=vector.degree(coefficients),
                size=len(coefficients),
                seconds=time.perf_counter() - began,
                commitment=g1.to_compressed(commitment).hex(),
                hiding=hiding,
                degree_bound=bound,
            )
        )
        return commitment


def map_largest_first(state: ProverState, function: Callable[[int], T], sizes: Sequence[int]) -> list[T]:
    """Return ``[function(k) for k in range(len(sizes))]``, begun in the order that suits the pool best."""
    order = sorted(range(len(sizes)), key=lambda k: -sizes[k])
    made = dict(zip(order, state.pool.map(function, order, state.cancel)))
    return [made[k] for k in range(len(sizes))]


def on_coset(coefficients: vector.FrVector, size: int) -> vector.FrVector:
    """Return the values of a polynomial of degree below ``size`` on the coset of the domain of that size."""
    return vector.coset_ntt(vector.pad(coefficients, size), size)


def coset_vanishing_inverse(size: int) -> int:
    """Return 1 / v(x) for x on the coset, where v(x) = x^size - 1 is the same everywhere."""
    return Fr.inv(pow(COSET_SHIFT, size, FR_MODULUS) - 1)


def divide_exactly(coefficients: vector.FrVector, divisor: Domain) -> vector.FrVector:
    """Return the quotient by X^n - 1 of a polynomial that it divides, n the size of ``divisor``."""
    quotient, remainder = vector.divide_by_vanishing(coefficients, divisor.size)
    if not vector.is_zero(remainder):
        raise ArithmeticError("the polynomial is not a multiple of the vanishing polynomial")
    return quotient


def weighted(vectors: Sequence[vector.FrVector], weights: Sequence[int]) -> vector.FrVector:
    """Return the sum of vectors times weights; a single vector of weight 1 as it is."""
    if len(vectors) == 1 and weights[0] == 1:
        return vectors[0]
    return vector.linear_combination(list(zip(vectors, weights, strict=True)))
