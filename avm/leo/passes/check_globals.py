"""Collects global names into the symbol table: first variables (untyped), later items and types.

`collect_variables` runs before paths are resolved, so that a path can tell a global from a local;
`collect_items` runs after it, so that what it stores holds resolved paths.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo.ast import (
    AleoProgram,
    Composite,
    ConstDeclaration,
    Function,
    Interface,
    Library,
    Location,
    Mapping,
    MappingType,
    Module,
    OptionalType,
    Program,
    ProgramScope,
    StorageVariable,
    Stub,
    VectorType,
)
from avm.leo.compilation import Compilation, Pass
from avm.leo.symbols import SymbolTable, Variable


class _Variables:
    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.symbols = compilation.symbols

    def program(self, program: Program, parents: Iterable[str] = ()) -> None:
        for scope in program.program_scopes.values():
            self.unit(scope.name, parents)
            self.consts(scope.name, (), scope.consts)
            self.storage(scope.name, scope.mappings)
            self.storage(scope.name, scope.storage_variables)
        for module in program.modules.values():
            self.consts(module.unit_name, module.path, module.consts)
        for stub in program.stubs.values():
            self.stub(stub)

    def stub(self, stub: Stub) -> None:
        match stub.body:
            case Program() as program:
                self.program(program, stub.parents)
            case Library() as library:
                self.library(library, stub.parents)
            case AleoProgram() as aleo:
                name = aleo.stub_id.symbol
                self.unit(name, stub.parents)
                self.storage(name, aleo.mappings)

    def library(self, library: Library, parents: Iterable[str] = ()) -> None:
        self.unit(library.name, parents)
        self.symbols.libraries.add(library.name)
        self.consts(library.name, (), library.consts)
        for module in library.modules.values():
            self.consts(module.unit_name, module.path, module.consts)
        for stub in library.stubs.values():
            self.stub(stub)

    def unit(self, name: str, parents: Iterable[str]) -> None:
        for parent in sorted(parents):
            self.symbols.add_import(parent, name)

    def consts(self, unit: str, module: tuple[str, ...], consts: Iterable[ConstDeclaration]) -> None:
        for const in consts:
            location = Location(unit, (*module, const.place.name))
            variable = Variable(None, const.place.span, "const", const.is_exported)
            self.compilation.add(self.symbols.insert_global(location, variable))

    def storage(self, unit: str, items: Iterable[Mapping] | Iterable[StorageVariable]) -> None:
        for item in items:
            variable = Variable(None, item.span, "storage")
            self.compilation.add(self.symbols.insert_global(Location(unit, (item.name,)), variable))


class _Items:
    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.symbols = compilation.symbols

    def program(self, program: Program) -> None:
        for scope in program.program_scopes.values():
            self.scope(scope)
        for module in program.modules.values():
            self.module(module)
        for stub in program.stubs.values():
            self.stub(stub)

    def stub(self, stub: Stub) -> None:
        match stub.body:
            case Program() as program:
                self.program(program)
            case Library() as library:
                self.library(library)
            case AleoProgram() as aleo:
                self.aleo(aleo)

    def scope(self, scope: ProgramScope) -> None:
        name = scope.name
        self.consts(name, (), scope.consts)
        self.composites(name, (), scope.composites)
        self.mappings(name, scope.mappings)
        for storage in scope.storage_variables:
            optional = storage.type_ if isinstance(storage.type_, VectorType) else OptionalType(storage.type_)
            self.symbols.globals[Location(name, (storage.name,))].type_ = optional
        self.functions(name, (), scope.functions)
        self.interfaces(name, (), scope.interfaces)

    def module(self, module: Module) -> None:
        self.composites(module.unit_name, module.path, module.composites)
        self.functions(module.unit_name, module.path, module.functions)
        self.consts(module.unit_name, module.path, module.consts)
        self.interfaces(module.unit_name, module.path, module.interfaces)

    def library(self, library: Library) -> None:
        self.interfaces(library.name, (), library.interfaces)
        self.composites(library.name, (), library.structs)
        self.consts(library.name, (), library.consts)
        self.functions(library.name, (), library.functions)
        for module in library.modules.values():
            self.module(module)
        for stub in library.stubs.values():
            self.stub(stub)

    def aleo(self, aleo: AleoProgram) -> None:
        name = aleo.stub_id.symbol
        for stub in aleo.functions:
            location = Location(name, (stub.name,))
            self.compilation.add(self.symbols.insert_function(location, stub.as_function(), True))
        self.composites(name, (), aleo.composites)
        self.mappings(name, aleo.mappings)

    def consts(self, unit: str, module: tuple[str, ...], consts: Iterable[ConstDeclaration]) -> None:
        for const in consts:
            variable = self.symbols.globals.get(Location(unit, (*module, const.place.name)))
            if variable is not None:
                variable.type_ = const.type_

    def composites(self, unit: str, module: tuple[str, ...], composites: Iterable[Composite]) -> None:
        for composite in composites:
            location = Location(unit, (*module, composite.name))
            self.compilation.add(self.symbols.insert_composite(location, composite))

    def mappings(self, unit: str, mappings: Iterable[Mapping]) -> None:
        for mapping in mappings:
            variable = self.symbols.globals.get(Location(unit, (mapping.name,)))
            if variable is not None:
                variable.type_ = MappingType(mapping.key_type, mapping.value_type)

    def functions(self, unit: str, module: tuple[str, ...], functions: Iterable[Function]) -> None:
        for function in functions:
            location = Location(unit, (*module, function.name))
            self.compilation.add(self.symbols.insert_function(location, function, False))

    def interfaces(self, unit: str, module: tuple[str, ...], interfaces: Iterable[Interface]) -> None:
        for interface in interfaces:
            location = Location(unit, (*module, interface.name))
            self.compilation.add(self.symbols.insert_interface(location, interface))


def collect_variables(compilation: Compilation) -> None:
    """Consts, mappings and storage into the symbol table; EAST0372017 for a name taken twice."""
    compilation.symbols = SymbolTable()
    visitor = _Variables(compilation)
    if isinstance(compilation.tree, Program):
        visitor.program(compilation.tree)
    else:
        visitor.library(compilation.tree)


def collect_items(compilation: Compilation) -> None:
    """Functions, composites, interfaces and the types of globals; EAST0372017 for a name taken twice."""
    visitor = _Items(compilation)
    if isinstance(compilation.tree, Program):
        visitor.program(compilation.tree)
    else:
        visitor.library(compilation.tree)


VARIABLES = Pass("GlobalVarsCollection", collect_variables, kind="collect", ensures={"globals"})
ITEMS = Pass("GlobalItemsCollection", collect_items, kind="collect", requires={"resolved"}, ensures={"items"})
