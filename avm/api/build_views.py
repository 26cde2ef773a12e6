"""A build as plain data: problems with lines, functions, mappings, links between source and instructions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from avm.api import views
from avm.base.diagnostics import Diagnostic
from avm.base.span import LineIndex

if TYPE_CHECKING:
    from avm.api.sources import Compiled
    from avm.program import Program

_HEADER = re.compile(r"(closure|function|finalize|view) ([A-Za-z][A-Za-z0-9_]*):|constructor:")
_NOT_CODE = ("input ", "output ", "key ", "value ")


class Lines:
    """Line numbers of one text."""

    def __init__(self, text: str) -> None:
        self._index = LineIndex(text)

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return self._index.line_col(offset)[0]

    def place(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Line and column of both ends, 1-based."""
        return (*self._index.line_col(start), *self._index.line_col(end))


def problem_views(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> tuple[views.Problem, ...]:
    """Return diagnostics with lines and columns, from the texts by file; equal ones once, with a count."""
    lines: dict[str, Lines] = {}
    found: dict[views.Problem, int] = {}
    for each in diagnostics:
        file = each.span.file if each.span is not None else ""
        if file in texts and file not in lines:
            lines[file] = Lines(texts[file])
        problem = _problem(each, lines.get(file))
        found[problem] = found.get(problem, 0) + 1
    return tuple(p if count == 1 else replace(p, count=count) for p, count in found.items())


def _problem(d: Diagnostic, lines: Lines | None) -> views.Problem:
    if d.span is None:
        return views.Problem(d.code, d.level, d.message, help=d.help, note=d.note)
    if lines is None:
        return views.Problem(d.code, d.level, d.message, d.span.file, help=d.help, note=d.note)
    start, end = d.span.start, d.span.end
    place = lines.place(start, end)
    return views.Problem(d.code, d.level, d.message, d.span.file, *place, start, end, d.help, d.note)


def component_lines(bytecode: str, program: Program) -> dict[tuple[str, str, int], int]:
    """``(kind, component, position) → 1-based line`` for every instruction of the printed program.

    Positions count instructions from 0; outputs are ``-1 - i`` as in the debug map.
    """
    found: dict[tuple[str, str, int], int] = {}
    kind, name, position, outputs = "", "", 0, 0
    for number, line in enumerate(bytecode.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            kind, name, position, outputs = header[1] or "constructor", header[2] or "constructor", 0, 0
            continue
        text = line.strip()
        if not line.startswith("    ") or not kind:
            if text:
                kind = ""
            continue
        if text.startswith("output "):
            found[(kind, name, -1 - outputs)] = number
            outputs += 1
        elif not text.startswith(_NOT_CODE):
            found[(kind, name, position)] = number
            position += 1
    return found


def example_value(type_text: str, program: Program) -> str:
    """A valid value of a type, to begin editing with."""
    from avm.api.accounts import LOCAL_SIGNER

    array = re.fullmatch(r"\[(.+); (\d+)u32\]", type_text)
    if array:
        return "[" + ", ".join([example_value(array[1], program)] * int(array[2])) + "]"
    if type_text == "boolean":
        return "true"
    if type_text == "address":
        return LOCAL_SIGNER
    if type_text == "group":
        return "0group"
    if re.fullmatch(r"[ui](8|16|32|64|128)|field|scalar", type_text):
        return f"1{type_text}"
    struct = program.structs.get(type_text)
    if struct is not None:
        members = ", ".join(f"{m}: {example_value(str(t), program)}" for m, t in struct.members)
        return f"{{ {members} }}"
    return ""


def split_visibility(type_text: str) -> tuple[str, str]:
    """Split ``u32.public`` into type and visibility; private when none is written."""
    for visibility in ("public", "private", "constant"):
        if type_text.endswith("." + visibility):
            return type_text[: -len(visibility) - 1], visibility
    return type_text, "private"


def _functions(compiled: Compiled) -> tuple[views.FunctionView, ...]:
    program = compiled.program
    if program is None:
        return ()
    found = []
    for function in program.functions.values():
        names = compiled.parameter_names.get(function.name, ())
        inputs = []
        for i, parameter in enumerate(function.inputs):
            type_text, visibility = split_visibility(str(parameter.type))
            name = names[i] if i < len(names) else f"r{parameter.register}"
            inputs.append(views.ParameterView(name, type_text, visibility))
        outputs = tuple(views.OutputView(*split_visibility(str(o.type))) for o in function.outputs)
        found.append(
            views.FunctionView(
                function.name,
                tuple(inputs),
                outputs,
                function.finalize is not None,
                tuple(example_value(p.type, program) for p in inputs),
            )
        )
    return tuple(found)


def _links(compiled: Compiled, bytecode: str) -> tuple[views.Link, ...]:
    if compiled.program is None:
        return ()
    lines = {name: Lines(text) for name, text in compiled.sources.items()}
    links = []
    for (kind, name, position), number in component_lines(bytecode, compiled.program).items():
        span = compiled.debug.span_of(compiled.program.id, name, kind, position) if compiled.debug else None
        leo = lines[span.file].line(span.start) if span is not None and span.file in lines else None
        start, end, file = (span.start, span.end, span.file) if span else (None, None, "")
        links.append(views.Link(number, leo, start, end, name, position, file))
    return tuple(links)


def build_view(compiled: Compiled, seconds: float) -> views.BuildView:
    """Return a compilation as plain data."""
    bytecode = compiled.bytecode if compiled.program is not None else ""
    mappings = (
        tuple(
            views.MappingSignature(m.name, str(m.key), str(m.value))
            for m in compiled.program.mappings.values()
        )
        if compiled.program is not None
        else ()
    )
    return views.BuildView(
        ok=compiled.program is not None,
        program=compiled.name,
        bytecode=bytecode,
        bytecode_bytes=len(bytecode.encode("utf-8")),
        problems=problem_views(compiled.diagnostics, compiled.sources),
        functions=_functions(compiled),
        mappings=mappings,
        links=_links(compiled, bytecode),
        seconds=seconds,
        unsupported=compiled.unsupported,
        library=compiled.library,
    )
