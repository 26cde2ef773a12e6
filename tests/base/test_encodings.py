"""Bech32m, base58, bits and the byte codec."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.base import base58, bech32
from avm.base.bits import bits_to_bytes_le, bits_to_int_le, bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError

ADDRESS = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"


def test_bech32m_of_a_known_address_round_trips() -> None:
    data = bech32.decode("aleo", ADDRESS)
    assert len(data) == 32
    assert bech32.encode("aleo", data) == ADDRESS


def test_bech32m_matches_the_vector_of_bip_350() -> None:
    assert bech32.encode("a", b"") == "a1lqfn3a"
    assert bech32.decode("a", "A1LQFN3A") == b""


@given(st.binary(max_size=200))
def test_bech32m_round_trips(data: bytes) -> None:
    assert bech32.decode("proof", bech32.encode("proof", data)) == data


@given(st.integers(5, len(ADDRESS) - 1), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_a_changed_character_breaks_the_checksum(position: int, other: str) -> None:
    if ADDRESS[position] == other:
        return
    with pytest.raises(DecodeError):
        bech32.decode("aleo", ADDRESS[:position] + other + ADDRESS[position + 1 :])


def test_bech32m_refuses_a_foreign_prefix() -> None:
    with pytest.raises(DecodeError, match="begin with sign1"):
        bech32.decode("sign", ADDRESS)


@given(st.binary(max_size=80))
def test_base58_round_trips(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


def test_base58_refuses_ambiguous_characters() -> None:
    with pytest.raises(DecodeError):
        base58.decode("0OIl")


@given(st.integers(0, 2**253 - 1))
def test_bits_of_an_integer_round_trip(value: int) -> None:
    assert bits_to_int_le(int_to_bits_le(value, 253)) == value


def test_negative_integers_give_twos_complement_bits() -> None:
    assert int_to_bits_le(-1, 8) == [True] * 8
    assert bits_to_int_le(int_to_bits_le(-2, 8)) == 254


@given(st.binary(max_size=64))
def test_bytes_and_bits_round_trip(data: bytes) -> None:
    assert bits_to_bytes_le(bytes_to_bits_le(data)) == data


def test_the_reader_gives_back_what_the_writer_took() -> None:
    data = ByteWriter().u8(1).u16(2).u32(3).u64(4).boolean(True).raw(b"xy").bytes()
    reader = ByteReader(data)
    values = (reader.u8(), reader.u16(), reader.u32(), reader.u64())
    assert values == (1, 2, 3, 4)
    assert reader.boolean() is True
    assert reader.take(2) == b"xy"
    reader.finish()


def test_the_reader_refuses_short_long_and_non_canonical_input() -> None:
    with pytest.raises(DecodeError, match="ends early"):
        ByteReader(b"\1").u16()
    with pytest.raises(DecodeError, match="left over"):
        ByteReader(b"\1").finish()
    with pytest.raises(DecodeError, match="0 or 1"):
        ByteReader(b"\2").boolean()
