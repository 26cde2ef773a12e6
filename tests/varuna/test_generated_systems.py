"""Generated systems of many shapes: they index, prove and verify, and nothing altered verifies."""

from __future__ import annotations

import dataclasses
import random

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.r1cs import Assignment
from avm.varuna.indexer import index
from avm.varuna.proof import Proof
from avm.varuna.prover import UnsatisfiedError, prove
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify
from tests.varuna.generate_systems import DENSITIES, WITNESSES, Shape, shapes, system, unsatisfied_rows

SMALL = shapes(14, seed=3, largest=120)
ALL = shapes(50, seed=2026)


@pytest.fixture(scope="module")
def wide() -> Srs:
    """A development string long enough for the small shapes, dense ones among them."""
    return development_srs(12, seed=b"generated")


def test_the_generator_covers_what_it_promises() -> None:
    assert {shape.density for shape in ALL} == set(DENSITIES)
    assert {shape.witness for shape in ALL} == set(WITNESSES)
    assert (min(shape.rows for shape in ALL), max(shape.rows for shape in ALL)) == (10, 16_000)
    publics = {shape.publics for shape in ALL}
    assert {1, 2, 3} <= publics
    assert publics & {4, 8, 16, 32}
    assert publics & {5, 9, 17, 33}
    assert max(publics) >= 1000


@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_generated_assignments_satisfy_their_system(shape: Shape) -> None:
    matrices, assignment = system(shape)
    assert list(unsatisfied_rows(matrices, assignment)) == []
    assert system(shape) == (matrices, assignment)
    assert (matrices.num_public, matrices.num_private) == (shape.publics, shape.privates)
    for rows in (matrices.a, matrices.b, matrices.c):
        for row in rows:
            columns = [column for column, _ in row]
            assert columns == sorted(set(columns))
            assert all(0 < value < FR_MODULUS for _, value in row)


@pytest.mark.prove
@pytest.mark.parametrize("shape", SMALL, ids=str)
def test_a_generated_system_proves_and_nothing_altered_verifies(wide: Srs, pool: Pool, shape: Shape) -> None:
    matrices, assignment = system(shape)
    key, verifying = index(matrices, wide, pool=pool)
    proof, _ = prove(key, wide, assignment, pool=pool)
    verifier, inputs = wide.verifier(), list(assignment.public)
    assert verify(verifying, verifier, inputs, proof).valid

    rng = random.Random(str(shape))
    place = rng.randrange(len(inputs))
    other = [*inputs[:place], (inputs[place] + 1) % FR_MODULUS, *inputs[place + 1 :]]
    assert not verify(verifying, verifier, other, proof).valid
    first, second = verifying.commitments[:2], verifying.commitments[2:]
    assert not verify(
        dataclasses.replace(verifying, commitments=second + first), verifier, inputs, proof
    ).valid
    parts = [part for part in proof.parts() if part.kind in ("point", "scalar")]
    for part in rng.sample(parts, 3):
        data = bytearray(proof.to_bytes())
        data[part.offset + (part.size - 1 if part.kind == "point" else 0)] ^= (
            0x80 if part.kind == "point" else 1
        )
        try:
            altered = Proof.from_bytes(bytes(data))
        except DecodeError:
            continue
        assert not verify(verifying, verifier, inputs, altered).valid, part.name


@pytest.mark.prove
@pytest.mark.parametrize("shape", SMALL[::3], ids=str)
def test_an_altered_witness_is_refused_with_the_first_broken_row(wide: Srs, pool: Pool, shape: Shape) -> None:
    matrices, assignment = system(shape)
    key, _ = index(matrices, wide, pool=pool)
    private = list(assignment.private)
    for place in range(len(private)):
        private[place] = (private[place] + 1) % FR_MODULUS
        wrong = Assignment(assignment.public, tuple(private))
        if broken := list(unsatisfied_rows(matrices, wrong)):
            with pytest.raises(UnsatisfiedError) as failure:
                prove(key, wide, wrong, pool=pool)
            assert (failure.value.row, failure.value.broken_rows) == (broken[0], len(broken))
            return
    pytest.fail("no private value matters in this system")


@pytest.mark.prove
def test_inputs_of_zero_may_be_left_out_but_no_others(wide: Srs, pool: Pool) -> None:
    matrices, assignment = system(Shape(12, 5, 9, "sparse", "zero"))
    key, verifying = index(matrices, wide, pool=pool)
    proof, _ = prove(key, wide, assignment, pool=pool)
    verifier = wide.verifier()
    assert verify(verifying, verifier, [1], proof).valid
    assert verify(verifying, verifier, [1, 0, 0, 0, 0, 0, 0, 0], proof).valid
    assert not verify(verifying, verifier, [1, 0, 0, 0, 0, 0, 0, 1], proof).valid
    assert not verify(verifying, verifier, [1, 0, 0, 0, 0, 0, 0, 0, 0], proof).valid


@pytest.mark.prove
def test_a_witness_of_zeros_still_hides_itself(wide: Srs, pool: Pool) -> None:
    matrices, assignment = system(Shape(12, 2, 9, "sparse", "zero"))
    key, _ = index(matrices, wide, pool=pool)
    one, two = (prove(key, wide, assignment, pool=pool)[0] for _ in range(2))
    assert None not in (one.witness[0], one.mask, one.g_1)
    assert one.witness != two.witness
    assert one.third_sums != two.third_sums
