"""Dead code: definitions nobody reads and functions nobody calls are removed.

    let a = x.add_wrapped(y);  let b = x + y;  return x;       let b = x + y;  return x;

Whatever can halt or act stays, read or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo import ast
from avm.leo.ast import Location, Variant
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.purity import can_discard
from avm.leo.lowering.rewriter import Rewriter


class _DeadCode(Rewriter):
    untouched = (ast.ConstDeclaration, ast.Library)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.used: set[str] = set()

    def on_Path(self, node: ast.Path) -> ast.Expression:
        self.used.add(node.name)
        return node

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
        for member in node.members:
            if member.expression is None:
                self.used.add(member.identifier.name)
            else:
                self.expression(member.expression)
        return node

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        read = any(p.name in self.used for p in node.places)
        if not read and can_discard(node.value, self.compilation.types):
            return ()
        self.expression(node.value)
        return (node,)

    def on_ExpressionStatement(self, node: ast.ExpressionStatement) -> Iterable[ast.Statement]:
        if can_discard(node.expression, self.compilation.types):
            return ()
        self.expression(node.expression)
        return (node,)

    def on_Block(self, node: ast.Block) -> Iterable[ast.Statement]:
        block = self.block(node)
        return (block,) if block.statements else ()

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        out: list[ast.Statement] = []
        for node in reversed(tuple(nodes)):
            out.extend(reversed(tuple(self.statement(node))))
        return tuple(reversed(out))

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.used = set()
        return replace(node, block=self.block(node.block))

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        self.used = set()
        node = replace(node, block=self.block(node.block))
        custom = any(a.identifier.name == "custom" for a in node.annotations)
        if custom and all(_is_empty(s) for s in node.block.statements):
            self.compilation.report(
                "custom_error",
                node.span,
                msg="The `@custom` constructor has no statements after dead code elimination.",
                help="Add a non-trivial implementation",
            )
        return node

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        kept = tuple(f for f in node.functions if self._is_needed(node.name, f))
        return super().on_ProgramScope(replace(node, functions=kept))

    def _is_needed(self, program: str, function: ast.Function) -> bool:
        if function.variant is Variant.FN:
            return self.compilation.call_count.get(Location(program, (function.name,)), 0) > 0
        return function.variant is not Variant.FINAL_FN


def _is_empty(node: ast.Statement) -> bool:
    if isinstance(node, ast.Block):
        return not node.statements
    return isinstance(node, ast.ReturnStatement) and isinstance(node.expression, ast.UnitExpression)


PASS = Pass(
    "DeadCodeEliminating",
    lambda c: _DeadCode(c).program(c.program),
    requires={"ssa", "inlined"},
    ensures={"no dead code"},
)
