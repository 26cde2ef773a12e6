"""A transaction of the real engine is accepted with its fee, and nothing less."""

from dataclasses import replace

import pytest

from avm.base.consensus import Rules
from avm.base.errors import VerifyError
from avm.ledger.network import Fee, Transaction
from avm.ledger.transaction_check import check_cost, check_programs, check_repeats, verify_transaction
from avm.ledger.transition import Part
from avm.storage.network_keys import ChainKeys
from avm.vm.environment import Deployment, Environment
from tests.ledger.executions import ASYNC, CALL_V3, Case, lines, verifier


@pytest.fixture
def case():
    return Case(ASYNC)


def fee():
    return Fee.from_json(lines()[ASYNC]["fee"])


def environment(case, edition=1):
    program = case.programs[case.execution.transitions[-1].program]
    return Environment(program, case.programs, {program.id: Deployment(edition)})


def verify(case, paid=None, edition=1):
    keys = ChainKeys(case.rules, case.keys)
    transaction = Transaction(case.execution, paid)
    verify_transaction(transaction, environment(case, edition), keys, verifier(), case.rules)


def test_a_transaction_is_accepted_with_its_fee_alone(case):
    verify(case, fee())
    with pytest.raises(VerifyError, match="no fee"):
        verify(case)


def test_a_program_without_constructor_is_not_executed_at_edition_0(case):
    with pytest.raises(VerifyError, match="edition 0"):
        verify(case, fee(), edition=0)
    check_programs(case.execution, environment(case, 0), Rules(7))
    other = Case(CALL_V3)
    with pytest.raises(VerifyError, match="inner"):
        check_programs(other.execution, environment(other, 0), Rules())


def test_a_fee_must_cover_the_cost_and_not_exceed_the_limit(case):
    paid = fee()
    cost = case.line["cost"]

    def with_base(amount):
        base, *rest = paid.transition.inputs
        changed = replace(paid.transition, inputs=(replace(base, value=f"{amount}u64"), *rest))
        return replace(paid, transitions=(changed,))

    check_cost(case.execution, with_base(cost), environment(case), case.rules)
    for amount, why in ((cost - 1, "the cost"), (10**15 + 1, "more than")):
        with pytest.raises(VerifyError, match=why):
            check_cost(case.execution, with_base(amount), environment(case), case.rules)


def test_a_split_alone_pays_nothing(case):
    case.change(0, program="credits.aleo", function="split")
    check_cost(case.execution, None, environment(case), case.rules)
    with pytest.raises(VerifyError, match="no base"):
        check_cost(case.execution, fee(), environment(case), case.rules)


def test_an_upgrade_of_records_is_alone():
    case = Case(CALL_V3)
    case.change(0, program="credits.aleo", function="upgrade")
    with pytest.raises(VerifyError, match="alone"):
        check_programs(case.execution, environment(case), case.rules)


@pytest.mark.parametrize(
    "part",
    [
        {"inputs": (Part("record", 7, tag=1),) * 2},
        {"inputs": (Part("record", 1, tag=9), Part("record", 2, tag=9))},
    ],
)
def test_nothing_is_used_twice(case, part):
    first = case.execution.transitions[0]
    check_repeats([first])
    for transitions in ([first, first], [replace(first, **part)], [first, replace(first, inputs=())]):
        with pytest.raises(VerifyError, match="twice"):
            check_repeats(transitions)


def test_a_fee_alone_executes_nothing(case):
    with pytest.raises(VerifyError, match="deploys nothing"):
        verify_transaction(
            Transaction(None, fee()), environment(case), ChainKeys(case.rules, {}), verifier(), case.rules
        )
