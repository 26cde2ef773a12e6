"""The circuits of a run make public what a verifier computes, and one proof shows all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from avm.account.keys import PrivateKey
from avm.base.consensus import Rules
from avm.base.errors import Cancelled, CheckFailure, VerifyError
from avm.base.progress import Cancel
from avm.ledger.authorize import AuthorizedRun, authorize
from avm.ledger.call_tree import call_tree, in_order
from avm.ledger.execution_check import verify_execution
from avm.ledger.network import Execution
from avm.ledger.proving import prove_execution, transition_instances, translation_instances
from avm.ledger.statements import transition_publics, translation_publics
from avm.storage.network_keys import ChainKeys
from avm.storage.network_proving import CachedKeys
from avm.vm.environment import Environment, load
from tests.vectors.questions import COUNTER, INNER
from tests.vectors.test_vectors import lines

pytestmark = pytest.mark.prove
KEY = PrivateKey(7)
STATE_ROOT = 5
CALLER = """import inner.aleo;
program outer.aleo;
function main:
    input r0 as u32.public;
    call inner.aleo/twice r0 into r1;
    call.dynamic 'inner' 'aleo' 'twice' with r1 (as u32.public) into r2 (as u32.private);
    call.dynamic 'counter' 'aleo' 'add_to' with 5u64 (as u64.public) into r3 (as dynamic.future);
    async main r3 into r4;
    output r2 as u32.public;
    output r4 as outer.aleo/main.future;
finalize main:
    input r0 as dynamic.future;
    await r0;
constructor:
    assert.eq edition 0u16;
"""
IMPORTS = {"inner.aleo": INNER, "counter.aleo": COUNTER}


@pytest.mark.parametrize("line", lines("authorizations"), ids=["records", "calls", "names"])
def test_the_circuits_make_public_what_the_verifier_computes(line):
    env = load(line["program"], line["imports"])
    run = authorize(env, line["function"], line["inputs"], PrivateKey.parse(line["private_key"]))
    nodes = in_order(call_tree(run.authorization.transitions, env.programs))
    parents = {child.index: node.transition.program for node in nodes for child in node.children}
    for node, made in zip(nodes, transition_instances(env, run), strict=True):
        assert made.system.is_satisfied
        publics = transition_publics(node, parents.get(node.index), Rules())
        assert list(made.system.assignment().public) == publics
    found: dict[tuple[str, str], list[list[int]]] = {}
    for made in translation_instances(env, run):
        assert made.system.is_satisfied
        found.setdefault(made.name[1:], []).append(list(made.system.assignment().public))
    assert found == translation_publics(nodes)


@cache
def environment() -> Environment:
    return load(CALLER, IMPORTS)


@cache
def run() -> AuthorizedRun:
    return authorize(environment(), "main", ["3u32"], KEY)


@pytest.fixture(scope="module")
def keys(parameters) -> CachedKeys:
    return CachedKeys(parameters, parameters.srs_for((1 << 17) + 3, kind="development"))


@pytest.fixture(scope="module", params=[20, 21], ids=["V2", "V3"])
def proved(request, keys) -> tuple[Execution, Rules]:
    rules = Rules(request.param)
    return prove_execution(environment(), run(), STATE_ROOT, keys, rules), rules


def verify(execution, rules, keys):
    known = {
        made.name[1:]: keys.key_of(made.system).verifying_key
        for made in transition_instances(environment(), run())
    }
    return verify_execution(
        execution, environment().programs, ChainKeys(rules, known), keys.srs.verifier(), rules
    )


def test_a_run_with_calls_of_every_kind_is_one_proof(proved, keys):
    execution, rules = proved
    shown = verify(execution, rules, keys)
    assert sorted(len(each.instances) for each in shown) == [1, 1, 2]
    assert Execution.from_json(execution.to_json()) == execution


def test_the_proof_is_of_its_version_transitions_and_state_alone(proved, keys):
    execution, rules = proved
    with pytest.raises(VerifyError, match="not valid"):
        verify(execution, Rules(41 - rules.version), keys)
    last = execution.transitions[-1]
    for changed in ({"scm": 5}, {"tpk": execution.transitions[0].tpk}):
        transitions = tuple(replace(each, **changed) for each in execution.transitions)
        with pytest.raises(VerifyError, match="not valid"):
            verify(replace(execution, transitions=transitions), rules, keys)
    first, second, *others = execution.transitions
    for order in ((second, first, *others), (*execution.transitions, last), execution.transitions[1:]):
        with pytest.raises(VerifyError):
            verify(replace(execution, transitions=order), rules, keys)


def test_proving_stops_within_a_circuit(keys):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled), pytest.MonkeyPatch.context() as patched:
        patched.setattr(CachedKeys, "key_of", lambda *_: pytest.fail("a circuit was made"))
        prove_execution(load(CALLER, IMPORTS), run(), STATE_ROOT, keys, Rules(), cancel=cancel)


def test_a_state_root_of_zero_proves_nothing(keys):
    with pytest.raises(CheckFailure, match="not zero"):
        prove_execution(environment(), run(), 0, keys, Rules())
