"""Substitution: a copy of code in which chosen variables are replaced by expressions.

Every copied expression can get a fresh id, so that copies do not share entries of the type table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.walk import expressions_of

Replacement = Callable[[ast.Expression], "ast.Expression | None"]


class Replacer(Rewriter):
    """Replaces expressions for which `choose` answers; with fresh ids, types are copied too."""

    def __init__(self, compilation: Compilation, choose: Replacement, *, fresh_ids: bool) -> None:
        self.maps_types = self.fresh_ids = fresh_ids
        super().__init__(compilation)
        self.choose = choose

    def expression(self, node: ast.Expression) -> ast.Expression:
        chosen = self.choose(node)
        result = super().expression(node) if chosen is None else chosen
        types = self.compilation.types
        if self.fresh_ids:
            result = replace(result, id=self.compilation.builder.next_id())
            old = types.get(node.id)
            if old is not None:
                types[result.id] = self.type_(old)
        elif chosen is not None and node.id in types:
            result = replace(result, id=self.compilation.typed_id(types[node.id]))
        return result

    def on_IterationStatement(self, node: ast.IterationStatement) -> Iterable[ast.Statement]:
        made = self.children(node)
        return (replace(made, id=self.compilation.builder.next_id()) if self.fresh_ids else made,)

    def block(self, node: ast.Block) -> ast.Block:
        block = super().block(node)
        return replace(block, id=self.compilation.builder.next_id()) if self.fresh_ids else block


def local_reads(statement: ast.Statement) -> set[str]:
    """The names of the local variables a statement reads."""
    paths = (node for node in expressions_of(statement) if isinstance(node, ast.Path))
    return {path.name for path in paths if path.location is None}
