"""Casts between literal types: exact or halting, lossy, and their circuits."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra.edwards import GENERATOR, double
from avm.algebra.fields import FS_MODULUS
from avm.base.errors import Halt
from avm.r1cs.linear import MODULUS
from avm.r1cs.system import ConstraintSystem
from avm.types.casts import cast, cast_lossy, cast_lossy_var, cast_var, castable
from avm.types.field import FieldVar
from avm.types.group import GroupVar, Point
from avm.types.integers.values import wrap
from avm.types.literal_type import LiteralType as T
from avm.types.string import StringVar
from tests.types.circuits import INTEGERS, C, S, agrees, built

IDENTITY: Point = (0, 1)
ENCODED: Point = double(double(GENERATOR))
SOURCES = [T.BOOLEAN, T.FIELD, T.SCALAR, *INTEGERS]
NUMBERS = [T.BOOLEAN, T.FIELD, T.SCALAR, *INTEGERS]


def elligator2(_x: int) -> Point:
    return ENCODED


def elligator2_gadget(x: FieldVar) -> GroupVar:
    return GroupVar.new(x.cs, C if x.is_constant else S, ENCODED)


def values(source: T) -> st.SearchStrategy[Any]:
    if source is T.BOOLEAN:
        return st.booleans()
    largest = {T.FIELD: MODULUS - 1, T.SCALAR: FS_MODULUS - 1}
    low, high = source.min, largest.get(source, source.max)
    near = [v for v in (0, 1, 127, 128, 255, 256, -1, -128, low, high) if low <= v <= high]
    return st.one_of(st.sampled_from(near), st.integers(low, high))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_circuit_and_value_casts_agree(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(SOURCES)), data.draw(st.sampled_from(NUMBERS))
    value, mode = data.draw(values(source)), data.draw(st.sampled_from([C, S]))
    agrees(lambda v: cast(v, source, target), lambda x: cast_var(x, target), [(source, mode, value)])
    agrees(
        lambda v: cast_lossy(v, source, target, elligator2),
        lambda x: cast_lossy_var(x, target, elligator2_gadget),
        [(source, mode, value)],
    )


@given(st.data())
def test_an_exact_cast_returns_the_same_number_or_pattern(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(INTEGERS)), data.draw(st.sampled_from(INTEGERS))
    value = data.draw(values(source))
    if target.min <= value <= target.max:
        assert cast(value, source, target) == value
    else:
        with pytest.raises(Halt, match=f"does not fit {target}, so cast halts"):
            cast(value, source, target)
    assert cast_lossy(value, source, target, elligator2) == wrap(target, value)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (-1, T.I8, T.FIELD, 255),
        (-1, T.I8, T.SCALAR, 255),
        (255, T.FIELD, T.I8, -1),
        (255, T.SCALAR, T.I8, -1),
        (True, T.BOOLEAN, T.GROUP, GENERATOR),
        (False, T.BOOLEAN, T.ADDRESS, IDENTITY),
        (GENERATOR, T.GROUP, T.ADDRESS, GENERATOR),
        (GENERATOR, T.ADDRESS, T.FIELD, GENERATOR[0]),
        (GENERATOR[0], T.FIELD, T.GROUP, GENERATOR),
        (0, T.FIELD, T.GROUP, IDENTITY),
        (1, T.U8, T.BOOLEAN, True),
    ],
)
def test_exact_casts(value: Any, source: T, target: T, expected: Any) -> None:
    assert cast(value, source, target) == expected
    assert cast_lossy(value, source, target, elligator2) == expected


@pytest.mark.parametrize(
    ("value", "source", "target"),
    [
        (256, T.FIELD, T.U8),
        (2, T.U8, T.BOOLEAN),
        (-1, T.I8, T.U8),
        (-1, T.I8, T.BOOLEAN),
        (FS_MODULUS, T.FIELD, T.SCALAR),
        (1, T.FIELD, T.GROUP),
        (GENERATOR, T.GROUP, T.U128),
    ],
)
def test_what_does_not_fit_halts(value: Any, source: T, target: T) -> None:
    with pytest.raises(Halt):
        cast(value, source, target)


def test_a_constant_that_does_not_fit_is_refused_with_its_value() -> None:
    with pytest.raises(Halt, match="300field does not fit u8, so cast halts"):
        built(lambda x: cast_var(x, T.U8), [(T.FIELD, C, 300)])


def test_lossy_casts_to_points() -> None:
    assert cast_lossy(1, T.FIELD, T.GROUP, elligator2) == GENERATOR
    assert cast_lossy(4, T.FIELD, T.GROUP, elligator2) == ENCODED
    for x in (0, 1, 4, GENERATOR[0]):
        agrees(
            lambda v: cast_lossy(v, T.FIELD, T.ADDRESS, elligator2),
            lambda v: cast_lossy_var(v, T.ADDRESS, elligator2_gadget),
            [(T.FIELD, S, x)],
        )


@pytest.mark.parametrize("target", [T.ADDRESS, T.GROUP, T.FIELD, T.U8, T.BOOLEAN, T.SCALAR])
def test_points_are_cast_by_their_x(target: T) -> None:
    agrees(
        lambda v: cast_lossy(v, T.GROUP, target, elligator2),
        lambda x: cast_lossy_var(x, target, elligator2_gadget),
        [(T.GROUP, S, ENCODED)],
    )
    agrees(lambda v: cast(v, T.GROUP, target), lambda x: cast_var(x, target), [(T.GROUP, S, ENCODED)])


def test_signatures_and_strings_never_cast() -> None:
    assert castable(T.U8, T.FIELD) and not castable(T.STRING, T.FIELD)
    with pytest.raises(Halt, match="string cannot be cast to field"):
        cast("a", T.STRING, T.FIELD)  # type: ignore[arg-type]
    with pytest.raises(Halt, match="cast to signature"):
        built(lambda x: cast_var(x, T.SIGNATURE), [(T.FIELD, S, 1)])


def test_the_circuit_of_a_string_never_casts_either() -> None:
    cs = ConstraintSystem()
    for mode in (C, S):
        var = StringVar.new(cs, mode, "a")
        with pytest.raises(Halt, match="string cannot be cast to field"):
            cast_var(var, T.FIELD)
        with pytest.raises(Halt, match="string cannot be cast to u8"):
            cast_lossy_var(var, T.U8, lambda x: GroupVar.zero(x.cs))
