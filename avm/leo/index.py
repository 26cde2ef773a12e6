"""The index of a program finds its functions, composites and mappings by location.

It is computed from the tree alone, so a pass that moved or renamed items only asks for a new index. The
order follows the reference compiler's symbol table: the program's own items, its modules, then the
dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from avm.leo import ast
from avm.leo.ast import Location


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
        functions: dict[Location, ast.Function] = {}
        composites: dict[Location, ast.Composite] = {}
        mappings: dict[Location, ast.Mapping] = {}
        interfaces: dict[Location, ast.Interface] = {}
        imports: dict[str, tuple[str, ...]] = {}
        signatures: set[Location] = set()
        libraries: set[str] = set()
        consts: dict[Location, ast.ConstDeclaration] = {}
        for unit in _units(program):
            match unit:
                case ast.ProgramScope() | ast.Module() | ast.Library():
                    name, path = _unit_place(unit)
                    held = unit.structs if isinstance(unit, ast.Library) else unit.composites
                    for composite in held:
                        composites[Location(name, (*path, composite.name))] = composite
                    for function in unit.functions:
                        functions[Location(name, (*path, function.name))] = function
                    consts.update([(Location(name, (*path, c.place.name)), c) for c in unit.consts])
                    for interface in unit.interfaces:
                        interfaces[Location(name, (*path, interface.name))] = interface
                    if isinstance(unit, ast.ProgramScope):
                        for mapping in unit.mappings:
                            mappings[Location(name, (mapping.name,))] = mapping
                    elif isinstance(unit, ast.Library):
                        libraries.add(unit.name)
                case ast.AleoProgram():
                    name = unit.stub_id.symbol
                    imports[name] = tuple(i.symbol for i in unit.imports)
                    for stub in unit.functions:
                        place = Location(name, (stub.name,))
                        functions[place] = stub.as_function()
                        signatures.add(place)
                    for composite in unit.composites:
                        composites[Location(name, (composite.name,))] = composite
                    for mapping in unit.mappings:
                        mappings[Location(name, (mapping.name,))] = mapping
                case ast.Program():
                    imports[unit.scope.name] = tuple(unit.imports)
        return Index(
            functions,
            composites,
            mappings,
            frozenset(libraries),
            imports,
            frozenset(signatures),
            interfaces,
            consts,
        )

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


Unit = ast.ProgramScope | ast.Module | ast.Library | ast.AleoProgram | ast.Program


def _unit_place(unit: ast.ProgramScope | ast.Module | ast.Library) -> tuple[str, tuple[str, ...]]:
    if isinstance(unit, ast.Module):
        return unit.unit_name, unit.path
    return unit.name, ()


def _units(program: ast.Program) -> Iterator[Unit]:
    """A program's units: itself, its modules, then its dependencies in order."""
    yield program
    yield from program.program_scopes.values()
    yield from program.modules.values()
    for stub in program.stubs.values():
        match stub.body:
            case ast.Program():
                yield from _units(stub.body)
            case ast.Library():
                yield stub.body
                yield from stub.body.modules.values()
            case _:
                yield stub.body


def checked_units(
    program: ast.Program,
) -> Iterator[ast.ProgramScope | ast.Module | ast.Library | ast.AleoProgram]:
    """The units in the order the type checker meets them: dependencies first, modules before the block."""
    for stub in program.stubs.values():
        match stub.body:
            case ast.Program():
                yield from checked_units(stub.body)
            case ast.Library():
                yield stub.body
                yield from stub.body.modules.values()
            case _:
                yield stub.body
    yield from program.modules.values()
    yield from program.program_scopes.values()
