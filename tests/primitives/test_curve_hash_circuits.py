"""The circuits of BHP and Pedersen: the network's counts, and the values of the native halves."""

from __future__ import annotations

import random

import pytest

from avm.algebra.edwards import IDENTITY
from avm.algebra.fields import FS_MODULUS
from avm.base.errors import Halt
from avm.primitives.bhp import Bhp, bhp
from avm.primitives.pedersen import pedersen
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.scalar import ScalarVar
from tests.primitives.circuits import Cost, bits, spent
from tests.types.circuits import is_bound

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
WIDE = Bhp(32, 48, "BHPCircuit0")
LONGEST = 3 * 32 * 48


def message(count: int, seed: int = 0) -> list[bool]:
    random_ = random.Random(seed)
    return [random_.random() < 0.5 for _ in range(count)]


@pytest.mark.parametrize(
    ("size", "count", "private", "constant"),
    [
        (256, 261, (403, 445, 445), 756),
        (512, 522, (409, 895, 895), 1113),
        (768, 783, (429, 1365, 1365), 1488),
        (1024, 1044, (413, 1775, 1775), 1815),
        (1024, 1046, (418, 2709, 2711), 2413),
        (1024, 1024, (413, 1744, 1744), 1791),
    ],
)
def test_a_hash_costs_what_the_network_counts(size: int, count: int, private: Cost, constant: int) -> None:
    given = message(count, size)
    hasher = bhp(size, "BHPCircuit0")
    expected = hasher.hash_to_group(given)
    for mode in (P, S, C):
        cs = ConstraintSystem()
        variables = bits(cs, given, mode)
        point, cost = spent(cs, hasher.hash_to_group_circuit, cs, variables)
        assert cost == ((constant, 0, 0) if mode is C else private)
        assert point.value == expected and cs.is_satisfied


def test_many_windows_cost_what_the_network_counts() -> None:
    given = message(LONGEST)
    cs = ConstraintSystem()
    variables = bits(cs, given)
    point, cost = spent(cs, WIDE.hash_to_group_circuit, cs, variables)
    assert cost == (470, 8774, 8776) and point.value == WIDE.hash_to_group(given)
    cs = ConstraintSystem()
    point, cost = spent(cs, WIDE.hash_to_group_circuit, cs, bits(cs, given, C))
    assert cost == (7239, 0, 0)


def test_a_commitment_costs_what_the_network_counts() -> None:
    given = message(LONGEST)
    cs = ConstraintSystem()
    variables, randomizer = bits(cs, given), ScalarVar.new(cs, S, FS_MODULUS - 2)
    point, cost = spent(cs, WIDE.commit_to_group_circuit, cs, variables, randomizer)
    assert cost == (972, 10781, 10785)
    assert point.value == WIDE.commit_to_group(given, FS_MODULUS - 2) and cs.is_satisfied


@pytest.mark.parametrize("size", [256, 512, 768, 1024])
def test_a_mixture_of_constants_and_variables_has_the_native_hash(size: int) -> None:
    hasher, random_ = bhp(size), random.Random(size)
    for count in (1, 2, 3, 100, hasher.max_bits + 200):
        given = message(count, count)
        cs = ConstraintSystem()
        variables = [BooleanVar.new(cs, random_.choice((C, S)), bit) for bit in given]
        variables = [bit.not_().not_() if i % 7 == 3 else bit for i, bit in enumerate(variables)]
        assert hasher.hash_to_group_circuit(cs, variables).value == hasher.hash_to_group(given)
        assert cs.is_satisfied and not cs.check()


@pytest.mark.parametrize("given", [[False] * 40, [True] * 40])
def test_a_commitment_has_the_native_value(given: list[bool]) -> None:
    for randomizer in (0, 1, FS_MODULUS - 1):
        for scheme in (bhp(256), pedersen(64)):
            for mode in (C, S):
                cs = ConstraintSystem()
                variables, var = bits(cs, given, mode), ScalarVar.new(cs, mode, randomizer)
                point = scheme.commit_to_group_circuit(cs, variables, var)
                assert point.value == scheme.commit_to_group(given, randomizer)
                assert cs.is_satisfied and bool(cs.num_constraints) is (mode is S)


def test_no_bits_are_hashed_to_the_identity_and_too_few_are_refused() -> None:
    cs = ConstraintSystem()
    assert bhp(256).hash_to_group_circuit(cs, []).value == IDENTITY and not cs.num_constraints
    small = Bhp(3, 90, "small")
    with pytest.raises(Halt, match="more than 270 bits"):
        small.hash_to_group_circuit(cs, bits(cs, message(18)))


@pytest.mark.parametrize("size", [64, 128])
def test_a_pedersen_hash_costs_six_constraints_a_bit_after_the_first(size: int) -> None:
    for count in (0, 1, 2, 33, size):
        given = message(count, count)
        cs = ConstraintSystem()
        variables = bits(cs, given)
        point, cost = spent(cs, pedersen(size).hash_to_group_circuit, cs, variables)
        more = max(0, count - 1)
        assert cost == (2 * more, 6 * more, 6 * more)
        assert point.value == pedersen(size).hash_to_group(given) and cs.is_satisfied
    with pytest.raises(Halt, match="takes at most"):
        pedersen(size).hash_to_group_circuit(cs, bits(cs, message(size + 1)))


def test_no_variable_of_a_hash_is_free() -> None:
    for hasher in (bhp(256), pedersen(64)):
        cs = ConstraintSystem()
        hasher.hash_to_group_circuit(cs, bits(cs, message(40)))
        assert all(is_bound(cs, i) for i in range(40, cs.num_private, 3))
