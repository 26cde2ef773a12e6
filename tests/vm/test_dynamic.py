"""Programs, functions, records and mappings named at run time."""

from __future__ import annotations

import pytest

from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.vm import RunConfig, Trace, execute, execute_future, execute_view, load

SIGNER = "aleo1rhgdu77hgyqd3xjj8ucu3jj9r2krwz6mnzyd80gncr5fxcwlh5rsvzp9px"
LIB = """program lib.aleo;
struct pt:
    x as u8;
record coin:
    owner as address.private;
    amount as u64.private;
    memo as field.public;
mapping seen:
    key as u8.public;
    value as u8.public;
mapping points:
    key as pt.public;
    value as u8.public;
closure hidden:
    input r0 as u64;
    add r0 r0 into r1;
    output r1 as u64;
function mint:
    input r0 as u64.private;
    cast self.signer r0 7field into r1 as coin.record;
    output r1 as coin.record;
function burn:
    input r0 as coin.record;
    output r0.amount as u64.private;
function mark:
    input r0 as u8.public;
    async mark r0 into r1;
    output r1 as lib.aleo/mark.future;
finalize mark:
    input r0 as u8.public;
    set r0 into seen[r0];
"""
MAIN = "import lib.aleo;\nprogram main.aleo;\nfunction main:\n    input r0 as u64.private;\n"
MINT = "    call.dynamic 'lib' 'aleo' 'mint' with r0 (as u64.private) into r1 (as dynamic.record);\n"


def run(body: str) -> Trace:
    env = load(MAIN + body, {"lib.aleo": LIB})
    return execute(env, "main", ["5u64"], RunConfig(signer=SIGNER))


def test_records_cross_a_dynamic_call_as_dynamic_records_and_back() -> None:
    trace = run(
        MINT + "    get.record.dynamic r1.amount into r2 as u64;\n"
        "    get.record.dynamic r1.memo into r3 as field.public;\n"
        "    call.dynamic 'lib' 'aleo' 'burn' with r1 (as dynamic.record) into r4 (as u64.private);\n"
        "    is.eq r1.owner self.signer into r5;\n    output r1 as dynamic.record;\n"
        "    output r2 as u64.public;\n    output r3 as field.public;\n    output r4 as u64.public;\n"
        "    output r5 as boolean.public;\n"
    )
    assert trace.ok and isinstance(trace.outputs[0].value, DynamicRecord)
    assert [str(o.value) for o in trace.outputs[1:]] == ["5u64", "7field", "5u64", "true"]


def test_a_record_is_cast_to_a_dynamic_record() -> None:
    trace = run(
        "    call lib.aleo/mint r0 into r1;\n    cast r1 into r2 as dynamic.record;\n"
        "    get.record.dynamic r2.amount into r3 as u64.private;\n    output r3 as u64.public;\n"
    )
    assert [str(o.value) for o in trace.outputs] == ["5u64"]


GIVEN = " with r0 (as u64.private)"
HALTS = {
    "there is no function": "    call.dynamic 'lib' 'aleo' 'nothing'" + GIVEN + ";\n",
    "there is no function 'other.aleo": "    call.dynamic 'other' 'aleo' 'mint'" + GIVEN + ";\n",
    "there is no function 'lib.aleo/hidden'": "    call.dynamic 'lib' 'aleo' 'hidden'" + GIVEN + ";\n",
    "does not end with .aleo": "    call.dynamic 'lib' 'other' 'mint'" + GIVEN + ";\n",
    "is not a name": "    call.dynamic 1field 'aleo' 'mint'" + GIVEN + ";\n",
    "takes 1 inputs": "    call.dynamic 'lib' 'aleo' 'mint' into r1 (as dynamic.record);\n",
    "returns 1 values": "    call.dynamic 'lib' 'aleo' 'mint'" + GIVEN + ";\n",
    "which is no u8": "    call.dynamic 'lib' 'aleo' 'mint'" + GIVEN + " into r1 (as u8.public);\n",
    "does not fit": "    call.dynamic 'lib' 'aleo' 'burn'" + GIVEN + " into r1 (as u64.public);\n",
    "has no entry 'price'": MINT + "    get.record.dynamic r1.price into r2 as u64;\n",
    "has no entry 'owner'": MINT + "    get.record.dynamic r1.owner into r2 as address;\n",
    "is no u8": MINT + "    get.record.dynamic r1.amount into r2 as u8;\n",
    "is private, not public": MINT + "    get.record.dynamic r1.amount into r2 as u64.public;\n",
}


@pytest.mark.parametrize(("message", "body"), HALTS.items(), ids=HALTS.keys())
def test_what_a_name_does_not_reach_halts(message: str, body: str) -> None:
    trace = run(body)
    assert trace.halt is not None and message in trace.halt.message


def test_a_name_ends_at_its_first_zero() -> None:
    number = int.from_bytes(b"lib\0rest", "little")
    assert run(MINT.replace("'lib'", f"{number}field")).ok


FUTURE = (
    "    cast.lossy r0 into r1 as u8;\n"
    "    call.dynamic 'lib' 'aleo' 'mark' with r1 (as u8.public) into r2 (as dynamic.future);\n"
    "    async main r1 r2 into r3;\n    output r3 as main.aleo/main.future;\nfinalize main:\n"
    "    input r0 as u8.public;\n    input r1 as dynamic.future;\n    await r1;\n"
    "    get.or_use.dynamic 'lib' 'aleo' 'seen'[r0] 0u8 into r2 as u8;\n    assert.eq r2 r0;\n"
)


def test_a_dynamic_future_is_awaited_as_the_future_that_it_stands_for() -> None:
    trace = run(FUTURE)
    assert trace.ok and [(o.kind, o.program) for o in trace.operations] == [("insert", "lib.aleo")]
    future = trace.outputs[0].value
    assert isinstance(future, Future) and isinstance(future.arguments[1], DynamicFuture)
    env = load(MAIN + FUTURE, {"lib.aleo": LIB})
    alone = execute_future(env, future, RunConfig(signer=SIGNER))
    assert alone.halt is not None and "dynamic future" in alone.halt.message
    known = [Future("lib.aleo", "mark", future.arguments[:1])]
    assert execute_future(env, future, RunConfig(signer=SIGNER), known).operations == trace.operations


SEEN = "'lib' 'aleo' 'seen'[r0]"
BOOLEAN = "\n    output r1 as boolean.public;\n"
VIEWS = {
    f"    contains.dynamic {SEEN} into r1;{BOOLEAN}": "false",
    f"    get.or_use.dynamic {SEEN} 9u8 into r1 as u8;\n    output r1 as u8.public;\n": "9u8",
    f"    get.dynamic {SEEN} into r1 as u8;\n    output r1 as u8.public;\n": "has no value",
    f"    get.or_use.dynamic {SEEN} 9u16 into r1 as u16;\n    output r1 as u16.public;\n": "of type u8",
    f"    contains.dynamic 'lib' 'aleo' 'none'[r0] into r1;{BOOLEAN}": "no mapping",
    f"    contains.dynamic 'lib' 'aleo' 'seen'[1u16] into r1;{BOOLEAN}": "of type u8",
}


@pytest.mark.parametrize(("body", "expected"), VIEWS.items(), ids=VIEWS.values())
def test_a_mapping_named_by_values_is_read_with_its_own_types(body: str, expected: str) -> None:
    env = load(f"{MAIN}view v:\n    input r0 as u8.public;\n{body}", {"lib.aleo": LIB})
    trace = execute_view(env, "v", ["3u8"], RunConfig())
    if trace.halt is None:
        assert [str(o.value) for o in trace.outputs] == [expected]
    else:
        assert expected in trace.halt.message
