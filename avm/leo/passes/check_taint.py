"""Values that come from another program's call, used in a final block or handed to a further call.

The other program's finalize may change the state such a value depends on. Taint follows assignments and
branches; each tainted value knows the calls it came from.
"""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.namespaces import namespaces
from avm.leo.ast.printer import show, show_path
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.walk import operands

Taint = dict[tuple[ast.Symbol, ast.Location], None]
"""The variable that was bound to a call's result, and the function called, in order of appearance."""


def _holds_future(type_: ast.Type | None) -> bool:
    if isinstance(type_, ast.TupleType):
        return any(_holds_future(t) for t in type_.elements)
    return isinstance(type_, ast.FutureType)


class _Tainting:
    def __init__(self, compilation: Compilation) -> None:
        self.step = compilation.builder.budget.step
        self.compilation = compilation
        self.report = compilation.report
        self.types = compilation.types
        self.unit = ""
        self.taints: dict[ast.Symbol, Taint] = {}
        self.implicit: Taint = {}

    def function(self, function: ast.Function) -> None:
        entry = function.variant is ast.Variant.ENTRY_POINT
        if entry and function.has_final_output and not function.is_test:
            self.taints, self.implicit = {}, {}
            self.statement(function.block)

    # Taint of values ------------------------------------------------------------------------------------

    def taint_of(self, node: ast.Expression) -> Taint:
        found: Taint = {}
        self.collect(node, found)
        return found

    def collect(self, node: ast.Expression, found: Taint) -> None:
        stack = [node]
        while stack:
            part = stack.pop()
            self.step()
            if isinstance(part, ast.Path):
                if part.local is not None:
                    found.update(self.taints.get(part.local, {}))
            elif isinstance(part, ast.CompositeExpression):
                for member in part.members:
                    if member.expression is None:
                        found.update(self.taints.get(member.identifier.name, {}))
                stack.extend(reversed(operands(part)))
            else:
                stack.extend(reversed(operands(part)))

    def sources(self, node: ast.Expression, found: dict[ast.Location, None]) -> None:
        """Calls of other programs that give a Final; tainted arguments of theirs are reported."""
        if _holds_future(self.types.get(node.id)):
            if isinstance(node, ast.CallExpression):
                location = node.function.location
                if location is not None and location.program != self.unit:
                    self.warn_arguments(node.arguments, show_path(node.function), node.span)
                    found[location] = None
            elif isinstance(node, ast.DynamicOpExpression) and isinstance(node.kind, ast.DynamicCall):
                self.warn_arguments(node.kind.arguments, "<dynamic call>", node.span)
                found[ast.DYNAMIC_LOCATION] = None
        for operand in operands(node):
            self.sources(operand, found)

    def warn_arguments(self, arguments: tuple[ast.Expression, ...], callee: str, span: Span) -> None:
        for argument in arguments:
            for _, source in self.taint_of(argument):
                self.report(
                    "tainted_argument_to_external_call",
                    span,
                    variable=show(argument),
                    callee=callee,
                    external_call=str(source),
                )

    # Before the final block -----------------------------------------------------------------------------

    def statement(self, node: ast.Statement) -> None:
        self.step()
        match node:
            case ast.DefinitionStatement():
                self.define(node)
            case ast.AssignStatement():
                self.assign(node)
            case ast.ConditionalStatement():
                self.expression(node.condition)
                self.branch(node, final=False)
            case _:
                for part in ast.child_expressions(node):
                    self.expression(part)
                for inner in ast.child_statements(node):
                    self.statement(inner)

    def expression(self, node: ast.Expression) -> None:
        """Look for final blocks."""
        self.step()
        if isinstance(node, ast.AsyncExpression):
            self.final_statement(node.block)
            return
        for child in ast.child_expressions(node):
            self.expression(child)

    def define(self, node: ast.DefinitionStatement) -> None:
        calls: dict[ast.Location, None] = {}
        self.sources(node.value, calls)
        propagated = self.taint_of(node.value) | self.implicit
        names = node.places
        bound = names[0].name if names else "_"
        merged = propagated | {(bound, source): None for source in calls}
        type_ = self.types.get(node.value.id)
        if isinstance(node.place, ast.Identifier):
            if merged and not (isinstance(type_, ast.FutureType) and not propagated):
                self.taints[node.place.name] = merged
            return
        if not merged:
            return
        for i, name in enumerate(names):
            element = (
                type_.elements[i] if isinstance(type_, ast.TupleType) and i < len(type_.elements) else None
            )
            if not isinstance(element, ast.FutureType):
                self.taints[name.name] = dict(merged)

    def assign(self, node: ast.AssignStatement) -> None:
        if isinstance(node.place, ast.Path) and node.place.local is not None:
            taint = self.taint_of(node.value) | self.implicit
            if taint:
                self.taints[node.place.local] = taint
            else:
                self.taints.pop(node.place.local, None)

    def branch(self, node: ast.ConditionalStatement, final: bool) -> None:
        """Both sides start from the same taints; what either taints is tainted afterwards."""
        walk = self.final_statement if final else self.statement
        implicit = self.implicit
        self.implicit = implicit | self.taint_of(node.condition)
        before = dict(self.taints)
        walk(node.then)
        after_then, self.taints = self.taints, before
        if node.otherwise is not None:
            walk(node.otherwise)
        merged = dict(after_then)
        for name, taint in self.taints.items():
            merged[name] = merged.get(name, {}) | taint
        self.taints, self.implicit = merged, implicit

    # Inside the final block -----------------------------------------------------------------------------

    def final_statement(self, node: ast.Statement) -> None:
        self.step()
        for part in ast.child_expressions(node):
            self.uses(part)
        match node:
            case ast.ConditionalStatement():
                self.branch(node, final=True)
            case ast.AssignStatement():
                self.assign(node)
            case ast.DefinitionStatement():
                taint = self.taint_of(node.value) | self.implicit
                for name in node.places if taint else ():
                    self.taints[name.name] = dict(taint)
            case _:
                for inner in ast.child_statements(node):
                    self.final_statement(inner)

    def uses(self, node: ast.Expression) -> None:
        """Report every tainted value read."""
        self.step()
        if isinstance(node, ast.Path):
            if node.local is not None:
                self.warn_use(node.local, node.span)
            return
        if isinstance(node, ast.CompositeExpression):
            for member in node.members:
                if member.expression is None:
                    self.warn_use(member.identifier.name, member.identifier.span)
                else:
                    self.uses(member.expression)
            return
        for operand in operands(node):
            self.uses(operand)

    def warn_use(self, name: ast.Symbol, span: Span) -> None:
        for _, source in self.taints.get(name, {}):
            self.report("tainted_value_in_finalize", span, variable=name, external_call=str(source))


def check_taint(compilation: Compilation) -> None:
    """Reports WCEI03713004 and 13005; changes nothing."""
    tainting = _Tainting(compilation)
    for space in namespaces(compilation.tree):
        tainting.unit = space.name
        for function in space.functions:
            if isinstance(function, ast.Function):
                tainting.function(function)


PASS = Pass("TaintAnalysis", check_taint, kind="check", requires={"typed", "disambiguated"})
