"""Static analysis: every Final is used where it may be, and run exactly once on every path.

Runs when final blocks have become finalize functions. In a finalize function each branch keeps its own
record of the Finals that still have to run.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.visitor import Visitor

_RUN = "_final_run"
MISC, AWAIT, TUPLE_ACCESS, RETURN, ARGUMENT, LAST_OF_TUPLE, DEFINITION = range(7)
_FRESH_FUTURE = (AWAIT, RETURN, ARGUMENT, LAST_OF_TUPLE, DEFINITION)
_KNOWN_FUTURE = (AWAIT, RETURN, ARGUMENT, LAST_OF_TUPLE, TUPLE_ACCESS)


class _Places:
    """Where Finals stand: run, returned, passed on or bound to a name; anywhere else is an error."""

    def __init__(self, compilation: Compilation) -> None:
        self.step = compilation.builder.budget.step
        self.report = compilation.report
        self.types = compilation.types

    def statement(self, node: ast.Statement) -> None:
        self.step()
        position = MISC
        if isinstance(node, ast.DefinitionStatement):
            position = DEFINITION
        elif isinstance(node, ast.ReturnStatement):
            position = RETURN
        for part in ast.child_expressions(node):
            self.expression(part, position)
        for inner in ast.child_statements(node):
            self.statement(inner)

    def expression(self, node: ast.Expression, position: int) -> None:
        self.step()
        is_call = isinstance(node, ast.CallExpression) or (
            (isinstance(node, ast.DynamicOpExpression) and isinstance(node.kind, ast.DynamicCall))
            or (isinstance(node, ast.IntrinsicExpression) and node.name == "_dynamic_call")
        )
        type_ = self.types.get(node.id)
        allowed: tuple[int, ...] | None = None
        if isinstance(type_, ast.FutureType):
            fresh = is_call or isinstance(node, ast.AsyncExpression)
            allowed = _FRESH_FUTURE if fresh else _KNOWN_FUTURE
        elif isinstance(type_, ast.TupleType) and isinstance(type_.elements[-1], ast.FutureType):
            allowed = (RETURN, DEFINITION) if is_call else (RETURN, TUPLE_ACCESS)
        if allowed is not None and position not in allowed:
            self.report("misplaced_final", node.span)
        match node:
            case ast.TupleExpression():
                last = LAST_OF_TUPLE if position in (DEFINITION, RETURN) else MISC
                for element in node.elements[:-1]:
                    self.expression(element, MISC)
                self.expression(node.elements[-1], last)
            case ast.TupleAccess():
                self.expression(node.tuple_, TUPLE_ACCESS)
            case ast.CallExpression():
                for argument in node.arguments:
                    self.expression(argument, ARGUMENT)
            case ast.IntrinsicExpression():
                for argument in node.arguments:
                    self.expression(argument, AWAIT if node.name == _RUN else MISC)
            case ast.AsyncExpression():
                self.statement(node.block)
            case _:
                for child in ast.child_expressions(node):
                    self.expression(child, MISC)


@dataclass
class _Branch:
    """One path: the Finals left to run, and how often a Final ran that was run before."""

    left: dict[ast.Symbol, None]
    repeated: int = 0

    def fork(self) -> _Branch:
        return _Branch(dict(self.left), self.repeated)

    def run(self, name: ast.Symbol) -> bool:
        """Note that a Final runs; True if others should have run before it."""
        if name not in self.left:
            self.repeated += 1
            return False
        out_of_order = next(iter(self.left)) != name
        del self.left[name]
        return out_of_order


class _Runs(Visitor):
    """In which order and how often Finals run."""

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.branches: list[_Branch] = []
        self.never: dict[ast.Symbol, None] = {}
        self.on_chain = False

    # Functions ------------------------------------------------------------------------------------------

    def on_Function(self, function: ast.Function) -> None:
        self.on_chain = function.variant.is_finalize_context
        if self.on_chain or function.has_final_output:
            _Places(self.compilation).statement(function.block)
        if self.on_chain:
            futures = [i.identifier.name for i in function.input if isinstance(i.type_, ast.FutureType)]
            self.never = dict.fromkeys(futures)
            self.branches = [_Branch(dict(self.never))] if futures else []
        self.visit(function.block)
        if self.on_chain:
            self.conclude(function)

    def conclude(self, function: ast.Function) -> None:
        if self.never:
            self.report("final_runs_missing", function.span, unawaited=", ".join(self.never))
            return
        if not self.branches:
            return
        total = len(self.branches)
        unrun = sum(bool(branch.left) for branch in self.branches)
        repeated = sum(branch.repeated > 0 for branch in self.branches)
        if all(branch.left or branch.repeated for branch in self.branches):
            self.report("no_path_runs_all_finals_exactly_once", function.span, num_total_paths=total)
        if unrun:
            self.report(
                "some_paths_do_not_run_all_finals",
                function.span,
                num_total_paths=total,
                num_unawaited_paths=unrun,
            )
        if repeated:
            self.report(
                "some_paths_contain_duplicate_final_runs",
                function.span,
                num_total_paths=total,
                num_duplicate_await_paths=repeated,
            )

    # Statements and expressions -------------------------------------------------------------------------

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> None:
        self.visit(node.condition)
        # Both sides continue from what holds here.
        before = [branch.fork() for branch in self.branches]
        self.visit(node.then)
        after_then, self.branches = self.branches, before
        if node.otherwise is not None:
            self.visit(node.otherwise)
        self.branches += after_then

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> None:
        if node.name == _RUN:
            self.run(node.arguments[0] if node.arguments else None, node.span)

    def on_CallExpression(self, node: ast.CallExpression) -> None:
        """A Final handed to a `final fn` runs there."""
        location = node.function.location
        function = None if location is None else self.symbols.function(self.unit, location)
        if function is None or function.variant is not ast.Variant.FINAL_FN:
            return
        for input_, argument in zip(function.input, node.arguments, strict=False):
            if isinstance(input_.type_, ast.FutureType) and isinstance(argument, ast.Path):
                self.forget(argument.name)

    def forget(self, name: ast.Symbol) -> bool:
        out_of_order = False
        for branch in self.branches:
            if branch.run(name):
                out_of_order = True
                break
        self.never.pop(name, None)
        return out_of_order

    def run(self, node: ast.Expression | None, span: Span) -> None:
        if not isinstance(node, ast.Path):
            self.report("invalid_run_call", span)
            return
        type_ = self.types.get(node.id)
        if type_ is None:
            self.report("expected_final", node.span, type_=show_path(node))
            return
        if not isinstance(type_, ast.FutureType):
            self.report("expected_final", node.span, type_=show(type_))
        if self.forget(node.name):
            self.report("final_not_awaited_in_order", node.span, future_name=show_path(node))


def check_static(compilation: Compilation) -> None:
    """Reports ESAZ and WSAZ diagnostics; changes nothing."""
    _Runs(compilation).functions()


PASS = Pass("StaticAnalyzing", check_static, kind="check", requires={"typed", "finalize functions"})
