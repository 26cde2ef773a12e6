"""Path resolution: every path becomes a local variable or a location, in a rewritten tree.

Scopes of locals are made here, keyed by the id of their block, loop, function or composite; later passes
enter them again. A local may not shadow anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from avm.leo import ast
from avm.leo.ast import Location, Mode, Path
from avm.leo.ast.copying import replace
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation, Pass, Unit
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.symbols import Variable

S = TypeVar("S", ast.Block, ast.Composite, ast.Constructor, ast.Function)


class _Resolver(Rewriter):
    maps_types = True

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.symbols = compilation.symbols

    # Paths ----------------------------------------------------------------------------------------------

    def locate(self, path: Path) -> Path:
        """A path as a location: in the library its first part names, else relative to the current module."""
        unit, qualifier = self.program_name, tuple(q.name for q in path.qualifier)
        if qualifier and path.user_program is None:
            first = qualifier[0]
            if first == unit or first in self.symbols.imports.get(unit, ()):
                return path.to(Location(first, (*qualifier[1:], path.name)))
        if path.user_program is not None:
            unit = path.user_program.symbol
        return path.to(Location(unit, (*self.module_path, *qualifier, path.name)))

    def item_path(self, path: Path) -> Path:
        return path if path.target is not None else self.locate(path)

    def on_Path(self, path: Path) -> Path:
        located = self.locate(path)
        assert located.location is not None
        if path.qualifier or self.symbols.global_(self.program_name, located.location) is not None:
            return located
        if self.symbols.local(path.name) is not None:
            return path.to(ast.LocalTarget(path.name))
        self.compilation.report("unknown_sym", path.span, kind="variable", sym=show(path))
        return path

    def on_CompositeType(self, type_: ast.CompositeType) -> ast.Type:
        return self.children(replace(type_, path=self.item_path(type_.path)))

    def on_CallExpression(self, node: ast.CallExpression) -> ast.Expression:
        return self.children(replace(node, function=self.item_path(node.function)))

    def on_CastExpression(self, node: ast.CastExpression) -> ast.Expression:
        return self.children(node, "expression")

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
        node = replace(node, path=self.item_path(node.path))
        return self.children(node, "base", "const_arguments", "members")

    # Locals ---------------------------------------------------------------------------------------------

    def define(self, name: ast.Identifier, declaration: str, type_: ast.Type | None = None) -> None:
        """Add a name to the innermost scope, if there is one."""
        if self.symbols.scope is not None:
            variable = Variable(type_, name.span, declaration)
            self.compilation.add(self.symbols.insert_local(self.program_name, name.name, variable))

    def scoped(self, node: S) -> S:
        """The node with what it holds resolved in a scope of its own."""
        self.symbols.enter(node.id)
        node = self.children(node)
        self.symbols.leave()
        return node

    def block(self, node: ast.Block) -> ast.Block:
        return self.scoped(node)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Iterable[ast.Statement]:
        return (self.children(node),)

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        node = self.children(node)
        for name in node.places:
            self.define(name, "mut")
        return (node,)

    def on_IterationStatement(self, node: ast.IterationStatement) -> Iterable[ast.Statement]:
        node = self.children(node, "type_", "start", "stop")
        self.symbols.enter(node.id)
        self.define(node.variable, "const")
        node = self.children(node, "block")
        self.symbols.leave()
        return (node,)

    def const(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        node = self.children(node)
        self.define(node.place, "const")
        return node

    # Items ----------------------------------------------------------------------------------------------

    def on_ConstParameter(self, node: ast.ConstParameter) -> ast.ConstParameter:
        node = self.children(node)
        self.define(node.identifier, "const parameter", node.type_)
        return node

    def on_Input(self, node: ast.Input) -> ast.Input:
        node = self.children(node)
        kind = "input constant" if node.mode is Mode.CONSTANT else "input"
        self.define(node.identifier, kind, node.type_)
        return node

    def on_Function(self, node: ast.Function) -> ast.Function:
        return self.scoped(node)

    def on_Composite(self, node: ast.Composite) -> ast.Composite:
        return self.scoped(node)

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        return self.scoped(node)

    def on_Module(self, node: ast.Module) -> ast.Module:
        return self.namespace(node, "composites", "functions", "interfaces", "consts")

    def on_Library(self, node: ast.Library) -> ast.Library:
        items = ("modules", "composites", "consts", "functions", "interfaces", "stubs")
        return self.namespace(node, *items)

    def on_AleoProgram(self, node: ast.AleoProgram) -> ast.AleoProgram:
        return self.namespace(node, "composites", "functions")


def resolve_paths(compilation: Compilation) -> Unit:
    """Reports ETYC0372005 for unknown names and EAST0372017 for names taken twice."""
    return _Resolver(compilation).part(compilation.tree)


PASS = Pass("PathResolution", resolve_paths, kind="resolve", requires={"globals"}, ensures={"resolved"})
