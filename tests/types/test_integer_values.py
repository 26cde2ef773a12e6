"""The value half of the integers: wrapping, halting and the words of a halt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.base.errors import Halt
from avm.types.integers import values as ops
from avm.types.literal_type import LiteralType as T
from tests.types.circuits import INTEGERS, SIGNED, UNSIGNED


@st.composite
def pair(draw: st.DrawFn, types: list[T] = INTEGERS) -> tuple[T, int, int]:
    type = draw(st.sampled_from(types))
    edge = st.sampled_from([type.min, type.max, 0, 1, type.min + 1, type.max - 1])
    value = st.one_of(edge, st.integers(type.min, type.max))
    return type, draw(value), draw(value)


def in_range(type: T, value: int) -> bool:
    return type.min <= value <= type.max


@settings(max_examples=60, deadline=None)
@given(pair())
def test_checked_operations_halt_exactly_when_the_result_does_not_fit(case: tuple[T, int, int]) -> None:
    type, a, b = case
    for op, exact in ((ops.add, a + b), (ops.sub, a - b), (ops.mul, a * b)):
        if in_range(type, exact):
            assert op(type, a, b) == exact
        else:
            with pytest.raises(Halt):
                op(type, a, b)


@settings(max_examples=60, deadline=None)
@given(pair())
def test_wrapped_operations_keep_the_low_bits(case: tuple[T, int, int]) -> None:
    type, a, b = case
    for op, exact in ((ops.add_w, a + b), (ops.sub_w, a - b), (ops.mul_w, a * b)):
        result = op(type, a, b)
        assert in_range(type, result) and (result - exact) % (1 << type.bits) == 0


@settings(max_examples=60, deadline=None)
@given(pair())
def test_quotient_and_remainder_belong_together(case: tuple[T, int, int]) -> None:
    type, a, b = case
    if b == 0:
        for op in (ops.div, ops.div_w, ops.rem, ops.rem_w, ops.mod):
            with pytest.raises(Halt, match="divides by zero"):
                op(type, a, b)
        return
    if a == type.min and b == -1:
        with pytest.raises(Halt):
            ops.div(type, a, b)
        with pytest.raises(Halt):
            ops.rem(type, a, b)
        assert ops.div_w(type, a, b) == a and ops.rem_w(type, a, b) == 0
        return
    quotient, remainder = ops.div(type, a, b), ops.rem(type, a, b)
    assert quotient * b + remainder == a and abs(remainder) < abs(b)
    assert remainder == 0 or (remainder < 0) == (a < 0)
    assert (quotient, remainder) == (ops.div_w(type, a, b), ops.rem_w(type, a, b))


@settings(max_examples=60, deadline=None)
@given(pair(), st.integers(0, 2**32 - 1))
def test_shifts_multiply_and_divide_by_powers_of_two(case: tuple[T, int, int], n: int) -> None:
    type, a, _ = case
    small = n % type.bits
    assert ops.shl_w(type, a, n) == ops.wrap(type, a * 2**small)
    assert ops.shr_w(type, a, n) == a // 2**small
    assert ops.shr(type, a, small) == a // 2**small
    for op in (ops.shl, ops.shr):
        with pytest.raises(Halt, match="bits or more"):
            op(type, a, small + type.bits)
    if in_range(type, a * 2**small):
        assert ops.shl(type, a, small) == a * 2**small
    else:
        with pytest.raises(Halt):
            ops.shl(type, a, small)


@settings(max_examples=60, deadline=None)
@given(pair(), st.integers(0, 300))
def test_powers(case: tuple[T, int, int], n: int) -> None:
    type, a, _ = case
    assert ops.pow_w(type, a, n) == ops.wrap(type, a**n)
    if in_range(type, a**n):
        assert ops.pow_(type, a, n) == a**n
    else:
        with pytest.raises(Halt):
            ops.pow_(type, a, n)


def test_huge_exponents_answer_at_once() -> None:
    assert ops.pow_(T.I8, -1, 2**32 - 1) == -1
    assert ops.pow_(T.I8, -1, 2**32 - 2) == 1
    assert ops.pow_(T.U128, 1, 2**32 - 1) == 1 and ops.pow_(T.U128, 0, 2**32 - 1) == 0
    assert ops.pow_(T.U8, 0, 0) == 1
    with pytest.raises(Halt, match=r"-2i8 \*\* 4294967295 is below -128i8, so pow halts"):
        ops.pow_(T.I8, -2, 2**32 - 1)


@pytest.mark.parametrize("type", SIGNED)
def test_the_smallest_value_has_no_absolute_value(type: T) -> None:
    for op in (ops.abs_, ops.neg):
        with pytest.raises(Halt):
            op(type, type.min)
    assert ops.abs_w(type, type.min) == type.min
    assert ops.abs_(type, -5) == 5 and ops.neg(type, 5) == -5


@pytest.mark.parametrize("type", UNSIGNED)
def test_inverting_an_unsigned_value(type: T) -> None:
    assert ops.not_(type, 0) == type.max and ops.not_(type, type.max) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.sub(T.U64, 480, 500), "480u64 - 500u64 is below zero, so sub halts"),
        (lambda: ops.add(T.I8, 100, 100), "100i8 + 100i8 is above 127i8, so add halts"),
        (lambda: ops.sub(T.I8, -100, 100), "-100i8 - 100i8 is below -128i8, so sub halts"),
        (lambda: ops.div(T.U8, 1, 0), "1u8 / 0u8 divides by zero, so div halts"),
        (lambda: ops.rem_w(T.U8, 1, 0), "1u8 % 0u8 divides by zero, so rem.w halts"),
        (lambda: ops.shl(T.U8, 1, 8), "1u8 << 8 shifts by 8 bits or more, so shl halts"),
        (lambda: ops.shl(T.U8, 255, 1), "255u8 << 1 is above 255u8, so shl halts"),
        (lambda: ops.abs_(T.I8, -128), "|-128i8| is above 127i8, so abs halts"),
    ],
)
def test_a_halt_says_what_happened(call: object, words: str) -> None:
    with pytest.raises(Halt) as halted:
        call()  # type: ignore[operator]
    assert str(halted.value) == words
