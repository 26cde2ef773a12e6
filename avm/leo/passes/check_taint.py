"""Values that come from another program's call, used in a final block or handed to a further call.

The other program's finalize may change the state such a value depends on. Taint follows assignments and
branches; each tainted value knows the calls it came from.
"""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.visitor import Visitor
from avm.leo.lowering.walk import operands

Taint = dict[tuple[ast.Symbol, ast.Location], None]
"""The variable that was bound to a call's result, and the function called, in order of appearance."""


def _holds_future(type_: ast.Type | None) -> bool:
    if isinstance(type_, ast.TupleType):
        return any(_holds_future(t) for t in type_.elements)
    return isinstance(type_, ast.FutureType)


class _Tainting(Visitor):
    """Follows taint; `is_final` says that a final block is at work."""

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.taints: dict[ast.Symbol, Taint] = {}
        self.implicit: Taint = {}
        self.is_final = False

    def on_Function(self, function: ast.Function) -> None:
        entry = function.variant is ast.Variant.ENTRY_POINT
        if entry and function.has_final_output and not function.is_test:
            self.taints, self.implicit = {}, {}
            self.visit(function.block)

    # Taint of values ------------------------------------------------------------------------------------

    def taint_of(self, node: ast.Expression) -> Taint:
        found: Taint = {}
        self.collect(node, found)
        return found

    def collect(self, node: ast.Expression, found: Taint) -> None:
        stack = [node]
        while stack:
            part = stack.pop()
            self._step()
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

    # Statements -----------------------------------------------------------------------------------------

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> None:
        if not self.is_final:
            self.define(node)
            return
        self.visit(node.value)
        taint = self.taint_of(node.value) | self.implicit
        for name in node.places if taint else ():
            self.taints[name.name] = dict(taint)

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

    def on_AssignStatement(self, node: ast.AssignStatement) -> None:
        if self.is_final:
            self.children(node)
        if isinstance(node.place, ast.Path) and node.place.local is not None:
            taint = self.taint_of(node.value) | self.implicit
            if taint:
                self.taints[node.place.local] = taint
            else:
                self.taints.pop(node.place.local, None)

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> None:
        """Both sides start from the same taints; what either taints is tainted afterwards."""
        self.visit(node.condition)
        implicit = self.implicit
        self.implicit = implicit | self.taint_of(node.condition)
        before = dict(self.taints)
        self.visit(node.then)
        after_then, self.taints = self.taints, before
        if node.otherwise is not None:
            self.visit(node.otherwise)
        merged = dict(after_then)
        for name, taint in self.taints.items():
            merged[name] = merged.get(name, {}) | taint
        self.taints, self.implicit = merged, implicit

    # Values ---------------------------------------------------------------------------------------------

    def children(self, node: object) -> None:
        """In a final block const arguments and counts are no uses of values."""
        if self.is_final and isinstance(node, ast.Expression):
            for operand in operands(node):
                self.visit(operand)
        else:
            super().children(node)

    def on_AsyncExpression(self, node: ast.AsyncExpression) -> None:
        if not self.is_final:
            self.is_final = True
            self.visit(node.block)
            self.is_final = False

    def on_Path(self, node: ast.Path) -> None:
        if self.is_final and node.local is not None:
            self.warn_use(node.local, node.span)

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> None:
        for member in node.members:
            if member.expression is not None:
                self.visit(member.expression)
            elif self.is_final:
                self.warn_use(member.identifier.name, member.identifier.span)

    def warn_use(self, name: ast.Symbol, span: Span) -> None:
        for _, source in self.taints.get(name, {}):
            self.report("tainted_value_in_finalize", span, variable=name, external_call=str(source))


def check_taint(compilation: Compilation) -> None:
    """Reports WCEI03713004 and 13005; changes nothing."""
    _Tainting(compilation).functions()


PASS = Pass("TaintAnalysis", check_taint, kind="check", requires={"typed", "disambiguated"})
