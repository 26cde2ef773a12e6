"""Executions proved here are accepted by the real engine and the other way round, altered ones by neither.

Needs the native service. The circuits fit the official parameters that lie beside the repository.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.algebra.fields import FS_MODULUS
from avm.base.consensus import Rules
from avm.base.errors import AvmError
from avm.data.dynamic import DynamicRecord
from avm.data.identifier import function_id
from avm.data.record import parse_record
from avm.data.request import shown_id
from avm.data.request_codec import request_from_json
from avm.data.value import parse_value
from avm.isa.machine import MachineValue
from avm.ledger import authorize as signing
from avm.ledger.authorize import AuthorizedRun, authorize
from avm.ledger.execution_check import verify_execution
from avm.ledger.fee_check import verify_fee
from avm.ledger.network import Execution
from avm.ledger.proving import prove_execution, prove_fee, transition_instances, translation_instances
from avm.ledger.transition import Part, Transition
from avm.primitives.hash_to_curve import generator
from avm.r1cs.system import ConstraintSystem
from avm.storage.network_keys import ChainKeys, credits_program
from avm.varuna.indexer import index
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifying_key import VerifyingKey
from avm.vm.environment import Environment, load
from tests.oracle.native import Native
from tests.vectors.questions import COUNTER, HEIGHTS, HOLDER, INNER, NAMER, OUTER, TAKER, TOKENS

pytestmark = [pytest.mark.oracle, pytest.mark.prove]
SEED = os.environ.get("AVM_SEED", "1")
KEY = PrivateKey(7)
STATE_ROOT = 5
TOKEN = (
    f"{{ owner: {address_text(KEY.address)}.private, amount: 5u64.private, memo: 9field.public, "
    f"_nonce: {generator()[0]}group.public, _version: 1u8.public }}"
)
TWICE = """import inner.aleo;
program twice.aleo;
function main:
    input r0 as u32.public;
    call inner.aleo/twice r0 into r1;
    call.dynamic 'inner' 'aleo' 'twice' with r1 (as u32.public) into r2 (as u32.private);
    output r2 as u32.public;
"""
FUTURE = """program promise.aleo;
function main:
    input r0 as u64.public;
    call.dynamic 'counter' 'aleo' 'add_to' with r0 (as u64.public) into r1 (as dynamic.future);
    async main r1 into r2;
    output r2 as promise.aleo/main.future;
finalize main:
    input r0 as dynamic.future;
    await r0;
"""
COINS = """program coins.aleo;
record coin:
    owner as address.private;
    amount as u64.private;
function nothing:
    assert.eq true true;
"""
CROSSING = """import coins.aleo;
program crossing.aleo;
function main:
    input r0 as dynamic.record;
    call coins.aleo/nothing;
    call.dynamic 'gives' 'aleo' 'back' with r0 (as dynamic.record) into r1 (as dynamic.record);
    output r1 as dynamic.record;
"""
GIVES = """import coins.aleo;
program gives.aleo;
function back:
    input r0 as coins.aleo/coin.record;
    output r0 as coins.aleo/coin.record;
"""
COIN = DynamicRecord.of(parse_record(TOKEN.replace("memo: 9field.public, ", "")))
Case = tuple[str, str, list[str | MachineValue], dict[str, str], tuple[int, ...]]
"""A program, a function, inputs, imports, and heights."""
CASES: dict[str, Case] = {
    "call": (OUTER, "main", ["5u32"], {"inner.aleo": INNER}, HEIGHTS),
    "one circuit twice": (TWICE, "main", ["3u32"], {"inner.aleo": INNER}, HEIGHTS),
    "dynamic future": (FUTURE, "main", ["7u64"], {"counter.aleo": COUNTER}, HEIGHTS),
    "translations": (CROSSING, "main", [COIN], {"coins.aleo": COINS, "gives.aleo": GIVES}, (18_000_000,)),
}


class Keys:
    """Proving keys under the official parameters."""

    def __init__(self, srs: Srs) -> None:
        self.srs = srs
        self._kept: dict[bytes, ProvingKey] = {}

    def key_of(self, system: ConstraintSystem) -> ProvingKey:
        name = system.digest()
        if name not in self._kept:
            self._kept[name] = index(system.matrices(), self.srs, system.num_variables)[0]
        return self._kept[name]

    def known(self, env: Environment, run: AuthorizedRun) -> dict[tuple[str, str], VerifyingKey]:
        made = [*transition_instances(env, run), *translation_instances(env, run)]
        return {each.name[1:]: self.key_of(each.system).verifying_key for each in made}


@pytest.fixture(scope="module")
def keys(official: Srs) -> Keys:
    return Keys(official)


Known = dict[tuple[str, str], VerifyingKey]


def ours(execution: Execution, env: Environment, known: Known, srs: Srs, height: int) -> bool:
    rules, credits = Rules.at(height), credits_program()
    try:
        programs = {credits.id: credits, **env.programs}
        verify_execution(execution, programs, ChainKeys(rules, known), srs.verifier(), rules)
    except AvmError:
        return False
    return True


def theirs(
    native: Native, execution: Execution, case: Case, known: Known, height: int, main: tuple[str, str]
) -> bool:
    pairs: dict[str, list[list[str]]] = {}
    for (program, name), key in known.items():
        if (program, name) != main:
            pairs.setdefault(program, []).append([name, str(key)])
    answer = native.ask(
        "verify_execution",
        execution=execution.to_json(),
        verifying_key=str(known[main]),
        program=case[0],
        function=case[1],
        imports=case[3],
        import_keys=pairs,
        block_height=height,
    )
    return answer.get("valid") is True


@pytest.mark.parametrize("name", CASES)
def test_what_is_proved_here_is_accepted_there_and_altered_it_is_not(
    native: Native, keys: Keys, name: str
) -> None:
    case, rng = CASES[name], random.Random(f"{SEED} {name}")
    program, function, inputs, imports, heights = case
    env = load(program, imports)
    main = (env.program.id, function)
    for height in heights:
        run = authorize(env, function, inputs, KEY)
        execution = prove_execution(env, run, STATE_ROOT, keys, Rules.at(height))
        known = keys.known(env, run)
        assert ours(execution, env, known, keys.srs, height)
        assert theirs(native, execution, case, known, height, main)
        for _ in range(24):
            bad = altered(execution, rng)
            if len({each.id for each in bad.transitions}) < len(bad.transitions):
                continue
            verdicts = ours(bad, env, known, keys.srs, height), theirs(native, bad, case, known, height, main)
            assert verdicts[0] == verdicts[1], bad.to_json()


def altered(execution: Execution, rng: random.Random) -> Execution:
    """Change a part of an execution, with ids that are right again."""
    transitions = list(execution.transitions)
    at = rng.randrange(len(transitions))
    one = transitions[at]
    changes: list[Callable[[], list[Transition]]] = [
        lambda: [*transitions[:at], replace(one, tpk=generator()), *transitions[at + 1 :]],
        lambda: [*transitions[:at], named(replace(one, tcm=5)), *transitions[at + 1 :]],
        lambda: [replace(each, scm=5) for each in transitions],
        lambda: transitions[::-1],
        lambda: [*transitions[:at], *transitions[at + 1 :]] or transitions,
        lambda: [*transitions[:at], changed_part(one, rng), *transitions[at + 1 :]],
    ]
    if rng.randrange(8) == 0:
        data = bytearray(execution.proof or b"")
        data[rng.randrange(40, len(data))] ^= 1
        return replace(execution, proof=bytes(data))
    return replace(execution, transitions=tuple(rng.choice(changes)()))


def changed_part(transition: Transition, rng: random.Random) -> Transition:
    """Exchange an input or output for one of another value or kind."""
    side = rng.choice([side for side in ("inputs", "outputs") if getattr(transition, side)] or ["inputs"])
    parts = list(getattr(transition, side))
    if not parts:
        return transition
    place = rng.randrange(len(parts))
    id_ = parts[place].id
    kinds = [Part("public", 0, "5u32"), Part("external_record", id_), Part("record_dynamic", id_)]
    kinds.append(Part("external_record_with_dynamic_id", id_, dynamic_id=3))
    parts[place] = rng.choice(kinds)
    return named(replace(transition, **{side: tuple(parts)}))


def named(transition: Transition) -> Transition:
    """Give public values their ids again."""
    identity = function_id(transition.program, transition.function)
    sides = []
    for first, parts in ((0, transition.inputs), (len(transition.inputs), transition.outputs)):
        sides.append(
            tuple(
                replace(part, id=shown_id(identity, parse_value(part.value), transition.tcm, index))
                if part.kind in ("public", "future")
                else part
                for index, part in enumerate(parts, first)
            )
        )
    return replace(transition, inputs=sides[0], outputs=sides[1])


@pytest.mark.parametrize("name", ["call", "dynamic future"])
def test_what_is_proved_there_is_accepted_here(native: Native, keys: Keys, name: str) -> None:
    program, function, inputs, imports, heights = CASES[name]
    env = load(program, imports)
    known = keys.known(env, authorize(env, function, inputs, KEY))
    for height in heights:
        told = native.ask(
            "execute",
            private_key=KEY.reveal(),
            program=program,
            function=function,
            inputs=inputs,
            imports=imports,
            block_height=height,
        )
        assert told["ok"], told
        execution = Execution.from_json(told["execution"])
        assert str(known[env.program.id, function]) == told["verifying_key"]
        assert ours(execution, env, known, keys.srs, height)
        other = next(each for each in HEIGHTS if Rules.at(each).varuna != Rules.at(height).varuna)
        assert not ours(execution, env, known, keys.srs, other)


@pytest.mark.parametrize("height", HEIGHTS)
def test_a_fee_that_is_proved_here_is_accepted_there(native: Native, keys: Keys, height: int) -> None:
    env, rules = load(credits_program()), Rules.at(height)
    run = authorize(env, "fee_public", ["1316u64", "7u64", "123field"], KEY)
    fee = prove_fee(env, run, STATE_ROOT, keys, rules)
    verify_fee(fee, 123, env.program, ChainKeys(rules, {}), keys.srs.verifier(), rules)
    for paid_for, valid in (("123field", True), ("124field", False)):
        asked: dict[str, Any] = {"fee": fee.to_json(), "for": paid_for, "block_height": height}
        assert native.ask("verify_fee", **asked)["valid"] is valid


SIGNED = {
    "records": (TOKENS, "send", [TOKEN, address_text(KEY.address)], {}),
    "calls": (HOLDER, "go", [TOKEN, address_text(KEY.address)], {"tokens.aleo": TOKENS}),
    "names": (
        NAMER,
        "go",
        [TOKEN, "'taker'"],
        {"tokens.aleo": TOKENS, "taker.aleo": TAKER, "counter.aleo": COUNTER},
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_run_with_their_secrets_is_signed_as_there(
    native: Native, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program, function, inputs, imports = SIGNED[name]
    asked = {"program": program, "function": function, "inputs": inputs, "imports": imports}
    told = native.ask("evaluate", **asked, private_key=KEY.reveal(), full=True, quick=True)
    given = [request_from_json(each).signature for each in told["authorization"]["requests"]]
    secrets = iter([(each.response + each.challenge * KEY.sk_sig) % FS_MODULUS for each in given])
    monkeypatch.setattr(signing, "transition_secret", lambda _: next(secrets))
    made = authorize(load(program, imports), function, inputs, KEY).authorization
    assert json.loads(json.dumps(made.to_json())) == told["authorization"]
