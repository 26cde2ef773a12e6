"""The Aleo lexer knows exactly the opcodes and types that the engine has."""

from __future__ import annotations

import pytest
from pygments.token import Error, Keyword

from avm.api.highlight import ALEO_TYPES, AleoLexer, aleo_statements
from avm.isa.registry import ops
from avm.types.literal_type import LiteralType


def kinds(text: str) -> list[tuple[object, str]]:
    return [(kind, value.strip()) for kind, value in AleoLexer().get_tokens(text) if value.strip()]


@pytest.mark.parametrize("mnemonic", sorted(ops()))
def test_every_opcode_is_a_keyword_as_a_whole(mnemonic: str) -> None:
    assert kinds(f"    {mnemonic} r0 into r1;")[0] == (Keyword, mnemonic)


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


def test_nothing_of_a_program_is_an_error() -> None:
    text = "view v:\n    input r0 as identifier.public;\n    assert.eq r0 'abc';\n"
    text += "    output r0 as [u8; 2u32].public;\n"
    assert not [value for kind, value in kinds(text) if kind in Error]
