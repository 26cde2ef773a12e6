"""A function's circuit is made once; a later run computes its witness alone."""

from __future__ import annotations

import sys

import pytest

from avm.algebra import load_kernels
from avm.api import pipeline, workspace
from avm.base.errors import Halt
from avm.r1cs import ConstraintSystem
from avm.vm import RunConfig, execute, load
from avm.vm.circuit import Circuit
from avm.vm.constrain import circuit_of, constrain
from avm.vm.environment import Environment
from avm.vm.reuse import KeptCircuits
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS

OTHER = "aleo1rhgdu77hgyqd3xjj8ucu3jj9r2krwz6mnzyd80gncr5fxcwlh5rsvzp9px"


def circuit(env: Environment, function: str, *inputs: str, signer: str = SIGNER) -> Circuit:
    return constrain(env, execute(env, function, inputs, RunConfig(signer=signer), finalize=False))


def assert_same(found: Circuit, fresh: Circuit) -> None:
    assert found.system.assignment() == fresh.system.assignment()
    assert found.system.matrices() == fresh.system.matrices()
    assert found.public_inputs == fresh.public_inputs and found.per_instruction == fresh.per_instruction
    assert found.system.violations == fresh.system.violations
    assert found.system.label_runs() == fresh.system.label_runs()


def test_a_second_run_makes_no_constraints(monkeypatch: pytest.MonkeyPatch) -> None:
    env = load(SUMS)
    first = circuit(env, "main", "2u32", "4u32")
    fresh = circuit(load(SUMS), "main", "7u32", "9u32")
    with monkeypatch.context() as patched:
        patched.setattr(ConstraintSystem, "enforce", lambda *_: pytest.fail("synthesized again"))
        second = circuit(env, "main", "7u32", "9u32")
    assert_same(second, fresh)
    assert second.is_satisfied and second.public_inputs != first.public_inputs
    assert_same(first, circuit(load(SUMS), "main", "2u32", "4u32"))


@pytest.mark.parametrize("some", [0, sys.maxsize], ids=["kernels", "plain"])
@pytest.mark.parametrize("sample", [s for s in workspace.samples() if not s.halts], ids=lambda s: s.name)
def test_a_circuit_made_without_a_run_gives_the_witness_of_a_run(
    sample: workspace.Sample, some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_kernels()
    monkeypatch.setattr("avm.r1cs.witness.SOME", some)
    run, built = sample.runs[0], pipeline.build(workspace.open_project(sample.path))
    env = built.environment()
    fresh = constrain(env, execute(env, run.function, run.inputs, RunConfig(), finalize=False)).system
    found = circuit_of(env, run.function).system.with_given(fresh.given)
    assert found.assignment() == fresh.assignment() and found.is_satisfied
    assert (found.assignment().words is None) == bool(some)


def test_a_run_that_halts_is_pinned_to_its_instruction_in_a_kept_circuit() -> None:
    env = load(SUMS)
    circuit(env, "main", "2u32", "4u32")
    halts = circuit(env, "main", "4294967295u32", "4u32")
    assert not halts.is_satisfied
    assert halts.system.violations[0].label.instruction == "sum: add r0 r1 into r2;"


@pytest.mark.parametrize(
    ("function", "first", "second"), [("deposit", "4u64", "9u64"), ("ask", "4u8", "5u8")]
)
def test_addresses_calls_and_futures_are_those_of_the_run(function: str, first: str, second: str) -> None:
    env = load(BANK, {"lib.aleo": LIB})
    circuit(env, function, first)
    found = circuit(env, function, second, signer=OTHER)
    assert_same(found, circuit(load(BANK, {"lib.aleo": LIB}), function, second, signer=OTHER))
    assert found.is_satisfied


def test_a_kept_circuit_is_held_to_the_limit_too() -> None:
    env = load(SUMS)
    trace = execute(env, "main", ["2u32", "4u32"], RunConfig(signer=SIGNER))
    constrain(env, trace)
    with pytest.raises(Halt, match="constraint limit"):
        constrain(env, trace, limit=10)


def test_the_circuit_not_used_for_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.vm.reuse.MOST", 2)
    text = "program three.aleo;\n" + "".join(
        f"function f{n}:\n    input r0 as u8.private;\n    add r0 {n}u8 into r1;\n" for n in range(3)
    )
    env = load(text)
    for n in (0, 1, 0, 2):
        circuit(env, f"f{n}", "3u8")
    assert list(env.circuits._circuits) == [("bare", "three.aleo", f"f{n}") for n in (0, 2)]


def test_no_value_of_a_run_is_kept() -> None:
    env = load(SUMS)
    circuit(env, "main", "2u32", "4u32")
    kept: KeptCircuits = env.circuits
    ((template, _),) = kept._circuits.values()
    assert set(template.system.given) == {0} and not template.is_satisfied
