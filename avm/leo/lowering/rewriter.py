"""A rewriter rebuilds a program node by node; a pass overrides only the nodes it changes.

`on_Class` is called for the nodes of a class; without it their children are rewritten, in the order of their
declaration. Expressions map to expressions, and so do types and items. A statement maps to any number of
statements, so a pass that needs extra statements returns them in order. A node whose children did not change
is returned as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import is_
from typing import TypeVar

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.children import Rewrite, rewrite
from avm.leo.compilation import Compilation, first_span

N = TypeVar("N")
Statements = Iterable[ast.Statement]


class _Methods(dict[type, Rewrite]):
    """What a rewriter does with the nodes of each class; found when it first meets one."""

    def __init__(self, own: type[Rewriter], with_types: bool) -> None:
        self.own, self.with_types = own, with_types

    def __missing__(self, cls: type) -> Rewrite:
        # Functions of the class, not bound methods: those would hold the rewriter in a cycle.
        method: Rewrite | None = getattr(self.own, f"on_{cls.__name__}", None)
        if cls in self.own.untouched:
            method = _as_it_is if issubclass(cls, ast.Statement) else _same
        elif method is None:
            form = "({},)" if issubclass(cls, ast.Statement) else "{}"
            method = _children(cls, (), self.with_types, form)
        self[cls] = method
        return method


def _same(self: Rewriter, node: N) -> N:
    return node


def _as_it_is(self: Rewriter, node: ast.Statement) -> Statements:
    return (node,)


_methods = cache(_Methods)
_children = cache(rewrite)


class Rewriter:
    """Rebuilds programs; `maps_types` makes it also rewrite the types inside nodes.

    Nodes of the classes `untouched` stay as they are.
    """

    maps_types: bool = False
    untouched: tuple[type, ...] = ()

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self._step = compilation.builder.budget.step
        self._names = compilation.names
        own: type = self.__class__
        self._methods = _methods(own, self.maps_types)
        self.program_name = ""
        self.module_path: tuple[str, ...] = ()

    def children(self, node: N, *names: str) -> N:
        """The node with rewritten children; with names, with those children rewritten, in this order."""
        cls: type = node.__class__
        result: N = _children(cls, names, self.maps_types)(self, node)
        return result

    def part(self, node: N) -> N:
        """An item, or a part of a node that is no expression, statement or type."""
        result: N = self._methods[node.__class__](self, node)
        return result

    # Expressions and types --------------------------------------------------------------------------

    def expression(self, node: ast.Expression) -> ast.Expression:
        self._step()
        result: ast.Expression = self._methods[node.__class__](self, node)
        return result

    def expressions(self, nodes: tuple[ast.Expression, ...]) -> tuple[ast.Expression, ...]:
        made = [self.expression(n) for n in nodes]
        return nodes if all(map(is_, nodes, made)) else tuple(made)

    def type_(self, type_: ast.Type) -> ast.Type:
        """The type with rewritten lengths and const arguments; unchanged unless `maps_types`."""
        return self.part(type_) if self.maps_types else type_

    # Statements -------------------------------------------------------------------------------------

    def statement(self, node: ast.Statement) -> Statements:
        self._step()
        if node.span.end:
            self._names.place = node.span
        result: Statements = self._methods[node.__class__](self, node)
        return result

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        out: list[ast.Statement] = []
        for node in nodes:
            out.extend(self.statement(node))
        return nodes if len(out) == len(nodes) and all(map(is_, nodes, out)) else tuple(out)

    def otherwise(self, node: ast.Statement) -> ast.Statement:
        """The else side of a conditional: one statement again."""
        out = tuple(self.statement(node))
        if len(out) == 1 and isinstance(out[0], (ast.Block, ast.ConditionalStatement)):
            return out[0]
        return ast.Block(out, node.span, node.id)

    def block(self, node: ast.Block) -> ast.Block:
        return self.children(node)

    def on_Block(self, node: ast.Block) -> Statements:
        return (self.block(node),)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Statements:
        return (self.children(node, "value", "place"),)

    def on_ConstDeclaration(self, node: ast.ConstDeclaration) -> Statements:
        return (self.const(node),)

    # Items ------------------------------------------------------------------------------------------

    def const(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        """A const, local or global."""
        return node if ast.ConstDeclaration in self.untouched else self.children(node)

    def on_Input(self, node: ast.Input) -> ast.Input:
        node = self.children(node)
        self.compilation.types[node.identifier.id] = node.type_
        return node

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        return self.namespace(node)

    def on_Module(self, node: ast.Module) -> ast.Module:
        return self.namespace(node)

    def on_Library(self, node: ast.Library) -> ast.Library:
        return self.namespace(node, "consts", "composites", "functions", "modules", "interfaces")

    def namespace(self, node: N, *names: str) -> N:
        """What holds items, with them rewritten; their names are known below it."""
        assert isinstance(node, ast.Namespace)
        self.program_name, self.module_path = node.name, node.path
        result = self.children(node, *names)
        self.module_path = ()
        return result

    def on_AleoProgram(self, node: ast.AleoProgram) -> ast.AleoProgram:
        return node

    def on_Program(self, node: ast.Program) -> ast.Program:
        return self.children(node, "stubs", "program_scopes", "modules")

    def program(self, node: ast.Program) -> ast.Program:
        """The whole program."""
        return self.part(node)


class Hoisting(Rewriter):
    """A rewriter whose expressions need statements of their own: those in `out` come before the statement.

    `span` is the innermost statement that has a place.
    """

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.out: list[ast.Statement] = []
        self.span: Span = ast.NO_SPAN

    def statement(self, node: ast.Statement) -> Statements:
        outer_out, outer_span = self.out, self.span
        self.out, self.span = [], first_span(node.span, outer_span)
        last = tuple(super().statement(node))
        result = [*self.out, *last]
        self.out, self.span = outer_out, outer_span
        return result
