"""Collects global names into the symbol table: first variables (untyped), later items and types.

`collect_variables` runs before paths are resolved, so that a path can tell a global from a local;
`collect_items` runs after it, so that what it stores holds resolved paths.
"""

from __future__ import annotations

from avm.leo.ast import (
    FunctionStub,
    Library,
    Mapping,
    MappingType,
    Namespace,
    OptionalType,
    Program,
    StorageVariable,
    StubBody,
    VectorType,
)
from avm.leo.ast.namespaces import item_location, namespaces
from avm.leo.compilation import Compilation, Pass
from avm.leo.symbols import SymbolTable, Variable


def collect_variables(compilation: Compilation) -> None:
    """Consts, mappings and storage into the symbol table; EAST0372017 for a name taken twice."""
    symbols = compilation.symbols = SymbolTable()
    _collect_imports(compilation.tree, symbols)
    for space in namespaces(compilation.tree):
        for const in space.consts:
            variable = Variable(None, const.place.span, "const", const.is_exported)
            compilation.add(symbols.insert_global(item_location(space, const.place.name), variable))
        items: tuple[Mapping | StorageVariable, ...] = (*space.mappings, *space.storage_variables)
        for item in items:
            variable = Variable(None, item.span, "storage")
            compilation.add(symbols.insert_global(item_location(space, item.name), variable))


def _collect_imports(body: StubBody, symbols: SymbolTable) -> None:
    """Who imports whom, and which units are libraries."""
    if isinstance(body, Library):
        symbols.libraries.add(body.name)
    if isinstance(body, Program | Library):
        for stub in body.stubs.values():
            name = stub.body.scope.name if isinstance(stub.body, Program) else stub.body.name
            for parent in sorted(stub.parents):
                symbols.add_import(parent, name)
            _collect_imports(stub.body, symbols)


def collect_items(compilation: Compilation) -> None:
    """Functions, composites, interfaces and the types of globals; EAST0372017 for a name taken twice."""
    symbols = compilation.symbols
    for space in namespaces(compilation.tree):
        _type_variables(space, symbols)
        if isinstance(space, Library):
            _collect_interfaces(space, compilation)
        for composite in space.composites:
            compilation.add(symbols.insert_composite(item_location(space, composite.name), composite))
        for item in space.functions:
            is_stub = isinstance(item, FunctionStub)
            function = item.as_function() if isinstance(item, FunctionStub) else item
            compilation.add(symbols.insert_function(item_location(space, item.name), function, is_stub))
        if not isinstance(space, Library):
            _collect_interfaces(space, compilation)


def _collect_interfaces(space: Namespace, compilation: Compilation) -> None:
    for interface in space.interfaces:
        compilation.add(compilation.symbols.insert_interface(item_location(space, interface.name), interface))


def _type_variables(space: Namespace, symbols: SymbolTable) -> None:
    known = symbols.globals
    for const in space.consts:
        known[item_location(space, const.place.name)].type_ = const.type_
    for mapping in space.mappings:
        known[item_location(space, mapping.name)].type_ = MappingType(mapping.key_type, mapping.value_type)
    for storage in space.storage_variables:
        optional = storage.type_ if isinstance(storage.type_, VectorType) else OptionalType(storage.type_)
        known[item_location(space, storage.name)].type_ = optional


VARIABLES = Pass(
    "GlobalVarsCollection",
    collect_variables,
    kind="resolve",
    ensures={"globals"},
    destroys={"items"},
)
ITEMS = Pass("GlobalItemsCollection", collect_items, kind="resolve", requires={"resolved"}, ensures={"items"})
