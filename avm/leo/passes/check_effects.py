"""Order of effects on-chain: reads and writes should come before the Finals of other programs run.

What runs after an interaction sees state that another program may have changed. Helpers are summarized by
what they do at all; a loop that interacts and touches state does so in the wrong order by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.span import Span
from avm.isa.op import Trait
from avm.leo import ast
from avm.leo.ast.printer import show_path
from avm.leo.compilation import Compilation, Pass
from avm.leo.intrinsics import INTRINSICS
from avm.leo.lowering.visitor import Visitor
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


def _place(node: ast.Expression) -> tuple[ast.Path | None, list[ast.Expression]]:
    """The variable an assignment changes, and the index expressions on the way, outermost array first."""
    indices: list[ast.Expression] = []
    while isinstance(node, ast.MemberAccess | ast.TupleAccess | ast.ArrayAccess):
        if isinstance(node, ast.ArrayAccess):
            indices.append(node.index)
        node = ast.child_expressions(node)[0]
    return node if isinstance(node, ast.Path) else None, indices[::-1]


class _Effects(Visitor):
    """What both walks share: the storage of programs, and operands before the operation."""

    def is_storage(self, path: ast.Path | None) -> bool:
        if path is None or path.location is None:
            return False
        variable = self.symbols.global_(self.unit, path.location)
        if variable is None or variable.declaration != "storage":
            return False
        return not isinstance(variable.type_, ast.MappingType | ast.VectorType)

    def children(self, node: object) -> None:
        for child in operands(node) if isinstance(node, ast.Expression) else ast.child_code(node):
            self.visit(child)


class _Summarizing(_Effects):
    """Notes what a piece of code of a unit does at all."""

    def __init__(self, order: _Order, unit: str) -> None:
        super().__init__(order.compilation)
        self.order, self.unit = order, unit
        self.summary = _Summary()

    def on_AssignStatement(self, node: ast.AssignStatement) -> None:
        root, indices = _place(node.place)
        self.summary.writes |= self.is_storage(root)
        for part in (*indices, node.value):
            self.visit(part)

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> None:
        self.children(node)
        operation = _operation(node)
        self.summary.add(_Summary(operation == READ, operation == WRITE, operation == INTERACTION))

    def on_CallExpression(self, node: ast.CallExpression) -> None:
        self.children(node)
        self.summary.add(self.order.summary_of(node.function))

    def on_DynamicOpExpression(self, node: ast.DynamicOpExpression) -> None:
        self.children(node)
        self.summary.reads |= not isinstance(node.kind, ast.DynamicCall)

    def on_Path(self, node: ast.Path) -> None:
        self.summary.reads |= self.is_storage(node)

    def on_AsyncExpression(self, node: ast.AsyncExpression) -> None:
        self.visit(node.block)


class _Order(_Effects):
    """Scans in order; `after` is the place of the first interaction so far."""

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.summaries: dict[ast.Location, _Summary] = {}
        self.warned: set[tuple[Span, str]] = set()
        self.after: Span | None = None

    def on_Function(self, function: ast.Function) -> None:
        if function.is_test:
            return
        if not isinstance(self.space, ast.ProgramScope):
            self.unit = ""  # modules see no storage, as in the reference compiler
        if function.variant.is_finalize_context:
            self.final_block(function.block)
        elif function.variant is ast.Variant.ENTRY_POINT:
            for node in expressions_of(function.block):
                if isinstance(node, ast.AsyncExpression):
                    self.final_block(node.block)

    def final_block(self, block: ast.Block) -> None:
        outer, self.after = self.after, None
        self.visit(block)
        self.after = outer

    # Summaries ------------------------------------------------------------------------------------------

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
        if location not in self.symbols.signatures:
            summary = self.summarize(function.block, location.program)
        elif function.variant is ast.Variant.VIEW:
            summary = _Summary(reads=True)
        else:
            summary = _Summary(True, True, True)
        self.summaries[location] = summary
        return summary

    def summarize(self, block: ast.Block, unit: str) -> _Summary:
        walk = _Summarizing(self, unit)
        walk.visit(block)
        return walk.summary

    # Scanning -------------------------------------------------------------------------------------------

    def warn(self, name: str, span: Span, **values: object) -> None:
        if (span, name) not in self.warned:
            self.warned.add((span, name))
            self.compilation.report(name, span, **values)

    def apply(self, operation: str, span: Span, what: str) -> None:
        if operation == INTERACTION:
            self.after = self.after or span
        elif self.after is not None and operation:
            name = "check_after_interaction" if operation == READ else "effect_after_interaction"
            self.warn(name, span, operation=what)

    def on_AssignStatement(self, node: ast.AssignStatement) -> None:
        root, indices = _place(node.place)
        for part in (*indices, node.value):
            self.visit(part)
        if self.is_storage(root):
            self.apply(WRITE, node.span, "a storage variable write")

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> None:
        self.visit(node.condition)
        before = self.after
        self.visit(node.then)
        after_then, self.after = self.after, before
        if node.otherwise is not None:
            self.visit(node.otherwise)
        self.after = after_then or self.after

    def on_IterationStatement(self, node: ast.IterationStatement) -> None:
        self.visit(node.start)
        self.visit(node.stop)
        summary = self.summarize(node.block, self.unit)
        if summary.interacts and (summary.reads or summary.writes):
            self.warn("cei_violation_in_loop", node.variable.span)
        self.visit(node.block)
        if summary.interacts:
            self.after = self.after or node.span

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> None:
        """The second side is looked at only if nothing has interacted before its end."""
        self.visit(node.condition)
        self.visit(node.if_true)
        if self.after is None:
            self.visit(node.if_false)

    def on_AsyncExpression(self, node: ast.AsyncExpression) -> None:
        self.final_block(node.block)

    def on_Path(self, node: ast.Path) -> None:
        if self.is_storage(node):
            self.apply(READ, node.span, "a storage variable read")

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> None:
        self.children(node)
        self.apply(_operation(node), node.span, f"a call to `{node.name}`")

    def on_CallExpression(self, node: ast.CallExpression) -> None:
        self.children(node)
        summary = self.summary_of(node.function)
        if self.after is not None and (summary.reads or summary.writes):
            self.warn("callee_has_effects_after_interaction", node.span, callee=show_path(node.function))
        if summary.interacts:
            self.after = self.after or node.span

    def on_DynamicOpExpression(self, node: ast.DynamicOpExpression) -> None:
        self.children(node)
        match node.kind:
            case ast.DynamicRead(storage):
                self.apply(READ, node.span, f"a read of dynamic storage `{storage.name}`")
            case ast.DynamicMemberOp(op=op):
                self.apply(READ, node.span, f"a `{op.name}` call on dynamic storage")


def check_effects(compilation: Compilation) -> None:
    """Reports WCEI03713000 to 13003; changes nothing."""
    _Order(compilation).functions()


PASS = Pass("CeiAnalysis", check_effects, kind="check", requires={"typed", "disambiguated"})
