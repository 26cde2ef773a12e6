"""A statement that a stranger wrote is held against its program before anything is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.base.errors import AvmError, DecodeError, Halt, Unsupported
from avm.data.value import parse_value
from avm.program.model import Program
from avm.program.parser import parse
from avm.r1cs.system import ConstraintSystem
from avm.vm import RunConfig, execute, load
from avm.vm.public_values import _Order
from avm.vm.statement import Opened, PublicStatement, statement_of
from tests.vm.machine_programs import SIGNER

LIB = """program lib.aleo;
struct p:
    x as i8;
    y as u8;
function f:
    input r0 as i8.public;
    input r1 as p.public;
    input r2 as [u8; 2u32].public;
    output r0 as i8.public;
    output r1 as p.public;
    output r2 as [u8; 2u32].public;
function later:
    input r0 as u8.public;
    async later r0 into r1;
    output r1 as lib.aleo/later.future;
finalize later:
    input r0 as u8.public;
    assert.eq r0 r0;
"""
CALLER = """import lib.aleo;
program m.aleo;
function main:
    input r0 as i8.public;
    input r1 as u8.public;
    cast r0 r1 into r2 as lib.aleo/p;
    cast r1 r1 into r3 as [u8; 2u32];
    call lib.aleo/f r0 r2 r3 into r4 r5 r6;
    output r4 as i8.public;
function wait:
    input r0 as u8.public;
    call lib.aleo/later r0 into r1;
    async wait r1 into r2;
    output r2 as m.aleo/wait.future;
finalize wait:
    input r0 as lib.aleo/later.future;
    await r0;
"""


def _statement(function: str, inputs: list[str]) -> PublicStatement:
    imports: dict[str, Program] = {"lib.aleo": parse(LIB)}
    trace = execute(
        load(CALLER, {"lib.aleo": LIB}), function, inputs, RunConfig(signer=SIGNER), finalize=False
    )
    assert trace.halt is None
    return statement_of(parse(CALLER), imports, trace)


def _text(text: str) -> str:
    """A value as a statement writes it."""
    return str(parse_value(text))


TAKEN = ("-3i8", "{ x: -3i8, y: 9u8 }", "[ 9u8, 9u8 ]")


def test_the_values_of_an_honest_call_are_taken() -> None:
    statement = _statement("main", ["-3i8", "9u8"])
    values = tuple(_text(text) for text in TAKEN)
    assert statement.calls == ((values, values),)
    assert Opened(statement).columns()
    assert Opened(_statement("wait", ["9u8"])).columns()


@pytest.mark.parametrize("side", [0, 1], ids=["inputs", "outputs"])
@pytest.mark.parametrize("values", [TAKEN[:2], (*TAKEN, "1u8"), ()])
def test_a_call_with_a_value_too_few_or_too_many_is_refused(side: int, values: tuple[str, ...]) -> None:
    with pytest.raises(DecodeError, match=rf"call 0 of lib\.aleo/f: .*puts are 3, {len(values)} are given"):
        Opened(_called(side, values))


@pytest.mark.parametrize("side", [0, 1], ids=["inputs", "outputs"])
@pytest.mark.parametrize(
    "values",
    [
        ("253u8", *TAKEN[1:]),
        ("-3i8", "[ 253field, 9field ]", TAKEN[2]),
        ("-3i8", "{ x: -3i8, z: 9u8 }", TAKEN[2]),
        ("-3i8", "{ y: 9u8, x: -3i8 }", TAKEN[2]),
        ("-3i8", "{ x: -3i8, y: 9u16 }", TAKEN[2]),
        (*TAKEN[:2], "[ 9u8 ]"),
        (*TAKEN[:2], "{ a: 9u8, b: 9u8 }"),
        ("[ -3i8, -3i8 ]", "9u8", TAKEN[2]),
    ],
)
def test_values_of_a_call_of_other_types_than_those_called_are_refused(
    side: int, values: tuple[str, ...]
) -> None:
    with pytest.raises(AvmError, match=r"call 0 of lib\.aleo/f: .* does not fit"):
        Opened(_called(side, values))


def test_a_future_that_is_returned_is_held_against_its_finalize_block() -> None:
    statement = _statement("wait", ["9u8"])
    (taken, (future,)) = statement.calls[0]
    with pytest.raises(AvmError, match="does not fit"):
        Opened(replace(statement, calls=((taken, (future.replace("9u8", "9field"),)),)))


def _called(side: int, values: tuple[str, ...]) -> PublicStatement:
    statement = _statement("main", ["-3i8", "9u8"])
    call = list(statement.calls[0])
    call[side] = tuple(_text(text) for text in values)
    return replace(statement, calls=((call[0], call[1]),))


def _wide(inputs: int, type_: str) -> Opened:
    """A statement of a function with private inputs that it does not use."""
    text = "program w.aleo;\n\nfunction main:\n"
    text += "".join(f"    input r{n} as {type_}.private;\n" for n in range(inputs))
    text += "    assert.eq 1u8 1u8;\n"
    return Opened(PublicStatement("main", (str(parse(text)),), (None,) * inputs, (), None, ()))


def test_the_values_made_up_for_all_inputs_have_one_limit() -> None:
    with pytest.raises(Unsupported, match="too many literals"):
        _wide(2, "[[field; 512u32]; 128u32]").circuit(1 << 20, 1 << 20)


def test_no_more_literals_are_made_up_than_the_key_has_variables() -> None:
    with pytest.raises(Unsupported, match="too many literals"):
        _wide(1, "[field; 512u32]").circuit(1 << 20, 511)
    assert _wide(1, "[field; 512u32]").circuit(1 << 20, 512).num_private >= 512


def test_a_circuit_larger_than_its_key_ends_while_its_inputs_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    enforce = ConstraintSystem.enforce

    def counted(self: ConstraintSystem, *row: object) -> None:
        made.append(1)
        enforce(self, *row)  # type: ignore[arg-type]

    monkeypatch.setattr(ConstraintSystem, "enforce", counted)
    with pytest.raises(Halt, match=r"constraint limit \(57\)"):
        _wide(1, "[[u8; 512u32]; 64u32]").circuit(57, 1 << 20)
    assert len(made) < 70


def test_a_closure_is_looked_through_once_however_often_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "program c.aleo;\nclosure same:\n    input r0 as address;\n"
    text += "    is.eq r0 self.signer into r1;\n    output r1 as boolean;\n"
    text += "function main:\n    input r0 as address.private;\n"
    text += "".join(f"    call same r0 into r{n};\n" for n in range(1, 51))
    steps: list[int] = []
    step = _Order.step
    monkeypatch.setattr(_Order, "step", lambda self, at: (steps.append(at), step(self, at)))
    opened = Opened(PublicStatement("main", (str(parse(text)),), (None,), (), SIGNER, ()))
    assert len(opened.columns()) == 2 and len(steps) == 51 * 2
