"""The bytes of programs: every instruction, operand and type reads back, and nothing else does."""

import pytest

from avm.base.codec import ByteReader
from avm.base.errors import AvmError, DecodeError
from avm.data.types import parse_value_type
from avm.isa.instruction import parse_instruction
from avm.isa.instruction_codec import COMMANDS, command_bytes, instruction_bytes, read_command
from avm.isa.operand import parse_operand
from avm.isa.operand_codec import operand_bytes, read_operand, read_varint, varint_bytes
from avm.isa.registry import ops
from avm.isa.type_codec import plaintext_type_bytes, read_plaintext_type, read_value_type, value_type_bytes
from avm.program.codec import KINDS, program_from_bytes, program_to_bytes
from avm.program.parser import parse
from tests.isa.test_instruction_text import CANONICAL

TEXT = """import lib.aleo;

program all.aleo;

struct pair:
    a as u8;
    b as [[lib.aleo/point; 2u32]; 3u32];

record note:
    owner as address.public;
    memo as field.constant;
    data as pair.private;

mapping totals:
    key as address.public;
    value as [pair; 4u32].public;

closure twice:
    input r0 as field;
    add r0 r0 into r1;
    output r1 as field;

function main:
    input r0 as note.record;
    input r1 as lib.aleo/coin.record;
    input r2 as field.constant;
    call twice r2 into r3;
    async main r2 into r4;
    output r3 as field.public;
    output r4 as all.aleo/main.future;

finalize main:
    input r0 as field.public;
    input r1 as lib.aleo/f.future;
    input r2 as dynamic.future;
    await r1;
    await r2;
    add.w 1u8 2u8 into r3;

view total:
    input r0 as address.public;
    get totals[r0] into r1;
    output r1 as [pair; 4u32].public;

constructor:
    assert.eq edition 0u16;
"""


def test_a_program_of_every_component_reads_back():
    program = parse(TEXT)
    data = program_to_bytes(program)
    assert {type(component) for component in program.components} == set(KINDS)
    assert program_from_bytes(data) == program
    assert str(program_from_bytes(data)) == str(program)


@pytest.mark.parametrize("text", CANONICAL)
def test_every_instruction_reads_back_and_no_shorter_one_does(text):
    instruction = parse_instruction(text)
    data = command_bytes(instruction)
    reader = ByteReader(data)
    assert read_command(reader) == instruction
    reader.finish()
    for end in range(len(data)):
        with pytest.raises(DecodeError):
            read_command(ByteReader(data[:end]))


@pytest.mark.parametrize("name", sorted(ops()))
def test_every_opcode_has_bytes_and_its_number(name):
    op = ops()[name]
    instruction = parse_instruction(op.example)
    assert instruction.op is op
    data = command_bytes(instruction)
    assert read_command(ByteReader(data)) == instruction
    number = data[0] if op.is_command else int.from_bytes(data[1:3], "little")
    assert number == (COMMANDS.index(name) if op.is_command else op.code)


def test_the_numbers_are_the_networks_without_a_gap():
    assert {name for name, op in ops().items() if op.is_command} == set(COMMANDS[1:])
    assert sorted(op.code for op in ops().values() if op.code is not None) == list(range(129))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("1u8", "00090001"),
        ("r0", "010000"),
        ("r300", "0100fd2c01"),
        ("r1.owner[2u32]", "0101010200" + "00056f776e6572" + "0102000000"),
        ("lib.aleo", "02036c696204616c656f"),
        ("self.signer", "03"),
        ("self.caller", "04"),
        ("block.height", "05"),
        ("network.id", "06"),
        ("checksum", "0700"),
        ("lib.aleo/edition", "0801036c696204616c656f"),
        ("program_owner", "0900"),
        ("block.timestamp", "0a"),
        ("aleo::GENERATOR", "0b"),
        ("aleo::GENERATOR_POWERS", "0c00"),
        ("aleo::GENERATOR_POWERS[3u32]", "0c0103000000"),
        ("f/checksum", "0d000166"),
        ("lib.aleo/f/checksum", "0d01036c696204616c656f0166"),
    ],
)
def test_an_operand_has_these_bytes(text, data):
    operand = parse_operand(text)
    assert operand_bytes(operand).hex() == data
    assert read_operand(ByteReader(bytes.fromhex(data))) == operand


@pytest.mark.parametrize("value", [0, 252, 253, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1])
def test_a_number_has_one_form(value):
    data = varint_bytes(value)
    assert read_varint(ByteReader(data)) == value
    for longer in (b"\xfd" + value.to_bytes(8, "little")[:2], b"\xff" + value.to_bytes(8, "little")):
        if len(longer) > len(data):
            with pytest.raises(DecodeError):
                read_varint(ByteReader(longer))


@pytest.mark.parametrize(
    "text",
    [
        "u8.constant",
        "[[pair; 2u32]; 3u32].public",
        "lib.aleo/point.private",
        "note.record",
        "lib.aleo/coin.record",
        "lib.aleo/f.future",
        "dynamic.record",
        "dynamic.future",
    ],
)
def test_a_type_reads_back(text):
    type_ = parse_value_type(text)
    assert read_value_type(ByteReader(value_type_bytes(type_))) == type_


def test_an_array_names_its_innermost_element_and_its_lengths_from_the_outside():
    type_ = parse_value_type("[[lib.aleo/point; 2u32]; 3u32].public").type
    data = plaintext_type_bytes(type_)
    assert data.hex() == "0202" + "036c696204616c656f" + "05706f696e74" + "02" + "03000000" + "02000000"
    with pytest.raises(DecodeError, match="dimensions"):
        read_plaintext_type(ByteReader(bytes([2, 0, 2, 0])))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\2",
        b"\1\1a\4aleo\0\0\0",
        b"\1\1a\4aleo\x41",
        b"\1\1a\4aleo\0\1\0\7",
        b"\1\1a\4aleo\0\1\0\5\0\0",
        b"\1\1a\4aleo\0\1\0\4\1f\0\0\xff\xff\xff\xff",
        b"\1\1a\4aleo\0\1\0\4\1f\x11\0",
    ],
)
def test_what_is_no_program_is_refused(data):
    with pytest.raises(DecodeError):
        program_from_bytes(data)


def test_a_program_that_breaks_a_rule_of_its_text_is_refused():
    data = program_to_bytes(parse("program a.aleo;\n\nfunction f:\n\nfunction g:\n"))
    with pytest.raises(DecodeError, match="rule"):
        program_from_bytes(data.replace(b"\1g", b"\1f"))
    with pytest.raises(DecodeError, match="left over"):
        program_from_bytes(data + b"\0")


def test_a_cast_counts_255_and_more_operands_in_three_bytes():
    cast = parse_instruction(f"cast {'r0 ' * 255}into r1 as [u8; 255u32];")
    data = instruction_bytes(cast)
    assert data[2:5] == b"\xff\xff\0"
    short = parse_instruction("cast r0 into r1 as [u8; 1u32];")
    with pytest.raises(AvmError, match="shortest"):
        read_command(
            ByteReader(b"\0" + instruction_bytes(short)[:2] + b"\xff\1\0" + instruction_bytes(short)[3:])
        )
