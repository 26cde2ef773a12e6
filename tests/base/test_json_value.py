"""Readers of JSON values: each takes its own kind and nothing else."""

from __future__ import annotations

import pytest

from avm.base.json_value import hex_bytes, items, members, number, real, text

KINDS = {"a text": "ff", "a number": 3, "a list": ["x"], "an object": {"x": 1}}
READERS = {text: "a text", hex_bytes: "a text", items: "a list", members: "an object", real: "a number"}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_takes_its_own_kind_and_refuses_all_others(reader):
    for kind, value in KINDS.items():
        if kind == READERS[reader]:
            assert reader(value) in (value, b"\xff")
        else:
            with pytest.raises(TypeError, match=f"expected {READERS[reader]}"):
                reader(value)


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_only_whole_numbers_are_numbers(value):
    with pytest.raises(TypeError, match="expected a number"):
        number(value, 10)


def test_a_number_is_within_its_bounds():
    assert [number(value, 10) for value in (0, 9)] == [0, 9]
    for value in (-1, 10):
        with pytest.raises(ValueError, match="from 0 to 9"):
            number(value, 10)


def test_bytes_that_are_not_hexadecimal_are_refused():
    with pytest.raises(ValueError, match="hex"):
        hex_bytes("0g")
