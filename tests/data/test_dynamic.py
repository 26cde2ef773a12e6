"""Dynamic records and futures: their roots and checksums, and every encoding of them."""

import pytest

from avm.base.codec import ByteReader
from avm.base.errors import CheckFailure, DecodeError, ParseFailure
from avm.data.big_endian import raw_bits_be
from avm.data.dynamic import DynamicFuture, DynamicRecord, read_dynamic_future, read_dynamic_record
from avm.data.future import Future, argument_bits
from avm.data.identifier import identifier_field
from avm.data.plaintext import parse_plaintext
from avm.data.record import parse_record
from avm.data.value import inline, parse_value, value_from_bytes, value_to_bytes
from avm.primitives.hash_to_curve import generator

ADDRESS = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"
ENTRIES = ("microcredits: 5u64.private, ", "memo: 7field.public, ", "flag: true.private, ")
ROOTS = (
    6616426095324140061370753326993146210488470924437077650904735177486451753993,
    4994454160477622092305854907065924583637273862242051448604283568561012546971,
    6397178316180011984106440422871072036038837822672811318268441989148570333976,
)


def record(count, version=1):
    nonce = f"{generator()[0]}group.public"
    entries = "".join(ENTRIES[:count])
    return parse_record(
        f"{{ owner: {ADDRESS}.private, {entries}_nonce: {nonce}, _version: {version}u8.public }}"
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_root_over_the_entries_is_the_networks(count):
    assert DynamicRecord.of(record(count)).root == ROOTS[count - 1]


def test_a_dynamic_record_gives_back_its_record_while_the_entries_are_known():
    made = DynamicRecord.of(record(2))
    assert made.to_record(True) == record(2)
    assert made.to_record(False) != record(2)
    with pytest.raises(CheckFailure, match="not known"):
        read_dynamic_record(ByteReader(made.to_bytes())).to_record(True)


@pytest.mark.parametrize("version", [0, 1])
def test_a_dynamic_record_has_one_size_and_reads_back(version):
    made = DynamicRecord.of(record(3, version))
    assert (len(made.to_bytes()), len(made.tagged_bits()), len(made.to_fields())) == (98, 767, 4)
    assert made.raw_bits() == made.tagged_bits() and made.to_fields_raw() == made.to_fields()
    assert raw_bits_be(made)[:253] == made.tagged_bits()[:253][::-1]
    assert value_from_bytes(value_to_bytes(made)) == made
    assert value_to_bytes(made)[0] == 3
    assert parse_value(str(made)) == parse_value(inline(made)) == made


def test_a_dynamic_record_without_a_version_is_of_version_0():
    text = f"{{ owner: {ADDRESS}, _root: 1field, _nonce: 0group }}"
    assert parse_value(text).version == 0
    for wrong in (
        text.replace(ADDRESS, "1field"),
        text.replace(ADDRESS, "token.aleo"),
        text.replace("1field", "1u8"),
    ):
        with pytest.raises(ParseFailure):
            parse_value(wrong)


def future(*arguments):
    return Future("test.aleo", "foo", arguments)


def test_a_dynamic_future_names_its_function_and_reads_back():
    made = future(parse_plaintext("100u64")).dynamic()
    assert made.names() == ("test.aleo", "foo")
    assert (len(made.to_bytes()), len(made.tagged_bits()), len(made.to_fields())) == (129, 1012, 5)
    assert raw_bits_be(made)[:253] == made.tagged_bits()[:253][::-1]
    assert str(made) == f"{{ _program_id: test.aleo, _function_name: foo, _checksum: {made.checksum}field }}"
    assert parse_value(str(made)) == value_from_bytes(value_to_bytes(made)) == made
    assert value_to_bytes(made)[0] == 4
    assert made.checksum not in (future().dynamic().checksum, future(made).dynamic().checksum)


def test_fields_that_are_no_names_are_shown_as_fields():
    made = DynamicFuture(0, identifier_field("aleo"), 5, 6)
    assert made.names() is None
    assert str(made).startswith("{ _program_name: 0field, _program_network: ")
    assert parse_value(str(made)) == made


def test_an_argument_that_is_a_dynamic_future_is_marked_by_12_zeros():
    inner = future().dynamic()
    outer = future(inner, future(), parse_plaintext("1u8"))
    assert argument_bits(inner)[:13] == [True] + [False] * 12
    assert len(argument_bits(inner)) == 13 + 1012
    assert parse_value(str(outer)) == value_from_bytes(value_to_bytes(outer)) == outer
    assert len(raw_bits_be(outer)) == len(outer.tagged_bits())


@pytest.mark.parametrize("read", [read_dynamic_record, read_dynamic_future])
def test_other_versions_and_short_inputs_are_refused(read):
    for data in (b"\2" + bytes(128), b"\1" + bytes(90)):
        with pytest.raises(DecodeError):
            read(ByteReader(data))
