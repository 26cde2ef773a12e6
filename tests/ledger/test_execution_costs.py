"""An execution costs the same from its transitions as from its types, and what the real engine asks."""

import pytest

from avm.account.keys import PrivateKey
from avm.base.consensus import Rules
from avm.ledger.authorization import Authorization
from avm.ledger.authorize import authorize
from avm.ledger.execution_costs import batch_sizes, estimate_cost, execution_cost
from avm.vm import costs
from avm.vm.environment import load
from tests.ledger.executions import ASYNC, CALL_V2, CALL_V3, Case
from tests.vectors.test_vectors import lines


@pytest.mark.parametrize("index", [CALL_V2, CALL_V3, ASYNC])
def test_an_execution_of_the_real_engine_costs_what_it_says(index):
    case = Case(index)
    cost = execution_cost(case.execution.transitions, case.programs, case.rules)
    assert cost.total == case.line["cost"]
    assert cost.size == len(case.execution.to_bytes())


@pytest.mark.parametrize("line", lines("authorizations")[:2], ids=["records", "calls"])
def test_what_is_not_proved_yet_costs_what_its_types_say(line):
    env = load(line["program"], line["imports"])
    run = authorize(env, line["function"], line["inputs"], PrivateKey.parse(line["private_key"]))
    found = execution_cost(run.authorization.transitions, env.programs, Rules())
    assert found == costs.execution_cost(env, line["function"])
    assert sorted(batch_sizes(run.authorization.transitions, env.programs)) == [1] * (len(run.frames) + 1)


def test_each_record_that_crosses_a_call_by_name_has_an_instance():
    line = lines("authorizations")[2]
    env = load(line["program"], line["imports"])
    transitions = Authorization.from_json(line["authorization"]).transitions
    functions, spent, crossing = [1] * 4, [1], [1, 4]
    assert sorted(batch_sizes(transitions, env.programs)) == sorted(functions + spent + crossing)
    assert execution_cost(transitions, env.programs, Rules()).finalize == (1_820 + 500 + 14_000 + 500) // 25


@pytest.mark.parametrize("line", lines("authorizations"), ids=["records", "calls", "names"])
def test_what_a_call_costs_is_known_without_the_key(line):
    env, owner = load(line["program"], line["imports"]), PrivateKey.parse(line["private_key"]).address
    found = estimate_cost(env, line["function"], line["inputs"], owner, Rules())
    transitions = Authorization.from_json(line["authorization"]).transitions
    assert found == execution_cost(transitions, env.programs, Rules())
