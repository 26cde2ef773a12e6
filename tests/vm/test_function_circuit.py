"""The circuit of a function is the network's: its key, its assignment, the names of its columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.account.keys import PrivateKey
from avm.base.errors import CheckFailure, Halt
from avm.data.identifier import program_address
from avm.data.request import sign_request
from avm.data.value import Value, parse_value
from avm.program.scope import Scope
from avm.varuna.indexer import circuit_shape
from avm.vm.circuit import Circuit
from avm.vm.environment import Environment, load
from avm.vm.function_circuit import FunctionCall, synthesize_function
from avm.vm.function_circuit_blank import blank_call, blank_circuit
from avm.vm.function_circuit_call import CallMade
from avm.vm.function_circuit_request import Caller
from avm.vm.translation_circuit import blank_translation

HELLO = """program hello.aleo;

function main:
    input r0 as u32.public;
    input r1 as u32.private;
    add r0 r1 into r2;
    output r2 as u32.private;

constructor:
    assert.eq true true;
"""
LIB = """program lib.aleo;

record coin:
    owner as address.private;
    amount as u64.private;

function make:
    input r0 as u64.private;
    cast self.signer r0 into r1 as coin.record;
    output r1 as coin.record;

function spend:
    input r0 as coin.record;
    output r0.amount as u64.public;

function twice:
    input r0 as u32.private;
    add r0 r0 into r1;
    output r1 as u32.public;
"""
USER = """import lib.aleo;

program user.aleo;

closure more:
    input r0 as u32;
    add r0 1u32 into r1;
    output r1 as u32;

function main:
    input r0 as u32.public;
    call more r0 into r1;
    call lib.aleo/twice r1 into r2;
    output r2 as u32.private;
"""
KEY = PrivateKey(5)


def call(env: Environment, function: str, *inputs: Value, made: CallMade | None = None) -> FunctionCall:
    """Return a call of a function of the main program from outside, with real values."""
    program, types = env.program, [item.type for item in env.program.functions[function].inputs]
    sums = program.checksum_field()
    request = sign_request(
        KEY,
        program.id,
        function,
        inputs,
        types,
        is_root=True,
        checksum=sums,
        nonce=2,  # type: ignore[arg-type]
    )
    blank = blank_call(Scope(program, program.functions[function], env.programs))
    caller = Caller(request.tvk, True, program_address(program.id))
    return FunctionCall(request, caller, (lambda *_: made) if made else blank.calls, blank.opened)


def circuit(env: Environment, given: FunctionCall, limit: int | None = None) -> Circuit:
    function = env.program.functions[given.request.function]
    return synthesize_function(env, Scope(env.program, function, env.programs), given, limit=limit)


@pytest.fixture(scope="module")
def hello() -> Circuit:
    env = load(HELLO)
    return circuit(env, call(env, "main", parse_value("3u32"), parse_value("4u32")))


def test_the_key_of_a_small_function_is_the_networks(hello: Circuit) -> None:
    cs = hello.system
    assert (cs.num_public, cs.num_private, cs.num_constraints) == (12, 12921, 12926)
    shape = circuit_shape(cs.matrices(), cs.num_variables)
    assert (shape.num_variables, cs.num_constants) == (16787, 3854)
    assert shape.circuit_id.hex() == "c791729eadf1846f97a96895421975199336b656c8dc52389fe625cb8fc41d3b"


def test_the_assignment_of_a_real_call_satisfies_it(hello: Circuit) -> None:
    assert hello.is_satisfied


def test_the_matrices_are_those_of_no_call(hello: Circuit) -> None:
    assert blank_circuit(load(HELLO), "main").system.digest() == hello.system.digest()


def test_every_public_column_has_its_name(hello: Circuit) -> None:
    names = [name for name, _ in hello.public_inputs]
    assert names == [
        *("program checksum", "tpk.x", "tpk.y", "tcm", "scm", "input 0 id", "input 1 id"),
        *("is root", "parent.x", "parent.y", "output 0 id"),
    ]


def test_what_each_part_adds_is_written_down(hello: Circuit) -> None:
    parts = hello.per_instruction
    assert sum(part.counts.constraints for part in parts) == hello.system.num_constraints
    assert sum(part.counts.constants for part in parts) == hello.system.num_constants
    assert {part.kind for part in parts} == {"request", "function", "response"}
    (add,) = (part for part in parts if part.kind == "function")
    assert add.text == "add r0 r1 into r2;" and add.counts.constraints == 33
    assert str(hello.system.label(add.first_row)).startswith("main: add r0 r1 into r2;")


def test_a_forged_request_is_refused() -> None:
    env = load(HELLO)
    given = call(env, "main", parse_value("3u32"), parse_value("4u32"))
    other = replace(given.caller, root_tvk=given.caller.root_tvk + 1)
    forged = replace(given, caller=other)
    assert not circuit(env, forged).is_satisfied
    stranger = replace(given, caller=replace(given.caller, is_root=False))
    assert not circuit(env, stranger).is_satisfied


def test_records_are_made_and_spent() -> None:
    env = load(LIB)
    made = circuit(env, call(env, "make", parse_value("5u64")))
    assert made.is_satisfied
    assert [name for name, _ in made.public_inputs][-3:] == [
        "output 0 commitment",
        "output 0 checksum",
        "output 0 sender",
    ]
    blank = blank_circuit(env, "spend")
    assert blank.is_satisfied
    assert [name for name, _ in blank.public_inputs][4:6] == ["input 0 serial number", "input 0 tag"]


def test_a_call_shows_the_ids_that_its_own_circuit_shows() -> None:
    env = load(USER, {"lib.aleo": LIB})
    root = call(env, "main", parse_value("3u32")).request
    types = [item.type for item in env.programs["lib.aleo"].functions["twice"].inputs]
    inner = sign_request(
        KEY,
        "lib.aleo",
        "twice",
        [parse_value("4u32")],
        types,
        is_root=False,
        root_tvk=root.tvk,
        nonce=3,  # type: ignore[arg-type]
    )
    outer = circuit(env, call(env, "main", parse_value("3u32"), made=CallMade(inner, (parse_value("8u32"),))))
    lib = load(LIB)
    caller = Caller(root.tvk, False, program_address("user.aleo"))
    blank = blank_call(Scope(lib.program, lib.program.functions["twice"], lib.programs))
    called = circuit(lib, FunctionCall(inner, caller, blank.calls, blank.opened))
    assert outer.is_satisfied and called.is_satisfied
    shown, own = dict(outer.public_inputs), dict(called.public_inputs)
    for name in ("tcm", "input 0 id", "output 0 id"):
        assert shown[f"lib.aleo/twice: {name}"] == own[name]
    wrong = CallMade(inner, (parse_value("9u32"),))
    assert dict(circuit(env, call(env, "main", parse_value("3u32"), made=wrong)).public_inputs) != shown


def test_a_translation_ties_a_record_to_its_dynamic_form() -> None:
    made = blank_translation(load(LIB), "coin")
    assert [name for name, _ in made.public_inputs] == [
        *("is to static", "is external", "function id", "translation index", "register index"),
        *("id", "dynamic id"),
    ]
    with pytest.raises(CheckFailure, match="no record 'none'"):
        blank_translation(load(LIB), "none")


def test_a_dynamic_record_and_a_call_by_name_have_circuits() -> None:
    text = """program dyn.aleo;

function main:
    input r0 as dynamic.record;
    input r1 as field.public;
    get.record.dynamic r0.memo into r2 as u8.{seen};
    call.dynamic r1 'aleo' 'go' with r2 (as u8.private) into r3 (as u8.private);
    output r3 as u8.private;
"""
    digests = set()
    for seen in ("constant", "public", "private"):
        made = blank_circuit(load(text.replace("{seen}", seen)), "main")
        digests.add(made.system.digest())
    assert len(digests) == 3, "a visibility that the program names is a constant of its circuit"
    shown = [name for name, _ in made.public_inputs if name.startswith("dynamic call")]
    assert [name.removeprefix("dynamic call: ") for name in shown] == [
        *("program", "network", "function", "function id", "tcm", "input 0 id", "output 0 id"),
    ]


def test_a_circuit_stops_at_its_limit() -> None:
    env = load(HELLO)
    with pytest.raises(Halt, match="constraint limit"):
        circuit(env, call(env, "main", parse_value("3u32"), parse_value("4u32")), limit=1000)
    with pytest.raises(CheckFailure, match="no function 'other'"):
        blank_circuit(env, "other")
