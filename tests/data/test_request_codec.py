"""Requests as a whole: signed, verified, seen by a dynamic caller, and read back."""

import json
from dataclasses import replace

import pytest

from avm.account.keys import PrivateKey
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, CheckFailure, DecodeError
from avm.data.dynamic import DynamicRecord
from avm.data.plaintext import parse_plaintext
from avm.data.record import Entry, Record
from avm.data.request import sign_request
from avm.data.request_codec import read_request, request_from_json, request_to_bytes, request_to_json
from avm.data.types import Visibility, parse_value_type
from avm.primitives.hash_to_curve import generator

KEY = PrivateKey(11)
AMOUNT = parse_plaintext("{ amount: 5u128 }")
RECORD = Record(KEY.address, True, (("a", Entry(Visibility.PRIVATE, AMOUNT)),), generator(), 1)
TEXTS = (
    "amount.constant",
    "amount.public",
    "amount.private",
    "token.record",
    "token.aleo/token.record",
    "dynamic.record",
)
TYPES = tuple(map(parse_value_type, TEXTS))
INPUTS = (AMOUNT, AMOUNT, AMOUNT, RECORD, RECORD, RECORD)


def signed(**more):
    return sign_request(
        KEY, "token.aleo", "transfer", INPUTS, TYPES, **({"is_root": True, "nonce": 7} | more)
    )


def read(data):
    reader = ByteReader(data)
    found = read_request(reader)
    reader.finish()
    return found


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_request_of_every_kind_of_input_is_verified_and_reads_back(dynamic):
    made = signed(dynamic=dynamic, checksum=9)
    assert made.verify(TYPES, is_root=True, checksum=9)
    assert isinstance(made.inputs[5], DynamicRecord)
    assert read(request_to_bytes(made)) == made
    assert request_from_json(json.loads(json.dumps(request_to_json(made)))) == made


def test_what_is_not_signed_does_not_verify():
    made = signed()
    assert not made.verify(TYPES, is_root=False)
    assert not made.verify(TYPES, is_root=True, checksum=1)
    assert not made.verify(TYPES[:-1], is_root=True)
    for changed in ({"tvk": 1}, {"tcm": 1}, {"sk_tag": 1}, {"function": "other"}, {"signer": generator()}):
        assert not replace(made, **changed).verify(TYPES, is_root=True)
    for index in range(len(INPUTS)):
        ids = list(made.input_ids)
        ids[index] = ids[index - 1]
        assert not replace(made, input_ids=tuple(ids)).verify(TYPES, is_root=True)


def test_a_dynamic_caller_sees_dynamic_records():
    made = signed()
    kinds = [item.kind for item in made.dynamic_input_ids()]
    assert kinds == ["constant", "public", "private"] + ["record_dynamic"] * 3
    assert [type(value) for value in made.dynamic_inputs()[3:]] == [DynamicRecord] * 3
    assert made.dynamic_input_ids()[5] == made.input_ids[5]


def test_inputs_that_a_function_does_not_take_are_refused():
    other = replace(RECORD, owner=generator())
    for inputs, types in (
        (INPUTS[:1], TYPES),
        ((other,), TYPES[3:4]),
        ((AMOUNT,), TYPES[3:4]),
        ((AMOUNT,), (parse_value_type("a.aleo/f.future"),)),
    ):
        with pytest.raises(CheckFailure):
            sign_request(KEY, "token.aleo", "transfer", inputs, types, is_root=True)


def test_version_1_says_nothing_of_dynamic_calls():
    data = request_to_bytes(signed())
    assert read(b"\1" + data[1:-1]) == signed()
    document = dict(request_to_json(signed()))
    del document["is_dynamic"]
    assert request_from_json(document) == signed()


def test_damaged_requests_are_refused():
    data = request_to_bytes(signed())
    for wrong in (b"\3" + data[1:], data[:-1], data[:33] + b"\1\0" + data[35:], data[:100]):
        with pytest.raises(DecodeError):
            read(wrong)
    document = request_to_json(signed())
    for changed in (
        {"network": "1u16"},
        {"inputs": ["1u8"]},
        {"input_ids": [{"type": "x", "id": "1field"}] * 6},
        {"tvk": "1u8"},
        {"signer": 5},
        {"program": "a"},
    ):
        with pytest.raises(AvmError):
            request_from_json({**document, **changed})
