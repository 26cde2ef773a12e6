"""A build as plain data: problems with lines, functions, mappings, links between source and instructions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from avm.api import views
from avm.base.diagnostics import Diagnostic
from avm.base.sources import place_of, source_of
from avm.data.types import PlaintextValue, Visibility
from avm.program.examples import example_value

if TYPE_CHECKING:
    from avm.api.sources import Compiled
    from avm.isa.types import InterfaceType, RegisterType
    from avm.program import Listing, Program


def problem_views(diagnostics: Iterable[Diagnostic]) -> tuple[views.Problem, ...]:
    """Return diagnostics with lines and columns; equal ones once, with a count."""
    found = Counter(map(_problem, diagnostics))
    return tuple(p if count == 1 else replace(p, count=count) for p, count in found.items())


def _problem(d: Diagnostic) -> views.Problem:
    if d.span is None:
        return views.Problem(d.code, d.level, d.message, help=d.help, note=d.note)
    source, start, end = source_of(d.span.source), d.span.start, d.span.end
    if not source.seen:
        return views.Problem(d.code, d.level, d.message, source, help=d.help, note=d.note)
    place = (*source.lines.line_col(start), *source.lines.line_col(end))
    return views.Problem(d.code, d.level, d.message, source, *place, start, end, d.help, d.note)


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


def _links(program: Program, listing: Listing, step: Callable[[], None]) -> Iterator[views.Link]:
    for body in program.bodies:
        for statement, number in zip(body.statements, listing.lines[body.kind, body.name], strict=True):
            step()
            source, line = place_of(statement.span)
            yield views.Link(number, line, source)


def build_view(compiled: Compiled, seconds: float, step: Callable[[], None]) -> views.BuildView:
    """Return a compilation as plain data; ``step`` is called for each instruction."""
    program, listing = compiled.program, compiled.listing
    functions: tuple[views.FunctionView, ...] = ()
    links: tuple[views.Link, ...] = ()
    if program is not None:
        functions = tuple(_functions(program, compiled.parameter_names))
        links = tuple(_links(program, listing, step))
    return views.BuildView(
        ok=program is not None,
        program=compiled.name,
        bytecode=listing.text,
        bytecode_bytes=len(listing.text.encode("utf-8")),
        problems=problem_views(compiled.diagnostics),
        functions=functions,
        links=links,
        seconds=seconds,
        unsupported=compiled.unsupported,
        library=compiled.library,
    )
