"""Names and types: their rules, their text, and what the reference says about ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.account.address import address_text
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, ParseFailure
from avm.data import identifier as names
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
    parse_plaintext_type,
    parse_value_type,
)
from avm.types.literal_type import LiteralType

plain_types = st.recursive(
    st.one_of(
        st.sampled_from(list(LiteralType)),
        st.sampled_from([StructType("Pair"), StructType("Pair", "other.aleo")]),
    ),
    lambda inner: st.builds(ArrayType, inner, st.integers(1, 2048)),
    max_leaves=4,
)


@given(plain_types, st.sampled_from(list(Visibility)))
def test_type_text_reads_back(kind, visibility):
    assert parse_plaintext_type(str(kind)) == kind
    assert parse_value_type(f"{kind}.{visibility}") == PlaintextValue(visibility, kind)


@pytest.mark.parametrize(
    "kind", [RecordValue("token"), ExternalRecordValue("a.aleo", "token"), FutureValue("a.aleo", "f")]
)
def test_record_and_future_types_read_back(kind):
    assert parse_value_type(str(kind)) == kind


@pytest.mark.parametrize(
    "text", ["", "u7x.", "[u8; 0u32]", "[u8; 2049u32]", "[u8 2u32]", "u8.", "a.aleo/", "f.future"]
)
def test_wrong_types_are_refused(text):
    with pytest.raises(ParseFailure):
        parse_value_type(text)


@pytest.mark.parametrize("text", ["", "1a", "_a", "a-b", "a" * 32, "u8", "é"])
def test_wrong_names_are_refused(text):
    with pytest.raises(ParseFailure):
        names.check_identifier(text)


@pytest.mark.parametrize("text", ["a", "A.aleo", "a.leo", ".aleo", "a.aleo.aleo"])
def test_wrong_program_ids_are_refused(text):
    with pytest.raises(ParseFailure):
        names.check_program_id(text)


def test_names_read_back_from_bytes():
    assert names.read_identifier(ByteReader(names.identifier_bytes("transfer"))) == "transfer"
    assert names.read_program_id(ByteReader(names.program_id_bytes("credits.aleo"))) == "credits.aleo"
    with pytest.raises(DecodeError):
        names.read_identifier(ByteReader(b"\x021a"))
    with pytest.raises(DecodeError):
        names.read_program_id(ByteReader(names.identifier_bytes("a") * 2))


def test_the_address_and_field_of_a_name_are_the_references():
    assert names.identifier_field("hello") == 478560413032
    address = address_text(names.program_address("credits.aleo"))
    assert address == "aleo1lqmly7ez2k48ajf5hs92ulphaqr05qm4n8qwzj8v0yprmasgpqgsez59gg"


def test_function_ids_differ_by_program_function_and_network():
    ids = {
        names.function_id("a.aleo", "f"),
        names.function_id("a.aleo", "g"),
        names.function_id("b.aleo", "f"),
        names.function_id("a.aleo", "f", 1),
    }
    assert len(ids) == 4
