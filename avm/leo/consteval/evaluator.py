"""What evaluation at compile time shares: the constants that rewritten expressions stand for.

The values of nodes are kept by their ids; an operator over values is computed, one that fails is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import Unsupported
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation
from avm.leo.consteval import operators
from avm.leo.consteval.values import Sequence, Tuple, Value, of_literal, suffixed, to_expression
from avm.leo.lowering.rewriter import Rewriter


class Evaluator(Rewriter):
    """A rewriter of expressions; `value` gives the constant an already rewritten one stands for."""

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.values: dict[int, Value] = {}

    def value(self, node: ast.Expression) -> Value | None:
        return self.values.get(node.id)

    def known(self, nodes: Iterable[ast.Expression]) -> tuple[Value, ...] | None:
        """The values of several expressions; None if one of them is no constant."""
        values = [self.value(n) for n in nodes]
        known = tuple(v for v in values if v is not None)
        return known if len(known) == len(values) else None

    def standing_for(self, node: ast.Expression, value: Value | None) -> ast.Expression:
        """The expression, with its constant noted."""
        if value is None:
            self.values.pop(node.id, None)
        else:
            self.values[node.id] = value
        return node

    def type_of(self, node: ast.Expression) -> ast.Type:
        return self.compilation.types[node.id]

    def constant(self, value: Value, node: ast.Expression) -> ast.Expression:
        """A constant in the place of an expression; Unsupported for a type whose values are not written."""
        result = to_expression(value, self.type_of(node), node.span, self.compilation)
        if result is None:
            raise Unsupported("A constant of this type", place=node.span)
        return self.standing_for(result, value)

    def elements(self, nodes: tuple[ast.Expression, ...]) -> tuple[ast.Expression, ...]:
        """The rewritten elements of an array or tuple."""
        return self.expressions(nodes)

    # Expressions ------------------------------------------------------------------------------------

    def on_Literal(self, node: ast.Literal) -> ast.Expression:
        type_ = self.compilation.types.get(node.id)
        if isinstance(type_, ast.OptionalType):
            type_ = type_.inner
        value = of_literal(node, type_)
        return self.standing_for(node if value is None else suffixed(node, type_), value)

    def on_ArrayExpression(self, node: ast.ArrayExpression) -> ast.Expression:
        node = replace(node, elements=self.elements(node.elements))
        known = self.known(node.elements)
        return self.standing_for(node, None if known is None else Sequence(known))

    def on_TupleExpression(self, node: ast.TupleExpression) -> ast.Expression:
        node = replace(node, elements=self.elements(node.elements))
        known = self.known(node.elements)
        return self.standing_for(node, None if known is None else Tuple(known))

    def on_BinaryExpression(self, node: ast.BinaryExpression) -> ast.Expression:
        node = self.children(node)
        one, other = self.value(node.left), self.value(node.right)
        if one is None or other is None:
            return self.open_binary(node)
        value = operators.fold(self.compilation, node, one, other)
        return self.standing_for(node, None) if value is None else self.constant(value, node)

    def open_binary(self, node: ast.BinaryExpression) -> ast.Expression:
        """A rewritten operation that has an operand of unknown value."""
        return self.standing_for(node, None)

    def on_UnaryExpression(self, node: ast.UnaryExpression) -> ast.Expression:
        node = self.children(node)
        value = self.value(node.receiver)
        if value is None:
            return self.open_unary(node)
        result = operators.fold(self.compilation, node, value)
        return self.standing_for(node, None) if result is None else self.constant(result, node)

    def open_unary(self, node: ast.UnaryExpression) -> ast.Expression:
        """A rewritten operation on an operand of unknown value."""
        return self.standing_for(node, None)
