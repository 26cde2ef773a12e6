"""Values of a run open to their parts, each with the text that it has in the whole."""

from __future__ import annotations

import pytest

from avm.api.value_views import MOST_PARTS, value_view
from avm.api.views import ValueView
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.value import parse_value
from avm.types.literal_type import LiteralType

OWNER = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"
RECORD = f"{{ owner: {OWNER}.private, list: [ 1u8.private, 2u8.private ], _nonce: 0group.public }}"


def texts(value: ValueView) -> list[tuple[str, str]]:
    return [(part.name, part.text) for part in value.parts]


def test_a_future_says_what_it_calls_and_opens_to_its_arguments() -> None:
    text = "{ program_id: token.aleo, function_name: mint, arguments: [ 1000u64, { a: 1u8 } ] }"
    value = value_view(parse_value(text))
    assert (value.kind, value.call, value.size) == ("future", "token.aleo/mint", 2)
    assert texts(value) == [("[0]", "1000u64"), ("[1]", "{ a: 1u8 }")]


def test_the_parts_of_a_record_bear_their_visibility() -> None:
    value = value_view(parse_value(RECORD))
    assert value.kind == "record" and texts(value) == [
        ("owner", f"{OWNER}.private"),
        ("list", "[ 1u8.private, 2u8.private ]"),
        ("_nonce", "0group.public"),
        ("_version", "0u8.public"),
    ]
    assert texts(value.parts[1]) == [("[0]", "1u8.private"), ("[1]", "2u8.private")]
    assert all(part.text in value.text for part in value.parts)


def test_a_struct_that_looks_like_a_future_or_a_record_is_a_struct() -> None:
    one = Literal(LiteralType.U8, 1)
    names = ("program_id", "function_name", "arguments", "_nonce")
    assert value_view(Struct(tuple((name, one) for name in names))).kind == "struct"


@pytest.mark.parametrize("size", [MOST_PARTS, MOST_PARTS + 1])
def test_a_long_array_opens_to_its_first_parts(size: int) -> None:
    value = value_view(Array((Literal(LiteralType.BOOLEAN, True),) * size))
    assert value.size == size and len(value.parts) == MOST_PARTS
