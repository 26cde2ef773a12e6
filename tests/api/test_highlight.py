"""The Aleo lexer knows exactly the opcodes and types that the engine has."""

from __future__ import annotations

import pytest
from pygments.token import Error, Keyword, Number

from avm.api.highlight import ALEO_TYPES, AleoLexer, LeoLexer, aleo_statements, leo_keywords, leo_types
from avm.base.errors import ParseFailure
from avm.data import reserved
from avm.data.literal import Literal
from avm.isa.registry import ops
from avm.leo import ast, lexer
from avm.program import parser
from avm.types.literal_type import LiteralType


def kinds(text: str) -> list[tuple[object, str]]:
    return [(kind, value.strip()) for kind, value in AleoLexer().get_tokens(text) if value.strip()]


@pytest.mark.parametrize("mnemonic", sorted(ops()))
def test_every_opcode_is_a_keyword_as_a_whole(mnemonic: str) -> None:
    assert kinds(f"    {mnemonic} r0 into r1;")[0] == (Keyword, mnemonic)


def test_nothing_else_begins_a_statement() -> None:
    opcodes = set(ops())
    heads = {mnemonic.rsplit(".", n)[0] for mnemonic in opcodes for n in (1, 2)}
    tails = {f"{mnemonic}{tail}" for mnemonic in opcodes for tail in (".x", "x", ".native", ".raw", ".w")}
    strange = (heads | tails | lexer.KEYWORDS | reserved.KEYWORDS) - opcodes - parser.STATEMENTS
    for word in sorted(strange):
        assert (Keyword, word) not in kinds(f"    {word} r0 into r1;"), word
    assert set(aleo_statements()) == opcodes | parser.STATEMENTS


@pytest.mark.parametrize(
    "word", ["hash.psd2.native", "commit.bhp256.native", "add.x", "interface", "hash_many.bhp256"]
)
def test_what_is_no_opcode_is_no_keyword(word: str) -> None:
    assert word not in aleo_statements()
    assert (Keyword, word) not in kinds(f"    {word} r0 into r1;")


def test_types_are_those_of_the_engine() -> None:
    assert tuple(t.type_name for t in LiteralType) == ALEO_TYPES
    for name in ALEO_TYPES:
        assert (Keyword.Type, name) in kinds(f"    input r0 as {name}.public;")


@pytest.mark.parametrize("type_", list(LiteralType))
def test_leo_types_are_those_of_the_compiler(type_: LiteralType) -> None:
    name = type_.type_name
    shown = next(iter(LeoLexer().get_tokens(name)))
    assert (shown == (Keyword.Type, name)) == (name in ast.PRIMITIVE_TYPES)
    assert {*ast.PRIMITIVE_TYPES} <= {*leo_types()} and not {*leo_types()} & {*leo_keywords()}


@pytest.mark.parametrize("type_", list(LiteralType))
def test_suffixes_of_numbers_are_those_of_numbers(type_: LiteralType) -> None:
    name = type_.type_name
    for shown in (LeoLexer(), AleoLexer()):
        assert ((Number.Suffix, name) in shown.get_tokens(f"let x = 1{name};")) == type_.is_numeric
    if type_.is_numeric:
        assert str(Literal.parse(f"0{name}")) == f"0{name}"
    else:
        with pytest.raises(ParseFailure):
            Literal.parse(f"0{name}")


def test_every_mark_of_leo_has_a_colour() -> None:
    for mark in lexer.MARKS:
        ((kind, value),) = [t for t in LeoLexer().get_tokens(mark) if t[1] != "\n"]
        assert value == mark and kind not in Error


def test_nothing_of_a_program_is_an_error() -> None:
    text = "view v:\n    input r0 as identifier.public;\n    assert.eq r0 'abc';\n"
    text += "    output r0 as [u8; 2u32].public;\n"
    assert not [value for kind, value in kinds(text) if kind in Error]
