"""Fees: the size of executions from types alone, and the cost of finalize code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.base.errors import CheckFailure
from avm.vm import load
from avm.vm.costs import body_cost, execution_cost, finalize_cost
from tests.vm.machine_programs import BANK, LIB

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
            cost = execution_cost(env, row["execution_fee_of"])
            assert str(cost.total) == str(row["execution_fee_microcredits"]), row["program"]
