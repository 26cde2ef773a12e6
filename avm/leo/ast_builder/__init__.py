"""From source text to AST plus diagnostics: the parser's complaints in official words, then conversion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from avm.base.deep import deeply
from avm.base.diagnostics import MOST, Diagnostic, Diagnostics
from avm.base.errors import DecodeError
from avm.base.sources import Source
from avm.base.span import SourceId, Span
from avm.leo.ast import Expression, Library, Module, NodeBuilder, Program, Statement
from avm.leo.ast_builder.base import find_node
from avm.leo.ast_builder.items import FileAbandoned, ItemReader
from avm.leo.ast_builder.statements import STATEMENT_KINDS
from avm.leo.budget import Budget, OverBudget, too_deep
from avm.leo.cst import EXPRESSION_KINDS
from avm.leo.lexer import LexError, is_keyword
from avm.leo.messages import diagnose
from avm.leo.parser import (
    NESTED_TOO_DEEPLY,
    Parse,
    ParseError,
    parse_expression,
    parse_file,
    parse_module,
    parse_statement,
)
from avm.leo.parses import Parses

__all__ = [
    "ModuleSource",
    "module_key",
    "read_expression",
    "read_library",
    "read_module",
    "read_program",
    "read_statement",
]

MAX_REPORTED = 10

ModuleSource = tuple[str, Source]
"""The path that names a module, its text."""


@lru_cache(maxsize=4096)
def is_address(text: str) -> bool:
    """Whether an address literal is an address, or the name of a program."""
    if ".aleo" in text:
        return True
    from avm.account.address import parse_address

    try:
        parse_address(text)
    except DecodeError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_signature(text: str) -> bool:
    """Whether a word that begins with `sign1` is a signature."""
    from avm.account.signature import Signature

    try:
        Signature.parse(text)
    except DecodeError:
        return False
    return True


def _parsed(source: Source, parse: Callable[[str, Budget], Parse], builder: NodeBuilder) -> Parse:
    """The tree of a source; OverBudget, placed in it."""
    try:
        return parse(source.text, builder.budget)
    except OverBudget as error:
        raise error.within(source) from None


def report_parse(parse: Parse, source: Source, diagnostics: Diagnostics) -> None:
    """The complaints of lexer and parser: one per place, at most ten of the parser's."""
    for lex_error in parse.lex_errors[: MOST + 1]:
        diagnostics.add(_lex_diagnostic(lex_error, source))
    seen: set[tuple[int, int]] = set()
    end = len(source.text)
    lex_starts = [e.start for e in parse.lex_errors]  # in order, and none overlaps the next
    for error in parse.errors:
        if len(seen) >= MAX_REPORTED:
            return
        at_end = error.start == error.end == end
        last = bisect_left(lex_starts, error.end)
        if (
            (error.start, error.end) in seen
            or (parse.lex_errors and at_end)
            or (last and error.start < parse.lex_errors[last - 1].end)
        ):
            continue
        seen.add((error.start, error.end))
        diagnostics.add(_parse_diagnostic(error, source, at_end))


def _lex_diagnostic(error: LexError, source: SourceId) -> Diagnostic:
    span = Span(source, error.start, error.end)
    if error.kind == "digit":
        return diagnose(
            "wrong_digit_for_radix_span", span, digit=error.digit, radix=error.radix, token=error.content
        )
    if error.kind == "bidi":
        return diagnose("lexer_bidi_override_span", span)
    return diagnose("could_not_lex_span", span, input=error.content)


def _parse_diagnostic(error: ParseError, source: SourceId, at_end: bool) -> Diagnostic:
    span = Span(source, error.start, error.end)
    if at_end or error.found in ("", "end of file"):
        return diagnose("unexpected_eof", span)
    if error.found is not None and error.expected:
        return diagnose("unexpected", span, found=error.found, expected=", ".join(error.expected))
    return diagnose("custom", span, msg=error.message)


def _reader(parse: Parse, source: Source, builder: NodeBuilder, diagnostics: Diagnostics) -> ItemReader:
    for error in parse.errors:
        if error.message == NESTED_TOO_DEEPLY:  # what is left of the tree would only mislead
            raise too_deep(Span(source, error.start, error.end))
    report_parse(parse, source, diagnostics)
    return ItemReader(source, builder, diagnostics, not parse.is_ok, is_address, is_signature)


@deeply
def read_expression(source: Source, builder: NodeBuilder, diagnostics: Diagnostics) -> Expression:
    """A single expression."""
    parse = _parsed(source, parse_expression, builder)
    reader = _reader(parse, source, builder, diagnostics)
    node = find_node(parse.root, EXPRESSION_KINDS)
    return reader.error_expression(reader.content(parse.root)) if node is None else reader.expression(node)


@deeply
def read_statement(source: Source, builder: NodeBuilder, diagnostics: Diagnostics) -> Statement:
    """A single statement."""
    parse = _parsed(source, parse_statement, builder)
    reader = _reader(parse, source, builder, diagnostics)
    return reader.statement(find_node(parse.root, STATEMENT_KINDS) or parse.root)


@deeply
def read_module(
    source: Source,
    unit: str,
    path: tuple[str, ...],
    builder: NodeBuilder,
    diagnostics: Diagnostics,
    parses: Parses | None = None,
) -> Module:
    """A module of the program or library `unit`; `parses` are trees known already."""
    parse = _parsed(source, parse_module if parses is None else parses.module, builder)
    return _reader(parse, source, builder, diagnostics).module(parse.root, unit, path)


def module_key(path: str) -> tuple[str, ...]:
    """`a/b.leo` names the module `a::b`."""
    parts = PurePosixPath(path).parts
    return (*parts[:-1], PurePosixPath(path).stem)


def _modules(
    unit: str,
    modules: Sequence[ModuleSource],
    builder: NodeBuilder,
    diagnostics: Diagnostics,
    parses: Parses | None,
) -> dict[tuple[str, ...], Module] | None:
    """The modules by path; None when one is named like a keyword."""
    result: dict[tuple[str, ...], Module] = {}
    for path, source in modules:
        parse = _parsed(source, parse_module if parses is None else parses.module, builder)
        reader = _reader(parse, source, builder, diagnostics)
        key = module_key(path)
        for part in key:
            if is_keyword(part):
                diagnostics.add(
                    diagnose("keyword_used_as_module_name", module_name="::".join(key), keyword=part)
                )
                return None
        result[key] = reader.module(parse.root, unit, key)
    return result


@deeply
def read_program(
    source: Source,
    modules: Sequence[ModuleSource],
    builder: NodeBuilder,
    diagnostics: Diagnostics,
    parses: Parses | None = None,
) -> Program | None:
    """A program with its modules; None when the file does not hold one, with a diagnostic saying why."""
    parse = _parsed(source, parse_file if parses is None else parses.file, builder)
    try:
        program = _reader(parse, source, builder, diagnostics).program(parse.root)
    except FileAbandoned:
        return None
    read = _modules(program.scope.name, modules, builder, diagnostics, parses)
    if read is None:
        return None
    return Program(read, program.imports, {}, program.program_scopes)


@deeply
def read_library(
    source: Source,
    name: str,
    modules: Sequence[ModuleSource],
    builder: NodeBuilder,
    diagnostics: Diagnostics,
    parses: Parses | None = None,
) -> Library | None:
    """A library with its modules; None when a module is named like a keyword."""
    parse = _parsed(source, parse_file if parses is None else parses.file, builder)
    library = _reader(parse, source, builder, diagnostics).library(parse.root, name)
    read = _modules(name, modules, builder, diagnostics, parses)
    if read is None:
        return None
    return Library(name, read, library.consts, library.composites, library.functions, library.interfaces)
