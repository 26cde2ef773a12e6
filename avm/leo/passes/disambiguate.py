"""Disambiguation: `.get` and `.set` become the operation of what they are called on.

balances.get(a)           _mapping_get(balances, a)
list.set(0u32, x)         _vector_set(list, 0u32, x)
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Pass
from avm.leo.lowering.rewriter import Rewriter


class _Disambiguation(Rewriter):
    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> ast.Expression:
        node = replace(node, arguments=self.expressions(node.arguments))
        if not node.name.startswith("__unresolved_"):
            return node
        receiver = self.compilation.types.get(node.arguments[0].id)
        kind = "vector" if isinstance(receiver, ast.VectorType) else "mapping"
        return replace(node, name=f"_{kind}_{node.name.removeprefix('__unresolved_')}")


PASS = Pass("Disambiguate", lambda c: _Disambiguation(c).program(c.program), ensures={"disambiguated"})
