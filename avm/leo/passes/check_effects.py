"""Order of effects on-chain: reads and writes should come before the Finals of other programs run.

What runs after an interaction sees state that another program may have changed. Helpers are summarized by
what they do at all; a loop that interacts and touches state does so in the wrong order by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from avm.base.span import Span
from avm.isa.op import Trait
from avm.leo import ast
from avm.leo.ast.namespaces import namespaces
from avm.leo.ast.printer import show_path
from avm.leo.compilation import Compilation, Pass
from avm.leo.intrinsics import INTRINSICS
from avm.leo.lowering.walk import expressions_of, operands

READ, WRITE, INTERACTION = "read", "write", "interaction"


@dataclass
class _Summary:
    """What a piece of code does at all."""

    reads: bool = False
    writes: bool = False
    interacts: bool = False

    def add(self, other: _Summary) -> None:
        self.reads |= other.reads
        self.writes |= other.writes
        self.interacts |= other.interacts


def _operation(node: ast.IntrinsicExpression) -> str:
    intrinsic = INTRINSICS.get(node.name)
    if intrinsic is None or not intrinsic.opcode:
        return ""
    if Trait.READS in intrinsic.op.traits:
        return READ
    if Trait.WRITES in intrinsic.op.traits:
        return WRITE
    return INTERACTION if intrinsic.kind == "FinalRun" else ""


def _root(node: ast.Expression) -> ast.Path | None:
    """The variable an assignment changes."""
    while True:
        match node:
            case ast.Path():
                return node
            case ast.MemberAccess():
                node = node.inner
            case ast.TupleAccess():
                node = node.tuple_
            case ast.ArrayAccess():
                node = node.array
            case _:
                return None


def _indices(node: ast.Expression) -> list[ast.Expression]:
    """Index expressions of what is assigned to, outermost array first."""
    found: list[ast.Expression] = []
    while True:
        match node:
            case ast.MemberAccess():
                node = node.inner
            case ast.TupleAccess():
                node = node.tuple_
            case ast.ArrayAccess():
                found.append(node.index)
                node = node.array
            case _:
                return found[::-1]


class _Order:
    def __init__(self, compilation: Compilation) -> None:
        self.step = compilation.builder.budget.step
        self.compilation = compilation
        self.symbols = compilation.symbols
        self.unit = ""
        self.summaries: dict[ast.Location, _Summary] = {}
        self.warned: set[tuple[Span, str]] = set()

    def function(self, function: ast.Function) -> None:
        if function.is_test:
            return
        if function.variant.is_finalize_context:
            self.block(function.block, None)
        elif function.variant is ast.Variant.ENTRY_POINT:
            for node in expressions_of(function.block):
                if isinstance(node, ast.AsyncExpression):
                    self.block(node.block, None)

    # Summaries ------------------------------------------------------------------------------------------

    def is_storage(self, path: ast.Path, unit: str) -> bool:
        if path.location is None:
            return False
        variable = self.symbols.global_(unit, path.location)
        if variable is None or variable.declaration != "storage":
            return False
        return not isinstance(variable.type_, ast.MappingType | ast.VectorType)

    def summary_of(self, callee: ast.Path) -> _Summary:
        location = callee.location
        if location is None:
            return _Summary()
        known = self.summaries.get(location)
        if known is not None:
            return known
        self.summaries[location] = _Summary()
        function = self.symbols.functions.get(location)
        if function is None or not function.variant.is_onchain:
            return _Summary()
        summary = _Summary()
        if location not in self.symbols.signatures:
            self.summarize(function.block, location.program, summary)
        elif function.variant is ast.Variant.VIEW:
            summary.reads = True
        else:
            summary = _Summary(True, True, True)
        self.summaries[location] = summary
        return summary

    def summarize(self, node: ast.Statement, unit: str, summary: _Summary) -> None:
        self.step()
        if isinstance(node, ast.AssignStatement):
            root = _root(node.place)
            summary.writes |= root is not None and self.is_storage(root, unit)
            for index in _indices(node.place):
                self.summarize_expression(index, unit, summary)
            self.summarize_expression(node.value, unit, summary)
            return
        for part in ast.child_expressions(node):
            self.summarize_expression(part, unit, summary)
        for inner in ast.child_statements(node):
            self.summarize(inner, unit, summary)

    def summarize_expression(self, node: ast.Expression, unit: str, summary: _Summary) -> None:
        self.step()
        for operand in operands(node):
            self.summarize_expression(operand, unit, summary)
        match node:
            case ast.IntrinsicExpression():
                operation = _operation(node)
                summary.add(_Summary(operation == READ, operation == WRITE, operation == INTERACTION))
            case ast.CallExpression():
                summary.add(self.summary_of(node.function))
            case ast.DynamicOpExpression():
                summary.reads |= not isinstance(node.kind, ast.DynamicCall)
            case ast.Path():
                summary.reads |= self.is_storage(node, unit)
            case ast.AsyncExpression():
                self.summarize(node.block, unit, summary)

    # Scanning: each step takes and returns the place of the first interaction so far --------------------

    def warn(self, name: str, span: Span, **values: object) -> None:
        if (span, name) not in self.warned:
            self.warned.add((span, name))
            self.compilation.report(name, span, **values)

    def apply(self, operation: str, span: Span, after: Span | None, what: str) -> Span | None:
        if operation == INTERACTION:
            return after or span
        if after is not None and operation:
            name = "check_after_interaction" if operation == READ else "effect_after_interaction"
            self.warn(name, span, operation=what)
        return after

    def block(self, block: ast.Block, after: Span | None) -> Span | None:
        for statement in block.statements:
            after = self.statement(statement, after)
        return after

    def statement(self, node: ast.Statement, after: Span | None) -> Span | None:
        self.step()
        match node:
            case ast.Block():
                return self.block(node, after)
            case ast.AssignStatement():
                after = self.sequence(_indices(node.place), after)
                after = self.expression(node.value, after)
                root = _root(node.place)
                if root is not None and self.is_storage(root, self.unit):
                    return self.apply(WRITE, node.span, after, "a storage variable write")
                return after
            case ast.ConditionalStatement():
                after = self.expression(node.condition, after)
                then = self.block(node.then, after)
                other = after if node.otherwise is None else self.statement(node.otherwise, after)
                return then or other
            case ast.IterationStatement():
                return self.loop(node, after)
            case _:
                return self.sequence(ast.child_expressions(node), after)

    def loop(self, node: ast.IterationStatement, after: Span | None) -> Span | None:
        after = self.sequence((node.start, node.stop), after)
        summary = _Summary()
        for statement in node.block.statements:
            self.summarize(statement, self.unit, summary)
        if summary.interacts and (summary.reads or summary.writes):
            self.warn("cei_violation_in_loop", node.variable.span)
        after = self.block(node.block, after)
        return after or node.span if summary.interacts else after

    def sequence(self, nodes: Iterable[ast.Expression], after: Span | None) -> Span | None:
        for node in nodes:
            after = self.expression(node, after)
        return after

    def expression(self, node: ast.Expression, after: Span | None) -> Span | None:
        self.step()
        match node:
            case ast.TernaryExpression():
                after = self.expression(node.condition, after)
                return self.expression(node.if_true, after) or self.expression(node.if_false, after)
            case ast.AsyncExpression():
                self.block(node.block, None)
                return after
            case ast.Path():
                if self.is_storage(node, self.unit):
                    return self.apply(READ, node.span, after, "a storage variable read")
                return after
        after = self.sequence(operands(node), after)
        match node:
            case ast.IntrinsicExpression():
                return self.apply(_operation(node), node.span, after, f"a call to `{node.name}`")
            case ast.CallExpression():
                summary = self.summary_of(node.function)
                if after is not None and (summary.reads or summary.writes):
                    callee = show_path(node.function)
                    self.warn("callee_has_effects_after_interaction", node.span, callee=callee)
                return after or node.span if summary.interacts else after
            case ast.DynamicOpExpression(kind=ast.DynamicRead() as read):
                what = f"a read of dynamic storage `{read.storage.name}`"
                return self.apply(READ, node.span, after, what)
            case ast.DynamicOpExpression(kind=ast.DynamicMemberOp() as member):
                what = f"a `{member.op.name}` call on dynamic storage"
                return self.apply(READ, node.span, after, what)
            case _:
                return after


def check_effects(compilation: Compilation) -> None:
    """Reports WCEI03713000 to 13003; changes nothing."""
    order = _Order(compilation)
    for space in namespaces(compilation.tree):
        order.unit = space.name if isinstance(space, ast.ProgramScope) else ""
        for function in space.functions:
            if isinstance(function, ast.Function):
                order.function(function)


PASS = Pass("CeiAnalysis", check_effects, kind="check", requires={"typed", "disambiguated"})
