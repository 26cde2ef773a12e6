"""Circuits of unusual shapes prove and verify: only One, empty rows, many publics, extreme witnesses."""

from __future__ import annotations

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.base.pool import Pool
from avm.r1cs import Assignment, Matrices
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify

ONE = ((0, 1),)
SHAPES: dict[str, tuple[Matrices, Assignment]] = {
    "only One, domains of four columns and two rows": (
        Matrices.of_rows(1, 0, (ONE,), (ONE,), (ONE,)),
        Assignment((1,), ()),
    ),
    "one private variable": (
        Matrices.of_rows(1, 1, (((1, 1),),), (((1, 1),),), (((1, 1),),)),
        Assignment((1,), (1,)),
    ),
    "empty rows": (
        Matrices.of_rows(2, 2, ((), ((2, 1),), ()), (ONE, ((3, 1),), ()), ((), ((1, 1),), ())),
        Assignment((1, 6), (2, 3)),
    ),
    "seventeen publics, padded to thirty-two": (
        Matrices.of_rows(17, 1, (((16, 1),),), (ONE,), (((17, 1),),)),
        Assignment((1, *range(15), 9), (9,)),
    ),
    "an all-zero witness": (
        Matrices.of_rows(2, 30, (((2, 1), (31, 1)),) * 9, (((3, 5),),) * 9, (((4, 1),),) * 9),
        Assignment((1, 0), (0,) * 30),
    ),
    "the largest values": (
        Matrices.of_rows(2, 2, (((2, FR_MODULUS - 1),),), (((3, FR_MODULUS - 1),),), (((1, 1),),)),
        Assignment((1, 1), (FR_MODULUS - 1, FR_MODULUS - 1)),
    ),
}


@pytest.mark.prove
@pytest.mark.parametrize("name", SHAPES)
def test_a_circuit_of_an_unusual_shape_proves(name: str, srs: Srs, pool: Pool) -> None:
    matrices, assignment = SHAPES[name]
    key, verifying = index(matrices, srs, pool=pool)
    proof, _ = prove(key, srs, assignment, pool=pool)
    inputs = list(assignment.public)
    assert verify(verifying, srs.verifier(), inputs, proof).valid
    if len(inputs) > 1:
        assert not verify(verifying, srs.verifier(), [*inputs[:-1], inputs[-1] + 1], proof).valid
