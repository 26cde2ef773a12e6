"""Conformance answers about Leo: parsing."""

from __future__ import annotations

from typing import Any

from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.leo.ast import NodeBuilder
from avm.leo.ast.printer import show
from avm.leo.source import SourceMap
from avm.leo.syntax import read_expression, read_library, read_module, read_program, read_statement

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
    tree: object
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


HANDLERS = {"leo.parse": parse}
