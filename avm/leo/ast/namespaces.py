"""The namespaces of a compilation in the orders in which passes meet them, and the places of their items."""

from __future__ import annotations

from collections.abc import Iterator

from avm.leo.ast.base import Location, Symbol
from avm.leo.ast.items import AleoProgram, Library, Namespace, Program, StubBody


def own_namespaces(body: StubBody) -> tuple[Namespace, ...]:
    """A program's scope, a library or bytecode, then its modules."""
    match body:
        case Program():
            return (*body.program_scopes.values(), *body.modules.values())
        case Library():
            return (body, *body.modules.values())
        case AleoProgram():
            return (body,)


def stub_namespaces(body: StubBody) -> Iterator[Namespace]:
    """The namespaces of what a program or library depends on."""
    for stub in () if isinstance(body, AleoProgram) else body.stubs.values():
        yield from namespaces(stub.body)


def namespaces(body: StubBody) -> Iterator[Namespace]:
    """The body's own namespaces, then those of its dependencies."""
    yield from own_namespaces(body)
    yield from stub_namespaces(body)


def checked_namespaces(body: StubBody) -> Iterator[Namespace]:
    """In the order of the type checker: what a program depends on, its modules, then its scope."""
    if not isinstance(body, Program):
        yield from namespaces(body)
        return
    for stub in body.stubs.values():
        yield from checked_namespaces(stub.body)
    yield from body.modules.values()
    yield from body.program_scopes.values()


def item_location(space: Namespace, name: Symbol) -> Location:
    """Where an item of the namespace lives."""
    return Location(space.name, (*space.path, name))
