"""Instructions: text in and out, types, registry."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.base.errors import ParseFailure
from avm.isa.instruction import parse_instruction
from avm.isa.op import Op
from avm.isa.operand import ContextOperand, Register
from avm.isa.registry import is_opcode, ops
from tests.data.strategies import names

CANONICAL = [
    "add r0 r1 into r2;",
    "add r0.x 5u8 into r12;",
    "assert.eq r0[3u32].name true;",
    "cast r0 r1 into r2 as [u8; 2u32];",
    "cast self.signer 5u64 into r1 as token.record;",
    "cast r0 into r1 as group.x;",
    "cast.lossy -1i8 into r0 as field;",
    "call sum r0 r1 into r2 r3;",
    "call lib.aleo/flip r0;",
    "async main r0 self.caller into r1;",
    "hash.bhp256 r0 into r1 as lib.aleo/point;",
    "hash.keccak256.native r0 into r1 as [boolean; 256u32];",
    "commit.bhp1024.raw r0 1scalar into r2 as address;",
    "serialize.bits r0  (u8) into r1 ([boolean; 34u32]);",
    "ternary true 1field 2field into r0;",
    "get balances[r0] into r1;",
    "get.or_use lib.aleo/balances[r0.owner] 0u64 into r1;",
    "contains m[1u8] into r1;",
    "set r1 into m[r0];",
    "remove m[r0];",
    "branch.eq r0 0u8 to end;",
    "position end;",
    "await r0;",
    "rand.chacha into r0 as boolean;",
    "rand.chacha r1 2u8 into r0 as group;",
    "call.dynamic r0 'aleo' 'sum' with r1 r2 (as u32.private dynamic.record) into r3 (as u32.private);",
    "call.dynamic r0 'aleo' 'sum';",
    "get.record.dynamic r0.balance into r1 as u64;",
    "get.or_use.dynamic r0 'aleo' 'm'[r1] 0u64 into r2 as u64;",
    "contains.dynamic r0 r1 r2[r3] into r4;",
    "snark.verify r0 1u8 r1 r2 into r3;",
    "assert.eq lib.aleo/edition edition;",
    "assert.neq lib.aleo/peek/checksum entry/checksum;",
    "assert.eq aleo::GENERATOR aleo::GENERATOR_POWERS[0u32];",
]


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_is_a_fixed_point(text: str) -> None:
    instruction = parse_instruction(text)
    assert str(instruction) == text
    assert parse_instruction(str(instruction)) == instruction


def test_whitespace_and_leading_zeros_do_not_matter() -> None:
    expected = parse_instruction("add r0 r1 into r2;")
    for text in ("/* c */ add  r0 r1\n\tinto \\\n r2 ; // c", "addr00 r01intor02;"):
        assert parse_instruction(text) == expected


@pytest.mark.parametrize("gap", range(1, 7))
@pytest.mark.parametrize("comment", ["/* c */", "// c\n"])
def test_a_comment_within_an_instruction_is_refused(gap: int, comment: str) -> None:
    words = ["add", "r0", "r1", "into", "r2", ";"]
    words.insert(gap, comment)
    if gap < 6:
        with pytest.raises(ParseFailure):
            parse_instruction(" ".join(words))
    else:
        assert parse_instruction(" ".join(words))


def test_the_generator_prints_as_its_x_coordinate() -> None:
    text = str(parse_instruction("double group::GEN into r0;"))
    assert text.startswith(
        "double 1540945439182663264862696551825005342995406165131907382295858612069623286213group"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nope r0 into r1;", "unknown instruction"),
        ("add r0 into r1;", "expected an operand"),
        ("add r0 r1 r2 into r3;", "expected 'into'"),
        ("add r0 r1 into r2.x;", "whole register"),
        ("add r0 r1 into r2", "expected ';'"),
        ("assert.eq r0 r0 into r1;", "expected ';'"),
        ("cast r0 into r1 as [u8; 0u32];", "1 to 2048"),
        ("cast r0 into r1 as [u8; 2049u32];", "1 to 2048"),
        ("add r18446744073709551616 r1 into r2;", "too large"),
        ("add r0[4294967296u32] r1 into r2;", "too large"),
        ("add r0 r1 /* c */ into r2;", "between statements"),
        ("add 1u8 // c\n r1 into r2;", "between statements"),
        ("output self.address;", "unknown instruction"),
        ("add 300u8 r1 into r2;", "300"),
        ("serialize.bits r0 (signature) into r1 ([boolean; 1034u32]);", "not of signature"),
        ("serialize.bits.raw r0 ([[string; 2u32]; 2u32]) into r1 ([boolean; 8u32]);", "not of [[string"),
        ("deserialize.bits r0 ([boolean; 9u32]) into r1 (pair);", "not of pair"),
        ("deserialize.bits.raw r0 ([u8; 8u32]) into r1 (u8);", "array of booleans"),
        ("serialize.bits.raw r0 (u8) into r1 ([[boolean; 4u32]; 2u32]);", "array of booleans"),
    ],
)
def test_a_broken_instruction_is_refused_at_its_place(text: str, words: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse_instruction(text)
    assert words in failure.value.message
    assert failure.value.place is not None and failure.value.message.startswith("instruction:1:")


@given(
    st.integers(0, 2**40),
    st.lists(st.one_of(st.integers(0, 2047), names), max_size=4),
)
def test_registers_with_access_paths_round_trip(locator: int, path: list[int | str]) -> None:
    register = Register(locator, tuple(path))
    found = parse_instruction(f"is.eq {register} {register} into r0;").operands[0]
    assert found == register


def test_surroundings_know_whom_they_ask() -> None:
    found = parse_instruction("assert.eq lib.aleo/program_owner program_owner;").operands
    assert found == (ContextOperand("program_owner", "lib.aleo"), ContextOperand("program_owner"))


def test_the_number_of_an_instruction_finds_it() -> None:
    assert ops()["add"].code == 2 and ops()["serialize.bits.raw"].code == 118
    assert ops()["get"].code is None


def test_instruction_names_are_reserved_and_command_names_are_not() -> None:
    assert is_opcode("add") and is_opcode("hash.bhp256") and not is_opcode("get")


def test_the_instruction_set_loads_without_kernels() -> None:
    code = "import sys, avm.isa.registry as r, avm.program, avm.vm; r.ops();"
    code += "print({'numba', 'galois'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("op", ops().values(), ids=lambda op: op.mnemonic)
def test_the_example_of_an_opcode_is_an_instruction_with_it(op: Op) -> None:
    found = parse_instruction(op.example)
    assert found.op is op and str(found) == op.example


@pytest.mark.parametrize(
    "text",
    [
        "commit.bhp256 r0 r1 into r2 as u8;",
        "hash.psd2 r0 into r1 as boolean;",
        "hash.keccak256.native r0 into r1 as identifier;",
        "rand.chacha into r0 as string;",
        "call.dynamic r0 r1 r2 with r3 (as dynamic.future);",
        "call.dynamic r0 r1 r2 with r3 (as u8.constant);",
        "call.dynamic r0 r1 r2 into r3 (as token.record);",
        "get.record.dynamic r0[1u32] into r1 as u8;",
        "get.record.dynamic r0.a.b into r1 as u8;",
    ],
)
def test_types_and_parts_that_an_opcode_never_has_are_no_text(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse_instruction(text)
