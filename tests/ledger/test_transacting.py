"""Whole transactions: what is executed or deployed is paid for, and verifies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.account.keys import PrivateKey
from avm.base.codec import ByteReader
from avm.base.consensus import Rules
from avm.base.errors import AvmError, CheckFailure, VerifyError
from avm.data.literal import Literal
from avm.data.record import Entry, Record
from avm.data.types import Visibility
from avm.ledger.authorize import authorize
from avm.ledger.execution_costs import execution_cost
from avm.ledger.network import Transaction
from avm.ledger.proving import prove_fee
from avm.ledger.transacting import (
    Chain,
    Payment,
    authorize_fee,
    deployment_transaction,
    execution_transaction,
)
from avm.ledger.transaction_check import verify_transaction
from avm.primitives.hash_to_curve import generator
from avm.storage.network_keys import credits_program
from avm.storage.network_proving import CachedKeys
from avm.types.literal_type import LiteralType
from avm.vm.deployment_costs import deployment_cost
from avm.vm.environment import Environment, load
from avm.vm.function_circuit_blank import blank_circuit

KEY, RULES = PrivateKey(7), Rules()
CREDITS = load(credits_program())
PROGRAM = """program paying.aleo;
function main:
    input r0 as u8.public;
    output r0 as u8.public;
constructor:
    assert.eq edition 0u16;
"""


class Known:
    """Verifying keys under the string of the tests; no record is spent."""

    def __init__(self, proving: CachedKeys) -> None:
        self.proving = proving
        self.programs = {CREDITS.program.id: CREDITS, "paying.aleo": load(PROGRAM)}

    def of(self, program, name):
        return self.proving.key_of(blank_circuit(self.programs[program], name).system).verifying_key

    def inclusion(self, version):
        raise AssertionError("no record is spent")


@pytest.fixture(scope="module")
def keys(parameters) -> Known:
    return Known(CachedKeys(parameters, parameters.srs_for((1 << 16) + 3, kind="development")))


def record(amount: int) -> Record:
    held = Entry(Visibility.PRIVATE, Literal(LiteralType.U64, amount))
    return Record(KEY.address, True, (("microcredits", held),), generator())


def test_a_fee_from_a_record_needs_the_money_in_it():
    paid = Payment(KEY, CREDITS, priority=2, record=record(10))
    run = authorize_fee(paid, 8, 5)
    assert run.authorization.is_fee and run.requests[0].function == "fee_private"
    for poor in (replace(paid, priority=3), replace(paid, record=replace(record(10), data=()))):
        with pytest.raises(CheckFailure, match="does not hold"):
            authorize_fee(poor, 8, 5)
    assert authorize_fee(replace(paid, record=None), 8, 5).requests[0].function == "fee_public"


@pytest.mark.prove
def test_an_execution_is_paid_for_and_verifies(keys):
    env, chain = keys.programs["paying.aleo"], Chain(5, keys.proving, RULES)
    run = authorize(env, "main", ["1u8"], KEY)
    made = execution_transaction(env, run, Payment(KEY, CREDITS, priority=2), chain)
    cost = execution_cost(made.execution.transitions, env.programs, RULES)
    assert (made.fee.base_amount, made.fee.priority_amount) == (cost.total, 2)
    assert made.fee.payer == KEY.address and made.fee.paid_for == made.execution.id
    everything = Environment(env.program, {**env.programs, **CREDITS.programs})
    verify_transaction(made, everything, keys, keys.proving.srs.verifier(), RULES)
    reader = ByteReader(made.to_bytes())
    assert Transaction.read(reader).to_bytes() == made.to_bytes()
    other = replace(made, fee=replace(made.fee, state_root=6))
    verify_transaction(other, everything, keys, keys.proving.srs.verifier(), RULES)
    with pytest.raises(VerifyError):
        broken = replace(made.fee.transition, scm=6)
        bad = replace(made, fee=replace(made.fee, transitions=(broken,)))
        verify_transaction(bad, everything, keys, keys.proving.srs.verifier(), RULES)


@pytest.mark.prove
def test_a_deployment_is_paid_for_signed_and_verifies(keys):
    env, chain = keys.programs["paying.aleo"], Chain(5, keys.proving, RULES)
    made = deployment_transaction(env, Payment(KEY, CREDITS), chain)
    everything = Environment(env.program, {**env.programs, **CREDITS.programs})
    verifier = keys.proving.srs.verifier()
    verify_transaction(made, everything, keys, verifier, RULES)
    size, found = len(made.deployment.to_bytes()), [key for _, key, _ in made.deployment.keys]
    assert made.fee.base_amount == deployment_cost(env, size, found).total
    assert Transaction.from_json(made.to_json()).id == made.id
    dearer = load(PROGRAM + "    hash.sha3_256 0field into r0 as field;\n")
    thief = replace(made.owner, address=PrivateKey(8).address)
    for fault, (other, programs) in {
        "owner who signed": (replace(made, owner=thief), everything),
        "the cost": (made, Environment(dearer.program, everything.programs)),
        "another program": (made, Environment(CREDITS.program, everything.programs)),
        "has a fee": (replace(made, fee=None), everything),
        "deploys nothing": (replace(made, payload=None, owner=None), everything),
    }.items():
        with pytest.raises(AvmError, match=fault):
            verify_transaction(other, programs, keys, verifier, RULES)
    run = authorize_fee(Payment(KEY, CREDITS), made.fee.base_amount, 5)
    fee = prove_fee(CREDITS, run, 5, keys.proving, RULES)
    with pytest.raises(VerifyError, match="for another"):
        verify_transaction(replace(made, fee=fee), everything, keys, verifier, RULES)
