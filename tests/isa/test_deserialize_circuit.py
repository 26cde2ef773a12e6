"""``deserialize.bits`` in a circuit: the value of the bits, its tags required, in the network's size."""

from __future__ import annotations

import random

import pytest

from avm.base.errors import Halt
from avm.data.circuit_values import CircuitArray, CircuitLiteral, inject
from avm.data.literal import Literal
from avm.data.plaintext import Array, boolean_array
from avm.data.types import ArrayType, PlaintextType
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem, Counts
from avm.types.literal_type import LiteralType
from tests.test_every_op import samples

T = LiteralType
TYPES = [t for t in T if t not in (T.SIGNATURE, T.STRING)]
RAW = {
    T.ADDRESS: Counts(12, 0, 265, 266),
    T.FIELD: Counts(8, 0, 252, 253),
    T.GROUP: Counts(12, 0, 265, 266),
    T.IDENTIFIER: Counts(8, 0, 375, 561),
    T.SCALAR: Counts(8, 0, 250, 251),
}
"""Sizes of the circuits without tags, as in the network's keys; those of other types have no variables."""


def run(raw: bool, bits: list[bool], type_: PlaintextType) -> tuple[Array | Literal | None, bool, Counts]:
    """The value of bits, None where it halts; whether the circuit is satisfied, and its size."""
    op, array = ops()["deserialize.bits.raw" if raw else "deserialize.bits"], boolean_array(bits)
    statement = Statement(types=(ArrayType(T.BOOLEAN, len(bits)), type_))
    try:
        expected = op.evaluate((array,), statement, None)[0]  # type: ignore[arg-type]
    except Halt:
        expected = None
    cs = ConstraintSystem()
    wire = inject(cs, Mode.PRIVATE, array)
    before = cs.counts()
    result = op.synthesize(cs, (wire,), statement, None)[0]  # type: ignore[arg-type]
    size = cs.counts() - before
    assert isinstance(result, CircuitLiteral | CircuitArray)
    if expected is not None:
        assert cs.is_satisfied and result.value() == expected
    return expected, cs.is_satisfied, size  # type: ignore[return-value]


@pytest.mark.parametrize("raw", [True, False], ids=["raw", "tagged"])
@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_a_literal_is_read_where_its_bits_are_a_value(type_: LiteralType, raw: bool) -> None:
    value = Literal(type_, samples(type_, random.Random(str(type_)))[1])
    bits = value.raw_bits() if raw else value.tagged_bits()
    found, satisfied, size = run(raw, bits, type_)
    assert found == value and satisfied
    plain = RAW.get(type_, Counts(8, 0, 0, 0))
    tags = Counts(0, 0, 0, 0) if raw else Counts(24, 0, 0, 4)
    assert size == Counts(
        plain.constants + tags.constants, 0, plain.private, plain.constraints + tags.constraints
    )
    for place in {0, 5 % len(bits), 12 % len(bits), len(bits) - 1}:
        other = [bit != (i == place) for i, bit in enumerate(bits)]
        expected, satisfied, _ = run(raw, other, type_)
        assert satisfied is (expected is not None)


@pytest.mark.parametrize("raw", [True, False], ids=["raw", "tagged"])
def test_an_array_of_arrays_is_read_with_the_sizes_of_its_parts(raw: bool) -> None:
    type_ = ArrayType(ArrayType(T.U16, 2), 3)
    rows = tuple(Array(tuple(Literal(T.U16, 7 * i + j) for j in range(2))) for i in range(3))
    value = Array(rows)
    bits = value.raw_bits() if raw else value.tagged_bits()
    found, _, size = run(raw, bits, type_)
    assert found == value and size.private == 0
    if not raw:
        sizes = [run(raw, [bit != (i == place) for i, bit in enumerate(bits)], type_) for place in (1, 9, 36)]
        assert [(expected, satisfied) for expected, satisfied, _ in sizes] == [(None, False)] * 3
