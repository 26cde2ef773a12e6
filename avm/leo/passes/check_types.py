"""Type checking: fills the type table, the graphs of composites and calls, and the call counts.

Before: paths are resolved, items are in the symbol table. After: `state.types` has a type for every
expression and every defined name; composites nobody uses are gone from the composite graph.
"""

from __future__ import annotations

from avm.leo.ast import Program
from avm.leo.budget import TUPLES
from avm.leo.digraph import DiGraph
from avm.leo.state import CompilerState
from avm.leo.typecheck import TypeChecker


def check_types(state: CompilerState) -> None:
    """Reports ETYC and WTYC diagnostics."""
    symbols = state.symbols
    state.builder.budget.refill(TUPLES)
    state.composite_graph = DiGraph([*symbols.records, *symbols.structs])
    state.call_graph = DiGraph(symbols.functions)
    state.call_count = dict.fromkeys(symbols.functions, 0)
    checker = TypeChecker(state)
    if isinstance(state.ast, Program):
        checker.program(state.ast)
    else:
        checker.library(state.ast)
    checker.offchain_errors()
    state.typed = True
    if not state.diagnostics.has_errors:
        checker.keep_used_composites()
