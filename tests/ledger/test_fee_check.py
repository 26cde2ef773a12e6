"""A fee of the real engine is accepted for what it pays for, and nothing else is."""

from dataclasses import replace

import pytest

from avm.base.consensus import Rules
from avm.base.errors import VerifyError
from avm.ledger.fee_check import verify_fee
from avm.ledger.network import Execution, Proven
from avm.storage.network_keys import ChainKeys, credits_program
from tests.ledger.executions import ASYNC, lines, verifier

LINE = lines()[ASYNC]
RULES = Rules.at(LINE["height"])
FEE: Proven = Execution.from_json({**LINE["fee"], "transitions": [LINE["fee"]["transition"]]})
FOR = int(LINE["execution_id"].removesuffix("field"))


def verify(fee=FEE, paid_for=FOR, rules=RULES):
    verify_fee(fee, paid_for, credits_program(), ChainKeys(rules, {}), verifier(), rules)


def changed(**fields):
    return replace(FEE, transitions=(replace(FEE.transitions[0], **fields),))


def test_a_fee_is_accepted_for_its_execution_alone():
    verify()
    with pytest.raises(VerifyError, match="another execution"):
        verify(paid_for=FOR + 1)


@pytest.mark.parametrize(
    "fee",
    [
        changed(tcm=5),
        changed(scm=5),
        changed(inputs=FEE.transitions[0].inputs[1:]),
        changed(outputs=()),
        changed(function="fee_private"),
        changed(function="transfer_public"),
        changed(program="other.aleo"),
        replace(FEE, transitions=FEE.transitions * 2),
        replace(FEE, transitions=()),
        replace(FEE, proof=None),
        replace(FEE, state_root=0),
    ],
)
def test_an_altered_fee_is_refused(fee):
    with pytest.raises(VerifyError):
        verify(fee)


def test_an_amount_that_was_not_proved_is_refused():
    base, *rest = FEE.transitions[0].inputs
    with pytest.raises(VerifyError, match="not that of its value"):
        verify(changed(inputs=(replace(base, value="1u64"), *rest)))


def test_a_proof_of_another_version_of_varuna_is_refused():
    with pytest.raises(VerifyError, match="not valid"):
        verify(rules=Rules(RULES.version - 2))
