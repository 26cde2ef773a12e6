"""Nothing that the prover must keep is shown by a repr: witnesses, blindings, secret factors."""

from __future__ import annotations

import pytest

from avm.algebra import vector
from avm.base.pool import Pool
from avm.r1cs import Assignment
from avm.varuna import prover
from avm.varuna.commitment import Polynomial
from avm.varuna.rounds.state import Instance, ProverState
from avm.varuna.srs.contribution import Secrets
from avm.varuna.srs.reference_string import Srs

SECRET = 987654321987654321


def test_a_polynomial_shows_neither_coefficients_nor_blinding() -> None:
    polynomial = Polynomial(vector.from_ints([SECRET]), (SECRET, SECRET + 1, SECRET + 2))
    assert repr(polynomial) == "Polynomial()"


def test_an_instance_shows_its_public_values_alone() -> None:
    values = vector.from_ints([SECRET])
    assert repr(Instance([1, 7], values, (values, values, values))) == "Instance(public=[1, 7])"


def test_factors_of_a_contribution_are_not_shown() -> None:
    assert repr(Secrets(SECRET, SECRET)) == "Secrets()"


@pytest.mark.prove
def test_the_provers_state_shows_nothing(
    product, srs: Srs, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ProverState] = []
    original = prover.open_all

    def spy(state: ProverState) -> object:
        seen.append(state)
        return original(state)

    monkeypatch.setattr(prover, "open_all", spy)
    assignment = Assignment((1, SECRET * (SECRET + 5)), (SECRET, 1, SECRET))
    prover.prove(product.key, srs, assignment, pool=pool)
    (state,) = seen
    mask = [value for part in state.mask_parts for value in part]
    blindings = [value for p in state.polynomials.values() for value in p.blinding or ()]
    assert len(blindings) == 6
    told = " ".join(map(repr, (state, *state.circuits, *state.polynomials.values(), state.random)))
    for value in (SECRET, *mask, *blindings):
        if value > 10**9:
            assert str(value) not in told
