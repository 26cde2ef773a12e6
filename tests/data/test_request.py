"""Requests: a signature fits its call and inputs, and nothing else."""

import pytest

from avm.account.keys import PrivateKey
from avm.account.signature import Signature
from avm.algebra.edwards import mul
from avm.algebra.fields import FS_MODULUS
from avm.data import record_ciphertext as records
from avm.data.identifier import function_id
from avm.data.plaintext import parse_plaintext
from avm.data.record import Record
from avm.data.request import (
    InputId,
    RecordInputId,
    ciphertext_id,
    external_record_id,
    hidden,
    record_input_id,
    shown_id,
    transition_commitment,
    verify_request,
)
from avm.primitives import poseidon
from avm.primitives.domain import domain_separator
from avm.primitives.hash_to_curve import generator, mul_generator

KEY = PrivateKey(11)
FUNCTION = function_id("a.aleo", "f")
TVK = 99


def signed(inputs, *, is_root=True, checksum=None):
    """Sign a call as the message of a request demands."""
    r = 12345
    key = KEY.compute_key
    message = [
        mul_generator(r)[0],
        key.pk_sig[0],
        key.pr_sig[0],
        KEY.address[0],
        TVK,
        transition_commitment(TVK),
    ]
    message += [FUNCTION, int(is_root), *([] if checksum is None else [checksum])]
    for item in inputs:
        if isinstance(item, InputId):
            message.append(item.id)
        else:
            base = poseidon.hash_to_group(
                2, [domain_separator(records.SERIAL_NUMBER_DOMAIN), item.commitment]
            )
            message += [base[0], mul(base, r)[0], item.gamma[0], item.tag]
    challenge = poseidon.hash_to_scalar(8, message)
    return Signature(challenge, (r - challenge * KEY.sk_sig) % FS_MODULUS, key)


def inputs():
    value = parse_plaintext("5u8")
    record = Record(KEY.address, True, (), generator(), 1)
    tcm = transition_commitment(TVK)
    return [
        InputId("public", shown_id(FUNCTION, value, tcm, 0)),
        InputId("private", ciphertext_id(hidden(FUNCTION, value, TVK, 1))),
        record_input_id(record, "a.aleo", "r", KEY, KEY.view_key.graph_key()),
        InputId("external_record", external_record_id(FUNCTION, record, TVK, 3)),
    ]


def test_a_request_verifies_for_its_signer_and_inputs():
    ids = inputs()
    signature = signed(ids)
    assert verify_request(signature, KEY.address, FUNCTION, TVK, ids, is_root=True)
    assert not verify_request(signature, KEY.address, FUNCTION, TVK, ids, is_root=False)
    assert not verify_request(signature, KEY.address, FUNCTION, TVK + 1, ids, is_root=True)
    assert not verify_request(signature, KEY.address, FUNCTION, TVK, ids[:-1], is_root=True)
    assert not verify_request(signature, PrivateKey(1).address, FUNCTION, TVK, ids, is_root=True)


def test_the_checksum_of_a_program_is_signed():
    signature = signed([], checksum=7)
    assert verify_request(signature, KEY.address, FUNCTION, TVK, [], is_root=True, checksum=7)
    assert not verify_request(signature, KEY.address, FUNCTION, TVK, [], is_root=True)


@pytest.mark.parametrize("field", ["commitment", "gamma", "tag"])
def test_a_changed_record_id_does_not_fit(field):
    spent = inputs()[2]
    assert isinstance(spent, RecordInputId)
    signature = signed([spent])
    assert verify_request(signature, KEY.address, FUNCTION, TVK, [spent], is_root=True)
    parts = {name: getattr(spent, name) for name in RecordInputId.__slots__}
    parts[field] = generator() if field == "gamma" else parts[field] + 1
    assert not verify_request(signature, KEY.address, FUNCTION, TVK, [RecordInputId(**parts)], is_root=True)


def test_the_same_private_value_has_another_id_at_another_place():
    value = parse_plaintext("5u8")
    assert hidden(FUNCTION, value, TVK, 0) != hidden(FUNCTION, value, TVK, 1)
