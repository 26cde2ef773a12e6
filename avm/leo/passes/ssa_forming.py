"""SSA forming: splits expressions into atoms and writes every variable once, in all functions.

    return (a + b) * c;       let $var$0 = a + b;  let $var$1 = $var$0 * c;  return $var$1;

The first run renames definitions, later runs only repair what other passes added.
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.ssa import SsaFormer


class _Forming(Rewriter):
    untouched = (ast.ConstDeclaration,)

    def __init__(self, compilation: Compilation, rename: bool) -> None:
        super().__init__(compilation)
        self.rename = rename

    def on_Function(self, node: ast.Function) -> ast.Function:
        former = SsaFormer(self.compilation, rename=self.rename)
        if self.rename:
            node = replace(node, input=tuple([former.declare_input(i) for i in node.input]))
        else:
            former.know_inputs(node.input)
        return replace(node, block=former.block(node.block))

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        return replace(node, block=SsaFormer(self.compilation, rename=self.rename).block(node.block))

    def on_Composite(self, node: ast.Composite) -> ast.Composite:
        return replace(node, members=node.laid_out)


RENAMING = Pass(
    "SsaForming",
    lambda c: _Forming(c, rename=True).program(c.program),
    requires={"unrolled", "concrete", "no optionals", "no storage"},
    ensures={"ssa", "no consts"},
    idempotent=False,
)
PASS = Pass(
    "SsaForming (again)",
    lambda c: _Forming(c, rename=False).program(c.program),
    requires={"unrolled", "concrete", "no optionals", "no storage"},
    ensures={"ssa", "no consts"},
)
