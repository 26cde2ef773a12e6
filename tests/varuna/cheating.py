"""Hooks that make single steps of our prover false, and what the verifier says of the outcome.

Each hook alters one step; nothing here mends what the other checks then find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS as P
from avm.base.pool import Pool
from avm.r1cs import Assignment
from avm.varuna import prover
from avm.varuna.commitment import Polynomial
from avm.varuna.proof import Proof, Sums
from avm.varuna.protocol import Combiners, Dialogue
from avm.varuna.proving_key import IndexedMatrix, ProvingKey
from avm.varuna.rounds import first, fourth, third
from avm.varuna.rounds.state import Circuit, ProverState
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify
from avm.varuna.version import VarunaVersion

Patch = pytest.MonkeyPatch
ROW, COLUMN, MATRIX = "Row check", "Column sums", "Matrix sums"


class Case:
    """A circuit to prove and verify; ``failed`` names the checks that refuse what the prover made."""

    def __init__(self, system: object, srs: Srs, pool: Pool, version: VarunaVersion) -> None:
        self.key: ProvingKey = system.key  # type: ignore[attr-defined]
        self.verifying = system.verifying  # type: ignore[attr-defined]
        self.assignment: Assignment = system.assignment  # type: ignore[attr-defined]
        self.srs, self.pool, self.version = srs, pool, version

    def prove(self, assignment: Assignment | None = None, key: ProvingKey | None = None) -> Proof:
        """The prover's proof, under whatever hooks are in place."""
        return prover.prove(
            key or self.key, self.srs, assignment or self.assignment, version=self.version, pool=self.pool
        )[0]

    def failed(self, proof: Proof, inputs: Sequence[int] | None = None) -> tuple[str, ...]:
        """The verifier's failed checks for the proof and its public inputs."""
        public = list(inputs or self.assignment.public)
        return verify(self.verifying, self.srs.verifier(), public, proof, version=self.version).failed


def unchecked_rows(patch: Patch) -> None:
    """The prover does not look whether the assignment satisfies the circuit."""
    patch.setattr(prover, "_check_rows", lambda products, instance: None)


def column_sums(patch: Patch, alter: Callable[[Sums], Sums]) -> None:
    """The prover claims altered column sums."""
    original = third._sums
    patch.setattr(third, "_sums", lambda circuit: [alter(sums) for sums in original(circuit)])


def column_sums_that_fit_h_0(patch: Patch) -> None:
    """The prover claims the sum of C that makes the row check hold, whatever the true one is."""
    original = prover.third_round

    def third_round(state: ProverState) -> None:
        rows = state.largest.rows.vanishing(state.alpha)
        h_0 = vector.evaluate(state.polynomials["h_0"].coefficients, state.alpha)
        with pytest.MonkeyPatch.context() as inner:
            column_sums(inner, lambda s: (s[0], s[1], (s[0] * s[1] - rows * h_0) % P))
            original(state)

    patch.setattr(prover, "third_round", third_round)


def matrix_sum(patch: Patch, k: int) -> None:
    """The prover claims a matrix sum one too high for matrix k, with f altered to fit it."""
    original = fourth._interpolate

    def interpolate(circuit: Circuit, lagrange: vector.FrVector, number: int) -> vector.FrVector:
        f = original(circuit, lagrange, number)
        return vector.add(f, vector.from_ints([1])) if number == k else f

    patch.setattr(fourth, "_interpolate", interpolate)


def with_matrix(key: ProvingKey, k: int) -> ProvingKey:
    """The proving key with the first entry of matrix k doubled, under the same verifying key."""
    matrices = list(key.matrices)
    values = np.array(matrices[k].values)
    values[:1] = vector.add(values[:1], values[:1])
    matrices[k] = IndexedMatrix(matrices[k].row_starts, matrices[k].columns, values)
    a, b, c = matrices
    return ProvingKey(key.verifying_key, (a, b, c), key.num_public, key.num_private)


def absorbed_inputs(patch: Patch, claimed: Sequence[int]) -> None:
    """The prover's transcript has other public inputs than its witness."""
    original = prover.Dialogue

    def dialogue(version: VarunaVersion, keys: Sequence, inputs: Sequence) -> Dialogue:
        return original(version, keys, [[list(claimed)] * len(instances) for instances in inputs])

    patch.setattr(prover, "Dialogue", dialogue)


def mask_sum(patch: Patch, constant: int) -> None:
    """The mask has a constant coefficient: its sum over the columns is that times their number."""
    original = first._mask

    def mask(state: ProverState) -> vector.FrVector:
        made = original(state)
        state.mask_parts[1][0] = constant
        return vector.add(made, vector.from_ints([constant]))

    patch.setattr(first, "_mask", mask)


def before_opening(patch: Patch, alter: Callable[[ProverState], None]) -> None:
    """The prover alters what it opens after everything was committed."""
    original = prover.open_all

    def open_all(state: ProverState) -> object:
        alter(state)
        return original(state)

    patch.setattr(prover, "open_all", open_all)


def another_polynomial(patch: Patch, name: str, blinding: bool = False) -> None:
    """The prover opens another polynomial, or another blinding, than the one committed under this label."""

    def alter(state: ProverState) -> None:
        if name in state.polynomials:
            old = state.polynomials[name]
            rho = old.blinding
            if blinding:
                assert rho is not None
                state.polynomials[name] = Polynomial(old.coefficients, ((rho[0] + 1) % P, *rho[1:]))
            else:
                state.polynomials[name] = Polynomial(plus_x(old.coefficients), rho)
        else:
            circuit = state.circuits[0]
            polynomials = dict(circuit.key.polynomials())
            polynomials[name] = plus_x(polynomials[name])
            key = circuit.key
            circuit.key = ProvingKey(
                key.verifying_key, key.matrices, key.num_public, key.num_private, polynomials
            )

    before_opening(patch, alter)


def plus_x(coefficients: vector.FrVector) -> vector.FrVector:
    """The polynomial plus X: a constant alone would not show in a quotient."""
    return vector.add(coefficients, vector.from_ints([0, 1]))


@contextmanager
def constant_weights(which: str) -> Iterator[None]:
    """Draw as the protocol says, and use weights of 1: row or column combiners, etas or deltas."""
    with pytest.MonkeyPatch.context() as patch:
        if which in ("row", "column"):
            original_draw = Dialogue._draw_combiners

            def draw(self: Dialogue) -> tuple[Combiners, ...]:
                drawn = original_draw(self)
                wanted = "column" if self.row_combiners else "row"
                ones = tuple(Combiners(1, (1,) * len(one.instances)) for one in drawn)
                return ones if which == wanted else drawn

            patch.setattr(Dialogue, "_draw_combiners", draw)
        elif which == "etas":
            original_weights = Dialogue.column_weights

            def weights(self: Dialogue, sums: Sequence) -> tuple:
                return original_weights(self, sums)[0], (1, 1, 1)

            patch.setattr(Dialogue, "column_weights", weights)
        else:
            original_fourth = Dialogue.fourth

            def fourth_weights(self: Dialogue, commitments: Sequence, sums: Sequence) -> tuple:
                return tuple((1, 1, 1) for _ in original_fourth(self, commitments, sums))

            patch.setattr(Dialogue, "fourth", fourth_weights)
        yield
