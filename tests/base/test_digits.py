"""Numbers of any length are read, by Python's limit or not, and nothing but ASCII digits is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.base.digits import brief, parse_digits, parse_digits_mod, plain_digits
from avm.base.errors import ParseFailure

P = 8444461749428370424248824938781546531375899335154063827935233455917409239041


@given(st.integers(0, 10**300), st.sampled_from([2, 8, 10, 16]))
def test_numbers_are_read_in_every_base(number: int, base: int) -> None:
    text = {2: f"{number:b}", 8: f"{number:o}", 10: str(number), 16: f"{number:x}"}[base]
    assert parse_digits(text, base) == number
    assert parse_digits(f"0_{text}_", base) == number


@pytest.mark.parametrize("size", [2047, 2048, 2049, 4300, 4301, 4096, 50_000, 200_001])
def test_numbers_beyond_the_limit_of_python_are_read(size: int) -> None:
    assert parse_digits("9" * size) == 10**size - 1
    assert parse_digits("1" + "0" * (size - 1)) == 10 ** (size - 1)
    assert parse_digits_mod("9" * size, P) == (pow(10, size, P) - 1) % P
    assert parse_digits("f" * size, 16) == 16**size - 1


@pytest.mark.parametrize(
    "text", ["", "_", "-1", "+1", " 1", "1 ", "1.0", "1e3", "１２", "١", "²", "0x1", "1\n"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse_digits(text)
    with pytest.raises(ParseFailure):
        parse_digits_mod(text, P)


def test_a_wrong_character_after_many_digits_is_found_at_once() -> None:
    with pytest.raises(ParseFailure):
        parse_digits("1" * 900_000 + "x")


def test_digits_of_a_base_are_those_of_the_base() -> None:
    for text, base in (("2", 2), ("8", 8), ("a", 10), ("g", 16)):
        with pytest.raises(ParseFailure, match="base"):
            parse_digits(text, base)


def test_the_limit_is_named() -> None:
    with pytest.raises(ParseFailure, match="at most 1,000,000 digits"):
        parse_digits("1" * 1_000_001)
    assert parse_digits("1" + "_" * 1_000_001) == 1
    with pytest.raises(ParseFailure, match="at most 5 digits"):
        parse_digits("123456", limit=5)


def test_long_numbers_are_shown_briefly() -> None:
    assert brief("123") == brief(123) == "123"
    assert brief("7" * 5000).endswith("(5,000 characters)")
    assert "bits" in brief(10**5000)
    assert plain_digits("0_00") == "0"
    assert plain_digits("007_0") == "70"
