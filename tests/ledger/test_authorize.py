"""A signed run is the real engine's when its secrets are, and what is signed fits together."""

import json
from dataclasses import replace

import pytest

from avm.account.keys import PrivateKey
from avm.algebra.fields import FS_MODULUS
from avm.base.consensus import Rules
from avm.base.errors import AvmError, Cancelled, CheckFailure, Halt, VerifyError
from avm.base.progress import Cancel
from avm.data.literal import Literal
from avm.data.request_codec import request_from_json
from avm.ledger import authorize as module
from avm.ledger.authorization import Authorization
from avm.ledger.authorize import authorize, declared, function_of, replay, response_of, transition_of
from avm.ledger.call_tree import call_tree
from avm.ledger.execution_check import check_parts
from avm.ledger.records_exist import check_records_exist
from avm.ledger.statements import check_types, transition_publics
from avm.types.literal_type import LiteralType
from avm.vm.environment import load
from tests.vectors.test_vectors import lines

KEY = PrivateKey(7)
ASSERTS = """program a.aleo;
function f:
    input r0 as u8.public;
    assert.eq r0 1u8;
    output r0 as u8.public;
"""


def secret_of(key, request):
    signature = request.signature
    return (signature.response + signature.challenge * key.sk_sig) % FS_MODULUS


@pytest.mark.parametrize("line", lines("authorizations"), ids=["records", "calls", "names"])
def test_a_run_with_the_secrets_of_the_real_engine_is_signed_as_there(line, monkeypatch):
    key = PrivateKey.parse(line["private_key"])
    given = [request_from_json(each) for each in line["authorization"]["requests"]]
    secrets = iter([secret_of(key, request) for request in given])
    monkeypatch.setattr(module, "transition_secret", lambda _: next(secrets))
    run = authorize(load(line["program"], line["imports"]), line["function"], line["inputs"], key)
    made = run.authorization
    assert json.loads(json.dumps(made.to_json())) == line["authorization"]
    assert f"{made.execution_id}field" == line["execution_id"]


@pytest.mark.parametrize("line", lines("authorizations"), ids=["records", "calls", "names"])
def test_what_is_signed_fits_together(line):
    key = PrivateKey.parse(line["private_key"])
    env = load(line["program"], line["imports"])
    run = authorize(env, line["function"], line["inputs"], key)
    run.authorization.check()
    for index, (request, frame) in enumerate(zip(run.requests, run.frames, strict=True)):
        function = function_of(env, frame)
        types = declared([item.type for item in function.inputs])
        checksum = env.programs[frame.program].checksum_field()
        assert request.verify(types, is_root=index == 0, checksum=checksum)
        assert not request.verify(types, is_root=index != 0, checksum=checksum)
        assert transition_of(request, function, frame.outputs) == run.transitions[index]
        ids = [item.id for item in response_of(request, function, frame.outputs).output_ids]
        assert ids == [part.id for part in run.transitions[index].outputs]
    ordered = run.authorization.transitions
    tree = call_tree(ordered, env.programs)
    check_types(tree, False)
    check_records_exist(tree, env.programs)
    assert len({each.scm for each in ordered}) == 1
    for each in ordered:
        check_parts(each, Rules())
    publics = transition_publics(tree, None, Rules())
    assert {publics[0], tree.transition.tcm, tree.transition.scm} <= set(publics)


@pytest.mark.parametrize("line", lines("authorizations"), ids=["records", "calls", "names"])
def test_who_gets_an_authorization_runs_it_without_the_key(line):
    env = load(line["program"], line["imports"])
    authorization = Authorization.from_json(line["authorization"])
    assert replay(env, authorization).authorization == authorization


def changed(authorization, index=-1, **fields):
    requests = list(authorization.requests)
    requests[index] = replace(requests[index], **fields)
    return replace(authorization, requests=tuple(requests))


@pytest.mark.parametrize(
    "fields",
    [
        {"inputs": (Literal(LiteralType.U64, 5),) * 2},
        {"scm": 5},
        {"tvk": 5},
        {"dynamic": True},
        {"signer": KEY.address},
    ],
)
@pytest.mark.parametrize("index", [0, -1])
def test_what_was_not_signed_so_is_refused(fields, index):
    line = lines("authorizations")[1]
    env = load(line["program"], line["imports"])
    authorization = Authorization.from_json(line["authorization"])
    with pytest.raises(AvmError):
        replay(env, changed(authorization, index, **fields))


def test_calls_and_transitions_must_be_those_of_the_run():
    line = lines("authorizations")[1]
    env = load(line["program"], line["imports"])
    good = Authorization.from_json(line["authorization"])
    first, *others = good.transitions
    for bad in (
        Authorization(good.requests[:-1], good.transitions[:-1]),
        Authorization((*good.requests, good.requests[0]), good.transitions),
        Authorization(good.requests, (*others, first)),
    ):
        with pytest.raises(VerifyError):
            replay(env, bad)
    with pytest.raises(VerifyError, match="outermost"):
        replay(load(line["imports"]["tokens.aleo"]), good)


def test_two_runs_share_no_secret():
    env = load(ASSERTS)
    runs = [authorize(env, "f", ["1u8"], KEY) for _ in range(2)]
    assert len({run.requests[0].tvk for run in runs}) == 2
    assert len({run.authorization.execution_id for run in runs}) == 2


def test_a_run_that_halts_is_not_signed():
    with pytest.raises(Halt, match="assert"):
        authorize(load(ASSERTS), "f", ["2u8"], KEY)


def test_a_run_that_is_stopped_is_not_signed():
    line, cancel = lines("authorizations")[0], Cancel()
    key, env = PrivateKey.parse(line["private_key"]), load(line["program"], line["imports"])
    signed = authorize(env, line["function"], line["inputs"], key, cancel)
    cancel.cancel()
    with pytest.raises(Cancelled):
        authorize(env, line["function"], line["inputs"], key, cancel)
    with pytest.raises(Cancelled):
        replay(env, signed.authorization, cancel)


def test_a_record_of_somebody_else_is_not_signed():
    line = lines("authorizations")[0]
    with pytest.raises(CheckFailure, match="does not belong to the signer"):
        authorize(load(line["program"]), line["function"], line["inputs"], KEY)
