"""Example values are values of their types, and never larger than a form can show."""

from __future__ import annotations

import pytest

from avm.account.account import LOCAL_SIGNER
from avm.base.errors import ParseFailure
from avm.data.scanner import Scanner
from avm.data.types import ArrayType, parse_plaintext_type
from avm.data.value import parse_value
from avm.isa.types import read_register_type
from avm.program import parse
from avm.program.check import register_types
from avm.program.examples import FORM_LITERALS, example_value
from avm.types.literal_type import LiteralType
from avm.vm import RunConfig, execute, load

DOUBLING = "program t.aleo;\n\nstruct s0:\n    a as u8;\n\n" + "".join(
    f"struct s{i}:\n    a as s{i - 1};\n    b as s{i - 1};\n\n" for i in range(1, 41)
)


@pytest.mark.parametrize(
    "type_",
    [
        "boolean",
        "address",
        "group",
        "field",
        "scalar",
        "u8",
        "i128",
        "identifier",
        "[u8; 3u32]",
        "s2",
        "[[s1; 2u32]; 2u32]",
    ],
)
def test_an_example_is_a_value_of_its_type(type_: str) -> None:
    source = (
        f"{DOUBLING}function main:\n    input r0 as {type_}.private;\n    output r0 as {type_}.private;\n"
    )
    program = parse(source)
    value = example_value(parse_plaintext_type(type_), program)
    assert register_types(program, program.functions["main"], {})
    assert execute(load(source), "main", [value], RunConfig(signer=LOCAL_SIGNER)).ok


@pytest.mark.parametrize(
    ("type_", "count"),
    [
        ("[[[u8; 512u32]; 512u32]; 512u32]", "134,217,728"),
        ("s40", "1,099,511,627,776"),
        ("[s40; 2048u32]", "2,251,799,813,685,248"),
    ],
)
def test_a_huge_value_is_named_by_its_size(type_: str, count: str) -> None:
    text = example_value(parse_plaintext_type(type_), parse(DOUBLING))
    assert count in text and len(text) < 80
    with pytest.raises(ParseFailure):
        parse_value(text)


def test_the_limit_is_the_one_that_is_named() -> None:
    program = parse(DOUBLING)
    most, more = (ArrayType(LiteralType.U8, FORM_LITERALS + extra) for extra in (0, 1))
    assert len(parse_value(example_value(most, program)).elements) == FORM_LITERALS
    assert example_value(more, program).startswith("/*")


@pytest.mark.parametrize(
    "type_", ["signature", "string", "t.record", "[signature; 2u32]", "nothing", "a.aleo/b"]
)
def test_what_cannot_be_made_up_has_no_example(type_: str) -> None:
    assert example_value(read_register_type(Scanner(type_)), parse(DOUBLING)) == ""
