"""From source to a lossless tree plus complaints, for files, modules, single statements and expressions."""

from __future__ import annotations

from dataclasses import dataclass

from avm.leo.lexer import ERROR, LexError, lex
from avm.leo.parser.engine import NESTED_TOO_DEEPLY, ParseError
from avm.leo.parser.expressions import EXPR_CONTINUATION
from avm.leo.parser.items import ItemParser
from avm.leo.tree import Node

__all__ = [
    "NESTED_TOO_DEEPLY",
    "Parse",
    "ParseError",
    "parse_expression",
    "parse_file",
    "parse_module",
    "parse_statement",
]


@dataclass(frozen=True, slots=True)
class Parse:
    """A tree that holds every character of the source, and what was wrong with it."""

    root: Node
    errors: tuple[ParseError, ...]
    lex_errors: tuple[LexError, ...]

    @property
    def is_ok(self) -> bool:
        return not self.errors and not self.lex_errors


def parse_file(source: str) -> Parse:
    """A program or library file."""
    parser, lex_errors = _open(source)
    parser.parse_file_items()
    return _close(parser, lex_errors)


def parse_module(source: str) -> Parse:
    """A module file: no imports, no program block."""
    parser, lex_errors = _open(source)
    parser.parse_module_items()
    return _close(parser, lex_errors)


def parse_expression(source: str) -> Parse:
    """A single expression; anything after it is an error."""
    parser, lex_errors = _open(source)
    parser.parse_expr()
    if not parser.at_eof and not parser.at(ERROR) and not parser.errors:
        parser.error_unexpected(EXPR_CONTINUATION)
    return _close(parser, lex_errors)


def parse_statement(source: str) -> Parse:
    """A single statement; anything after it is an error."""
    parser, lex_errors = _open(source)
    parser.parse_stmt()
    if not parser.at_eof and not parser.at(ERROR) and not parser.errors:
        parser.error_unexpected((*EXPR_CONTINUATION, "';'"))
    return _close(parser, lex_errors)


def _open(source: str) -> tuple[ItemParser, list[LexError]]:
    tokens, lex_errors = lex(source)
    return ItemParser(tokens), lex_errors


def _close(parser: ItemParser, lex_errors: list[LexError]) -> Parse:
    return Parse(parser.finish(), tuple(parser.errors), tuple(lex_errors))
