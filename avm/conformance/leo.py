"""Conformance answers about Leo: parsing, and single passes."""

from __future__ import annotations

from contextlib import suppress

from avm.base.deep import deeply
from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.base.json_value import JsonObject, JsonValue, items, members, text
from avm.leo.ast import Library, NodeBuilder, Program, Stub
from avm.leo.ast.printer import show
from avm.leo.ast_builder import (
    read_expression,
    read_library,
    read_module,
    read_program,
    read_statement,
)
from avm.leo.compilation import Compilation
from avm.leo.front import UnitSource, limits_reported, read_unit
from avm.leo.pipeline import PIPELINE, Recheck, Rejected, run_entries
from avm.leo.source import SourceMap


def diagnostic_data(diagnostic: Diagnostic, sources: SourceMap) -> JsonObject:
    """A diagnostic as the scorers want it: code, message, file, 1-based line and column, help, note."""
    data: dict[str, JsonValue] = {"code": diagnostic.code, "message": diagnostic.message}
    if diagnostic.span is not None and diagnostic.span.file in sources:
        data["file"], data["line"], data["col"] = sources.place(diagnostic.span)
    if diagnostic.help:
        data["help"] = diagnostic.help
    if diagnostic.note:
        data["note"] = diagnostic.note
    return data


def _parse_one(what: str, path: str, source: str, name: str) -> JsonObject:
    sources = SourceMap()
    key = sources.add(path, source)
    builder, found = NodeBuilder(), Diagnostics()
    tree: object = None
    with limits_reported(found):
        match what:
            case "program":
                tree = read_program(key, source, (), builder, found)
            case "expression":
                tree = read_expression(key, source, builder, found)
            case "statement":
                tree = read_statement(key, source, builder, found)
            case "module":
                tree = read_module(key, source, name, (), builder, found)
            case _:
                tree = read_library(key, source, name, (), builder, found)
    warnings = [diagnostic_data(item, sources) for item in found.warnings]
    if found.has_errors:
        errors = [diagnostic_data(item, sources) for item in found.errors]
        return {"ok": False, "errors": errors, "warnings": warnings}
    return {"ok": True, "text": show(tree), "warnings": warnings}


def parse(request: JsonObject) -> JsonObject:
    """`leo.parse`: each source on its own, as the kind of text that `settings.what` says."""
    settings = members(request.get("settings", {}))
    what, name = text(settings.get("what", "program")), text(settings.get("name", "test"))
    sources = map(members, items(request["sources"]))
    results = [_parse_one(what, text(s["path"]), text(s["source"]), name) for s in sources]
    return {"ok": True, "results": results}


def modules_of(source: JsonObject) -> tuple[tuple[str, str], ...]:
    """The path and the text of each module of a source."""
    modules = map(members, items(source.get("modules") or []))
    return tuple((text(m["path"]), text(m["source"])) for m in modules)


_ENTRIES = {
    entry.name: entry for stage in PIPELINE for entry in stage.entries if not isinstance(entry, Recheck)
}


def _pass_state(request: JsonObject) -> Compilation:
    """The parsed program with its libraries as stubs, without `std`."""
    texts, builder, found = SourceMap(), NodeBuilder(), Diagnostics()
    compilation = Compilation(Program({}, {}, {}, {}), texts, builder, found)
    stubs: dict[str, Stub] = {}
    for source in map(members, items(request["sources"])):
        kind, name = text(source.get("kind", "program")), text(source.get("name", ""))
        unit_source = UnitSource(kind, text(source["path"]), text(source["source"]), name, modules_of(source))
        unit = None
        with limits_reported(found):
            unit = read_unit(unit_source, texts, builder, found)
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
    warnings = [diagnostic_data(item, compilation.sources) for item in compilation.diagnostics.warnings]
    if compilation.diagnostics.has_errors:
        errors = [diagnostic_data(item, compilation.sources) for item in compilation.diagnostics.errors]
        return {"ok": False, "errors": errors, "warnings": warnings}
    return {"ok": True, "text": show(compilation.tree), "warnings": warnings}


HANDLERS = {"leo.parse": deeply(parse), "leo.pass": deeply(run_passes)}
