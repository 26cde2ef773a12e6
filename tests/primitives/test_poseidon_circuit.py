"""The circuits of Poseidon's hashes: the network's counts, the native values, the rows of the definition."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.base.errors import Halt
from avm.primitives import poseidon
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.field import FieldVar
from tests.primitives.circuits import fields, spent
from tests.types.circuits import is_bound

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
EDGES = (0, 1, FR_MODULUS - 1)


def values(count: int, seed: int = 0) -> list[int]:
    """Edge values first, then random ones."""
    random_ = random.Random(seed)
    return [*EDGES, *(random_.randrange(FR_MODULUS) for _ in range(count))][:count]


@pytest.mark.parametrize("mode", [P, S])
@pytest.mark.parametrize(
    ("inputs", "outputs", "cost"),
    [
        *[(0, 1, 0), (1, 1, 335), (2, 1, 340), (3, 1, 345), (4, 1, 350), (5, 1, 705), (8, 1, 705)],
        *[(9, 1, 1060), (1, 4, 335), (1, 5, 690), (4, 8, 705), (5, 5, 1060)],
    ],
)
def test_a_hash_of_rate_4_costs_what_the_network_counts(
    mode: Mode, inputs: int, outputs: int, cost: int
) -> None:
    cs = ConstraintSystem()
    given = fields(cs, values(inputs), mode)
    out, size = spent(cs, poseidon.hash_many_circuit, cs, 4, given, outputs)
    assert size == (1, cost, cost)
    assert [x.value for x in out] == poseidon.hash_many(4, values(inputs), outputs)
    assert cs.is_satisfied


@pytest.mark.parametrize(("inputs", "cost"), [(1, (1, 840, 842)), (4, (1, 855, 857)), (9, (1, 1565, 1567))])
def test_a_hash_to_a_scalar_costs_what_the_network_counts(inputs: int, cost: tuple[int, int, int]) -> None:
    cs = ConstraintSystem()
    given = fields(cs, values(inputs))
    out, size = spent(cs, poseidon.hash_to_scalar_circuit, cs, 4, given)
    assert size == cost and cs.is_satisfied
    assert out.value == poseidon.hash_to_scalar(4, values(inputs))


@pytest.mark.parametrize(
    ("rate", "cost"), [(2, (529, 2026, 2036)), (4, (529, 2096, 2106)), (8, (529, 2236, 2246))]
)
def test_a_hash_to_a_point_costs_what_the_network_counts(rate: int, cost: tuple[int, int, int]) -> None:
    cs = ConstraintSystem()
    given = fields(cs, values(2))
    out, size = spent(cs, poseidon.hash_to_group_circuit, cs, rate, given)
    assert size == cost and cs.is_satisfied
    assert out.value == poseidon.hash_to_group(rate, values(2))


def test_constants_cost_constants_alone() -> None:
    cs = ConstraintSystem()
    given = fields(cs, values(5), C)
    digest, size = spent(cs, poseidon.hash_circuit, cs, 4, given)
    assert size == (1, 0, 0) and digest.value == poseidon.hash(4, values(5))
    scalar, size = spent(cs, poseidon.hash_to_scalar_circuit, cs, 4, given)
    assert size == (254, 0, 0) and scalar.value == poseidon.hash_to_scalar(4, values(5))
    point, size = spent(cs, poseidon.hash_to_group_circuit, cs, 4, given[:2])
    assert size == (1059, 0, 0) and point.value == poseidon.hash_to_group(4, values(2))


@pytest.mark.parametrize("rate", [2, 4, 8])
def test_the_values_are_those_of_the_native_half(rate: int) -> None:
    cs = ConstraintSystem()
    for count in (0, 1, rate - 1, rate, rate + 1, 2 * rate):
        given = values(count, rate)
        for modes in (
            (S,) * count,
            tuple((C, S)[i % 2] for i in range(count)),
            (*(S,) * (count - 1), C)[:count],
        ):
            variables = [FieldVar.new(cs, mode, value) for mode, value in zip(modes, given)]
            assert poseidon.hash_circuit(cs, rate, variables).value == poseidon.hash(rate, given)
    assert cs.is_satisfied and not cs.check()


def test_a_hash_to_a_point_wants_an_input() -> None:
    with pytest.raises(Halt, match="empty"):
        poseidon.hash_to_group_circuit(ConstraintSystem(), 4, [])


def test_no_variable_of_a_hash_is_free() -> None:
    cs = ConstraintSystem()
    poseidon.hash_circuit(cs, 2, fields(cs, values(2)))
    assert all(is_bound(cs, i) for i in range(2, cs.num_private))


def dense_rows(rate: int, given: Sequence[int]) -> Any:
    """The matrices of one permutation by the definition: every round's constants, S-boxes and full matrix."""
    cs = ConstraintSystem()
    parameters = poseidon.parameters_fr(rate)
    seed = poseidon.hash_many(rate, given, 1)
    state = poseidon._seeded(rate, f"AleoPoseidon{rate}", len(given)).state
    lanes = [FieldVar.fixed(cs, value) for value in state]
    for i, x in enumerate(fields(cs, given), 1):
        lanes[i] = lanes[i].add(x)
    for r, constants in enumerate(parameters.ark):
        lanes = [FieldVar.combine(cs, (1,), (lane,), c) for lane, c in zip(lanes, constants)]
        is_full = not 4 <= r < 35
        lanes = [poseidon._s_box(lane) if is_full or i == 0 else lane for i, lane in enumerate(lanes)]
        lanes = [FieldVar.combine(cs, row, lanes) for row in parameters.mds]
    assert lanes[1].value == seed[0]
    cs.assert_eq(lanes[1].lc, lanes[2].lc)
    return cs.matrices()


@pytest.mark.parametrize("rate", [2, 4])
def test_the_rows_are_those_of_the_definition(rate: int) -> None:
    cs = ConstraintSystem()
    out = poseidon.hash_many_circuit(cs, rate, fields(cs, values(2)), 2)
    cs.assert_eq(out[0].lc, out[1].lc)
    assert cs.matrices() == dense_rows(rate, values(2))
