"""The debugger: state at a step, moves both ways, breakpoints, slices."""

from __future__ import annotations

import pytest

from avm.base.sources import Source
from avm.base.span import SourceLine, Span
from avm.data.literal import Literal
from avm.program import parse
from avm.vm import MemoryStore, RunConfig, execute, load
from avm.vm.debugger import Debugger
from avm.vm.state import Mark, StackEntry
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS, placed

LEO = Source("m.leo", "line one\nline two\nline three\n")
COMPILED = placed(
    parse(SUMS),
    {
        ("main", 0): Span(LEO, 0, 4),
        ("sum", 0): Span(LEO, 9, 12),
        ("sum", 1): Span(LEO, 9, 12),
        ("main", 2): Span(LEO, 18, 20),
    },
)


@pytest.fixture
def sums() -> Debugger:
    env = load(COMPILED, {})
    trace = execute(env, "main", ["2u32", "4u32"], RunConfig(signer=SIGNER))
    return Debugger(trace, env)


@pytest.fixture
def bank() -> Debugger:
    env = load(BANK, {"lib.aleo": LIB})
    store = MemoryStore({("bank.aleo", "balances", Literal.parse(SIGNER)): Literal.parse("3u64")})
    return Debugger(execute(env, "deposit", ["4u64"], RunConfig(signer=SIGNER, store=store)), env)


def test_the_state_shows_frames_and_registers_as_they_were(sums: Debugger) -> None:
    start = sums.at(0).stack[0]
    assert [(r.name, r.text) for r in start.registers] == [("r0", "2u32"), ("r1", "4u32")]
    inside = sums.at(2)
    assert [e.frame.name for e in inside.stack] == ["main", "sum"]
    added = inside.stack[1].registers[2]
    assert (added.name, added.text, added.step, added.type) == ("r2", "6u32", 1, "u32")
    assert len(inside.stack[0].registers) == 2, "the call has not returned"


def marked(entry: StackEntry, mark: Mark) -> list[str]:
    names = [*(r.name for r in entry.registers), *(name for name, _ in entry.coming)]
    return [name for place, name in enumerate(names) if mark in entry.marks.get(place, ())]


def test_a_register_is_marked_by_the_step_just_done_and_the_one_about_to_run(sums: Debugger) -> None:
    start, inside, after = sums.at(0).stack[0], sums.at(2).stack, sums.at(3).stack[0]
    assert marked(start, "read") == ["r0", "r1"] and marked(start, "next") == ["r2", "r3"]
    assert marked(inside[1], "written") == ["r2"] and not inside[0].marks, "the caller waits"
    assert marked(after, "written") == ["r2", "r3"], "though the steps of the call lie between"
    assert not any(entry.marks for entry in sums.at(sums.end).stack if entry.frame.end_step < sums.end)


def test_steps_go_into_over_and_out_and_back(sums: Debugger) -> None:
    assert (sums.into(0), sums.over(0), sums.out(1)) == (1, 3, 3)
    assert (sums.back_into(3), sums.back_over(3), sums.back_out(2)) == (2, 0, 0)
    assert sums.over(sums.end) == sums.end and sums.back_into(0) == 0
    assert sums.back_over(5) == 4 and sums.back_over(4) == 3, "back over stays in the closure, then leaves it"


def test_every_move_stays_inside_and_makes_progress(sums: Debugger) -> None:
    for position in range(sums.end):
        assert position < sums.into(position) <= sums.end
        assert position < sums.over(position) <= sums.end
        assert position < sums.out(position) <= sums.end
        if position:
            assert 0 <= sums.back_over(position) < position
            assert 0 <= sums.back_out(position) <= position


def test_breakpoints_stop_where_a_line_is_entered(sums: Debugger) -> None:
    line = SourceLine(LEO, 2)
    assert sums.forward(0, {line}) == 1
    assert sums.forward(1, {line}) == 4, "the same line of the same frame is entered once"
    assert sums.backward(4, {line}) == 1
    assert sums.first_stop({line}) == 1 and sums.first_stop({SourceLine(Source("n.leo"), 2)}) is None
    assert sums.run_to_line(0, SourceLine(LEO, 3)) == 6
    assert sums.run_to_line(1, line) == 2 and sums.run_to_line(7, line) == 7, "a line that does not come"
    assert sums.forward(0) == sums.end and sums.backward(5) == 0


def test_composite_values_are_on_the_heap_once(sums: Debugger) -> None:
    state = sums.at(sums.end)
    (thing,) = state.heap
    assert (thing.type, thing.names) == ("pt", (("main", "r6"),))
    assert [(p.name, p.text) for p in thing.parts] == [("x", "30u32"), ("y", "5field")]
    register = next(r for r in state.stack[0].registers if r.name == "r6")
    assert register.heap == thing.id


def test_a_run_that_halted_ends_at_its_instruction() -> None:
    env = load(SUMS)
    trace = execute(env, "main", ["1u32", "4294967295u32"], RunConfig(signer=SIGNER))
    debugger = Debugger(trace, env)
    assert debugger.end == 1 == debugger.forward(0)
    state = debugger.at(debugger.end)
    assert marked(state.stack[-1], "read") == ["r0", "r1"] and marked(state.stack[-1], "next") == ["r2"]


def test_mappings_change_step_by_step(bank: Debugger) -> None:
    def balance(position: int) -> tuple[str, int]:
        state = next(m for m in bank.at(position).mappings if m.mapping == "balances")
        return str(state.entries[0][1]), len(state.changed)

    step = next(s.index for s in bank.trace.steps if s.opcode == "set" and s.frame == 2)
    assert balance(0) == ("3u64", 0)
    assert balance(step) == ("3u64", 0)
    assert balance(step + 1) == ("7u64", 1)
    assert balance(bank.end)[0] == "7u64"


def test_a_slice_leads_back_to_the_inputs(sums: Debugger) -> None:
    found = sums.slice(sums.end, 8, frame=0)
    opcodes = [sums.trace.steps[i].opcode for i in found.steps]
    assert found.inputs == ("main r1", "main r0") or set(found.inputs) == {"main r0", "main r1"}
    assert "ternary" in opcodes and "add" in opcodes and "assert.neq" not in opcodes
    short = sums.slice(2, 2, frame=1)
    assert [sums.trace.steps[i].text for i in short.steps] == [
        "call sum r0 r1 into r2 r3;",
        "add r0 r1 into r2;",
    ]


def test_a_slice_goes_through_futures_and_storage(bank: Debugger) -> None:
    found = bank.slice(bank.end, 4, frame=2)
    assert any(text.startswith("bank.aleo/balances[") for text in found.inputs)
    assert "deposit r0" in found.inputs
    assert "async" in [bank.trace.steps[i].opcode for i in found.steps]
