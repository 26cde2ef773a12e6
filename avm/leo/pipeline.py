"""The compiler's ordered list of passes, and the way from sources to generated programs.

    sources -> prepare and check (avm.leo.front) -> DISAMBIGUATE -> check effects -> PROCESS_ASYNC
            -> PRUNE -> EVALUATE until nothing changes -> DESUGAR
            -> LOWER -> code generation -> peephole

This is the one place that says in which order passes run. After PROCESS_ASYNC, after each round of
EVALUATE and after each pass of DESUGAR the rewritten program is resolved and type checked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from avm.base.deep import on_deep_stack
from avm.base.diagnostics import Diagnostic, collapsed
from avm.base.errors import AvmError, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.base.span import Span
from avm.leo import ast, front
from avm.leo.budget import PROGRAM, ROUNDS, Budget, require
from avm.leo.bytecode_signatures import disassemble
from avm.leo.codegen.code import GeneratedProgram
from avm.leo.codegen.program import generate
from avm.leo.debug_map import DebugMap, debug_map
from avm.leo.front import Known, UnitSource
from avm.leo.lowering.context import Context, Pass
from avm.leo.lowering.index import Index
from avm.leo.lowering.same import same
from avm.leo.parses import Parses
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
    option_lowering,
    peephole,
    processing_async,
    remove_unreachable,
    ssa_const_propagation,
    ssa_forming,
    storage_lowering,
    unrolling,
    write_transforming,
)
from avm.leo.passes.check_effects import check_effects
from avm.leo.passes.check_interfaces import check_interfaces
from avm.leo.passes.check_static import check_static
from avm.leo.passes.check_taint import check_taint
from avm.leo.refusals import place_of
from avm.leo.source import SourceMap
from avm.leo.state import CompilerState
from avm.leo.validation import validate
from avm.program import Program as LoadedProgram
from avm.program import parse

DISAMBIGUATE: tuple[Pass, ...] = (disambiguate.PASS,)
PROCESS_ASYNC: tuple[Pass, ...] = (processing_async.PASS,)
PRUNE: tuple[Pass, ...] = (library_pruning.PASS,)
EVALUATE: tuple[Pass, ...] = (
    unrolling.PASS,
    const_propagation.PASS,
    remove_unreachable.PASS,
    monomorphization.PASS,
)
DESUGAR: tuple[Pass, ...] = (storage_lowering.PASS, option_lowering.PASS)
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


class Rejected(Exception):
    """The program has errors; they are in the diagnostics."""


@dataclass(frozen=True)
class CompiledProgram:
    """One generated program; `parameter_names` are those of its functions' inputs, in order, `lines` the
    Leo text that each line of the bytecode came from."""

    name: str
    bytecode: str
    debug: DebugMap
    parameter_names: dict[str, tuple[str, ...]]
    lines: tuple[Span | None, ...]


@dataclass(frozen=True)
class CompileResult:
    """What became of a compilation: programs (dependencies first), or errors, or what is not built yet.

    `loaded` are the programs as the machine has read and checked them, by id, those in bytecode included.
    """

    programs: tuple[CompiledProgram, ...]
    diagnostics: tuple[Diagnostic, ...]
    unsupported: Unsupported | None
    sources: SourceMap
    loaded: Mapping[str, LoadedProgram] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return bool(self.programs)


class Compilation:
    """One program on its way through the passes."""

    def __init__(self, state: CompilerState) -> None:
        assert isinstance(state.ast, ast.Program)
        self.state = state
        self.program = state.ast
        self.context = Context(state.types, state.builder, state.diagnostics)
        self.adopt()

    def adopt(self) -> None:
        """Take over what the last type check found out."""
        state, context = self.state, self.context
        assert isinstance(state.ast, ast.Program)
        self.program = state.ast
        context.types = state.types
        context.call_graph = state.call_graph
        context.composite_graph = state.composite_graph
        context.call_counts = dict(state.call_count)
        context.index = Index.of(self.program)

    def run(self, passes: Sequence[Pass]) -> None:
        """Run passes in order; Rejected after the first one that reports an error."""
        for item in passes:
            self.state.builder.budget.check()
            self.context.index = Index.of(self.program)
            self.program = item.run(self.program, self.context)
            self.stop_on_errors()
        self.context.index = Index.of(self.program)

    def recheck(self) -> None:
        """Resolve and type check the rewritten program."""
        self.state.ast = self.program
        front.recheck(self.state)
        self.stop_on_errors()
        self.adopt()

    def stop_on_errors(self) -> None:
        if self.state.diagnostics.has_errors:
            raise Rejected

    # Stages -----------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Final blocks become functions; then every `Final` is followed to its run."""
        before = len(self.context.index.functions)
        self.run(DISAMBIGUATE)
        self.state.ast = self.program
        check_effects(self.state)
        check_taint(self.state)
        self.run(PROCESS_ASYNC)
        if len(self.context.index.functions) != before:
            self.recheck()
        self.state.ast = self.program
        check_static(self.state)
        self.stop_on_errors()

    def evaluate(self) -> None:
        """Evaluate constants, unroll loops and instantiate generics until nothing changes."""
        self.run(PRUNE)
        for _ in range(ROUNDS.most):
            self.context.changed = False
            self.run(EVALUATE)
            self.recheck()
            if not self.context.changed:
                check_interfaces(self.state)
                self.stop_on_errors()
                self.reject_open()
                return
        self.context.report("const_prop_unroll_many_loops", None, bound=ROUNDS.most)
        raise Rejected

    def reject_open(self) -> None:
        """Report what must be constant and is not."""
        context = self.context
        for name in (
            "const_not_evaluated",
            "array_index_not_evaluated",
            "repeat_count_not_evaluated",
            "array_length_not_evaluated",
        ):
            if name in context.open_places:
                context.report(name, context.open_places[name])
                raise Rejected
        for kind, item, span in context.open_generics:
            context.report("const_generic_not_resolved", span, kind=kind, item=item)
        self.stop_on_errors()
        if "loop_bounds_not_evaluated" in context.open_places:
            context.report("loop_bounds_not_evaluated", context.open_places["loop_bounds_not_evaluated"])
            raise Rejected

    def desugar(self) -> None:
        """Storage and optionals become mappings and structs."""
        for item in DESUGAR:
            before = self.program
            self.run((item,))
            if not same(self.program, before):
                self.recheck()

    def generate(self) -> list[GeneratedProgram]:
        """Lower the program and generate code for its Leo dependencies and itself."""
        self.run(LOWER)
        self.state.builder.budget.stage("Generate code")
        generated = generate(self.program, self.context)
        self.stop_on_errors()
        step = self.state.builder.budget.step
        for item in generated:
            for code in item.codes():
                peephole.optimize(code, step)
        return generated


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
        state: CompilerState | None = None
        programs: tuple[CompiledProgram, ...] = ()
        loaded: dict[str, LoadedProgram] = {}
        unsupported: Unsupported | None = None
        try:
            state = front.prepare(sources, disassemble, library_chains=library_chains, budget=budget)
            with front.limits_reported(state.diagnostics):
                programs = _compile(state)
                budget.stage("Validate")
                loaded = _validate(programs, sources, state, shown)
        except Rejected:
            pass
        except Unsupported as error:
            unsupported = error
        diagnostics = () if state is None else state.diagnostics.items
        if unsupported is not None or any(d.level == "error" for d in diagnostics):
            programs = ()
        texts = SourceMap() if state is None else state.sources
        return CompileResult(programs, diagnostics, unsupported, texts, loaded)

    return on_deep_stack(work, budget.stop)


def _compile(state: CompilerState) -> tuple[CompiledProgram, ...]:
    if not front.check(state):
        raise Rejected
    compilation = Compilation(state)
    stage = state.builder.budget.stage
    stage("Check effects")
    compilation.prepare()
    stage("Evaluate constants and unroll")
    compilation.evaluate()
    stage("Lower")
    compilation.desugar()
    names = _parameter_names(compilation.program)
    step = state.builder.budget.step
    programs = []
    for item in compilation.generate():
        size = 0
        texts: list[str] = []
        lines: list[Span | None] = []
        for text, span in item.rows():
            step()
            size += len(text)
            require(PROGRAM, size, span)
            texts.append(text)
            lines.append(span)
        name = item.name
        programs.append(
            CompiledProgram(name, "".join(texts), debug_map(item), names.get(name, {}), tuple(lines))
        )
    return tuple(programs)


def _validate(
    programs: tuple[CompiledProgram, ...],
    sources: Sequence[UnitSource],
    state: CompilerState,
    shown: str | None,
) -> dict[str, LoadedProgram]:
    step = state.builder.budget.step
    bytecode = [parse(s.text, s.path, step) for s in sources if s.kind == "aleo"]
    lines = {p.name: p.lines for p in programs}

    def places(error: AvmError, program: str, text: str) -> Span | None:
        return place_of(error, text, lines[program])

    generated = ((p.name, p.bytecode) for p in programs)
    known = {p.id: p for p in bytecode}
    state.add(validate(generated, known, shown, places if shown is None else None, step))
    return known


def _parameter_names(program: ast.Program) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for stub in program.stubs.values():
        if isinstance(stub.body, ast.Program):
            found.update(_parameter_names(stub.body))
    for scope in program.program_scopes.values():
        found[scope.name] = {f.name: tuple(i.identifier.name for i in f.input) for f in scope.functions}
    return found


@dataclass(frozen=True, slots=True)
class Examined:
    """What checks have found, and how far they came: an error ends them after its pass.

    `typed` says whether the types of every unit were checked, `complete` whether no check is left.
    """

    diagnostics: tuple[Diagnostic, ...]
    typed: bool
    complete: bool


def check_source(
    text: str,
    file: str = "main.leo",
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of one program without dependencies, as far as the checks before lowering find them.

    Cancelled when `cancel` asks to stop.
    """
    return check_units([UnitSource("program", file, text)], progress=progress, cancel=cancel)


def check_units(
    sources: Sequence[UnitSource],
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    parses: Parses | None = None,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of the last unit and those it depends on, as far as the checks before constants are
    evaluated find them and as a build reports them.

    `parses` are trees known already. Cancelled when `cancel` asks to stop.
    """
    return examine(sources, progress=progress, cancel=cancel, parses=parses).diagnostics


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
    is a file of tests; `past_names` is that of `front.check`. Cancelled when `cancel` asks to stop.
    """
    budget = Budget(progress, cancel)

    def work() -> Examined:
        state = front.prepare(sources, disassemble, budget=budget, parses=parses, known=known)
        state.is_test = is_test
        complete = False
        with suppress(Unsupported, Rejected), front.limits_reported(state.diagnostics):
            if front.check(state, past_names):
                if isinstance(state.ast, ast.Program):
                    budget.stage("Check effects")
                    compilation = Compilation(state)
                    compilation.prepare()
                    if deep:
                        budget.stage("Evaluate constants and unroll")
                        compilation.evaluate()
                complete = True
        return Examined(collapsed(state.diagnostics.items), state.typed, complete)

    return on_deep_stack(work, budget.stop)
