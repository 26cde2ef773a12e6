"""The index of a program finds its functions and composites by location and knows who calls whom.

It is computed from the tree alone, so a pass that moved or renamed items only asks for a new index. The
orders follow the reference compiler's symbol table: the program's own items, its modules, then the
dependencies; calls and struct members are met dependencies first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from avm.leo import ast
from avm.leo.ast import Location
from avm.leo.lower_graph import Graph
from avm.leo.lower_walk import blocks_of, expressions_of, types_of


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
    consts: frozenset[Location]

    @staticmethod
    def empty() -> Index:
        return Index({}, {}, {}, frozenset(), {}, frozenset(), {}, frozenset())

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
        consts: set[Location] = set()
        for unit in _units(program):
            match unit:
                case ast.ProgramScope() | ast.Module() | ast.Library():
                    name, path = _unit_place(unit)
                    held = unit.structs if isinstance(unit, ast.Library) else unit.composites
                    for composite in held:
                        composites[Location(name, (*path, composite.name))] = composite
                    for function in unit.functions:
                        functions[Location(name, (*path, function.name))] = function
                    consts.update(Location(name, (*path, c.place.name)) for c in unit.consts)
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
            frozenset(consts),
        )

    def record(self, location: Location) -> ast.Composite | None:
        found = self.composites.get(location)
        return found if found is not None and found.is_record else None

    def struct(self, location: Location) -> ast.Composite | None:
        found = self.composites.get(location)
        return found if found is not None and not found.is_record else None

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


def checked_functions(program: ast.Program) -> Iterator[tuple[Location, ast.Function | ast.Constructor]]:
    """Functions and constructors in the order the type checker meets them: dependencies first."""
    for unit in checked_units(program):
        if isinstance(unit, ast.AleoProgram):
            continue
        name, path = _unit_place(unit)
        for function in unit.functions:
            yield Location(name, (*path, function.name)), function
        if isinstance(unit, ast.ProgramScope) and unit.constructor is not None:
            yield Location(name, ("constructor",)), unit.constructor


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


def _calls(expression: ast.Expression) -> Iterator[Location]:
    """Callees in the order their calls are complete: arguments first."""
    if isinstance(expression, ast.AsyncExpression):
        for inner in blocks_of(expression.block):
            yield from _calls(inner)
        return
    for child in ast.child_expressions(expression):
        yield from _calls(child)
    if isinstance(expression, ast.CallExpression) and expression.function.location is not None:
        yield expression.function.location


def call_graph(program: ast.Program, index: Index) -> tuple[Graph, dict[Location, int]]:
    """Who calls whom, and how often each function is called."""
    graph = Graph(index.functions)
    counts = dict.fromkeys(index.functions, 0)
    for caller, function in checked_functions(program):
        for expression in blocks_of(function.block):
            for callee in _calls(expression):
                counts[callee] = counts.get(callee, 0) + 1
                graph.add_edge(caller, callee)
    return graph, counts


def composites_in(type_: ast.Type | None) -> Iterator[Location]:
    """The structs and records a type names."""
    match type_:
        case ast.CompositeType():
            if type_.path.location is not None:
                yield type_.path.location
        case ast.ArrayType() | ast.VectorType():
            yield from composites_in(type_.element_type)
        case ast.OptionalType():
            yield from composites_in(type_.inner)
        case ast.TupleType():
            for element in type_.elements:
                yield from composites_in(element)
        case ast.FutureType():
            for element in type_.inputs:
                yield from composites_in(element)
        case ast.MappingType():
            yield from composites_in(type_.key)
            yield from composites_in(type_.value)


def composite_graph(program: ast.Program, index: Index, types: dict[int, ast.Type]) -> Graph:
    """Which composite holds which, of those that appear in the generated code."""
    records = [place for place, c in index.composites.items() if c.is_record]
    structs = [place for place, c in index.composites.items() if not c.is_record]
    graph = Graph([*records, *structs])
    used = set(records)
    for place in structs:
        struct = index.composites[place]
        if struct.is_exported and not struct.const_parameters and place.program not in index.libraries:
            used.add(place)
    for unit in checked_units(program):
        if isinstance(unit, ast.AleoProgram):
            name: str = unit.stub_id.symbol
            path: tuple[str, ...] = ()
        else:
            name, path = _unit_place(unit)
        held = unit.structs if isinstance(unit, ast.Library) else unit.composites
        for composite in held:
            for member in composite.members:
                for target in composites_in(member.type_):
                    used.add(target)
                    graph.add_edge(Location(name, (*path, composite.name)), target)
        for type_ in types_of(unit):
            used.update(composites_in(type_))
        if isinstance(unit, ast.AleoProgram):
            continue
        bodies = [f.block for f in unit.functions]
        if isinstance(unit, ast.ProgramScope) and unit.constructor is not None:
            bodies.append(unit.constructor.block)
        for body in bodies:
            for expression in blocks_of(body):
                for inner in expressions_of(expression):
                    used.update(composites_in(types.get(inner.id)))
                    if isinstance(inner, ast.CompositeExpression) and inner.path.location is not None:
                        used.add(inner.path.location)
    return graph.retain(used)
