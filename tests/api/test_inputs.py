"""Values typed for an input are judged by their type, with advice."""

from __future__ import annotations

import pytest

from avm.api.inputs import wrong_value


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("5u32", "u32", True),
        ("-5i32", "i32", True),
        ("-5u32", "u32", False),
        ("5", "u32", False),
        ("300u8", "u8", False),
        ("5u64", "u32", False),
        ("true", "boolean", True),
        ("yes", "boolean", False),
        ("7field", "field", True),
        ("7", "field", False),
        ("aleo1xyz", "address", False),
        ("[ 1u32, 2u32 ]", "[u32; 2u32]", True),
        ("", "u32", False),
        ("128i8", "i8", False),
        ("-128i8", "i8", True),
        ("1__0_u8", "u8", True),
        ("9" * 5000 + "u8", "u8", False),
        ("bank.aleo", "address", True),
    ],
)
def test_values_are_judged_by_their_type(text: str, kind: str, right: bool) -> None:
    assert (wrong_value(text, kind) == "") is right


@pytest.mark.parametrize(
    ("text", "kind", "advice"),
    [
        ("5", "u32", "Add the type: 5u32."),
        ("-1u8", "u8", "u8 has no negative numbers. Use 1u8, or change the type to i8."),
        ("256u8", "u8", "256u8 does not fit into u8: it goes from 0 to 255."),
        ("1u64", "u32", "1u64 is a u64, but u32 is needed. Use 1u32."),
        ("x", "field", "A field is a number with its type, such as 7field."),
        ("x", "i8", "An i8 is a whole number with its type, such as 5i8."),
        ("", "u8", "A value is missing. It has the type u8."),
        ("7group", "field", "7group is a group, but field is needed. Use 7field."),
        ("1_", "u8", "Add the type: 1_u8."),
        ("-0u8", "u8", "u8 has no negative numbers. Use 0u8, or change the type to i8."),
        ("5", "address", "An address begins with aleo1 and has 63 characters."),
    ],
)
def test_the_advice_says_what_would_be_right(text: str, kind: str, advice: str) -> None:
    assert wrong_value(text, kind) == advice
