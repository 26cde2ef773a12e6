"""Type checking: fills the type table, the graphs of composites and calls, and the call counts.

Before: paths are resolved, items are in the symbol table. After: `compilation.types` has a type for every
expression and every defined name; composites nobody uses are gone from the composite graph.
"""

from __future__ import annotations

from avm.leo.ast.namespaces import checked_namespaces
from avm.leo.budget import TUPLES
from avm.leo.compilation import Compilation, Pass
from avm.leo.digraph import DiGraph
from avm.leo.typecheck import TypeChecker


def check_types(compilation: Compilation) -> None:
    """Reports ETYC and WTYC diagnostics."""
    symbols = compilation.symbols
    compilation.builder.budget.refill(TUPLES)
    compilation.composite_graph = DiGraph([*symbols.records, *symbols.structs])
    compilation.call_graph = DiGraph(symbols.functions)
    compilation.call_count = dict.fromkeys(symbols.functions, 0)
    checker = TypeChecker(compilation)
    for space in checked_namespaces(compilation.tree):
        checker.namespace(space)
    checker.offchain_errors()
    compilation.checked = compilation.tree
    if not compilation.diagnostics.has_errors:
        checker.keep_used_composites()


PASS = Pass("TypeChecking", check_types, kind="check", requires={"items"}, ensures={"typed"})
