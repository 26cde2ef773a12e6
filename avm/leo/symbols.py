"""The symbol table: global items by location, local variables by scope, and who can see whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from avm.base.diagnostics import Diagnostic
from avm.base.span import Span
from avm.leo import ast
from avm.leo.messages import diagnose

T = TypeVar("T")


@dataclass(slots=True)
class Variable:
    """A const, const parameter, input, local (`mut`) or storage item; `declaration` says which.

    Inputs carry their mode as `input`, `input constant` ..; the type is None until it is known.
    """

    type_: ast.Type | None
    span: Span
    declaration: str
    is_exported: bool | None = None


@dataclass(slots=True)
class Scope:
    """One block of locals; `children` are the ids of the blocks in it."""

    id: ast.NodeId
    parent: Scope | None
    variables: dict[ast.Symbol, Variable] = field(default_factory=dict)
    children: list[ast.NodeId] = field(default_factory=list)


class SymbolTable:
    """All names of a compilation. Inserting a name that is taken returns the diagnostic instead."""

    def __init__(self) -> None:
        self.imports: dict[ast.Symbol, dict[ast.Symbol, None]] = {}
        self.libraries: set[ast.Symbol] = set()
        self.functions: dict[ast.Location, ast.Function] = {}
        self.signatures: set[ast.Location] = set()
        """The functions of programs in bytecode: their code is not known."""
        self.records: dict[ast.Location, ast.Composite] = {}
        self.structs: dict[ast.Location, ast.Composite] = {}
        self.interfaces: dict[ast.Location, ast.Interface] = {}
        self.globals: dict[ast.Location, Variable] = {}
        self.scopes: dict[ast.NodeId, Scope] = {}
        self.scope: Scope | None = None

    # Units ----------------------------------------------------------------------------------------------

    def add_import(self, importer: ast.Symbol, imported: ast.Symbol) -> None:
        self.imports.setdefault(importer, {})[imported] = None

    def sees(self, unit: ast.Symbol, target: ast.Symbol) -> bool:
        """Whether a unit is, or imports, another."""
        return unit == target or target in self.imports.get(unit, ())

    # Scopes ---------------------------------------------------------------------------------------------

    def enter(self, id_: ast.NodeId) -> None:
        """Enter the scope of a node, made on first use below the current one."""
        scope = self.scopes.get(id_)
        if scope is None:
            scope = self.scopes[id_] = Scope(id_, self.scope)
            if self.scope is not None:
                self.scope.children.append(id_)
        self.scope = scope

    def leave(self) -> None:
        if self.scope is not None:
            self.scope = self.scope.parent

    def local(self, name: ast.Symbol) -> Variable | None:
        scope = self.scope
        while scope is not None:
            variable = scope.variables.get(name)
            if variable is not None:
                return variable
            scope = scope.parent
        return None

    def set_local_type(self, name: ast.Symbol, type_: ast.Type) -> None:
        variable = self.local(name)
        if variable is not None:
            variable.type_ = type_

    def defined_up_to(self, scope_id: ast.NodeId, name: ast.Symbol) -> bool:
        """Whether a local is defined between the current scope and the given one, both included."""
        scope = self.scope
        while scope is not None:
            if name in scope.variables:
                return True
            if scope.id == scope_id:
                return False
            scope = scope.parent
        return False

    def defined_within(self, scope_id: ast.NodeId, name: ast.Symbol) -> bool:
        """Whether a local is defined in the given scope or any below it."""
        stack = [scope_id] if scope_id in self.scopes else []
        while stack:
            scope = self.scopes[stack.pop()]
            if name in scope.variables:
                return True
            stack.extend(scope.children)
        return False

    # Looking up -----------------------------------------------------------------------------------------

    def struct(self, unit: ast.Symbol, location: ast.Location) -> ast.Composite | None:
        return self.structs.get(location) if self.sees(unit, location.program) else None

    def record(self, unit: ast.Symbol, location: ast.Location) -> ast.Composite | None:
        return self.records.get(location) if self.sees(unit, location.program) else None

    def composite(self, unit: ast.Symbol, location: ast.Location) -> ast.Composite | None:
        return self.record(unit, location) or self.struct(unit, location)

    def function(self, unit: ast.Symbol, location: ast.Location) -> ast.Function | None:
        return self.functions.get(location) if self.sees(unit, location.program) else None

    def interface(self, unit: ast.Symbol, location: ast.Location) -> ast.Interface | None:
        return self.interfaces.get(location) if self.sees(unit, location.program) else None

    def global_(self, unit: ast.Symbol, location: ast.Location) -> Variable | None:
        return self.globals.get(location) if self.sees(unit, location.program) else None

    def variable(self, unit: ast.Symbol, path: ast.Path) -> Variable | None:
        """What a resolved path stands for."""
        if path.location is not None:
            return self.global_(unit, path.location)
        return self.local(path.local) if path.local is not None else None

    # Inserting ------------------------------------------------------------------------------------------

    def _taken(self, location: ast.Location, span: Span) -> Diagnostic | None:
        taken = any(location in t for t in (self.functions, self.records, self.structs, self.globals))
        return diagnose("name_defined_multiple_times", span, name=location.name) if taken else None

    def _insert(
        self, table: dict[ast.Location, T], location: ast.Location, item: T, span: Span
    ) -> Diagnostic | None:
        taken = self._taken(location, span)
        if taken is None:
            table[location] = item
        return taken

    def insert_composite(self, location: ast.Location, composite: ast.Composite) -> Diagnostic | None:
        table = self.records if composite.is_record else self.structs
        return self._insert(table, location, composite, composite.identifier.span)

    def insert_function(self, location: ast.Location, function: ast.Function) -> Diagnostic | None:
        return self._insert(self.functions, location, function, function.identifier.span)

    def insert_interface(self, location: ast.Location, interface: ast.Interface) -> Diagnostic | None:
        return self._insert(self.interfaces, location, interface, interface.identifier.span)

    def insert_global(self, location: ast.Location, variable: Variable) -> Diagnostic | None:
        return self._insert(self.globals, location, variable, variable.span)

    def insert_local(self, unit: ast.Symbol, name: ast.Symbol, variable: Variable) -> Diagnostic | None:
        """A local may shadow neither a local of any open scope nor a global of its program."""
        if self.local(name) is not None:
            return diagnose("name_defined_multiple_times", variable.span, name=name)
        taken = self._taken(ast.Location(unit, (name,)), variable.span)
        if taken is None and self.scope is not None:
            self.scope.variables[name] = variable
        return taken
