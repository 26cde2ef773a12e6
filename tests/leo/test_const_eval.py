"""Compile-time arithmetic agrees with the machine, and says why it halts."""

import pytest

from avm.leo import ast
from avm.leo.consteval.operators import binary, cast, unary
from avm.leo.consteval.values import EvaluationError, Scalar


def i8(value: int) -> Scalar:
    return Scalar(ast.INTEGER_TYPES["i8"], value)


def u8(value: int) -> Scalar:
    return Scalar(ast.U8, value)


def field(value: int) -> Scalar:
    return Scalar(ast.FIELD, value)


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("Div", -7, 2, -3),
        ("Rem", -7, 2, -1),
        ("AddWrapped", 127, 1, -128),
        ("SubWrapped", -128, 1, 127),
        ("MulWrapped", 64, 3, -64),
        ("DivWrapped", -128, -1, -128),
        ("BitwiseAnd", -1, 12, 12),
        ("Xor", -1, 12, -13),
    ],
)
def test_signed_arithmetic(op: str, left: int, right: int, expected: int) -> None:
    assert binary(op, i8(left), i8(right), None) == i8(expected)


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [("Add", 127, 1), ("Sub", -128, 1), ("Mul", 64, 2), ("Div", 1, 0), ("Div", -128, -1), ("Rem", 5, 0)],
)
def test_arithmetic_that_halts_is_refused(op: str, left: int, right: int) -> None:
    with pytest.raises(EvaluationError):
        binary(op, i8(left), i8(right), None)


def test_shifts_keep_to_the_width() -> None:
    assert binary("Shr", i8(-128), u8(3), None) == i8(-16)
    assert binary("ShlWrapped", u8(3), u8(9), None) == u8(6)
    with pytest.raises(EvaluationError):
        binary("Shl", u8(200), u8(1), None)


def test_an_unsuffixed_number_takes_the_other_operands_type() -> None:
    left = Scalar(ast.U8, 3)
    assert binary("Mul", left, Scalar(ast.U8, 4), ast.U8) == u8(12)


def test_fields_divide_by_inverses() -> None:
    half = binary("Div", field(1), field(2), None)
    assert binary("Mul", half, field(2), None) == field(1)
    with pytest.raises(EvaluationError):
        binary("Div", field(1), field(0), None)


def test_negation_of_the_least_number_halts() -> None:
    assert unary("Negate", i8(5), None) == i8(-5)
    with pytest.raises(EvaluationError):
        unary("Negate", i8(-128), None)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (u8(255), ast.U16, Scalar(ast.U16, 255)),
        (Scalar(ast.U16, 256), ast.U8, None),
        (i8(-1), ast.U8, None),
        (u8(1), ast.BOOLEAN, Scalar(ast.BOOLEAN, True)),
        (u8(2), ast.BOOLEAN, None),
        (Scalar(ast.IDENTIFIER, "foo"), ast.FIELD, field(7303014)),
        (field(7303014), ast.IDENTIFIER, Scalar(ast.IDENTIFIER, "foo")),
        (field(5), ast.IDENTIFIER, None),
    ],
)
def test_casts_keep_the_value_or_halt(value: Scalar, type_: ast.Type, expected: Scalar | None) -> None:
    assert cast(value, type_) == expected


def test_a_group_is_doubled_as_the_machine_does() -> None:
    generator = Scalar(
        ast.GROUP, 1540945439182663264862696551825005342995406165131907382295858612069623286213
    )
    assert unary("Double", generator, None) == binary("Add", generator, generator, None)
