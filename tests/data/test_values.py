"""Values survive each of their encodings, and broken text and bytes are refused with a place."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt, ParseFailure
from avm.base.limits import MAX_ARRAY_LENGTH, MAX_INPUTS
from avm.data.big_endian import raw_bits_be
from avm.data.encoding import bits_to_fields
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct, find, parse_plaintext, plaintext_from_bits, read_plaintext
from avm.data.record import parse_record
from avm.data.value import inline, parse_value, value_from_bytes, value_to_bytes
from avm.types.literal_type import LiteralType as T
from tests.data.strategies import KEY, literals, plaintexts, values

OWNER = "aleo1lqmly7ez2k48ajf5hs92ulphaqr05qm4n8qwzj8v0yprmasgpqgsez59gg"
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@slow
@given(values)
def test_text_and_bytes_read_back(value):
    assert parse_value(str(value)) == value
    assert parse_value(inline(value)) == value
    assert value_from_bytes(value_to_bytes(value)) == value


@slow
@given(plaintexts)
def test_tagged_bits_and_fields_read_back(value):
    bits = value.tagged_bits()
    assert plaintext_from_bits(bits) == value
    assert value.to_fields() == bits_to_fields([*bits, True])
    assert len(raw_bits_be(value)) == len(value.raw_bits())


@slow
@given(literals)
def test_native_bits_and_bytes_read_back(literal):
    assert Literal.from_bits_le(literal.type, literal.to_bits_le()) == literal
    assert Literal.from_bytes_le(literal.type, literal.to_bytes_le()) == literal
    assert Literal.parse(str(literal)) == literal


@slow
@given(values, st.data())
def test_bytes_cut_short_are_refused(value, data):
    encoded = value_to_bytes(value)
    end = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(DecodeError):
        value_from_bytes(encoded[:end])
    with pytest.raises(DecodeError):
        value_from_bytes(encoded + b"\0")


@slow
@given(st.binary(max_size=60))
def test_random_bytes_are_a_value_or_refused(data):
    try:
        value = value_from_bytes(data)
    except DecodeError:
        return
    assert value_to_bytes(value) == data


@slow
@given(st.text(alphabet='{}[]:,.1aefil0_-" \n', max_size=20))
def test_random_text_is_a_value_or_refused_with_a_place(text):
    try:
        parse_value(text)
    except ParseFailure as failure:
        assert failure.place is not None
        assert 0 <= failure.place.start <= failure.place.end <= len(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1_000u32", "1000u32"),
        ("-0i8", "0i8"),
        ("-1field", "8444461749428370424248824938781546531375899335154063827935233455917409239040field"),
        ("8444461749428370424248824938781546531375899335154063827935233455917409239041field", "0field"),
        ("/* one */ 1u8", "1u8"),
        ('"\\u{41}\\n"', '"A\n"'),
        ("{a:1u8,b:[true]}", "{\n  a: 1u8,\n  b: [\n    true\n  ]\n}"),
        ("credits.aleo", "aleo1lqmly7ez2k48ajf5hs92ulphaqr05qm4n8qwzj8v0yprmasgpqgsez59gg"),
    ],
)
def test_text_is_printed_in_its_one_form(text, printed):
    assert str(parse_value(text)) == printed


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("256u8", "does not fit", 0),
        ("-1u8", "no sign", 0),
        ("1group", "not the x", 0),
        ("01field", "begins with a zero", 0),
        ("-0_0scalar", "begins with a zero", 0),
        ("00group", "begins with a zero", 0),
        ("{ a: 1u8, a: 2u8 }", "twice", 10),
        ("[1u8, ]", "expected a value", 6),
        ("{ u8: 1u8 }", "name of a type", 2),
        ("1u8 ", "ends before", 3),
        ('"open', "not closed", 0),
        ('"a\x01b"', "not allowed", 2),
        ("aleo1qqq", "63 characters", 0),
        ("x.leo", "does not end", 0),
    ],
)
def test_wrong_text_is_refused_where_it_is_wrong(text, message, start):
    with pytest.raises(ParseFailure, match=message) as caught:
        parse_value(text)
    assert caught.value.place.start == start


def test_nesting_has_a_limit():
    deep = "[" * 33 + "1u8" + "]" * 33
    with pytest.raises(ParseFailure, match="nested"):
        parse_plaintext(deep)
    assert parse_plaintext(deep[1:-1])


def test_parts_are_found_by_path():
    value = parse_plaintext("{ a: [1u8, { b: 2u8 }] }")
    assert str(find(value, ["a", 1, "b"])) == "2u8"
    for path in (["b"], [0], ["a", 2], ["a", 0, "c"]):
        with pytest.raises(Halt, match="no part"):
            find(value, path)


def test_a_part_too_large_for_its_length_field_halts():
    large = Array(tuple(Literal(T.FIELD, 0) for _ in range(300)))
    with pytest.raises(Halt, match="65535"):
        Struct((("a", large),)).tagged_bits()


def test_a_plaintext_argument_is_printed_as_if_it_stood_alone():
    future = Future("a.aleo", "f", (parse_plaintext("{ x: 1u8 }"), Future("b.aleo", "g", ())))
    assert str(future) == (
        "{\n  program_id: a.aleo,\n  function_name: f,\n  arguments: [\n    {\n  x: 1u8\n},\n    {\n"
        "      program_id: b.aleo,\n      function_name: g,\n      arguments: []\n    }\n  \n  ]\n}"
    )


def test_a_struct_may_name_its_members_as_a_future_does():
    assert isinstance(parse_value("{ program_id: 1field }"), Struct)


OWNER = str(Literal(T.ADDRESS, KEY.address))


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("a: 1u8, ", "visibility"),
        ("a: { x: 1u8.public, y: 2u8.private }, ", "different visibilities"),
        ("a: 1u8.public, a: 1u8.public, ", "twice"),
        ("owner: 1u8.public, ", "twice"),
        ("a: 1u8.public, _nonce: 1u8.public", "expected a group"),
    ],
)
def test_a_wrong_record_is_refused(entries, message):
    with pytest.raises(ParseFailure, match=message):
        parse_record(f"{{ owner: {OWNER}.private, {entries}_nonce: 0group.public }}")


def test_a_record_without_a_version_has_version_0_and_an_unknown_one_cannot_be_encoded():
    text = f"{{ owner: {OWNER}.public, _nonce: 0group.public, _version: %su8.public }}"
    assert parse_record(f"{{ owner: {OWNER}.public, _nonce: 0group.public }}").version == 0
    assert parse_record(text % 1).version == 1
    with pytest.raises(Halt, match="version 2"):
        parse_record(text % 2).to_bytes()


def test_an_array_has_at_most_2048_elements():
    data = Array((Literal(T.BOOLEAN, True),) * 2049).to_bytes()
    with pytest.raises(DecodeError, match="2048"):
        read_plaintext(ByteReader(data))


def test_bits_of_a_group_element_must_be_canonical():
    with pytest.raises(DecodeError, match="modulus"):
        Literal.from_bits_le(T.GROUP, [True] * 253)


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("9" * 4301 + "field", (10**4301 - 1) % FR_MODULUS),
        ("-" + "9" * 50_000 + "scalar", (1 - 10**50_000) % FS_MODULUS),
        ("0" * 5000 + "7u8", 7),
        ("1" + "_" * 5000 + "0i64", 10),
    ],
    ids=["field", "scalar", "zeros", "underscores"],
)
def test_a_number_has_as_many_digits_as_it_likes(digits: str, value: int) -> None:
    assert parse_value(digits).value == value


@pytest.mark.parametrize("text", ["9" * 5000 + "u8", "-" + "9" * 5000 + "i128", "1" * 1_000_001 + "field"])
def test_a_number_that_is_too_large_says_so_in_few_words(text: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse_value(text)
    assert len(failure.value.message) < 120


@pytest.mark.parametrize("text", ["１２u8", "١u8", "²u8", "1_u８"])
def test_only_ascii_digits_are_digits(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse_value(text)


@given(st.text(max_size=60))
def test_every_string_survives_printing(text: str) -> None:
    value = Literal(T.STRING, text)
    assert parse_value(str(value)) == value
    for whole in (value, Struct((("a", value), ("b", Array((value,)))))):
        line = inline(whole)
        assert "\n" not in line and parse_value(line) == whole


@pytest.mark.parametrize("text", ["'1a'", "'_a'", "''", "'a b'", "'" + "a" * 32 + "'", "'é'", "'abc"])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse_value(text)


def test_an_identifier_is_a_literal_of_31_bytes() -> None:
    value = parse_value("'transfer_public'")
    assert value == Literal(T.IDENTIFIER, "transfer_public")
    assert len(value.raw_bits()) == 248
    assert value.to_bytes() == bytes([0, 17, 0, 15]) + b"transfer_public"
    for data in (b"\0", b"\x20" + b"a" * 32, b"\1_", b"\2a\0"):
        with pytest.raises(DecodeError):
            Literal.from_bytes_le(T.IDENTIFIER, data)
    for number in (0, 95, 97 << 8, (97 << 240) + (1 << 248)):
        with pytest.raises(DecodeError):
            Literal.from_bits_le(T.IDENTIFIER, [bool(number >> i & 1) for i in range(248)])


def test_a_struct_of_many_members_is_refused_early() -> None:
    members = ", ".join(f"a{i}: 1u8" for i in range(100_000))
    with pytest.raises(ParseFailure) as failure:
        parse_value("{" + members + "}")
    assert failure.value.place is not None and failure.value.place.start < 1000


@pytest.mark.parametrize("text", ['"\udca5"', "// \ud800\n1u8", "/* \udfff */ 1u8", "\ud8001u8", "1u8\udc00"])
def test_half_a_character_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse_value(text)
    assert failure.value.message.encode()


@pytest.mark.parametrize("shape", ["[{}]", "{{a: [{}]}}", "[[{}]]"])
def test_more_elements_than_any_value_of_the_network_has_are_refused_early(shape: str) -> None:
    assert parse_value(shape.format(",".join(["true"] * (MAX_ARRAY_LENGTH + 1))))
    with pytest.raises(ParseFailure, match="more than 24,385 elements") as failure:
        parse_value(shape.format(",".join(["1u8"] * 1_000_000)))
    assert failure.value.place is not None and failure.value.place.start < 100_000
    rows = ",".join(["[" + ",".join(["1u8"] * 2048) + "]"] * 300)
    with pytest.raises(ParseFailure, match="more than 24,385 elements"):
        parse_value(shape.format(rows))


def test_more_elements_than_any_record_has_are_refused_early() -> None:
    entry = ",".join(["1u8.private"] * 100_000)
    with pytest.raises(ParseFailure, match="more than 24,385 elements"):
        parse_value(f"{{owner: {OWNER}.private, a: [{entry}], _nonce: 0group.public}}")


def test_a_future_has_at_most_as_many_arguments_as_a_function_has_inputs() -> None:
    def future(count: int) -> str:
        arguments = ", ".join(["1u8"] * count)
        return f"{{program_id: a.aleo, function_name: f, arguments: [{arguments}]}}"

    assert str(parse_value(future(MAX_INPUTS))).count("1u8") == MAX_INPUTS
    with pytest.raises(ParseFailure, match="at most 16 arguments"):
        parse_value(future(100_000))
