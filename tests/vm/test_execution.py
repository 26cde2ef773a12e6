"""Runs: values, frames, halts, storage, futures, records."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from avm.base.errors import AvmError, Cancelled, CheckFailure
from avm.base.progress import Cancel
from avm.base.sources import Source
from avm.base.span import Span
from avm.data.identifier import program_address
from avm.data.literal import Literal
from avm.data.record import Record
from avm.primitives.hash_to_curve import mul_generator
from avm.primitives.poseidon import hash_to_scalar
from avm.program import parse
from avm.types.literal_type import LiteralType
from avm.vm import (
    BlockContext,
    Deployment,
    MemoryStore,
    RunConfig,
    execute,
    execute_constructor,
    execute_future,
    execute_view,
    load,
)
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS, placed

SHARED = Path(__file__).resolve().parents[3] / "shared"
ADDRESS = Literal.parse(SIGNER)


def literal(text: str) -> Literal:
    return Literal.parse(text)


def test_a_run_leaves_every_step_with_what_it_read_and_wrote() -> None:
    trace = execute(load(SUMS), "main", ["2u32", "4u32"], RunConfig(signer=SIGNER))
    assert trace.ok and [str(o.value) for o in trace.outputs][:2] == ["30u32", "180u32"]
    assert [f.kind for f in trace.frames] == ["function", "closure", "closure"]
    call, add = trace.steps[0], trace.steps[1]
    assert (call.opcode, call.last, add.frame) == ("call", 2, 1)
    assert [(a.text, str(a.value)) for a in add.reads] == [("r0", "2u32"), ("r1", "4u32")]
    assert [(a.text, str(a.value)) for a in call.writes] == [("r2", "6u32"), ("r3", "24u32")]
    assert [s.index for s in trace.steps] == list(range(len(trace.steps)))


def test_a_halt_is_a_result_with_its_place_and_operands() -> None:
    span = Span(Source("main.leo"), 10, 15)
    program = placed(parse(SUMS), {("sum", 0): span})
    trace = execute(load(program, {}), "main", ["1u32", "4294967295u32"], RunConfig(signer=SIGNER))
    halt = trace.halt
    assert halt is not None and not trace.ok and trace.outputs == () and trace.operations == ()
    assert (halt.opcode, halt.step, halt.position, halt.span) == ("add", 1, 0, span)
    assert [str(a.value) for a in halt.operands] == ["1u32", "4294967295u32"]
    assert not trace.steps[0].done and trace.steps[0].last == 1


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (["1u32"], "takes 2 inputs"),
        (["1u64", "1u32"], "does not fit"),
        (["1u32", "{ x: 1u32 }"], "does not fit"),
        (["1u33", "1u32"], "u33"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: list[str], words: str) -> None:
    with pytest.raises(AvmError) as failure:
        execute(load(SUMS), "main", inputs, RunConfig(signer=SIGNER))
    assert words in failure.value.message


def test_a_number_without_its_type_is_refused_with_what_to_write() -> None:
    with pytest.raises(AvmError) as failure:
        execute(load(SUMS), "main", ["1u32", "7"], RunConfig(signer=SIGNER))
    assert "r1" in failure.value.message and failure.value.hint == "Write 7u32."


def test_an_unknown_function_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CheckFailure) as failure:
        execute(load(SUMS), "nope", [], RunConfig(signer=SIGNER))
    assert "main" in failure.value.hint


def test_finalize_code_runs_awaited_futures_and_collects_changes() -> None:
    store = MemoryStore({("bank.aleo", "balances", ADDRESS): literal("3u64")})
    env = load(BANK, {"lib.aleo": LIB})
    trace = execute(
        env, "deposit", ["4u64"], RunConfig(signer=SIGNER, store=store, block=BlockContext(height=9))
    )
    assert trace.halt is None
    kinds = [(o.kind, o.program, o.mapping, str(o.value), str(o.before)) for o in trace.operations]
    assert kinds == [
        ("insert", "lib.aleo", "seen", "1u64", "None"),
        ("update", "bank.aleo", "balances", "7u64", "3u64"),
    ]
    assert [(f.kind, f.program, f.depth) for f in trace.frames] == [
        ("function", "bank.aleo", 0),
        ("function", "lib.aleo", 1),
        ("finalize", "bank.aleo", 0),
        ("finalize", "lib.aleo", 1),
    ]
    assert store.get("bank.aleo", "balances", ADDRESS) == literal("3u64"), "the store is only read"
    store.apply(trace.operations)
    view = execute_view(env, "balance_of", [SIGNER], RunConfig(store=store))
    assert str(view.outputs[0].value) == "7u64"


def test_a_halt_in_finalize_keeps_the_outputs_and_drops_the_changes() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    trace = execute(env, "deposit", ["4u64"], RunConfig(signer=SIGNER, block=BlockContext(height=101)))
    assert trace.halt is not None and trace.halt.opcode == "assert.eq"
    assert trace.operations == () and len(trace.outputs) == 1


def test_branches_skip_code_forwards() -> None:
    store = MemoryStore({("bank.aleo", "balances", ADDRESS): literal("0u64")})
    trace = execute(load(BANK, {"lib.aleo": LIB}), "deposit", ["0u64"], RunConfig(signer=SIGNER, store=store))
    assert trace.ok and [o.kind for o in trace.operations] == ["insert", "remove"]
    assert not any(s.opcode == "set" and s.frame == 2 for s in trace.steps)


def test_a_future_runs_later_as_in_a_block() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    trace = execute(env, "deposit", ["4u64"], RunConfig(signer=SIGNER), finalize=False)
    assert trace.operations == ()
    later = execute_future(
        env, trace.outputs[-1].value, RunConfig(store=MemoryStore(), block=BlockContext(height=3))
    )
    assert [o.kind for o in later.operations] == ["insert", "insert"]


def test_the_constructor_sees_the_edition() -> None:
    trace = execute_constructor(load(BANK, {"lib.aleo": LIB}), RunConfig())
    assert trace.ok and trace.operations[0].key.value == program_address("bank.aleo")
    again = load(BANK, {"lib.aleo": LIB}, {"bank.aleo": Deployment(edition=1)})
    assert execute_constructor(again, RunConfig()).halt is not None


def test_the_caller_of_another_program_is_the_address_of_the_program() -> None:
    trace = execute(load(BANK, {"lib.aleo": LIB}), "ask", ["1u8"], RunConfig(signer=SIGNER))
    caller, signer = (o.value.value for o in trace.outputs)
    assert caller == program_address("bank.aleo") and signer == ADDRESS.value


def test_records_are_made_with_a_fresh_nonce_and_spent_by_their_owner() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    first, second = (
        execute(env, "mint", ["5u64"], RunConfig(signer=SIGNER)).outputs[0].value for _ in range(2)
    )
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.nonce != second.nonce and first.owner == ADDRESS.value and first.version == 1
    spent = execute(env, "burn", [first], RunConfig(signer=SIGNER))
    assert str(spent.outputs[0].value) == "5u64"
    with pytest.raises(CheckFailure, match="does not belong"):
        execute(env, "burn", [first], RunConfig(signer=program_address("lib.aleo")))


def test_the_nonce_of_a_record_is_of_the_view_key_of_its_transition() -> None:
    trace = execute(load(BANK, {"lib.aleo": LIB}), "mint", ["5u64"], RunConfig(signer=SIGNER))
    (output,), key = trace.outputs, trace.frames[0].transition_view_key
    assert isinstance(output.value, Record) and key is not None and output.register is not None
    assert output.value.nonce == mul_generator(hash_to_scalar(2, [key, output.register]))


def test_a_cancelled_run_stops() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        execute(load(SUMS), "main", ["1u32", "1u32"], RunConfig(signer=SIGNER, cancel=cancel))


def test_random_values_depend_on_block_and_register() -> None:
    text = (
        "program dice.aleo;\nfunction f:\nmapping m:\n    key as u8.public;\n"
        "    value as u128.public;\nconstructor:\n"
        "    rand.chacha into r0 as u128;\n    rand.chacha into r1 as u128;\n    set r0 into m[0u8];\n"
        "    set r1 into m[1u8];\n    rand.chacha 1u8 into r2 as group;\n    rand.chacha into r3 as scalar;\n"
    )
    env = load(text)
    runs = [
        execute_constructor(env, RunConfig(block=BlockContext(random_seed=bytes([n]) * 32)))
        for n in (0, 0, 1)
    ]
    values = [[str(o.value) for o in run.operations] for run in runs]
    assert values[0] == values[1] != values[2] and values[0][0] != values[0][1]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the vectors in ../shared")
def test_evaluations_of_the_vectors_are_those_of_the_virtual_machine() -> None:
    rows = [json.loads(line) for line in (SHARED / "vectors/evaluate.jsonl").read_text().splitlines()]
    for row in rows[::97]:
        try:
            env = load(row["program"], row.get("imports"))
            trace = execute(env, row["function"], row["inputs"], RunConfig(signer=SIGNER), finalize=False)
        except AvmError:
            assert row["result"] != "ok", row
            continue
        assert trace.ok == (row["result"] == "ok"), row
        if trace.ok:
            texts = [re.sub(r"_nonce: \d+", "_nonce", str(o.value)) for o in trace.outputs]
            assert texts == [re.sub(r"_nonce: \d+", "_nonce", text) for text in row["outputs"]]


def test_chacha_matches_the_published_block() -> None:
    from avm.isa.chacha import ChaCha20Rng, draw

    rng = ChaCha20Rng(bytes(32))
    words = [rng.next_u32() for _ in range(4)]
    assert b"".join(w.to_bytes(4, "little") for w in words).hex() == "76b8e0ada0f13d90405d6ae55386bd28"
    assert isinstance(draw(LiteralType.BOOLEAN, rng), bool) and -128 <= draw(LiteralType.I8, rng) < 128


def test_a_component_has_the_checksum_of_its_text() -> None:
    body = "view w:\n    add 1u8 1u8 into r0;\n    output r0 as u8.public;"
    digest = hashlib.sha3_256(body.encode()).digest()
    text = (
        f"program part.aleo;\nfunction f:\n{body}\nmapping m:\n    key as u8.public;\n"
        "    value as [u8; 32u32].public;\nconstructor:\n    set w/checksum into m[0u8];\n"
        "    set checksum into m[1u8];\n"
    )
    env = load(text)
    trace = execute_constructor(env, RunConfig())
    values = [operation.value for operation in trace.operations]
    assert [bytes(e.value for e in v.elements) for v in values] == [digest, env.program.checksum()]


def test_a_power_of_the_generator_that_does_not_exist_halts_where_it_is_read() -> None:
    text = "program p.aleo;\nfunction f:\n    double aleo::GENERATOR_POWERS[{}u32] into r0;\n"
    assert execute(load(text.format(250)), "f", [], RunConfig()).ok
    trace = execute(load(text.format(251)), "f", [], RunConfig())
    assert trace.halt is not None and "251" in trace.halt.message


def test_steps_go_on_in_the_caller_after_a_call_that_takes_none() -> None:
    nothing = "program nothing.aleo;\nfunction same:\n    input r0 as u8.public;\n"
    nothing += "    output r0 as u8.public;\n"
    asking = """import nothing.aleo;
program asking.aleo;
function twice:
    input r0 as u8.public;
    call nothing.aleo/same r0 into r1;
    call nothing.aleo/same r1 into r2;
    add r1 r2 into r3;
    output r3 as u8.public;
"""
    env = load(asking, {"nothing.aleo": nothing})
    trace = execute(env, "twice", ["3u8"], RunConfig())
    assert [(step.frame, step.opcode) for step in trace.steps] == [(0, "call"), (0, "call"), (0, "add")]
    assert [frame.call_step for frame in trace.frames] == [None, 0, 1]
