"""Constant propagation: consts are evaluated and replaced, operators over constants fold.

    const N: u32 = 2u32;  let a = [0u8; N + 1u32];        let a = [0u8; 3u32];

Works over literals and `const` only, not through `let`. Casts and built-in functions fold too. Lengths in
types are evaluated, also in the type table.
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.budget import COPIED
from avm.leo.compilation import Compilation, Pass
from avm.leo.consteval.folding import ConstEvaluator

_OPEN = (
    "const_not_evaluated",
    "array_index_not_evaluated",
    "array_length_not_evaluated",
    "repeat_count_not_evaluated",
)


def _run(compilation: Compilation) -> ast.Program:
    for name in _OPEN:
        compilation.open_places.pop(name, None)
    compilation.builder.budget.refill(COPIED)
    evaluator = ConstEvaluator(compilation)
    evaluator.on_demand = True
    return evaluator.program(compilation.program)


PASS = Pass(
    "ConstPropagation",
    _run,
    requires={"finalize functions", "pruned"},
)
