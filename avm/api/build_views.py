"""A build as plain data: problems with lines, functions, mappings, links between source and instructions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from avm.api import views
from avm.base.diagnostics import Diagnostic
from avm.base.span import LineIndex
from avm.program.examples import example_value

if TYPE_CHECKING:
    from avm.api.sources import Compiled
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
                tuple(example_value(p.type, program) for p in inputs),
            )
        )
    return tuple(found)


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
    links: tuple[views.Link, ...] = ()
    if program is not None:
        links = tuple(_links(program, listing, compiled.sources, step))
    return views.BuildView(
        ok=program is not None,
        program=compiled.name,
        bytecode=listing.text,
        bytecode_bytes=len(listing.text.encode("utf-8")),
        problems=problem_views(compiled.diagnostics, compiled.sources),
        functions=_functions(compiled),
        links=links,
        seconds=seconds,
        unsupported=compiled.unsupported,
        library=compiled.library,
    )
