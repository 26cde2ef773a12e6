"""Values packed into one integer have the bits and field elements that their encodings list."""

from __future__ import annotations

import random

import pytest

from avm.base.bits import bits_to_int_le, bytes_to_bits_le
from avm.base.errors import Halt
from avm.data.encoding import Encodable
from avm.data.literal import Literal
from avm.data.packed import booleans, packed, packed_fields
from avm.data.plaintext import Array, Struct, boolean_array, parse_plaintext
from avm.data.value import parse_value
from avm.types.literal_type import LiteralType
from tests.test_every_op import samples

TEXTS = [
    '"text \\u{1f600}"',
    "[1u8, 2u8, 255u8]",
    "[[true, false], [false, false]]",
    "[-1i8]",
    "{ a: 1u8, long_name: [5field, 6field], inner: { b: -3i64 } }",
    "[{ a: 1u8 }, { a: 0u8 }]",
    "{ owner: aleo1qnr4dkkvkgfqph0vzc3y6z2eu975wnpz2925ntjccd5cfqxtyu8s7pyjh9.private, "
    "n: 5u64.private, _nonce: 0group.public, _version: 1u8.public }",
]


def values() -> list[Encodable]:
    rng = random.Random(5)
    made: list[Encodable] = [parse_value(text) for text in TEXTS]
    for type_ in LiteralType:
        if type_ not in (LiteralType.SIGNATURE, LiteralType.STRING):
            literals = [Literal(type_, value) for value in samples(type_, rng)]
            made += [*literals, Array(tuple(literals)), Struct((("x", literals[-1]),))]
    made += [Array(tuple(Literal(LiteralType.U128, n) for n in range(count))) for count in (1, 2, 3, 4, 40)]
    return made


@pytest.mark.parametrize("raw", [False, True])
def test_packed_bits_are_the_listed_ones(raw: bool) -> None:
    for value in values():
        bits = value.raw_bits() if raw else value.tagged_bits()
        assert packed(value, raw=raw) == (bits_to_int_le(bits), len(bits)), value


@pytest.mark.parametrize("raw", [False, True])
def test_packed_fields_are_the_listed_ones(raw: bool) -> None:
    for value in values():
        assert packed_fields(value, raw=raw) == (value.to_fields_raw() if raw else value.to_fields()), value


def test_bytes_are_the_booleans_of_their_bits() -> None:
    for data in (b"", bytes(range(256)), b"\xff\x00\x80\x01"):
        assert booleans(data) == boolean_array(bytes_to_bits_le(data))


def test_what_cannot_be_encoded_halts_in_the_same_words() -> None:
    inner = Array(tuple(Literal(LiteralType.U128, 1) for _ in range(400)))
    long, wide = Array((inner, inner)), Array(tuple(inner for _ in range(45)))
    with pytest.raises(Halt) as listed:
        long.tagged_bits()
    with pytest.raises(Halt) as found:
        packed(long, raw=False)
    assert found.value.message == listed.value.message
    assert packed(long, raw=True)[1] == 2 * 400 * 128
    many = Array(tuple(wide for _ in range(4)))
    with pytest.raises(Halt) as listed:
        many.to_fields_raw()
    with pytest.raises(Halt) as found:
        packed_fields(many, raw=True)
    assert found.value.message == listed.value.message


def test_an_array_of_a_struct_is_packed_too() -> None:
    value = parse_plaintext("[{ a: 1u8 }, { a: 0u8 }]")
    assert packed(value, raw=True) == (1, 16)
