"""Values, types, instructions and programs are read by one scanner and one grammar of types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from avm.base.errors import ParseFailure
from avm.data.types import ArrayType, parse_plaintext_type, parse_value_type
from avm.data.value import parse_value
from avm.isa.instruction import parse_instruction
from avm.program import parse
from avm.types.literal_type import LiteralType

LENGTHS = {"1_0u32": 10, "00_3u32": 3, "2048u32": 2048, "0u32": 0, "_1u32": 0, "1u8": 0, "2_049u32": 0}
READERS: dict[str, Callable[[str], object]] = {
    "a type": parse_plaintext_type,
    "an input": lambda text: parse_value_type(f"{text}.public"),
    "a cast": lambda text: parse_instruction(f"cast r0 into r1 as {text};"),
    "the bits of": lambda text: parse_instruction(f"serialize.bits r0 ({text}) into r1 ([boolean; 8u32]);"),
    "a member": lambda text: parse(f"program a.aleo;\nstruct s:\n    a as {text};\n"),
}
UNSAFE = ["\u202e", "\u2066", "\x00", "\x08", "\x7f"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("length", LENGTHS)
def test_the_length_of_an_array_is_read_alike_everywhere(reader: str, length: str) -> None:
    text = f"[u8; {length}]"
    if LENGTHS[length]:
        READERS[reader](text)
        assert parse_plaintext_type(text) == ArrayType(LiteralType.U8, LENGTHS[length])
    else:
        with pytest.raises(ParseFailure):
            READERS[reader](text)


@pytest.mark.parametrize("letter", UNSAFE, ids=ascii)
@pytest.mark.parametrize("comment", ["// {}\n", "/* {} */"])
def test_characters_that_no_comment_may_hold_are_refused_everywhere(letter: str, comment: str) -> None:
    for kept in ("x", letter):
        note = comment.format(kept)
        for read, text in (
            (parse_value, f"{{ {note} a: 1u8 }}"),
            (parse_instruction, f"{note} add r0 r1 into r2;"),
            (parse, f"program a.aleo;\n{note}struct s:\n    a as u8;\n"),
        ):
            if kept == "x":
                read(text)
                continue
            with pytest.raises(ParseFailure, match="not allowed"):
                read(text)
