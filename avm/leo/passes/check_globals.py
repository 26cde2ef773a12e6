"""Collects global names into the symbol table: first variables (untyped), later items and types.

`collect_variables` runs before paths are resolved, so that a path can tell a global from a local;
`collect_items` runs after it, so that what it stores holds resolved paths.
"""

from __future__ import annotations

from avm.leo import ast
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
        items: tuple[ast.Mapping | ast.StorageVariable, ...] = (*space.mappings, *space.storage_variables)
        for item in items:
            variable = Variable(None, item.span, "storage")
            compilation.add(symbols.insert_global(item_location(space, item.name), variable))


def _collect_imports(body: ast.StubBody, symbols: SymbolTable) -> None:
    """Who imports whom, and which units are libraries."""
    if isinstance(body, ast.Library):
        symbols.libraries.add(body.name)
    if isinstance(body, ast.Program | ast.Library):
        for stub in body.stubs.values():
            name = stub.body.scope.name if isinstance(stub.body, ast.Program) else stub.body.name
            for parent in sorted(stub.parents):
                symbols.add_import(parent, name)
            _collect_imports(stub.body, symbols)


def collect_items(compilation: Compilation) -> None:
    """Functions, composites, interfaces and the types of globals; EAST0372017 for a name taken twice."""
    symbols = compilation.symbols
    for space in namespaces(compilation.tree):
        _type_variables(space, symbols)
        if isinstance(space, ast.Library):
            _collect_interfaces(space, compilation)
        for composite in space.composites:
            compilation.add(symbols.insert_composite(item_location(space, composite.name), composite))
        for item in space.functions:
            location = item_location(space, item.name)
            if isinstance(item, ast.FunctionStub):
                symbols.signatures.add(location)
                item = item.as_function()
            compilation.add(symbols.insert_function(location, item))
        if not isinstance(space, ast.Library):
            _collect_interfaces(space, compilation)


def _collect_interfaces(space: ast.Namespace, compilation: Compilation) -> None:
    for interface in space.interfaces:
        compilation.add(compilation.symbols.insert_interface(item_location(space, interface.name), interface))


def _type_variables(space: ast.Namespace, symbols: SymbolTable) -> None:
    known = symbols.globals
    for const in space.consts:
        known[item_location(space, const.place.name)].type_ = const.type_
    for mapping in space.mappings:
        known[item_location(space, mapping.name)].type_ = ast.MappingType(
            mapping.key_type, mapping.value_type
        )
    for storage in space.storage_variables:
        optional = (
            storage.type_ if isinstance(storage.type_, ast.VectorType) else ast.OptionalType(storage.type_)
        )
        known[item_location(space, storage.name)].type_ = optional


VARIABLES = Pass(
    "GlobalVarsCollection",
    collect_variables,
    kind="resolve",
    ensures={"globals"},
    destroys={"items"},
)
ITEMS = Pass("GlobalItemsCollection", collect_items, kind="resolve", requires={"resolved"}, ensures={"items"})
