"""The index of a program finds its functions, composites and mappings by location.

It is computed from the tree alone, so a pass that moved or renamed items only asks for a new index. The
order follows the reference compiler's symbol table: the program's own items, its modules, then the
dependencies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from avm.leo import ast
from avm.leo.ast import Location
from avm.leo.ast.namespaces import item_location, namespaces


@dataclass(frozen=True)
class Index:
    """What a program and its dependencies hold."""

    functions: dict[Location, ast.Function]
    composites: dict[Location, ast.Composite]
    mappings: dict[Location, ast.Mapping]
    libraries: frozenset[str]
    imports: dict[str, tuple[str, ...]]
    stubs: frozenset[Location]
    interfaces: dict[Location, ast.Interface]
    consts: dict[Location, ast.ConstDeclaration]

    @staticmethod
    def empty() -> Index:
        return Index({}, {}, {}, frozenset(), {}, frozenset(), {}, {})

    @staticmethod
    def of(program: ast.Program) -> Index:
        """The index of a program with its dependencies."""
        index = Index.empty()
        libraries: set[str] = set()
        stubs: set[Location] = set()
        for space in namespaces(program):
            index.composites.update([(item_location(space, c.name), c) for c in space.composites])
            index.mappings.update([(item_location(space, m.name), m) for m in space.mappings])
            index.interfaces.update([(item_location(space, i.name), i) for i in space.interfaces])
            index.consts.update([(item_location(space, c.place.name), c) for c in space.consts])
            for function in space.functions:
                place = item_location(space, function.name)
                if isinstance(function, ast.FunctionStub):
                    stubs.add(place)
                    function = function.as_function()
                index.functions[place] = function
            if isinstance(space, ast.Library):
                libraries.add(space.name)
            elif isinstance(space, ast.AleoProgram):
                index.imports[space.name] = tuple([i.symbol for i in space.imports])
        for stub in program.stubs.values():
            if isinstance(stub.body, ast.Program):
                index.imports[stub.body.scope.name] = tuple(stub.body.imports)
        index.imports[program.scope.name] = tuple(program.imports)
        return replace(index, libraries=frozenset(libraries), stubs=frozenset(stubs))

    def record(self, location: Location) -> ast.Composite | None:
        found = self.composites.get(location)
        return found if found is not None and found.is_record else None

    def struct(self, location: Location) -> ast.Composite | None:
        found = self.composites.get(location)
        return found if found is not None and not found.is_record else None

    def interface(self, location: Location) -> ast.Interface:
        """An interface with everything its parents ask for; its own members come first."""
        found = self.interfaces[location]
        for _, parent in found.parents:
            assert isinstance(parent, ast.CompositeType) and parent.path.location is not None
            inherited = self.interface(parent.path.location)
            found = replace(
                found,
                functions=_joined(found.functions, inherited.functions),
                records=_joined(found.records, inherited.records),
                mappings=_joined(found.mappings, inherited.mappings),
                storages=_joined(found.storages, inherited.storages),
            )
        return found

    def is_cross_program_call(self, current: str, callee: Location) -> bool:
        """Whether a call stays a call of another program's entry or view function."""
        return callee.program != current and self.functions[callee].variant.is_externally_callable

    def transitive_imports(self, program: str) -> list[str]:
        """All programs a program imports, directly or not, sorted; libraries never."""
        seen: set[str] = set()
        todo = list(self.imports.get(program, ()))
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(self.imports.get(name, ()))
        return sorted(n for n in seen if n not in self.libraries)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _joined(own: tuple[N, ...], inherited: tuple[N, ...]) -> tuple[N, ...]:
    names = {item.name for item in own}
    return (*own, *(item for item in inherited if item.name not in names))
