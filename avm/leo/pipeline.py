"""The compiler's ordered list of passes, and the way from sources to generated programs.

    sources -> front (parse, resolve, check) -> PREPARE -> EVALUATE until nothing changes -> LOWER -> code

`LOWER` is the one place that says in which order passes run.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import Unsupported
from avm.leo import ast
from avm.leo.codegen import generate
from avm.leo.codegen_code import GeneratedProgram
from avm.leo.lower import Context, Pass
from avm.leo.lower_index import Index, call_graph, composite_graph
from avm.leo.passes import (
    common_subexpressions,
    const_propagation,
    dead_code,
    destructuring,
    disambiguate,
    flattening,
    function_inlining,
    library_pruning,
    monomorphization,
    peephole,
    processing_async,
    remove_unreachable,
    ssa_const_propagation,
    ssa_forming,
    unrolling,
    write_transforming,
)

PREPARE: tuple[Pass, ...] = (disambiguate.PASS, processing_async.PASS, library_pruning.PASS)
EVALUATE: tuple[Pass, ...] = (
    unrolling.PASS,
    const_propagation.PASS,
    remove_unreachable.PASS,
    monomorphization.PASS,
)
LOWER: tuple[Pass, ...] = (
    ssa_forming.RENAMING,
    destructuring.PASS,
    ssa_forming.PASS,
    write_transforming.PASS,
    ssa_forming.PASS,
    flattening.PASS,
    function_inlining.PASS,
    ssa_forming.PASS,
    ssa_const_propagation.PASS,
    ssa_forming.PASS,
    common_subexpressions.PASS,
    dead_code.PASS,
)
MAX_ROUNDS = 1024


class Rejected(Exception):
    """The program has errors; they are in the context's diagnostics."""


def run_passes(passes: Sequence[Pass], program: ast.Program, context: Context) -> ast.Program:
    """Run passes in order; stops after the first one that reports an error."""
    for item in passes:
        context.index = Index.of(program)
        program = item.run(program, context)
        if context.diagnostics.has_errors:
            raise Rejected
    context.index = Index.of(program)
    return program


_OPEN_ORDER = (
    "const_not_evaluated",
    "array_index_not_evaluated",
    "repeat_count_not_evaluated",
    "array_length_not_evaluated",
)


def evaluate(program: ast.Program, context: Context) -> ast.Program:
    """Evaluate constants, unroll loops and instantiate generics until nothing changes."""
    for _ in range(MAX_ROUNDS):
        context.changed = False
        program = run_passes(EVALUATE, program, context)
        if not context.changed:
            _reject_open(context)
            return program
    context.report("const_prop_unroll_many_loops", None, bound=MAX_ROUNDS)
    raise Rejected


def _reject_open(context: Context) -> None:
    """Report what must be constant and is not."""
    for name in _OPEN_ORDER:
        if name in context.open_places:
            context.report(name, context.open_places[name])
            raise Rejected
    for kind, item, span in context.open_generics:
        context.report("const_generic_not_resolved", span, kind=kind, item=item)
    if "loop_bounds_not_evaluated" in context.open_places and not context.open_generics:
        context.report("loop_bounds_not_evaluated", context.open_places["loop_bounds_not_evaluated"])
    if context.diagnostics.has_errors:
        raise Rejected


def lower(program: ast.Program, context: Context) -> list[GeneratedProgram]:
    """Lower an evaluated program and generate code for it and its Leo dependencies."""
    _refuse_unlowered(program)
    context.index = Index.of(program)
    _, context.call_counts = call_graph(program, context.index)
    composites = composite_graph(program, context.index, context.types)
    program = run_passes(LOWER, program, context)
    generated = generate(program, composites, context)
    if context.diagnostics.has_errors:
        raise Rejected
    for item in generated:
        for code in item.codes():
            peephole.optimize(code)
    return generated


def _refuse_unlowered(program: ast.Program) -> None:
    for scope in program.program_scopes.values():
        for storage in scope.storage_variables:
            raise Unsupported("Storage variables", place=storage.span)


def back_end(program: ast.Program, context: Context) -> list[GeneratedProgram]:
    """Everything after the front: a checked program to generated programs, dependencies first."""
    program = run_passes(PREPARE, program, context)
    program = evaluate(program, context)
    return lower(program, context)
