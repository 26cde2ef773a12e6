"""Conformance answers about Leo: parsing, and single passes."""

from __future__ import annotations

from typing import Any

from avm.base.deep import deeply
from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.leo.ast import Library, NodeBuilder, Program, Stub
from avm.leo.ast.printer import show
from avm.leo.ast_builder import (
    read_expression,
    read_library,
    read_module,
    read_program,
    read_statement,
)
from avm.leo.front import UnitSource, limits_reported, read_unit
from avm.leo.passes.check_globals import collect_items, collect_variables
from avm.leo.passes.check_interfaces import check_interfaces
from avm.leo.passes.check_paths import resolve_paths
from avm.leo.passes.check_types import check_types
from avm.leo.source import SourceMap
from avm.leo.state import CompilerState

Reply = dict[str, Any]


def diagnostic_data(diagnostic: Diagnostic, sources: SourceMap) -> dict[str, Any]:
    """A diagnostic as the scorers want it: code, message, file, 1-based line and column, help, note."""
    data: dict[str, Any] = {"code": diagnostic.code, "message": diagnostic.message}
    if diagnostic.span is not None and diagnostic.span.file in sources:
        data["file"], data["line"], data["col"] = sources.place(diagnostic.span)
    if diagnostic.help:
        data["help"] = diagnostic.help
    if diagnostic.note:
        data["note"] = diagnostic.note
    return data


def _parse_one(what: str, path: str, source: str, name: str) -> Reply:
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


def parse(request: dict[str, Any]) -> Reply:
    """`leo.parse`: each source on its own, as the kind of text that `settings.what` says."""
    settings = request.get("settings", {})
    what = settings.get("what", "program")
    name = settings.get("name", "test")
    return {
        "ok": True,
        "results": [_parse_one(what, s["path"], s["source"], name) for s in request["sources"]],
    }


_CHECKS = {
    "GlobalVarsCollection": collect_variables,
    "PathResolution": resolve_paths,
    "GlobalItemsCollection": collect_items,
    "CheckInterfaces": check_interfaces,
    "TypeChecking": check_types,
}


def _pass_state(request: dict[str, Any]) -> CompilerState:
    """The parsed program with its libraries as stubs, without `std`."""
    texts, builder, found = SourceMap(), NodeBuilder(), Diagnostics()
    state = CompilerState(Program({}, {}, {}, {}), texts, builder, found)
    stubs: dict[str, Stub] = {}
    for source in request["sources"]:
        modules = tuple((m["path"], m["source"]) for m in source.get("modules", ()))
        unit_source = UnitSource(
            source.get("kind", "program"), source["path"], source["source"], source.get("name", ""), modules
        )
        unit = None
        with limits_reported(found):
            unit = read_unit(unit_source, texts, builder, found)
        if isinstance(unit, Library):
            stubs[unit.name] = Stub(unit)
        elif isinstance(unit, Program):
            own = frozenset([unit.scope.name])
            seen = {name: Stub(stub.body, own) for name, stub in stubs.items()}
            state.ast = Program(unit.modules, unit.imports, seen, unit.program_scopes)
    return state


def run_passes(request: dict[str, Any]) -> Reply:
    """`leo.pass`: the listed checking passes in order, then the printed AST."""
    names = request["settings"]["passes"]
    if any(name not in _CHECKS for name in names):
        return {"ok": False, "unsupported": True}
    state = _pass_state(request)
    for name in names:
        if state.diagnostics.has_errors:
            break
        with limits_reported(state.diagnostics):
            _CHECKS[name](state)
    warnings = [diagnostic_data(item, state.sources) for item in state.diagnostics.warnings]
    if state.diagnostics.has_errors:
        errors = [diagnostic_data(item, state.sources) for item in state.diagnostics.errors]
        return {"ok": False, "errors": errors, "warnings": warnings}
    return {"ok": True, "text": show(state.ast), "warnings": warnings}


HANDLERS = {"leo.parse": deeply(parse), "leo.pass": deeply(run_passes)}
