"""A build as plain data: problems with lines, functions, mappings, links between source and instructions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from avm.api import views
from avm.base.diagnostics import Diagnostic
from avm.base.span import LineIndex
from avm.data.types import PlaintextValue, Visibility
from avm.program.examples import example_value

if TYPE_CHECKING:
    from avm.api.sources import Compiled
    from avm.isa.types import InterfaceType, RegisterType
    from avm.program import Listing, Program


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


def _words(type_: InterfaceType | RegisterType) -> tuple[str, str]:
    """The type of an input or output and who sees it; private when that is not said."""
    if isinstance(type_, PlaintextValue):
        return str(type_.type), str(type_.visibility)
    return str(type_), str(Visibility.PRIVATE)


def _functions(program: Program, names: Mapping[str, tuple[str, ...]]) -> Iterator[views.FunctionView]:
    for function in program.functions.values():
        known = names.get(function.name) or [f"r{item.register}" for item in function.inputs]
        inputs = [
            views.ParameterView(name, *_words(item.type))
            for name, item in zip(known, function.inputs, strict=True)
        ]
        yield views.FunctionView(
            function.name,
            tuple(inputs),
            tuple([views.OutputView(*_words(o.type)) for o in function.outputs]),
            tuple([example_value(i.type, program) for i in function.inputs]),
        )


def _links(
    program: Program, listing: Listing, sources: Mapping[str, str], step: Callable[[], None]
) -> Iterator[views.Link]:
    texts = {name: Lines(text) for name, text in sources.items()}
    for body in program.bodies:
        for statement, number in zip(body.statements, listing.lines[body.kind, body.name], strict=True):
            step()
            span = statement.span
            line = texts[span.file].line(span.start) if span is not None and span.file in texts else None
            yield views.Link(number, line, span.file if span is not None else "")


def build_view(compiled: Compiled, seconds: float, step: Callable[[], None]) -> views.BuildView:
    """Return a compilation as plain data; ``step`` is called for each instruction."""
    program, listing = compiled.program, compiled.listing
    functions: tuple[views.FunctionView, ...] = ()
    links: tuple[views.Link, ...] = ()
    if program is not None:
        functions = tuple(_functions(program, compiled.parameter_names))
        links = tuple(_links(program, listing, compiled.sources, step))
    return views.BuildView(
        ok=program is not None,
        program=compiled.name,
        bytecode=listing.text,
        bytecode_bytes=len(listing.text.encode("utf-8")),
        problems=problem_views(compiled.diagnostics, compiled.sources),
        functions=functions,
        links=links,
        seconds=seconds,
        unsupported=compiled.unsupported,
        library=compiled.library,
    )
