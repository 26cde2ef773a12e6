"""Booleans and fields: circuits agree with values; bits are found once and kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra.fields import Fr
from avm.base.errors import Halt
from avm.r1cs import ConstraintSystem, Counts, Mode
from avm.r1cs.linear import MODULUS, PRIVATE
from avm.types import boolean as booleans
from avm.types import field as fields
from avm.types.boolean import BooleanVar, assert_all_zero, assert_at_most
from avm.types.field import FieldVar
from avm.types.literal_type import LiteralType as T
from tests.types.circuits import C, P, S, agrees, built, is_bound, modes, value_half

B, F = T.BOOLEAN, T.FIELD
elements = st.one_of(
    st.sampled_from([0, 1, 2, MODULUS - 1, fields.HALF, fields.HALF + 1]), st.integers(0, MODULUS - 1)
)


@pytest.mark.parametrize("op", ["and_", "or_", "xor", "nand", "nor", "is_eq", "is_neq"])
def test_gates_agree_with_their_truth_tables(op: str) -> None:
    value = value_half(booleans, op, B)
    for a, b in modes(2):
        for x in (False, True):
            for y in (False, True):
                agrees(value, getattr(BooleanVar, op), [(B, a, x), (B, b, y)])


def test_not_and_ternary_agree() -> None:
    for c, a, b in modes(3):
        agrees(lambda x: not x, BooleanVar.not_, [(B, c, True)])
        for bits in range(8):
            x, y, z = (bool(bits >> i & 1) for i in range(3))
            agrees(lambda p, q, r: q if p else r, BooleanVar.ternary, [(B, c, x), (B, a, y), (B, b, z)])


def test_not_twice_is_the_bit_itself() -> None:
    cs = ConstraintSystem()
    bit = BooleanVar.new(cs, P, True)
    assert bit.not_().not_().lc.terms == bit.lc.terms and bit.not_().not_().mode is P
    assert bit.not_().lc.terms == {0: 1, 1: MODULUS - 1} and bit.not_().lc.constant == 0


def test_a_private_gate_is_the_documented_row() -> None:
    cs, _, _ = built(BooleanVar.xor, [(B, S, True), (B, S, True)])
    a, b, out = PRIVATE, PRIVATE + 1, PRIVATE + 2
    left, right, result = cs.rows()[-1]
    assert left.terms == {a: 2} and right.terms == {b: 1}
    assert result.terms == {a: 1, b: 1, out: MODULUS - 1}


def test_comparison_with_a_limit() -> None:
    for value in range(16):
        cs = ConstraintSystem()
        bits = [BooleanVar.new(cs, S, bool(value >> i & 1)) for i in range(4)]
        assert_at_most(cs, bits, 9)
        assert cs.is_satisfied == (value <= 9)


def test_bits_are_required_to_be_zero_with_one_row() -> None:
    cs = ConstraintSystem()
    bits = [BooleanVar.new(cs, S, False) for _ in range(5)]
    before = cs.num_constraints
    assert_all_zero(cs, bits)
    assert cs.num_constraints == before + 1 and cs.is_satisfied
    assert_all_zero(cs, [*bits, BooleanVar.new(cs, S, True)])
    assert not cs.is_satisfied


CHEAP = ["add", "sub", "mul", "div", "is_eq", "is_neq"]
DEAR = ["lt", "lte", "gt", "gte", "pow_"]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CHEAP), elements, elements, st.sampled_from(list(Mode)), st.sampled_from(list(Mode)))
def test_cheap_field_operations_agree(op: str, x: int, y: int, a: Mode, b: Mode) -> None:
    value = value_half(fields, op, F)
    agrees(value, getattr(FieldVar, op), [(F, a, x), (F, b, y)])


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(DEAR), elements, elements, st.sampled_from(list(Mode)), st.sampled_from(list(Mode)))
def test_field_operations_on_bits_agree(op: str, x: int, y: int, a: Mode, b: Mode) -> None:
    value = value_half(fields, op, F)
    agrees(value, getattr(FieldVar, op), [(F, a, x), (F, b, y)])


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["neg", "double", "square", "inv", "sqrt"]), elements, st.sampled_from(list(Mode)))
def test_field_operations_of_one_operand_agree(op: str, x: int, mode: Mode) -> None:
    value = value_half(fields, op, F)
    agrees(value, getattr(FieldVar, op), [(F, mode, x)])


@pytest.mark.parametrize("value", [0, 4, 22, 5])
def test_both_roots_and_their_flag(value: int) -> None:
    cs, (first, second, no_root), _ = built(FieldVar.square_roots_flagged, [(F, S, value)])
    assert cs.is_satisfied and no_root.value == (not Fr.is_square(value))
    assert (first.value + second.value) % MODULUS == 0
    assert first.value**2 % MODULUS == (value if Fr.is_square(value) else 0)


def test_the_even_root_is_even() -> None:
    for value in (4, 9, 16):
        cs, root, _ = built(FieldVar.even_sqrt, [(F, S, value)])
        assert cs.is_satisfied and root.value % 2 == 0 and root.value**2 % MODULUS == value


def test_zero_halts_at_once_when_constant_and_is_unsatisfied_when_not() -> None:
    with pytest.raises(Halt, match="divides by zero"):
        built(FieldVar.div, [(F, S, 1), (F, C, 0)])
    with pytest.raises(Halt, match="no inverse"):
        built(FieldVar.inv, [(F, C, 0)])
    with pytest.raises(Halt, match="not a square"):
        built(FieldVar.sqrt, [(F, C, 22)])
    assert not built(FieldVar.inv, [(F, S, 0)])[0].is_satisfied


def test_bits_are_found_once() -> None:
    cs = ConstraintSystem()
    x = FieldVar.new(cs, S, 12345)
    early = x.clone()
    bits = x.to_bits_le()
    spent = cs.counts()
    assert sum(bit.value << i for i, bit in enumerate(bits)) == 12345
    assert x.to_bits_le() is bits and x.clone().to_bits_le() is bits
    assert cs.counts() == spent, "known bits are free"
    early.to_bits_le()
    assert cs.counts() - spent == Counts(0, 0, 505, 507), "a clone made before pays again"
    x.add(FieldVar.one(cs)).to_bits_le()
    assert cs.counts() - spent == Counts(0, 0, 1010, 1014), "a sum starts without bits"


def test_an_element_made_of_bits_keeps_them() -> None:
    cs = ConstraintSystem()
    bits = [BooleanVar.new(cs, S, True) for _ in range(8)]
    spent = cs.counts()
    x = FieldVar.from_bits_le(cs, bits)
    assert x.value == 255 and len(x.to_bits_le()) == 253 and cs.counts() == spent


def test_bits_of_r_itself_are_refused() -> None:
    cs = ConstraintSystem()
    bits = [BooleanVar.new(cs, S, bool(MODULUS >> i & 1)) for i in range(253)]
    FieldVar.from_bits_le(cs, bits)
    assert not cs.is_satisfied


def test_too_few_bits_are_unsatisfied() -> None:
    assert not built(lambda x: x.to_lower_bits_le(4), [(F, S, 16)])[0].is_satisfied
    with pytest.raises(Halt, match="254 bits"):
        built(lambda x: x.to_lower_bits_le(254), [(F, S, 16)])


def test_every_bit_of_a_decomposition_is_bound() -> None:
    cs, _, counts = built(FieldVar.to_bits_le, [(F, S, 12345)])
    first = cs.num_private - counts.private
    assert all(is_bound(cs, i) for i in range(first, first + 253, 12))
