"""What an editor asks of a checked program: where a name is defined, and which type stands at a place.

Both work on what path resolution and type checking have left in the state; a program with errors answers
as far as it was checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from avm.base.span import Span
from avm.leo.ast import (
    CallExpression,
    CompositeExpression,
    CompositeType,
    Expression,
    Function,
    Identifier,
    Input,
    Library,
    Location,
    MemberAccess,
    Path,
    Program,
    Type,
)
from avm.leo.ast.printer import show
from avm.leo.state import CompilerState


def _nodes(root: object) -> Iterator[object]:
    """Everything in a tree, parents before children."""
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        elif is_dataclass(item) and not isinstance(item, Span | Location):
            yield item
            stack.extend(reversed([getattr(item, field.name) for field in fields(item)]))


def _covers(span: Span, file: str, offset: int) -> bool:
    return span.file == file and span.start <= offset <= span.end


def _units(state: CompilerState, file: str) -> Iterator[object]:
    """Items of the main unit whose source holds the file; stubs are left out."""
    unit = state.ast
    if isinstance(unit, Program):
        yield from unit.program_scopes.values()
    elif isinstance(unit, Library):
        yield from (unit.consts, unit.structs, unit.functions, unit.interfaces)
    yield from unit.modules.values()


def _at(state: CompilerState, file: str, offset: int) -> list[object]:
    """Nodes with a span around the offset, widest first."""
    found = []
    for unit in _units(state, file):
        for node in _nodes(unit):
            span = getattr(node, "span", None)
            if isinstance(span, Span) and _covers(span, file, offset):
                found.append(node)
    return sorted(found, key=lambda n: n.span.start - n.span.end)  # type: ignore[attr-defined]


def _global_span(state: CompilerState, location: Location) -> Span | None:
    symbols = state.symbols
    function = symbols.functions.get(location)
    if function is not None:
        return function.function.identifier.span
    item = symbols.structs.get(location) or symbols.records.get(location) or symbols.interfaces.get(location)
    if item is not None:
        return item.identifier.span
    variable = symbols.globals.get(location)
    return None if variable is None else variable.span


def _local_span(state: CompilerState, chain: list[object], name: str) -> Span | None:
    """The definition of a local in the innermost scope around the place."""
    for node in reversed(chain):
        scope = state.symbols.scopes.get(getattr(node, "id", -1))
        if scope is not None and name in scope.variables:
            return scope.variables[name].span
    return None


def definition(state: CompilerState, file: str, offset: int) -> Span | None:
    """Where the name at an offset of a file (its key in `state.sources`) is defined, if it is known."""
    chain = _at(state, file, offset)
    for node in reversed(chain):
        match node:
            case Path():
                if node.location is not None:
                    return _global_span(state, node.location)
                return None if node.local is None else _local_span(state, chain, node.local)
            case MemberAccess() if _covers(node.name.span, file, offset):
                return _member_span(state, state.types.get(node.inner.id), node.name.name)
            case Identifier() | Input():
                continue
            case CallExpression() | CompositeExpression() | Function():
                return None
    return None


def _member_span(state: CompilerState, type_: Type | None, name: str) -> Span | None:
    if not isinstance(type_, CompositeType) or type_.path.location is None:
        return None
    location = type_.path.location
    composite = state.symbols.structs.get(location) or state.symbols.records.get(location)
    if composite is None:
        return None
    return next((m.identifier.span for m in composite.members if m.identifier.name == name), None)


def type_at(state: CompilerState, file: str, offset: int) -> str | None:
    """The type of the innermost expression or defined name at an offset, as people write it."""
    for node in reversed(_at(state, file, offset)):
        if isinstance(node, Expression | Identifier):
            type_ = state.types.get(node.id)
            if type_ is not None:
                return show(type_)
    return None
