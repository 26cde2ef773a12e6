"""Encrypted values and records, and the ids of records, against the reference's vector."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.account.keys import PrivateKey
from avm.algebra.edwards import mul
from avm.algebra.fields import FR_MODULUS
from avm.base.errors import DecodeError
from avm.data import record_ciphertext as rc
from avm.data.ciphertext import Ciphertext, plaintext_from_fields
from avm.data.literal import Literal
from avm.data.record import Entry, Record
from avm.data.types import Visibility
from avm.primitives.hash_to_curve import generator
from avm.types.literal_type import LiteralType as T
from tests.data.strategies import KEY, plaintexts, records

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=10)
OWNER = PrivateKey.parse("APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ")


def credits(version):
    data = (
        ("microcredits", Entry(Visibility.PRIVATE, Literal(T.U64, 5))),
        ("memo", Entry(Visibility.PUBLIC, Literal(T.FIELD, 7))),
    )
    return Record(OWNER.address, True, data, generator(), version)


@pytest.mark.parametrize(
    ("version", "commitment", "serial_number", "tag"),
    [
        (
            0,
            765790821569987876146154064033165277690039262317571487073281788860059188292,
            3443235995954904826774477647548106588837633234395930362318873555664999617431,
            562999757787065684653390952449617628920611903277761277806155815375301440110,
        ),
        (
            1,
            7798493371791421702062833604613142423121091301315071978715866429866187504959,
            887422678669117244360164937802038485197819510010002245352295775556190749462,
            2377953488178081261408118747579966018331542392629976461321527070884523723601,
        ),
    ],
)
def test_the_ids_of_a_record_are_the_references(version, commitment, serial_number, tag):
    record = credits(version)
    view_key = rc.record_view_key(record.nonce, OWNER.view_key)
    assert view_key == 4434693430270923109629777604424881636701184115603859642423743016401548014325
    assert rc.commitment(record, "credits.aleo", "credits", view_key) == commitment
    assert rc.serial_number(rc.gamma(OWNER, commitment), commitment) == serial_number
    assert rc.tag(OWNER.view_key.graph_key(), commitment) == tag


@slow
@given(plaintexts, st.integers(0, FR_MODULUS - 1))
def test_a_ciphertext_decrypts_under_its_key_only(value, key):
    encrypted = Ciphertext.encrypt(value, key)
    assert encrypted.decrypt(key) == value
    assert Ciphertext.parse(str(encrypted)) == encrypted
    try:
        other = encrypted.decrypt((key + 1) % FR_MODULUS)
    except DecodeError:
        return
    assert other != value


@slow
@given(records, st.integers(1, 2**64))
def test_an_encrypted_record_decrypts_for_its_owner(record, randomizer):
    record = Record(
        KEY.address, record.owner_private, record.data, mul(generator(), randomizer), record.version
    )
    view_key = rc.record_view_key(record.nonce, KEY.view_key)
    assert view_key == mul(record.owner, randomizer)[0]
    encrypted = rc.encrypt_record(record, view_key)
    assert encrypted.decrypt(KEY.view_key) == record
    assert rc.RecordCiphertext.parse(str(encrypted)) == encrypted
    assert encrypted.is_owner(KEY.view_key)
    assert not encrypted.is_owner(OWNER.view_key)
    with pytest.raises(DecodeError):
        encrypted.decrypt(OWNER.view_key)


def test_the_checksum_names_the_encrypted_record():
    one, two = (rc.encrypt_record(credits(1), key) for key in (1, 2))
    assert one.checksum() != two.checksum()


def test_a_sender_is_hidden_by_the_record_view_key():
    assert rc.sender_ciphertext(OWNER.address, 1) != rc.sender_ciphertext(OWNER.address, 2)


def test_fields_without_a_terminator_hold_no_value():
    with pytest.raises(DecodeError):
        plaintext_from_fields([0, 0])
    with pytest.raises(DecodeError):
        plaintext_from_fields([0] * 4162)
