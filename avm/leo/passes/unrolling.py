"""Unrolling: a loop with literal bounds becomes one block per round, its variable a literal.

for i in 0u32..2u32 { sum += a[i]; }      { { sum += a[0u32]; } { sum += a[1u32]; } }
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.budget import TURNS, UNROLLED
from avm.leo.compilation import Compilation, Pass
from avm.leo.consteval.values import as_integer, of_literal
from avm.leo.lowering.replacing import Replacer
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.walk import statements_of

_I128 = range(-(1 << 127), 1 << 127)


class _Unrolling(Rewriter):
    untouched = (ast.ConstDeclaration,)

    def _bound(self, node: ast.Expression) -> int | None:
        if not isinstance(node, ast.Literal):
            self.compilation.open_places["loop_bounds_not_evaluated"] = node.span
            return None
        return as_integer(of_literal(node, self.compilation.types.get(node.id)))

    def on_IterationStatement(self, node: ast.IterationStatement) -> Iterable[ast.Statement]:
        start = self._bound(node.start)
        if start is None:
            return (node,)
        stop = self._bound(node.stop)
        if stop is None:
            return (node,)
        self.compilation.changed = True
        for bound in (start, stop):
            if bound not in _I128:
                self.compilation.report("value_out_of_i128_bounds", node.span, value=bound)
                return ()
        rounds = range(start, stop + 1) if node.inclusive else range(start, stop)
        budget = self.compilation.builder.budget
        budget.spend(TURNS, max(0, rounds.stop - rounds.start), node.span)
        size = max(1, sum(1 for _ in statements_of(node.block)))
        budget.spend(UNROLLED, len(rounds) * size, node.span)
        blocks = tuple([self._round(node, i) for i in rounds])
        return (ast.Block(blocks, node.span, self.compilation.builder.next_id()),)

    def _round(self, node: ast.IterationStatement, value: int) -> ast.Block:
        compilation = self.compilation
        type_ = compilation.types[node.variable.id]
        assert isinstance(type_, ast.IntegerType)
        name = node.variable.name

        def choose(inner: ast.Expression) -> ast.Expression | None:
            if isinstance(inner, ast.Path) and inner.local == name:
                return ast.Literal("Integer", str(value), type_, inner.span, compilation.typed_id(type_))
            return None

        body = Replacer(compilation, choose, fresh_ids=True).block(node.block)
        return replace(self.block(body), id=compilation.builder.next_id())

    def on_Library(self, node: ast.Library) -> ast.Library:
        return self.children(node, "modules", "functions")


def _run(compilation: Compilation) -> ast.Program:
    compilation.open_places.pop("loop_bounds_not_evaluated", None)
    return _Unrolling(compilation).program(compilation.program)


PASS = Pass(
    "Unrolling",
    _run,
    requires={"finalize functions", "pruned"},
    idempotent=False,
)
