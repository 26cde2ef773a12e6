"""Outline and completion of buffers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.api import language
from avm.isa.registry import ops

SOURCE = """\
program bank.aleo {
    mapping balances: address => u64;

    fn deposit(public amount: u64) -> Final {
        let doubled: u64 = amount + amount;
        return final { Mapping::set(balances, std::ctx::caller(), doubled); };
    }

    @noupgrade
    constructor() {}
}

struct Pair { left: u8, right: u8 }
"""


def test_the_outline_names_every_declaration_with_its_lines() -> None:
    found = [(i.name, i.kind, i.line, i.depth) for i in language.outline(SOURCE)]
    assert found == [
        ("bank", "program", 1, 0),
        ("balances", "mapping", 2, 1),
        ("deposit", "function", 4, 1),
        ("constructor", "constructor", 9, 1),
        ("Pair", "struct", 13, 0),
    ]


def test_names_of_the_buffer_come_before_keywords() -> None:
    offset = SOURCE.index("doubled);") + 1
    texts = [c.text for c in language.completions(SOURCE, offset)]
    assert texts[:2] == ["doubled", "deposit"]


def test_after_a_dot_come_the_methods_of_operators() -> None:
    at = SOURCE.index("amount + amount") + len("amount")
    text = SOURCE[:at] + ".add_w" + SOURCE[at:]
    assert "add_wrapped" in [c.text for c in language.completions(text, at + len(".add_w"))]
    assert "add_wrapped" not in [c.text for c in language.completions(SOURCE, at - 6)]


@pytest.mark.parametrize("language_name", ["leo", "aleo"])
@pytest.mark.parametrize(
    ("before", "quiet"),
    [
        ("// a", True),
        ("/* a\n b", True),
        ('"a', True),
        ("// a\na", False),
        ("/* a */ a", False),
        ('"// a" a', False),
        ('// "\na', False),
        ('"\na', False),
    ],
)
def test_nothing_is_offered_in_a_comment_or_a_string(language_name: str, before: str, quiet: bool) -> None:
    text = before + "\nadd r0 r1 into r2;"
    assert (language.completions(text, len(before), language_name) == ()) is quiet


def test_library_calls_are_those_of_the_compiler() -> None:
    found = {c.text for c in language.completions("", 0) if c.kind == "library"}
    assert {
        "Mapping::get_or_use",
        "Mapping::remove",
        "std::ctx::caller()",
        "std::ctx::block_height()",
    } <= found


def test_aleo_lines_begin_with_opcodes() -> None:
    text = "function main:\n    input r0 as u32.public;\n    ad"
    found = language.completions(text, len(text), "aleo")
    assert [c.text for c in found] == ["add", "add.w"]


def test_numbers_of_any_length_are_completed_around() -> None:
    text = "function main:\n    input r" + "9" * 5000 + " as u32.public;\n    ad"
    assert [c.text for c in language.completions(text, len(text), "aleo")] == ["add", "add.w"]


def test_a_text_beyond_the_limits_has_no_outline() -> None:
    text = "+ " * 600_000
    assert language.outline(text) == ()
    assert any(c.kind == "keyword" for c in language.completions(text, len(text)))


@given(st.text(max_size=120), st.data())
def test_broken_buffers_never_raise(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert all(item.line <= text.count("\n") + 1 for item in language.outline(text))
    assert all(found.text for found in language.completions(text, offset))


def test_an_opcode_is_offered_with_its_operands_and_what_it_does() -> None:
    (found,) = [c for c in language.completions("    ad", 6, "aleo") if c.text == "add"]
    op = ops()["add"]
    assert found.detail == op.form.usage() and found.help == f"{op.summary} Example: {op.example}"
    assert op.example == "add r0 r1 into r2;"
