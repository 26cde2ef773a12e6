"""From tree to AST: printed forms, spans, and the complaints of the parse stage in official words."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.base.diagnostics import Diagnostics
from avm.base.sources import Source
from avm.base.span import Span
from avm.conformance.leo import line_col
from avm.leo.ast import (
    BinaryExpression,
    Literal,
    NodeBuilder,
    UnaryExpression,
    as_u32,
    child_expressions,
    parse_integer,
)
from avm.leo.ast.printer import show
from avm.leo.ast_builder import module_key, read_expression, read_program, read_statement
from avm.leo.lexer import KEYWORDS
from avm.leo.messages import MESSAGES, diagnose

WORDS = sorted(KEYWORDS) + list("{}()[];:,.?@=+-*/<>") + ["::", "=>", "->", "..", "x", "1u8", "'a'", "\n"]
SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "leo-suite" / "parser.jsonl"


def expression(text: str) -> object:
    return read_expression(Source("x", text), NodeBuilder(), Diagnostics())


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c",
        "(a + b) * c",
        "a ? b : c",
        "x.add_wrapped(y)",
        "foo.aleo::bar::baz::[N](1u8, 2)",
        "Foo::[2u32] { a: 1u8, b, ..rest }",
        "[1u8, 2u8][0u32]",
        "[true; 4]",
        "(1u8, 2u8).0",
        "x as field",
        "_bhp256_hash_to_field(a)",
        "I@(target)::transfer(a, b)",
        "aleo1qnr4dkkvkgfqph0vzc3y6z2eu975wnpz2925ntjccd5cfqxtyu8s7pyjh9",
        "'name'",
        "none",
    ],
)
def test_an_expression_prints_as_written(text: str) -> None:
    assert show(expression(text)) == text


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_row_of_tokens_converts_or_is_reported(words: list[str]) -> None:
    text = f"program a.aleo {{ fn f() {{ {' '.join(words)}"
    found = Diagnostics()
    read_program(Source("x", text), (), NodeBuilder(), found)
    # Where the words themselves close both braces, the text may be a program.
    assert found.has_errors or text.count("}") >= text.count("{")


def test_long_chains_convert_and_print() -> None:
    text = " + ".join(["a"] * 400)
    assert show(expression(text)) == text


def test_a_minus_before_a_literal_is_part_of_it() -> None:
    literal = expression("-5i8")
    assert isinstance(literal, Literal) and literal.value == "-5"
    assert isinstance(expression("-x"), UnaryExpression)


def test_compound_assignment_becomes_an_assignment() -> None:
    statement = read_statement(Source("x", "a += 1u8;"), NodeBuilder(), Diagnostics())
    assert show(statement) == "a = a + 1u8"


def test_equality_of_nodes_ignores_ids_and_spans() -> None:
    left, right = expression("a + b"), expression("a   +   b")
    assert left == right and isinstance(left, BinaryExpression)
    assert [show(child) for child in child_expressions(left)] == ["a", "b"]


def test_numerals_of_any_radix_are_read() -> None:
    assert [parse_integer(t) for t in ("0x1F", "0b11", "0o17", "1_000", "-5", "x")] == [
        31,
        3,
        15,
        1000,
        -5,
        None,
    ]
    assert as_u32(Literal("Integer", "300")) == 300
    assert as_u32(Literal("Unsuffixed", "4294967296")) is None


def test_a_file_without_a_program_is_reported() -> None:
    found = Diagnostics()
    assert read_program(Source("x", "fn f() {}"), (), NodeBuilder(), found) is None
    assert [d.code for d in found] == ["EPAR0370027"]


def test_removed_context_access_names_its_replacement() -> None:
    found = Diagnostics()
    read_expression(Source("x", "self.caller"), NodeBuilder(), found)
    (item,) = found
    assert (item.code, item.help) == ("EPAR0370056", "Use `std::ctx::caller()` instead.")


def test_the_key_of_a_module_is_its_path() -> None:
    assert module_key("a/b.leo") == ("a", "b")


def test_places_are_lines_and_columns() -> None:
    source = Source("main.leo", "one\ntwo\n")
    assert line_col(Span(source, 5, 6)) == (2, 2)
    assert line_col(Span(source, 8, 8)) == (2, 5)


def test_every_message_has_a_code_of_its_area_and_well_formed_words() -> None:
    for name, message in MESSAGES.items():
        assert message.code[0] in "EW" and "037" in message.code, name
        blanks = dict.fromkeys(_blanks(message.text + message.help + message.note), "?")
        assert diagnose(name, None, **blanks).message


def _blanks(text: str) -> set[str]:
    from string import Formatter

    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.skipif(not SUITE.exists(), reason="the conformance data is not beside the repository")
def test_every_parser_case_of_the_suite_is_exact() -> None:
    from avm.conformance.leo import parse

    for line in SUITE.read_text().splitlines():
        case = json.loads(line)
        reply = parse(case)
        accepted = all(result["ok"] for result in reply["results"])
        assert accepted == (case["expect"]["kind"] == "ok"), case["id"]
        errors = [e for result in reply["results"] for e in result.get("errors", ())]
        mine = [(e["code"], e["message"], e.get("line"), e.get("col")) for e in errors]
        wanted = [(e["code"], e["message"], e["line"], e["col"]) for e in case["expect"]["errors"]]
        assert mine == wanted, case["id"]
