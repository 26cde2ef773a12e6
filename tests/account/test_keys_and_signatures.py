"""Accounts: derivation against the reference's vector, text forms, redaction and signatures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.account.address import address_text, parse_address
from avm.account.keys import GraphKey, PrivateKey, ViewKey
from avm.account.signature import Signature, message_of_bits, message_of_bytes, sign
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import DecodeError, Halt

PRIVATE = "APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ"
VIEW = "AViewKey1dHd2FkS3wiapKuyASk14wQYbrGf4vQSf7Ytrt7F21bQs"
ADDRESS = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"
KEY = PrivateKey.parse(PRIVATE)


def test_view_key_and_address_follow_from_the_private_key():
    assert KEY.reveal() == PRIVATE
    assert KEY.view_key.reveal() == VIEW
    assert address_text(KEY.address) == ADDRESS
    assert KEY.view_key.address() == KEY.address == KEY.compute_key.address()


def test_text_forms_read_back():
    assert PrivateKey.parse(PRIVATE) == KEY
    assert ViewKey.parse(VIEW) == KEY.view_key
    graph = KEY.view_key.graph_key()
    assert GraphKey.parse(graph.reveal()) == graph
    assert graph.reveal().startswith("AGraphKey1")
    assert parse_address(ADDRESS) == KEY.address


@pytest.mark.parametrize("secret", [KEY, KEY.view_key, KEY.view_key.graph_key()])
def test_secrets_are_not_printed(secret):
    shown = f"{secret!r} {secret}"
    assert secret.reveal() not in shown
    assert not any(c.isdigit() for c in shown)


@pytest.mark.parametrize("text", ["", "APrivateKey1", VIEW, PRIVATE + "1", PRIVATE.replace("z", "0")])
def test_what_is_not_a_private_key_is_refused(text):
    with pytest.raises(DecodeError):
        PrivateKey.parse(text)


def test_a_seed_outside_the_field_is_refused():
    with pytest.raises(DecodeError):
        PrivateKey(FR_MODULUS)


@pytest.mark.parametrize("text", ["", ADDRESS[:-1], ADDRESS[:-1] + "q", "bleo" + ADDRESS[4:]])
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(DecodeError):
        parse_address(text)


def test_random_keys_differ():
    assert PrivateKey.random() != PrivateKey.random()


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, FR_MODULUS - 1), max_size=3), st.integers(0, FS_MODULUS - 1))
def test_a_signature_verifies_only_for_its_message_and_address(message, nonce):
    signature = sign(KEY, message, nonce=nonce)
    assert signature.verify(KEY.address, message)
    assert not signature.verify(KEY.address, [*message, 0])
    assert not signature.verify(PrivateKey(1).address, message)
    assert Signature.parse(str(signature)) == signature
    assert Signature.from_bytes(signature.to_bytes()) == signature
    assert Signature.from_bits_le(signature.to_bits_le()) == signature


def test_nonces_are_fresh():
    assert sign(KEY, [1]) != sign(KEY, [1])


def test_a_message_that_is_too_long_is_refused():
    with pytest.raises(Halt):
        sign(KEY, [0] * 4162)
    assert not sign(KEY, []).verify(KEY.address, [0] * 4162)


def test_signature_bits_of_a_wrong_size_or_too_large_are_refused():
    with pytest.raises(DecodeError):
        Signature.from_bits_le([False] * 10)
    with pytest.raises(DecodeError):
        Signature.from_bits_le([True] * 1008)


def test_bit_messages_are_cut_into_252_bits():
    assert message_of_bits([]) == []
    assert message_of_bits([True] * 253) == [2**252 - 1, 1]
    assert message_of_bytes(b"\x01\x02") == [0x201]
