"""A circuit takes its operands alone and gives the witness of any: by the plain tape and by the kernels."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import pytest

from avm.data.given_values import given_values
from avm.data.plaintext import Plaintext
from avm.r1cs import ConstraintSystem
from tests.test_every_op import CIRCUITS, MEDIUM, Circuit, is_due

NEVER = sys.maxsize


def system(circuit: Circuit, operands: Sequence[Plaintext]) -> ConstraintSystem:
    return circuit.synthesize(operands)[0]


def assert_same(found: ConstraintSystem, fresh: ConstraintSystem, what: object) -> None:
    assert found.assignment() == fresh.assignment(), what
    assert found.violations == fresh.violations, what


@pytest.mark.parametrize("circuit", [c for c in CIRCUITS if is_due(c)], ids=str)
def test_the_witness_of_other_operands_is_that_of_a_fresh_circuit(
    circuit: Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = circuit.cases(random.Random(str(circuit)), 4)
    made = system(circuit, first)
    for other in others[: 2 if circuit.constraints <= MEDIUM else 1]:
        monkeypatch.setattr("avm.r1cs.witness.SOME", NEVER)
        fresh = system(circuit, other)
        assert list(fresh.given) == [number for value in other for number in given_values(value)]
        assert_same(made.with_given(fresh.given), fresh, other)
        monkeypatch.setattr("avm.r1cs.witness.SOME", 0)
        assert_same(made.with_given(fresh.given), fresh, other)


def test_a_circuit_in_use_does_not_grow_and_takes_as_many_values_as_it_was_made_with() -> None:
    cs = ConstraintSystem()
    x = cs.new_private(3)
    cs.solve_product(x, x)
    assert cs.with_given([5]).assignment().private == (5, 25) and cs.assignment().private == (3, 9)
    with pytest.raises(ValueError, match="does not grow"):
        cs.new_private(1)
    with pytest.raises(ValueError, match="does not grow"):
        cs.assert_true(x)
    with pytest.raises(ValueError, match="takes 1 values, 2 are given"):
        cs.with_given([1, 2])
