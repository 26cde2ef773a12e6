"""Identifiers in a circuit: the size of every use as in official keys, and only names satisfy it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.base.errors import DecodeError, Halt
from avm.data.circuit_values import inject
from avm.data.literal import Literal
from avm.isa.instruction import parse_instruction
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import new_bits
from avm.types.casts import cast, cast_lossy
from avm.types.identifier import IdentifierVar, identifier_from_field, identifier_to_field
from avm.types.literal_type import LiteralType as T

SAMPLES = {"identifier": "'abc'", "u8": "97u8", "i16": "97i16", "scalar": "97scalar"}

# What an instruction adds to the header of an official key: constraints, entries of A, B and C, variables.
SIZES = {
    ("u8", "cast r0 into r1 as identifier;"): (22, 35, 32, 19, 15),
    ("i16", "cast r0 into r1 as identifier;"): (40, 66, 61, 34, 27),
    ("scalar", "cast r0 into r1 as identifier;"): (1069, 1895, 1575, 1140, 880),
    ("identifier", "cast r0 into r1 as field;"): (0, 0, 0, 0, 0),
    ("identifier", "cast r0 into r1 as u64;"): (65, 376, 65, 64, 64),
    ("identifier", "cast r0 into r1 as u128;"): (129, 504, 129, 128, 128),
    ("identifier", "cast r0 into r1 as scalar;"): (247, 363, 363, 363, 247),
    ("identifier", "cast r0 into r1 as identifier;"): (0, 0, 0, 0, 0),
    ("identifier", "is.eq r0 'abc' into r1;"): (2, 498, 3, 1, 2),
    ("identifier", "assert.eq r0 'abc';"): (3, 500, 4, 2, 2),
    ("identifier", "assert.neq r0 'b';"): (3, 499, 4, 2, 2),
    ("identifier", "serialize.bits r0 (identifier) into r1 ([boolean; 274u32]);"): (0, 0, 0, 0, 0),
}


def size(cs: ConstraintSystem) -> list[int]:
    matrices = cs.matrices()
    entries = [sum(len(row) for row in matrix) for matrix in (matrices.a, matrices.b, matrices.c)]
    return [cs.num_constraints, *entries, cs.num_public + cs.num_private]


@pytest.mark.parametrize(("source", "text"), SIZES)
def test_an_instruction_has_the_size_it_has_in_official_keys(source: str, text: str) -> None:
    cs = ConstraintSystem()
    register = inject(cs, Mode.PRIVATE, Literal.parse(SAMPLES[source]))
    before = size(cs)
    instruction = parse_instruction(text)
    operands = [
        inject(cs, Mode.CONSTANT, operand) if isinstance(operand, Literal) else register.clone()
        for operand in instruction.operands
    ]
    instruction.op.synthesize(cs, operands, instruction, None)  # type: ignore[arg-type]
    assert [after - b for after, b in zip(size(cs), before, strict=True)] == list(SIZES[source, text])
    assert cs.is_satisfied


def test_an_injected_name_has_809_constraints() -> None:
    cs = ConstraintSystem()
    var = IdentifierVar.new(cs, Mode.PRIVATE, "transfer_public")
    counts = cs.counts()
    assert (counts.private, counts.constraints) == (623, 809)
    assert var.value == "transfer_public" and cs.is_satisfied and not var.is_constant


@given(st.one_of(st.binary(min_size=31, max_size=31), st.from_regex(rb"[A-Za-z0-9_\0]{31}", fullmatch=True)))
def test_exactly_the_bytes_of_names_satisfy_the_circuit(data: bytes) -> None:
    number = int.from_bytes(data, "little")
    try:
        identifier_from_field(number)
        is_name = True
    except DecodeError:
        is_name = False
    cs = ConstraintSystem()
    IdentifierVar.from_bits_le(cs, new_bits(cs, Mode.PRIVATE, number, 248))
    assert cs.is_satisfied == is_name


@pytest.mark.parametrize("byte", range(256))
@pytest.mark.parametrize("place", [0, 1])
def test_each_byte_is_judged_as_its_value_is(byte: int, place: int) -> None:
    data = bytes([byte]) if place == 0 else bytes([ord("a"), byte])
    number = int.from_bytes(data, "little")
    cs = ConstraintSystem()
    IdentifierVar.from_bits_le(cs, new_bits(cs, Mode.PRIVATE, number, 253))
    letter = chr(byte).isascii() and (
        chr(byte).isalpha() or (place == 1 and (chr(byte).isalnum() or byte in (0, 95)))
    )
    assert cs.is_satisfied == letter


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True))
def test_a_name_is_the_little_endian_number_of_its_letters(name: str) -> None:
    number = identifier_to_field(name)
    assert identifier_from_field(number) == name
    assert cast(name, T.IDENTIFIER, T.FIELD) == number
    assert cast(number, T.FIELD, T.IDENTIFIER) == name


@pytest.mark.parametrize("target", list(T), ids=lambda t: t.type_name)
def test_nothing_is_cast_lossily_from_or_to_a_name(target: T) -> None:
    with pytest.raises(Halt):
        cast_lossy("abc", T.IDENTIFIER, target, lambda x: (0, 1))
    with pytest.raises(Halt):
        cast_lossy(97, T.FIELD, T.IDENTIFIER, lambda x: (0, 1))
