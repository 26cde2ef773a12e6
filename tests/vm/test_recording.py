"""A run keeps its registers and where it was; everything else about its steps is found again from these."""

from __future__ import annotations

import tracemalloc

import pytest

from avm.algebra import edwards
from avm.base.progress import Cancel
from avm.data.literal import Literal
from avm.program.model import Program
from avm.program.parser import parse
from avm.vm import MemoryStore, RunConfig, execute, load
from avm.vm.recording import Recording
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS

HEAD = "program t.aleo;\n\n"
MAIN = HEAD + "function main:\n    input r0 as u64.public;\n"


def straight(count: int) -> Program:
    return parse(MAIN + "".join(f"    add.w r{i} {i}u64 into r{i + 1};\n" for i in range(count)))


class Looks(Cancel):
    """Counts how often it is asked, and keeps the progress that it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.told: list[int] = []

    def check(self) -> None:
        self.asked += 1

    def stage(self, name: str, detail: str = "") -> None:
        raise AssertionError("a run has no stages")

    def step(self, done: int, total: int) -> None:
        self.told.append(done)


def bank() -> Recording:
    store = MemoryStore({("bank.aleo", "balances", Literal.parse(SIGNER)): Literal.parse("3u64")})
    config = RunConfig(signer=SIGNER, store=store)
    return execute(load(BANK, {"lib.aleo": LIB}), "deposit", ["4u64"], config).steps


def test_steps_are_the_same_by_index_by_slice_and_one_after_another() -> None:
    steps = bank()
    listed = list(steps)
    assert len(listed) == len(steps) > 12 and [s.index for s in listed] == list(range(len(steps)))
    assert [steps[i] for i in range(len(steps))] == listed
    assert steps[-1] == listed[-1] and list(steps[3:9:2]) == listed[3:9:2]
    with pytest.raises(IndexError):
        steps[len(steps)]


def test_stretches_cover_every_step_once_and_can_be_cut() -> None:
    steps = bank()
    places = [(f, p + i - start) for f, start, end, p in steps.stretches() for i in range(start, end)]
    assert places == [steps.place(i) for i in range(len(steps))] == [(s.frame, s.position) for s in steps]
    for first in range(len(steps)):
        for end in range(first, len(steps) + 1):
            cut = [(f, p + i - a) for f, a, b, p in steps.stretches(first, end) for i in range(a, b)]
            assert cut == places[first:end]


def test_a_jump_leaves_out_what_it_jumps_over_and_ends_at_its_label() -> None:
    steps = bank()
    opcodes = [s.opcode for s in steps if s.frame == 2]
    branch = opcodes.index("branch.neq")
    assert opcodes[branch : branch + 3] == ["branch.neq", "position", "set"] and "remove" not in opcodes


JUMPED = (
    HEAD + "function main:\n    input r0 as u8.public;\n    async main r0 into r1;\n"
    "    output r1 as t.aleo/main.future;\n\nfinalize main:\n    input r0 as u8.public;\n"
    "    branch.eq r0 1u8 to end;\n    add r0 1u8 into r1;\n    position end;\n"
)


@pytest.mark.parametrize("reader", ["add r1 r0 into r2;", "assert.neq r1 0u8;"])
def test_reading_a_register_that_was_jumped_over_halts(reader: str) -> None:
    env = load(f"{JUMPED}    {reader}\n")
    assert execute(env, "main", ["2u8"], RunConfig(signer=SIGNER)).ok
    trace = execute(env, "main", ["1u8"], RunConfig(signer=SIGNER))
    assert trace.halt is not None and "jumped over" in trace.halt.message
    assert trace.steps[-1].text == reader and not trace.steps[-1].done
    assert trace.halt.operands == trace.steps[-1].reads == ()


def test_the_second_run_in_an_environment_prepares_nothing() -> None:
    env, counts = load(straight(100)), []
    for _ in range(2):
        looks = Looks()
        execute(env, "main", ["1u64"], RunConfig(signer=SIGNER, cancel=looks))
        counts.append(looks.asked)
    assert counts == [200, 100], "each instruction is prepared once and run twice"


def test_progress_is_told_along_a_run() -> None:
    looks = Looks()
    execute(load(straight(600)), "main", ["1u64"], RunConfig(signer=SIGNER, progress=looks))
    assert looks.told == [0, 256, 512]


def test_a_step_takes_little_more_memory_than_the_value_it_writes() -> None:
    env = load(straight(2000))
    execute(env, "main", ["1u64"], RunConfig(signer=SIGNER))
    tracemalloc.start()
    trace = execute(env, "main", ["18446744073709551615u64"], RunConfig(signer=SIGNER))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(trace.steps) == 2000 and used < 2000 * 128


def test_the_view_key_of_a_transition_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    multiply = edwards.mul
    monkeypatch.setattr(edwards, "mul", lambda point, scalar: (made.append(1), multiply(point, scalar))[1])
    trace = execute(load(SUMS), "main", ["2u32", "4u32"], RunConfig(signer=SIGNER))
    frame = trace.frames[0]
    assert made == [] and frame.transition_view_key == frame.transition_view_key is not None and made == [1]
    assert [f.transition_view_key for f in trace.frames[1:]] == [None, None]
