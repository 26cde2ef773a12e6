"""The compiler's passes in their order, and the way from sources to generated programs.

PIPELINE is read from top to bottom; it is the one place that says in which order passes run. An editor runs
its first stages, a build all of them, a library only the first. The first pass that reports an error is the
last one to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from avm.base.deep import on_deep_stack
from avm.base.diagnostics import Diagnostic, collapsed
from avm.base.errors import Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.leo import ast, front
from avm.leo.ast.namespaces import namespaces
from avm.leo.budget import ROUNDS, Budget
from avm.leo.compilation import Compilation, Pass
from avm.leo.front import Known, UnitSource
from avm.leo.lowering.same import same
from avm.leo.parses import Parses
from avm.leo.passes import (
    check_effects,
    check_evaluated,
    check_globals,
    check_interfaces,
    check_names,
    check_paths,
    check_sizes,
    check_static,
    check_taint,
    check_types,
    code_generation,
    common_subexpressions,
    const_propagation,
    dead_code,
    destructuring,
    disambiguate,
    flattening,
    function_inlining,
    library_pruning,
    monomorphization,
    option_lowering,
    processing_async,
    remove_unreachable,
    ssa_const_propagation,
    ssa_forming,
    storage_lowering,
    unrolling,
    validation,
    write_transforming,
)
from avm.leo.type_rules import is_empty
from avm.program import Listing, Program


@dataclass(frozen=True)
class Recheck:
    """Passes that run again on a tree that has changed since its types were checked."""

    passes: tuple[Pass, ...]


@dataclass(frozen=True)
class FixedPoint:
    """Entries that run again as long as a pass among them says that it has changed something."""

    name: str
    entries: tuple[Pass | Recheck, ...]


Entry: TypeAlias = Pass | Recheck | FixedPoint


@dataclass(frozen=True)
class Stage:
    """Entries under the name that the person who waits is shown; it begins without errors only."""

    name: str
    entries: tuple[Entry, ...]


RECHECK = Recheck(
    (
        check_globals.VARIABLES,
        check_paths.PASS,
        check_globals.ITEMS,
        check_types.PASS,
        check_sizes.PASS,
    )
)
PIPELINE: tuple[Stage, ...] = (
    Stage(
        "Check types",
        (
            check_names.PASS,
            check_globals.VARIABLES,
            check_paths.PASS,
            check_globals.ITEMS,
            check_interfaces.PASS,
            check_types.PASS,
            check_sizes.PASS,
        ),
    ),
    Stage(
        "Check effects",
        (
            disambiguate.PASS,
            check_effects.PASS,
            check_taint.PASS,
            processing_async.PASS,
            RECHECK,
            check_static.PASS,
        ),
    ),
    Stage(
        "Evaluate constants and unroll",
        (
            library_pruning.PASS,
            FixedPoint(
                "ConstPropUnrollAndMorphing",
                (
                    unrolling.PASS,
                    const_propagation.PASS,
                    remove_unreachable.PASS,
                    monomorphization.PASS,
                    RECHECK,
                ),
            ),
            check_interfaces.PASS,
            check_evaluated.PASS,
        ),
    ),
    Stage(
        "Lower",
        (
            storage_lowering.PASS,
            RECHECK,
            option_lowering.PASS,
            RECHECK,
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
        ),
    ),
    Stage("Generate code", (code_generation.PASS, code_generation.PRINTING)),
    Stage("Validate", (validation.PASS,)),
)
NAMES_AND_TYPES, LIVE, DEEP = PIPELINE[:1], PIPELINE[:2], PIPELINE[:3]


class Rejected(Exception):
    """The program has errors; they are in the diagnostics."""


def apply(item: Pass, compilation: Compilation) -> None:
    """Run one pass; Rejected if it reports an error."""
    compilation.builder.budget.check()
    before = compilation.diagnostics.error_count
    tree = item.run(compilation)
    if tree is not None:
        compilation.tree = tree
    if compilation.observe is not None:
        compilation.observe(item)
    if compilation.diagnostics.error_count > before and item not in compilation.forgiven:
        raise Rejected


def run_entries(entries: Iterable[Entry], compilation: Compilation) -> None:
    """Run entries in order; Rejected after the first pass that reports an error."""
    for entry in entries:
        match entry:
            case Pass():
                apply(entry, compilation)
            case Recheck(passes):
                if not same(compilation.tree, compilation.checked):
                    run_entries(passes, compilation)
            case FixedPoint(_, parts):
                _run_until_unchanged(parts, compilation)


def _run_until_unchanged(entries: tuple[Entry, ...], compilation: Compilation) -> None:
    for _ in range(ROUNDS.most):
        compilation.changed = False
        run_entries(entries, compilation)
        if not compilation.changed:
            return
    compilation.report("const_prop_unroll_many_loops", None, bound=ROUNDS.most)
    raise Rejected


def run(stages: Iterable[Stage], compilation: Compilation) -> None:
    """Run stages in order; Rejected after the first pass that reports an error, or if one was before."""
    for stage in stages:
        compilation.builder.budget.stage(stage.name)
        _stop_on_errors(compilation)
        run_entries(stage.entries, compilation)
    _stop_on_errors(compilation)


def _stop_on_errors(compilation: Compilation) -> None:
    if compilation.diagnostics.has_errors:
        raise Rejected


@dataclass(frozen=True)
class CompiledProgram:
    """One generated program, its text, and the names of its functions' inputs, in order."""

    program: Program
    listing: Listing
    parameter_names: dict[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        return self.program.id

    @property
    def bytecode(self) -> str:
        return self.listing.text


@dataclass(frozen=True)
class CompileResult:
    """What became of a compilation: programs (dependencies first), or errors, or what is not built yet."""

    programs: tuple[CompiledProgram, ...]
    diagnostics: tuple[Diagnostic, ...]
    unsupported: Unsupported | None

    @property
    def ok(self) -> bool:
        return bool(self.programs)


def compile(
    sources: Sequence[UnitSource],
    shown: str | None = None,
    library_chains: bool = True,
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> CompileResult:
    """Compile the last source; the others are its dependencies, each before its users.

    Errors are in the result's diagnostics; what is not built yet is in `unsupported`. Nothing is raised for
    a program that cannot be compiled; Cancelled when `cancel` asks to stop. `shown` is the name that a
    failed validation mentions instead of the program's own; `library_chains` is that of `front.prepare`.
    """
    budget = Budget(progress, cancel)

    def work() -> CompileResult:
        compilation: Compilation | None = None
        unsupported: Unsupported | None = None
        complete = False
        try:
            compilation = front.prepare(sources, library_chains=library_chains, budget=budget)
            compilation.shown = shown
            with front.limits_reported(compilation.diagnostics):
                run(PIPELINE, compilation)
                complete = True
        except Rejected:
            pass
        except Unsupported as error:
            unsupported = error
        if compilation is None:
            return CompileResult((), (), unsupported)
        programs = _compiled(compilation) if complete else ()
        return CompileResult(programs, compilation.diagnostics.items, unsupported)

    return on_deep_stack(work, budget.stop)


def _compiled(compilation: Compilation) -> tuple[CompiledProgram, ...]:
    """The programs with the names that inputs in registers had when types were checked last."""
    assert isinstance(compilation.checked, ast.Program)
    names = {
        space.name: {
            f.name: tuple([i.identifier.name for i in f.input if not is_empty(i.type_)])
            for f in space.functions
        }
        for space in namespaces(compilation.checked)
        if isinstance(space, ast.ProgramScope)
    }
    return tuple([CompiledProgram(p, compilation.listings[p.id], names[p.id]) for p in compilation.programs])


@dataclass(frozen=True, slots=True)
class Examined:
    """What checks have found, and how far they came: an error ends them after its pass.

    `typed` says whether the types of every unit were checked, `complete` whether no check is left.
    """

    diagnostics: tuple[Diagnostic, ...]
    typed: bool
    complete: bool


def examine(
    sources: Sequence[UnitSource],
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    parses: Parses | None = None,
    known: Known | None = None,
    is_test: bool = False,
    deep: bool = False,
    past_names: bool = False,
) -> Examined:
    """Check the last unit and those it depends on; if `deep`, evaluate constants and unroll too.

    `parses` and `known` are what is remembered from one check to the next; `is_test` says that the last unit
    is a file of tests. With `past_names` a reserved name does not keep names and types from being checked:
    none of these checks minds how items are called. Cancelled when `cancel` asks to stop.
    """
    budget = Budget(progress, cancel)

    def work() -> Examined:
        compilation = front.prepare(sources, budget=budget, parses=parses, known=known)
        compilation.is_test = is_test
        if past_names:
            compilation.forgiven = {check_names.PASS}
        is_program = isinstance(compilation.tree, ast.Program)
        complete = False
        with suppress(Unsupported, Rejected), front.limits_reported(compilation.diagnostics):
            run(NAMES_AND_TYPES if not is_program else DEEP if deep else LIVE, compilation)
            complete = True
        return Examined(collapsed(compilation.diagnostics.items), compilation.checked is not None, complete)

    return on_deep_stack(work, budget.stop)
