"""The lossless parser: a tree for any text, recovery, precedence, speed."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from avm.leo.cst import Node
from avm.leo.lexer import KEYWORDS
from avm.leo.parser import parse_expression, parse_file, parse_module, parse_statement

PROGRAM = """import credits.aleo;
program demo.aleo {
    mapping total: address => u64;
    record token { owner: address, amount: u64, }

    fn main(public a: u32, b: u32) -> (u32, Final) {
        let c: u32 = a + b * 2u32;
        if c > 3u32 { assert(c != 4u32); } else if c == 0u32 { c += 1u32; } else { }
        for i: u32 in 0u32..4u32 { c = c.add_wrapped(i); }
        return (c, final { total.set(std::ctx::caller(), 1u64); });
    }
    @noupgrade
    constructor() {}
}
"""
_WORDS = sorted(KEYWORDS) + list("{}()[];:,.?@=+-*/<>") + ["::", "=>", "->", "..", "x", "1u8", "'a'", "\n"]


def below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.nodes():
        yield from below(child)


def kinds(node: Node) -> set[str]:
    return {n.kind for n in below(node)}


@given(st.text(max_size=200))
def test_any_text_gives_a_tree_that_holds_it(source: str) -> None:
    for parse in (parse_file, parse_module, parse_expression, parse_statement):
        assert parse(source).root.text == source


@settings(max_examples=200)
@given(st.lists(st.sampled_from(_WORDS), max_size=60))
def test_any_row_of_tokens_gives_a_tree_that_holds_it(words: list[str]) -> None:
    source = " ".join(words)
    assert parse_file(source).root.text == source
    assert parse_file(f"program a.aleo {{ fn f() {{ {source}").root.text.endswith(source)


def test_a_whole_program_parses() -> None:
    parse = parse_file(PROGRAM)
    assert parse.is_ok
    assert {"IMPORT", "MAPPING_DEF", "RECORD_DEF", "FUNCTION_DEF", "CONSTRUCTOR_DEF", "FINAL_EXPR"} <= kinds(
        parse.root
    )


def test_a_broken_statement_leaves_the_next_one_whole() -> None:
    parse = parse_file("program a.aleo { fn f() { let a = 1u8 2; let b: u8 = 1u8; } }")
    assert not parse.is_ok
    lets = [n.text.strip() for n in below(parse.root) if n.kind == "LET_STMT"]
    assert lets[-1] == "let b: u8 = 1u8;"


def test_an_open_brace_is_reported_at_the_end() -> None:
    parse = parse_file("program a.aleo { fn f() {")
    assert [e.message for e in parse.errors] == ["expected '}'"]


def test_power_binds_tighter_than_product_and_nests_rightwards() -> None:
    root = parse_expression("a * b ** c ** d").root
    product = next(root.nodes())
    power = list(product.nodes())[1]
    assert power.text.strip() == "b ** c ** d"
    assert [n.text.strip() for n in power.nodes()] == ["b", "c ** d"]


def test_comparisons_do_not_chain() -> None:
    parse = parse_expression("a == b == c")
    assert parse.errors[0].expected == ("'&&'", "'||'", "'?'")


def test_a_condition_is_no_struct() -> None:
    assert parse_statement("if a { b(); }").is_ok


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    for text in ("(" * 5000, "-" * 5000, "[" * 5000, "{" * 5000, "let x: " + "[" * 5000, "a ? " * 5000):
        parse = parse_statement(text)
        assert not parse.is_ok
        assert parse.root.text == text


def test_a_long_else_if_chain_is_not_deep() -> None:
    text = "if a { }" + " else if b { }" * 2000
    assert parse_statement(text).is_ok


def test_three_hundred_lines_parse_without_loss() -> None:
    function = PROGRAM[PROGRAM.index("    fn main") : PROGRAM.index("    @noupgrade")]
    text = "program demo.aleo {\n" + function * 50 + "}\n"
    assert text.count("\n") >= 300
    parse = parse_file(text)
    assert parse.is_ok and parse.root.text == text
