"""Tokens of Leo: every character kept, kinds, and what cannot be read."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from avm.leo.lexer import TRIVIA, friendly_name, is_keyword, lex


def kinds(source: str) -> list[str]:
    return [token.kind for token in lex(source)[0] if token.kind not in TRIVIA][:-1]


@given(st.text())
def test_tokens_joined_are_the_source(source: str) -> None:
    tokens, _ = lex(source)
    assert "".join(token.text for token in tokens) == source
    assert all(a.end == b.start for a, b in pairwise(tokens))


def test_keywords_and_marks_are_their_own_kind() -> None:
    assert kinds("let x: u8 = 1u8 ..= 2;") == [
        "let",
        "IDENT",
        ":",
        "u8",
        "=",
        "INTEGER",
        "..=",
        "INTEGER",
        ";",
    ]


def test_longest_mark_wins() -> None:
    assert kinds("a **= b ** c * d") == ["IDENT", "**=", "IDENT", "**", "IDENT", "*", "IDENT"]


def test_an_address_is_not_an_identifier_that_begins_like_one() -> None:
    assert kinds("aleo1abc aleo1_x Aleo1") == ["ADDRESS_LIT", "IDENT", "IDENT"]


def test_group_paths_are_one_token() -> None:
    assert kinds("group::GEN group :: x") == ["IDENT", "group", "::", "IDENT"]


def test_block_comments_do_not_nest() -> None:
    tokens, errors = lex("/* a /* b */ c")
    assert [t.kind for t in tokens] == ["COMMENT_BLOCK", "WHITESPACE", "IDENT", "EOF"]
    assert not errors


def test_an_open_comment_is_reported_at_its_start() -> None:
    _, errors = lex("x /* never closed")
    assert [(e.start, e.end, e.content) for e in errors] == [(2, 4, "/* never c")]


def test_a_digit_its_radix_lacks_is_reported() -> None:
    _, errors = lex("0b102u8")
    assert [(e.kind, e.digit, e.radix, e.content) for e in errors] == [("digit", "2", 2, "0b102")]


def test_bidirectional_overrides_are_rejected_even_in_comments() -> None:
    _, errors = lex("// safe \u202e evil")
    assert [e.kind for e in errors] == ["bidi"]


def test_names_of_tokens_for_people() -> None:
    assert friendly_name("let") == "'let'"
    assert friendly_name("IDENT") == "an identifier"
    assert is_keyword("final") and not is_keyword("finalize")
