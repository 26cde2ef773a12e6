"""From source to a lossless tree plus complaints, for files, modules, single statements and expressions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from avm.base.deep import on_deep_stack
from avm.leo.budget import Budget
from avm.leo.cst import Node
from avm.leo.lexer import ERROR, LexError, lex
from avm.leo.parser.engine import NESTED_TOO_DEEPLY, ParseError, TooDeep
from avm.leo.parser.expressions import EXPR_CONTINUATION
from avm.leo.parser.items import ItemParser

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


def parse_file(source: str, budget: Budget | None = None) -> Parse:
    """A program or library file."""
    return _parse(source, ItemParser.parse_file_items, budget)


def parse_module(source: str, budget: Budget | None = None) -> Parse:
    """A module file: no imports, no program block."""
    return _parse(source, ItemParser.parse_module_items, budget)


def parse_expression(source: str, budget: Budget | None = None) -> Parse:
    """A single expression; anything after it is an error."""

    def rule(parser: ItemParser) -> None:
        parser.parse_expr()
        if not parser.at_eof and not parser.at(ERROR) and not parser.errors:
            parser.error_unexpected(EXPR_CONTINUATION)

    return _parse(source, rule, budget)


def parse_statement(source: str, budget: Budget | None = None) -> Parse:
    """A single statement; anything after it is an error."""

    def rule(parser: ItemParser) -> None:
        parser.parse_stmt()
        if not parser.at_eof and not parser.at(ERROR) and not parser.errors:
            parser.error_unexpected((*EXPR_CONTINUATION, "';'"))

    return _parse(source, rule, budget)


def _parse(source: str, rule: Callable[[ItemParser], object], budget: Budget | None) -> Parse:
    """What a rule makes of a source; OverBudget for one that is too large, Cancelled."""
    budget = budget or Budget()

    def work() -> Parse:
        tokens, lex_errors = lex(source, budget)
        parser = ItemParser(tokens, budget)
        with suppress(TooDeep):
            rule(parser)
        return Parse(parser.finish(), tuple(parser.errors), tuple(lex_errors))

    return on_deep_stack(work, budget.stop)
