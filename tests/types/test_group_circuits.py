"""Scalars, points and addresses: circuits agree with values; a point outside the subgroup is unsatisfied."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import edwards
from avm.algebra.fields import FS_MODULUS
from avm.base.errors import Halt
from avm.r1cs import ConstraintSystem, Mode
from avm.r1cs.linear import MODULUS
from avm.types import group as groups
from avm.types import scalar as scalars
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GENERATOR, IDENTITY, GroupVar
from avm.types.literal_type import LiteralType as T
from avm.types.scalar import ScalarVar
from avm.types.string import StringVar
from tests.types.circuits import C, P, S, agrees, built, is_bound, modes, value_half

G, K = T.GROUP, T.SCALAR
POINTS = [IDENTITY, GENERATOR, edwards.double(GENERATOR), edwards.neg(GENERATOR)]
scalar_values = st.one_of(st.sampled_from([0, 1, FS_MODULUS - 1]), st.integers(0, FS_MODULUS - 1))


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["add", "lt", "gte", "is_eq"]), scalar_values, scalar_values, st.sampled_from(list(Mode))
)
def test_scalar_operations_agree(op: str, x: int, y: int, mode: Mode) -> None:
    value = value_half(scalars, op, K)
    agrees(value, getattr(ScalarVar, op), [(K, mode, x), (K, S, y)])


def test_scalars_of_fields() -> None:
    for value, fits in ((5, True), (FS_MODULUS - 1, True), (FS_MODULUS, False), (MODULUS - 1, False)):
        cs, scalar, _ = built(ScalarVar.from_field, [(T.FIELD, S, value)])
        assert cs.is_satisfied == fits and (not fits or scalar.value == value)
        cs, scalar, _ = built(ScalarVar.from_field_lossy, [(T.FIELD, S, value)])
        assert cs.is_satisfied and scalar.value == value % (1 << 250)


def test_bits_of_a_scalar_are_found_once() -> None:
    cs = ConstraintSystem()
    x = ScalarVar.new(cs, S, 99)
    early, bits = x.clone(), x.to_bits_le()
    spent = cs.counts()
    assert x.to_bits_le() is bits and cs.counts() == spent
    assert early.to_bits_le() is not bits


@pytest.mark.parametrize("op", ["add", "sub", "is_eq"])
def test_group_operations_agree(op: str) -> None:
    value = value_half(groups, op, G)
    for i, (a, b) in enumerate(modes(2)):
        p, q = POINTS[i % 4], POINTS[(i // 2) % 4]
        agrees(value, getattr(GroupVar, op), [(G, a, p), (G, b, q)])


@pytest.mark.parametrize("mode", [C, P, S])
def test_doubling_and_negation_agree(mode: Mode) -> None:
    for point in POINTS:
        agrees(lambda x: groups.double(G, x), GroupVar.double, [(G, mode, point)])
        agrees(lambda x: groups.neg(G, x), GroupVar.neg, [(G, mode, point)])


@pytest.mark.parametrize("scalar", [0, 1, 5, FS_MODULUS - 1])
def test_multiples_agree(scalar: int) -> None:
    agrees(lambda p, k: groups.mul(G, p, k), GroupVar.mul, [(G, S, POINTS[2]), (K, S, scalar)])
    agrees(lambda p, k: groups.mul(G, p, k), GroupVar.mul, [(G, C, GENERATOR), (K, S, scalar)])


def test_a_point_outside_the_subgroup_is_unsatisfied() -> None:
    outside = edwards.add(GENERATOR, (0, MODULUS - 1))
    assert edwards.is_on_curve(outside)
    cs = ConstraintSystem()
    GroupVar.new(cs, S, outside)
    assert not cs.is_satisfied
    cs = ConstraintSystem()
    point = GroupVar(FieldVar.new(cs, S, outside[0]), FieldVar.new(cs, S, outside[1]))
    assert point.is_in_group().value is False and cs.is_satisfied


def test_a_point_is_recovered_from_its_x() -> None:
    cs, point, _ = built(GroupVar.from_x_coordinate, [(T.FIELD, S, GENERATOR[0])])
    assert cs.is_satisfied and point.value == GENERATOR
    cs, _, _ = built(GroupVar.from_x_coordinate, [(T.FIELD, S, 1)])
    assert not cs.is_satisfied
    with pytest.raises(Halt, match="not the x-coordinate"):
        built(GroupVar.from_x_coordinate, [(T.FIELD, C, 1)])


@pytest.mark.parametrize("x", [GENERATOR[0], 0, 1, 2, 7])
def test_the_flag_tells_whether_an_x_belongs_to_the_group(x: int) -> None:
    cs, (point, missing), _ = built(GroupVar.from_x_coordinate_flagged, [(T.FIELD, S, x)])
    expected = groups.from_x(x)
    assert cs.is_satisfied and missing.value == (expected is None)
    if expected is not None:
        assert point.value == expected


def test_a_changed_coordinate_is_noticed() -> None:
    cs, _, counts = built(GroupVar.add, [(G, S, POINTS[1]), (G, S, POINTS[2])])
    assert all(is_bound(cs, i) for i in range(cs.num_private - counts.private, cs.num_private))


def test_addresses_behave_as_their_points() -> None:
    cs = ConstraintSystem()
    a, b = AddressVar.new(cs, S, POINTS[1]), AddressVar.new(cs, S, POINTS[2])
    assert not a.is_eq(b).value and a.is_neq(b).value and a.is_eq(a.clone()).value
    picked = AddressVar.ternary(BooleanVar.new(cs, S, False), a, b)
    assert picked.value == POINTS[2] and a.to_field().value == POINTS[1][0]
    assert AddressVar.zero(cs).value == IDENTITY and cs.is_satisfied and not cs.check()


def test_strings_compare_by_length_and_content() -> None:
    cs = ConstraintSystem()
    a, b, c = (StringVar.new(cs, S, text) for text in ("hello", "hello", "hellö"))
    assert a.is_eq(b).value and a.is_neq(c).value and c.value == "hellö"
    assert cs.is_satisfied and not cs.check()
