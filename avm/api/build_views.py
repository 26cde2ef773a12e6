"""A build as plain data: problems with lines, functions, mappings, links between source and instructions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from avm.api import views
from avm.base.diagnostics import Diagnostic
from avm.base.span import LineIndex
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.api.sources import Compiled
    from avm.data.types import PlaintextType
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


ComponentLines = Mapping[tuple[str, str, int], int]
"""``(kind, component, position) → 1-based line``; positions count from 0, outputs are ``-1 - i``."""


def component_lines(bytecode: str, step: Callable[[], None]) -> ComponentLines:
    """The line of every instruction of a printed program; ``step`` is called for each."""
    found: dict[tuple[str, str, int], int] = {}
    kind, name, position, outputs = "", "", 0, 0
    for number, line in enumerate(bytecode.splitlines(), start=1):
        step()
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


MOST_EXAMPLE_LITERALS = 25_000
"""Literals of the largest example: no value of more can be hashed, so none can be proved."""
FORM_LITERALS = 500
"""Literals of the largest example that a form shows; larger values are named by their number."""


def example_value(type_text: str, program: Program, most: int = MOST_EXAMPLE_LITERALS) -> str:
    """A valid value of a type, to begin editing with; "" for types that have none that can be made up.

    A value of more than ``most`` literals is not written out: the text is a comment that counts them.
    """
    from avm.base.errors import ParseFailure
    from avm.data.types import parse_plaintext_type

    try:
        type_ = parse_plaintext_type(type_text)
    except ParseFailure:
        return ""
    count = _literals(type_, program, {})
    if count > most:
        return f"/* a value of {count:,} literals */"
    return _example(type_, program) if count else ""


def _literals(type_: PlaintextType, program: Program, known: dict[str, int]) -> int:
    """Literals in a value of a type, 0 when one of them cannot be made up; each struct is counted once."""
    from avm.data.types import ArrayType, StructType

    if isinstance(type_, ArrayType):
        return type_.length * _literals(type_.element, program, known)
    if not isinstance(type_, StructType):
        return bool(example_literal(type_))
    if type_.program is not None or type_.name not in program.structs:
        return 0
    if type_.name not in known:
        counts = [_literals(t, program, known) for _, t in program.structs[type_.name].members]
        known[type_.name] = sum(counts) if all(counts) else 0
    return known[type_.name]


def _example(type_: PlaintextType, program: Program) -> str:
    from avm.data.types import ArrayType, StructType

    if isinstance(type_, ArrayType):
        return "[" + ", ".join([_example(type_.element, program)] * type_.length) + "]"
    if isinstance(type_, StructType):
        members = program.structs[type_.name].members
        return "{ " + ", ".join(f"{name}: {_example(t, program)}" for name, t in members) + " }"
    return example_literal(type_)


def example_literal(type_: LiteralType) -> str:
    """A valid value of a literal type; "" where none can be made up."""
    from avm.account.account import LOCAL_SIGNER

    special = {
        LiteralType.BOOLEAN: "true",
        LiteralType.ADDRESS: LOCAL_SIGNER,
        LiteralType.GROUP: "0group",
        LiteralType.IDENTIFIER: "'name'",
        LiteralType.SIGNATURE: "",
        LiteralType.STRING: "",
    }
    return special.get(type_, f"1{type_}")


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
                tuple(example_value(p.type, program, FORM_LITERALS) for p in inputs),
            )
        )
    return tuple(found)


def _links(compiled: Compiled, at: ComponentLines, step: Callable[[], None]) -> tuple[views.Link, ...]:
    if compiled.program is None:
        return ()
    lines = {name: Lines(text) for name, text in compiled.sources.items()}
    links = []
    for (kind, name, position), number in at.items():
        step()
        span = compiled.debug.span_of(compiled.program.id, name, kind, position) if compiled.debug else None
        leo = lines[span.file].line(span.start) if span is not None and span.file in lines else None
        start, end, file = (span.start, span.end, span.file) if span else (None, None, "")
        links.append(views.Link(number, leo, start, end, name, position, file))
    return tuple(links)


def build_view(
    compiled: Compiled, lines: ComponentLines, seconds: float, step: Callable[[], None]
) -> views.BuildView:
    """Return a compilation, whose instructions stand in ``lines``, as plain data."""
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
        links=_links(compiled, lines, step),
        seconds=seconds,
        unsupported=compiled.unsupported,
        library=compiled.library,
    )
