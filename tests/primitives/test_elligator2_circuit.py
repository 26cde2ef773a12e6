"""The circuit of Elligator 2 against its evaluation and the network's counts."""

from __future__ import annotations

import random

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.primitives.elligator2 import encode, encode_circuit
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.field import FieldVar


def circuit(value: int, mode: Mode = Mode.PRIVATE) -> tuple[ConstraintSystem, FieldVar]:
    cs = ConstraintSystem()
    return cs, FieldVar.new(cs, mode, value)


@pytest.mark.parametrize("seed", range(3))
def test_the_image_and_the_counts_are_those_of_the_network(seed: int) -> None:
    value = random.Random(seed).randrange(1, FR_MODULUS)
    cs, x = circuit(value)
    before = cs.counts()
    point = encode_circuit(x)
    size = cs.counts() - before
    assert cs.is_satisfied and point.value == encode(value)
    assert (size.constants, size.public, size.private, size.constraints) == (263, 0, 875, 880)


def test_a_constant_has_its_image_without_constraints() -> None:
    cs, x = circuit(5, Mode.CONSTANT)
    before = cs.counts()
    assert encode_circuit(x).value == encode(5)
    size = cs.counts() - before
    assert (size.constants, size.private, size.constraints) == (527, 0, 0)


def test_zero_has_no_image() -> None:
    cs, x = circuit(0)
    encode_circuit(x)
    assert not cs.is_satisfied


def test_the_matrices_do_not_depend_on_the_witness() -> None:
    systems = []
    for value in (1, 7, FR_MODULUS - 1):
        cs, x = circuit(value)
        encode_circuit(x)
        systems.append(cs.matrices())
    assert systems[0] == systems[1] == systems[2]
