"""Fees: the size of executions from types alone, and the cost of finalize code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.base.consensus import Rules
from avm.base.errors import CheckFailure
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey
from avm.vm import load
from avm.vm.costs import body_cost, execution_cost, finalize_cost
from avm.vm.deployment_costs import deployment_cost
from tests.vectors.test_vectors import lines
from tests.vm.machine_programs import BANK, LIB

RANDOM = """program random.aleo;
function draw:
    async draw into r0;
    output r0 as random.aleo/draw.future;
finalize draw:
    rand.chacha 1u64 into r0 as u8;
    rand.chacha 1u64 into r1 as group;
"""
VIEWING = """program viewing.aleo;
view twice:
    input r0 as u32.public;
    add r0 r0 into r1;
    output r1 as u32.public;
function ask:
    async ask into r0;
    output r0 as viewing.aleo/ask.future;
finalize ask:
    call twice 1u32 into r0;
    call twice r0 into r1;
    assert.eq r1 4u32;
"""
DYNAMIC = """program asking.aleo;
function ask:
    input r0 as field.public;
    call.dynamic r0 'aleo' 'f';
"""
DEAR = """program dearest.aleo;
function ask:
    input r0 as [[u8; 2048u32]; 32u32].public;
    async ask r0 into r1;
    output r1 as dearest.aleo/ask.future;
finalize ask:
    input r0 as [[u8; 2048u32]; 32u32].public;
"""
SHARED = Path(__file__).resolve().parents[3] / "shared"


def test_an_execution_without_parts_is_its_names_proof_and_ids() -> None:
    cost = execution_cost(load("program a.aleo;\nfunction main:\n"), "main")
    assert (cost.size, cost.finalize, cost.total) == (1135, 0, 1135)


def test_finalize_costs_are_those_of_its_commands_and_awaited_futures() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    lib, bank = env.programs["lib.aleo"], env.program
    mark = 1_500 + 10 * 1 + 500 + 10_000 + 100 * (8 + 1)
    assert finalize_cost(env, lib, lib.functions["mark"]) == mark
    read, store, remove = 1_500 + 10 * 32, 10_000 + 100 * (8 + 32), 10_000
    own = 500 + read + 500 + 500 + remove + 500 + 100 + store + 100 + 500 + 500
    assert finalize_cost(env, bank, bank.functions["deposit"]) == own + mark
    assert execution_cost(env, "deposit").finalize == (own + mark) // 25
    assert bank.constructor is not None
    assert body_cost(env, bank, bank.constructor) == 500 + 10_000 + 100 * 40


@pytest.mark.parametrize("line", lines("executions"), ids=["call", "call-v3", "async"])
def test_an_execution_costs_what_it_costs_on_the_network(line) -> None:
    cost = execution_cost(
        load(line["program"], line["imports"]), line["function"], Rules.at(line["height"]).version
    )
    assert cost.total == line["cost"]


def test_work_is_dearer_before_version_10_and_reads_of_mappings_before_version_2() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    by_version = [execution_cost(env, "deposit", version).finalize for version in (1, 2, 9, 10, 22)]
    assert by_version[1] == by_version[2] == by_version[0] - 2 * 8_500
    assert by_version[3] == by_version[4] == by_version[2] // 25


def test_random_values_cost_what_their_seed_and_points_cost_from_version_22_on() -> None:
    env = load(RANDOM)
    function = env.program.functions["draw"]
    assert finalize_cost(env, env.program, function, 21) == 2 * 25_000
    seed = 50_000 + 300 * (96 + 8)
    assert finalize_cost(env, env.program, function, 22) == 2 * seed + 115_000


def test_a_view_that_is_called_costs_what_its_commands_cost() -> None:
    env = load(VIEWING)
    view = env.program.views["twice"]
    assert body_cost(env, env.program, view) == 500
    assert finalize_cost(env, env.program, env.program.functions["ask"]) == 2 * 500 + 500


def test_the_size_of_calls_that_values_name_is_not_known_from_types() -> None:
    with pytest.raises(CheckFailure, match="depends on them"):
        execution_cost(load(DYNAMIC), "ask")


def key(variables: int, rows: int, entries: int) -> VerifyingKey:
    return VerifyingKey(CircuitInfo(16, variables, rows, entries, entries, entries), (), bytes(32), variables)


def test_a_deployment_pays_for_bytes_circuits_constructor_and_name() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    keys = [key(1_000, 900, 5_000), key(10, 9, 50)]
    parts = {v: deployment_cost(env, 1_200, keys, v) for v in (9, 10, 17, 18, 22)}
    work = 500 + 10_000 + 100 * 40
    assert parts[10].constructor == parts[22].constructor == 100 * work // 25
    assert parts[9].constructor == 100 * work
    assert {v: p.synthesis for v, p in parts.items()} == {
        9: 25 * 1_919,
        10: 1_919,
        17: 1_919,
        18: 15_150,
        22: 1_919,
    }
    assert all(part.storage == 1_200_000 and part.namespace == 10**12 for part in parts.values())
    large = [deployment_cost(env, 1_024_000, keys, v).storage for v in (15, 16)]
    assert large == [1_024_000_000, 2_048_000_000]


def test_code_that_no_transaction_could_pay_for_is_not_deployed() -> None:
    hashes = [f"    hash.bhp1024 r0 into r{i} as field;\n" for i in range(1, 7)]
    deployment_cost(load(DEAR + "".join(hashes[:5])), 1, [])
    for version in (9, 22):
        with pytest.raises(CheckFailure, match="the most that a transaction may spend"):
            deployment_cost(load(DEAR + "".join(hashes)), 1, [], version)


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(CheckFailure):
        execution_cost(load(LIB), "nope")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the vectors in ../shared")
def test_fees_of_the_vectors_are_those_of_the_network() -> None:
    sources = json.loads((SHARED / "vectors/imports.json").read_text())
    sources["credits.aleo"] = json.loads((SHARED / "vectors/credits_program.json").read_text())["text"]
    for line in (SHARED / "vectors/programs.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row.get("execution_fee_microcredits") and "string" not in row["program"]:
            env = load(row["program"], {name: sources[name] for name in row["imports"]})
            cost = execution_cost(env, row["execution_fee_of"], 17)
            assert str(cost.total) == str(row["execution_fee_microcredits"]), row["program"]
