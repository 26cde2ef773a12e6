"""A record that an execution only refers to is spent by it, and one that it hands on is among its outputs."""

from dataclasses import replace

import pytest

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.base.errors import VerifyError
from avm.ledger.authorize import authorize
from avm.ledger.call_tree import call_tree
from avm.ledger.records_exist import check_records_exist
from avm.primitives.hash_to_curve import generator
from avm.vm.environment import load

KEY = PrivateKey(7)
TOKEN = (
    f"{{ owner: {address_text(KEY.address)}.private, amount: 5u64.private, "
    f"_nonce: {generator()[0]}group.public, _version: 1u8.public }}"
)
COINS = """program coins.aleo;
record coin:
    owner as address.private;
    amount as u64.private;
function spend:
    input r0 as coin.record;
    output r0.amount as u64.private;
"""
LOOK = """program looks.aleo;
function see:
    input r0 as dynamic.record;
    output r0 as dynamic.record;
"""
HEAD = """import coins.aleo;
import looks.aleo;
program holds.aleo;
record own:
    owner as address.private;
closure show:
    input r0 as dynamic.record;
    is.eq r0.owner r0.owner into r1;
    output r0 as dynamic.record;
function go:
    input r0 as coins.aleo/coin.record;
"""
ACCEPTED = {
    "spent": "    call coins.aleo/spend r0 into r1;\n",
    "spent in its dynamic form": (
        "    cast r0 into r1 as dynamic.record;\n"
        "    call.dynamic 'coins' 'aleo' 'spend' with r1 (as dynamic.record) into r2 (as u64.private);\n"
    ),
    "spent after it came back": (
        "    cast r0 into r1 as dynamic.record;\n"
        "    call looks.aleo/see r1 into r2;\n"
        "    call.dynamic 'coins' 'aleo' 'spend' with r2 (as dynamic.record) into r3 (as u64.private);\n"
    ),
    "made, handed on and returned": (
        "    call coins.aleo/spend r0 into r1;\n"
        "    cast self.signer into r2 as own.record;\n"
        "    cast r2 into r3 as dynamic.record;\n"
        "    call looks.aleo/see r3 into r4;\n"
        "    output r2 as own.record;\n"
        "    output r3 as dynamic.record;\n"
    ),
}
REFUSED = {
    "not spent": ("    output r0.amount as u64.private;\n", "not known to be on the chain"),
    "only looked at": (
        "    cast r0 into r1 as dynamic.record;\n    call looks.aleo/see r1 into r2;\n",
        "not known to be on the chain",
    ),
    "made, handed on and not returned": (
        "    call coins.aleo/spend r0 into r1;\n"
        "    cast self.signer into r2 as own.record;\n"
        "    cast r2 into r3 as dynamic.record;\n"
        "    call looks.aleo/see r3 into r4;\n",
        "does not return",
    ),
    "returned in its dynamic form alone": (
        "    call coins.aleo/spend r0 into r1;\n"
        "    cast self.signer into r2 as own.record;\n"
        "    cast r2 into r3 as dynamic.record;\n"
        "    output r3 as dynamic.record;\n",
        "does not return",
    ),
    "shown by a closure": (
        "    cast r0 into r1 as dynamic.record;\n    call show r1 into r2;\n",
        "the closure show",
    ),
}


def check(code):
    env = load(HEAD + code, {"coins.aleo": COINS, "looks.aleo": LOOK})
    run = authorize(env, "go", [TOKEN], KEY)
    check_records_exist(call_tree(run.authorization.transitions, env.programs), env.programs)


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_record_that_is_spent_or_returned_exists(name):
    check(ACCEPTED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_nobody_shows_is_refused(name):
    code, why = REFUSED[name]
    with pytest.raises(VerifyError, match=why):
        check(code)


def test_a_dynamic_id_does_not_hide_what_the_outermost_function_refers_to():
    code, why = REFUSED["not spent"]
    env = load(HEAD + code, {"coins.aleo": COINS, "looks.aleo": LOOK})
    (last,) = authorize(env, "go", [TOKEN], KEY).authorization.transitions
    hidden = replace(last.inputs[0], kind="external_record_with_dynamic_id", dynamic_id=5)
    with pytest.raises(VerifyError, match=why):
        check_records_exist(call_tree([replace(last, inputs=(hidden,))], env.programs), env.programs)
