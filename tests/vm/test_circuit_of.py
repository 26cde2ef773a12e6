"""The circuit of a function without a run: the matrices are those of every run."""

from __future__ import annotations

import pytest

from avm.base.errors import CheckFailure, Unsupported
from avm.vm import RunConfig, execute, load
from avm.vm.constrain import circuit_of, constrain
from tests.vm.machine_programs import LIB, SIGNER, SUMS

PICKY = """program picky.aleo;
struct pair:
    a as u8;
    b as [[boolean; 2u32]; 3u32];
function check:
    input r0 as u8.public;
    input r1 as pair.private;
    assert.eq r0 77u8;
    div 100u8 r1.a into r2;
    output r2 as u8.private;
    output r1 as pair.public;
    output self.signer as address.public;
function later:
    input r0 as u8.public;
    async later r0 self.caller into r1;
    output r1 as picky.aleo/later.future;
finalize later:
    input r0 as u8.public;
    input r1 as address.public;
    assert.eq r0 77u8;
"""
USER = """import picky.aleo;
program user.aleo;
function main:
    input r0 as u8.private;
    input r1 as picky.aleo/pair.private;
    call picky.aleo/check r0 r1 into r2 r3 r4;
    add r2 r3.a into r5;
    output r5 as u8.public;
function later:
    input r0 as u8.private;
    call picky.aleo/later r0 into r1;
    async later r1 into r2;
    output r2 as user.aleo/later.future;
finalize later:
    input r0 as picky.aleo/later.future;
    await r0;
"""
PAIR = "{ a: 5u8, b: [[true, false], [true, true], [false, false]] }"
CASES = [
    (SUMS, "main", ["3u32", "9u32"]),
    (PICKY, "check", ["77u8", PAIR]),
    (PICKY, "later", ["3u8"]),
    (LIB, "mark", ["3u8"]),
    (LIB, "who", ["3u8"]),
    (USER, "main", ["77u8", PAIR]),
    (USER, "later", ["77u8"]),
]


@pytest.mark.parametrize(("text", "function", "inputs"), CASES)
def test_the_matrices_are_those_of_a_run(text: str, function: str, inputs: list[str]) -> None:
    env = load(text, {"picky.aleo": PICKY} if text is USER else {})
    trace = execute(env, function, inputs, RunConfig(signer=SIGNER), finalize=False)
    assert trace.halt is None
    ran, blank = constrain(env, trace), circuit_of(env, function)
    assert blank.system.matrices() == ran.system.matrices()
    assert [name for name, _ in blank.public_inputs] == [name for name, _ in ran.public_inputs]
    assert [(c.text, c.counts) for c in blank.per_instruction] == [
        (c.text, c.counts) for c in ran.per_instruction
    ]


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("coin.record", "type coin.record"),
        ("[[u8; 2048u32]; 129u32].public", "too many literals"),
    ],
)
def test_inputs_that_have_no_circuit_are_refused_by_name(type_: str, words: str) -> None:
    text = "program a.aleo;\nrecord coin:\n    owner as address.private;\n"
    text += f"function main:\n    input r0 as {type_};\n    output 1u8 as u8.public;\n"
    with pytest.raises(Unsupported, match=words):
        circuit_of(load(text), "main")


def test_what_a_run_would_refuse_for_its_size_is_refused_before_it_is_made() -> None:
    text = "program a.aleo;\nfunction main:\n    input r0 as u8.private;\n"
    text += "    cast " + "r0 " * 2 + "into r1 as [u8; 2u32];\n"
    type_ = "[u8; 2u32]"
    for n in range(2, 22):
        type_ = f"[{type_}; 2u32]"
        text += f"    cast r{n - 1} r{n - 1} into r{n} as {type_};\n"
    with pytest.raises(CheckFailure, match="most that a run holds"):
        circuit_of(load(text), "main")
    with pytest.raises(CheckFailure, match="no function"):
        circuit_of(load(text), "other")


def test_steps_have_the_limit_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.vm.limits.MAX_STEPS", 3)
    with pytest.raises(CheckFailure, match="steps"):
        circuit_of(load(SUMS), "main")
