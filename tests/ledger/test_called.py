"""The transition of a call follows from its request and response; an authorization holds both."""

import json
from dataclasses import replace

import pytest

from avm.algebra.edwards import mul
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, CheckFailure, DecodeError
from avm.data.dynamic import DynamicRecord
from avm.data.future import Future
from avm.data.record_ciphertext import RecordCiphertext
from avm.data.request import sign_request
from avm.data.response import OutputId, make_response, record_randomizer
from avm.data.types import parse_value_type
from avm.ledger.authorization import Authorization, ProvingRequest
from avm.ledger.called import called
from avm.ledger.transition_codec import read_transition, transition_from_json, transition_to_bytes
from avm.primitives.hash_to_curve import mul_generator
from tests.data.test_request_codec import AMOUNT, INPUTS, KEY, RECORD, TYPES

OUTPUT_TYPES = (*TYPES, parse_value_type("token.aleo/transfer.future"))
REGISTERS = (1, None, 3, 4, 5, 6, 7)


def answered(dynamic=False):
    """Return the request, the response and the transition of a call with every kind of input and output."""
    request = sign_request(
        KEY, "token.aleo", "transfer", INPUTS, TYPES, is_root=True, dynamic=dynamic, nonce=7
    )
    made = replace(RECORD, nonce=mul_generator(record_randomizer(request.tvk, 4)))
    future = Future("token.aleo", "transfer", (AMOUNT,))
    outputs = (AMOUNT, AMOUNT, AMOUNT, made, RECORD, DynamicRecord.of(RECORD), future)
    response = make_response(
        request.program,
        request.function,
        outputs,
        OUTPUT_TYPES,
        REGISTERS,
        inputs=len(INPUTS),
        tvk=request.tvk,
        signer=KEY.address,
    )
    return request, response, called(request, response, OUTPUT_TYPES, REGISTERS)


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_transition_of_every_kind_reads_back_from_bytes_and_json(dynamic):
    _, _, made = answered(dynamic)
    suffix = "_with_dynamic_id" if dynamic else ""
    kinds = ["constant", "public", "private", f"record{suffix}", f"external_record{suffix}", "record_dynamic"]
    assert [part.kind for part in made.inputs] == kinds
    assert [part.kind for part in made.outputs] == [*kinds, "future"]
    assert read_transition(ByteReader(transition_to_bytes(made))) == made
    assert transition_from_json(json.loads(json.dumps(made.to_json()))) == made


def test_a_dynamic_call_has_another_id_than_a_static_one():
    plain, dynamic = answered()[2], answered(True)[2]
    assert plain.id != dynamic.id
    assert plain.inputs[3].leaf_tag(3, output=False) == ((1, 8), (3, 8), (3, 8))
    assert dynamic.inputs[3].leaf_tag(3, output=False) == ((2, 8), (3, 8), (3, 8))
    assert dynamic.outputs[4].leaf_tag(10, output=True) == ((2, 8), (10, 8), (4, 8))
    assert plain.outputs[5].leaf_tag(11, output=True) == ((1, 8), (11, 8), (6, 8))


def test_the_owner_finds_the_new_record_in_the_transition():
    request, response, made = answered()
    part = made.outputs[3]
    assert RecordCiphertext.parse(part.value).decrypt(KEY.view_key) == response.outputs[3]
    assert mul(made.tpk, KEY.view_key.scalar)[0] == request.tvk
    assert part.id == response.output_ids[3].commitment


def test_a_dynamic_caller_sees_dynamic_outputs():
    request, response, _ = answered()
    found = response.dynamic_output_ids(request.program, request.function, len(INPUTS), request.tvk)
    assert [item.kind for item in found[3:]] == ["record_dynamic"] * 3 + ["future_dynamic"]
    assert found[:3] == response.output_ids[:3] and found[5] == response.output_ids[5]


def test_an_id_that_is_not_that_of_its_value_makes_no_transition():
    request, response, _ = answered()
    for index, item in enumerate(response.output_ids):
        ids = list(response.output_ids)
        ids[index] = OutputId(item.kind, 1) if isinstance(item, OutputId) else replace(item, checksum=1)
        with pytest.raises(CheckFailure):
            called(request, replace(response, output_ids=tuple(ids)), OUTPUT_TYPES, REGISTERS)


def test_the_nonce_of_a_new_record_is_that_of_its_register():
    request, response, _ = answered()
    with pytest.raises(CheckFailure, match="nonce"):
        called(request, response, OUTPUT_TYPES, (1, 2, 3, 5, 5, 6, 7))


def authorization():
    request, _, made = answered()
    return Authorization((request,), (made,))


def test_an_authorization_reads_back_from_bytes_and_json():
    made = authorization()
    reader = ByteReader(made.to_bytes())
    assert Authorization.read(reader) == made
    reader.finish()
    assert Authorization.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert not made.is_fee and made.is_call_of("token.aleo", "transfer")


def test_a_transition_must_be_that_of_its_request():
    made, other = authorization(), answered(True)[2]
    transition = made.transitions[0]
    for wrong in (
        replace(made, transitions=()),
        replace(made, requests=made.requests * 2),
        replace(made, transitions=(replace(transition, function="g"),)),
        replace(made, transitions=(replace(transition, scm=1),)),
        replace(made, transitions=(replace(transition, tcm=1),)),
        replace(made, transitions=(replace(other, inputs=other.inputs[1:]),)),
    ):
        with pytest.raises(DecodeError):
            wrong.check()
        with pytest.raises(AvmError):
            Authorization.from_json(wrong.to_json())


@pytest.mark.parametrize("fee", [None, authorization()])
@pytest.mark.parametrize("broadcast", [False, True])
def test_a_proving_request_reads_back_from_bytes_and_json(fee, broadcast):
    made = ProvingRequest(authorization(), fee, broadcast)
    reader = ByteReader(made.to_bytes())
    assert ProvingRequest.read(reader) == made
    reader.finish()
    assert ProvingRequest.from_json(json.loads(json.dumps(made.to_json()))) == made
    for wrong in ({"broadcast": 1}, {"authorization": None}, {"fee_authorization": []}):
        with pytest.raises(DecodeError):
            ProvingRequest.from_json({**made.to_json(), **wrong})
