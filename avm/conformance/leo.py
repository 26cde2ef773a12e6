"""Conformance answers about Leo: parsing, and single passes."""

from __future__ import annotations

from contextlib import suppress

from avm.base.deep import deeply
from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.base.json_value import JsonObject, JsonValue, items, members, text
from avm.base.sources import NOWHERE, Source, source_of
from avm.base.span import Span
from avm.leo.ast import Library, NodeBuilder, Program, Stub
from avm.leo.ast.printer import show
from avm.leo.ast_builder import (
    ModuleSource,
    read_expression,
    read_library,
    read_module,
    read_program,
    read_statement,
)
from avm.leo.compilation import Compilation
from avm.leo.front import UnitSource, limits_reported, read_unit
from avm.leo.pipeline import PIPELINE, Recheck, Rejected, run_entries


def diagnostic_data(diagnostic: Diagnostic) -> JsonObject:
    """A diagnostic as the scorers want it: code, message, file, 1-based line and column, help, note."""
    data: dict[str, JsonValue] = {"code": diagnostic.code, "message": diagnostic.message}
    if diagnostic.span is not None and diagnostic.span.source is not NOWHERE:
        data["file"] = source_of(diagnostic.span.source).path
        data["line"], data["col"] = line_col(diagnostic.span)
    if diagnostic.help:
        data["help"] = diagnostic.help
    if diagnostic.note:
        data["note"] = diagnostic.note
    return data


def line_col(span: Span) -> tuple[int, int]:
    """Line and column (both 1-based) of a span's start.

    The end of a text with a final newline counts as its last line, two past that line's last character.
    """
    source = source_of(span.source)
    if span.start >= len(source.text) and source.text.endswith("\n"):
        line, col = source.lines.line_col(len(source.text) - 1)
        return line, col + 1
    return source.lines.line_col(span.start)


def _parse_one(what: str, source: Source, name: str) -> JsonObject:
    builder, found = NodeBuilder(), Diagnostics()
    tree: object = None
    with limits_reported(found):
        match what:
            case "program":
                tree = read_program(source, (), builder, found)
            case "expression":
                tree = read_expression(source, builder, found)
            case "statement":
                tree = read_statement(source, builder, found)
            case "module":
                tree = read_module(source, name, (), builder, found)
            case _:
                tree = read_library(source, name, (), builder, found)
    warnings = [diagnostic_data(item) for item in found.warnings]
    if found.has_errors:
        errors = [diagnostic_data(item) for item in found.errors]
        return {"ok": False, "errors": errors, "warnings": warnings}
    return {"ok": True, "text": show(tree), "warnings": warnings}


def parse(request: JsonObject) -> JsonObject:
    """`leo.parse`: each source on its own, as the kind of text that `settings.what` says."""
    settings = members(request.get("settings", {}))
    what, name = text(settings.get("what", "program")), text(settings.get("name", "test"))
    sources = map(members, items(request["sources"]))
    return {"ok": True, "results": [_parse_one(what, source_from(s), name) for s in sources]}


def source_from(data: JsonObject) -> Source:
    """A source, or a module of one."""
    return Source(text(data.get("path") or ""), text(data["source"]))


def modules_of(source: JsonObject) -> tuple[ModuleSource, ...]:
    """The modules of a source, each with the path that names it."""
    modules = [source_from(members(m)) for m in items(source.get("modules") or [])]
    return tuple((m.path, m) for m in modules)


_ENTRIES = {
    entry.name: entry for stage in PIPELINE for entry in stage.entries if not isinstance(entry, Recheck)
}


def _pass_state(request: JsonObject) -> Compilation:
    """The parsed program with its libraries as stubs, without `std`."""
    builder, found = NodeBuilder(), Diagnostics()
    compilation = Compilation(Program({}, {}, {}, {}), builder, found)
    stubs: dict[str, Stub] = {}
    for source in map(members, items(request["sources"])):
        kind, name = text(source.get("kind", "program")), text(source.get("name", ""))
        unit_source = UnitSource(kind, source_from(source), name, modules_of(source))
        unit = None
        with limits_reported(found):
            unit = read_unit(unit_source, builder, found)
        if isinstance(unit, Library):
            stubs[unit.name] = Stub(unit)
        elif isinstance(unit, Program):
            own = frozenset([unit.scope.name])
            seen = {name: Stub(stub.body, own) for name, stub in stubs.items()}
            compilation.tree = Program(unit.modules, unit.imports, seen, unit.program_scopes)
    return compilation


def run_passes(request: JsonObject) -> JsonObject:
    """`leo.pass`: the listed passes in order, then the printed AST."""
    names = [text(name) for name in items(members(request["settings"])["passes"])]
    if any(name not in _ENTRIES for name in names):
        return {"ok": False, "unsupported": True}
    compilation = _pass_state(request)
    with suppress(Rejected), limits_reported(compilation.diagnostics):
        run_entries([_ENTRIES[name] for name in names], compilation)
    warnings = [diagnostic_data(item) for item in compilation.diagnostics.warnings]
    if compilation.diagnostics.has_errors:
        errors = [diagnostic_data(item) for item in compilation.diagnostics.errors]
        return {"ok": False, "errors": errors, "warnings": warnings}
    return {"ok": True, "text": show(compilation.tree), "warnings": warnings}


HANDLERS = {"leo.parse": deeply(parse), "leo.pass": deeply(run_passes)}
