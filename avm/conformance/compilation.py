"""Conformance answers about compiling Leo.

With dependencies as `leo` the last source is compiled along with them; as `aleo` each dependency is compiled
alone and its bytecode stands in for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import Unsupported
from avm.base.json_value import JsonObject, items, members, text
from avm.base.sources import Source
from avm.conformance.leo import diagnostic_data, modules_of, source_from
from avm.leo.front import UnitSource
from avm.leo.pipeline import CompiledProgram, CompileResult
from avm.leo.pipeline import compile as compile_leo


def _unit(source: JsonObject) -> UnitSource:
    kind, name = text(source["kind"]), text(source.get("name") or "")
    return UnitSource(kind, source_from(source), name, modules_of(source))


def _diagnostics(result: CompileResult, level: str) -> list[JsonObject]:
    return [diagnostic_data(d) for d in result.diagnostics if d.level == level]


class _Session:
    """The results of one request: programs and warnings pile up until something fails."""

    def __init__(self) -> None:
        self.programs: list[CompiledProgram] = []
        self.warnings: list[JsonObject] = []

    def compile(
        self, units: Sequence[UnitSource], shown: str = "", library_chains: bool = True
    ) -> JsonObject | None:
        """Compile the last unit; the reply if it failed."""
        result = compile_leo(units, shown, library_chains)
        if result.unsupported is not None:
            raise result.unsupported
        self.warnings.extend(_diagnostics(result, "warning"))
        if not result.ok:
            errors = _diagnostics(result, "error")
            return {"ok": False, "errors": errors, "warnings": self.warnings}
        self.programs.extend(result.programs)
        return None

    def reply(self) -> JsonObject:
        programs = [{"name": p.name, "bytecode": p.bytecode} for p in self.programs]
        return {"ok": True, "programs": programs, "warnings": self.warnings}


def compile_request(request: JsonObject) -> JsonObject:
    """`leo.compile`: the programs in order, or the errors."""
    settings = members(request.get("settings") or {})
    if settings.get("interfaces"):
        raise Unsupported("The interfaces of a program as data")
    units = [_unit(members(s)) for s in items(request["sources"])]
    session = _Session()
    if settings.get("deps") != "aleo":
        return session.compile(units) or session.reply()
    known: list[UnitSource] = []
    for unit in units[:-1]:
        if unit.kind != "program":
            known.append(unit)
            continue
        failed = session.compile([*known, unit], "", library_chains=False)
        if failed is not None:
            return failed
        program = session.programs[-1]
        known.append(UnitSource("aleo", Source(unit.main.path, program.bytecode)))
    return session.compile([*known, units[-1]]) or session.reply()


HANDLERS = {"leo.compile": compile_request}
