"""Unreachable code: what follows a certain return in a block is removed.

if c { return 1u8; } else { return 2u8; }             if c { return 1u8; } else { return 2u8; }
return 3u8;
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.rewriter import Rewriter


class _Unreachable(Rewriter):
    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.returned = False

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        out: list[ast.Statement] = []
        seen = False
        for node in nodes:
            result = self.statement(node)
            if not seen:
                out.extend(result)
            seen = seen or self.returned
        return tuple(out)

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> Iterable[ast.Statement]:
        self.returned = True
        return (node,)

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> Iterable[ast.Statement]:
        before, self.returned = self.returned, False
        then = self.block(node.then)
        then_returned, else_returned = self.returned, False
        otherwise = None
        if node.otherwise is not None:
            self.returned = False
            otherwise = self.otherwise(node.otherwise)
            else_returned = self.returned
        self.returned = before or (then_returned and else_returned)
        return (ast.ConditionalStatement(node.condition, then, otherwise, node.span, node.id),)

    def on_IterationStatement(self, node: ast.IterationStatement) -> Iterable[ast.Statement]:
        before, self.returned = self.returned, False
        block = self.block(node.block)
        self.returned = before
        return (replace(node, block=block),)

    def expression(self, node: ast.Expression) -> ast.Expression:
        return node

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.returned = False
        return self.children(node)

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        self.returned = False
        return self.children(node)


PASS = Pass(
    "RemoveUnreachable",
    lambda c: _Unreachable(c).program(c.program),
    requires={"finalize functions", "pruned"},
    ensures={"reachable"},
)
