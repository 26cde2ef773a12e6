"""Types of operators, and of numerals without suffix beside them."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show
from avm.leo.operators import OPERATORS, Operator
from avm.leo.type_rules import equivalent, literal_type
from avm.leo.typecheck.calls import CallChecks
from avm.types.literal_type import LiteralType

_NUMERIC_TARGETS = (ast.FIELD, ast.GROUP, ast.SCALAR)
_MAGNITUDES = (ast.U8, ast.U16, ast.U32)


def takes_numeral(type_: ast.Type | None) -> bool:
    """Whether a numeral without suffix may have this type."""
    return isinstance(type_, ast.IntegerType) or type_ in _NUMERIC_TARGETS


def is_none(node: ast.Expression) -> bool:
    """The literal `none`."""
    return isinstance(node, ast.Literal) and node.variant == "None"


class OperatorChecks(CallChecks):
    """Binary and unary operators."""

    def _infer_right(self, node: ast.Expression, left: ast.Type) -> ast.Type:
        self.types[node.id] = left
        if isinstance(node, ast.Literal):
            self.check_numeral(node, left)
        return left

    def _infer(self, node: ast.BinaryExpression, t1: ast.Type, t2: ast.Type) -> tuple[ast.Type, ast.Type]:
        """Give a numeral without suffix the type of the other operand, or report that it has none."""
        if t1 != ast.NUMERIC and t2 != ast.NUMERIC:
            return t1, t2
        if t2 == ast.NUMERIC and takes_numeral(t1):
            return t1, self._infer_right(node.right, t1)
        if t1 == ast.NUMERIC and takes_numeral(t2):
            return self._infer_right(node.left, t2), t2
        if t1 == ast.NUMERIC:
            t1 = self.fail_inference(node.left)
            if t2 == ast.NUMERIC:
                t2 = self.fail_inference(node.right)
        else:
            t2 = self.fail_inference(node.right)
        return t1, t2

    def _same_type(self, node: ast.BinaryExpression, t1: ast.Type, t2: ast.Type) -> ast.Type:
        if t1 is ast.ERR or t2 is ast.ERR:
            return ast.ERR
        if not equivalent(t1, t2):
            self.report(
                "operation_types_mismatch",
                node.span,
                operation=OPERATORS[node.op].text,
                type1=show(t1),
                type2=show(t2),
            )
            return ast.ERR
        return t1

    def on_BinaryExpression(self, node: ast.BinaryExpression, expected: ast.Type | None) -> ast.Type:
        operator = OPERATORS[node.op]
        match node.op:
            case "Eq" | "Neq":
                return self._visit_equality(node, expected)
            case "Mul":
                type_ = self._visit_mul(node, expected)
            case "Pow":
                type_ = self._visit_pow(node, expected)
            case _ if operator.takes == (LiteralType.BOOLEAN,):
                self.assert_type(ast.BOOLEAN, expected, node.span)
                self.visit(node.left, ast.BOOLEAN)
                self.visit(node.right, ast.BOOLEAN)
                return ast.BOOLEAN
            case _ if all(result is LiteralType.BOOLEAN for _, result in operator.rows):
                self._visit_alike(node, operator, None)
                type_ = ast.BOOLEAN
            case _ if any(left is not right for (left, right), _ in operator.rows):
                return self._visit_magnitude(node, operator, expected)
            case _:
                type_ = self._visit_alike(node, operator, self.unwrapped(expected))
        self.assert_type(type_, expected, node.span)
        return type_

    def _assert_taken(self, operator: Operator, type_: ast.Type, span: Span) -> None:
        if type_ is not ast.ERR and literal_type(type_) not in operator.takes:
            self.should_be(type_, operator.wanted, span)

    def _visit_alike(
        self, node: ast.BinaryExpression, operator: Operator, wanted: ast.Type | None
    ) -> ast.Type:
        """Two operands of one type."""
        t1, t2 = self.visit(node.left, wanted), self.visit(node.right, wanted)
        t1, t2 = self._infer(node, t1, t2)
        self._assert_taken(operator, t1, node.left.span)
        self._assert_taken(operator, t2, node.right.span)
        return self._same_type(node, t1, t2)

    def _visit_magnitude(
        self, node: ast.BinaryExpression, operator: Operator, expected: ast.Type | None
    ) -> ast.Type:
        """An integer and how far it is shifted or raised."""
        t1 = self.visit_typed(node.left, self.unwrapped(expected))
        t2 = self.visit_typed(node.right)
        self._assert_taken(operator, t1, node.left.span)
        if t2 is not ast.ERR and t2 not in _MAGNITUDES:
            self.report("shift_type_magnitude", node.right.span, operation=operator.text, rhs_type=show(t2))
        return t1

    def _visit_mul(self, node: ast.BinaryExpression, expected: ast.Type | None) -> ast.Type:
        wanted = self.unwrapped(expected)
        if wanted == ast.GROUP:
            wanted = None  # a group times a scalar, in either order
        t1, t2 = self.visit(node.left, wanted), self.visit(node.right, wanted)
        opposite = {ast.GROUP: ast.SCALAR, ast.SCALAR: ast.GROUP}
        if t2 == ast.NUMERIC and t1 in opposite:
            _, t2 = self._infer(node, opposite[t1], t2)
        elif t1 == ast.NUMERIC and t2 in opposite:
            t1, _ = self._infer(node, t1, opposite[t2])
        else:
            t1, t2 = self._infer(node, t1, t2)
        if t1 is ast.ERR or t2 is ast.ERR:
            return ast.ERR
        if (t1, t2) in ((ast.GROUP, ast.SCALAR), (ast.SCALAR, ast.GROUP)):
            return ast.GROUP
        if t1 == t2 and (t1 == ast.FIELD or isinstance(t1, ast.IntegerType)):
            return t1
        self.report("mul_types_mismatch", node.span, type1=show(t1), type2=show(t2))
        return ast.ERR

    def _visit_pow(self, node: ast.BinaryExpression, expected: ast.Type | None) -> ast.Type:
        t1, t2 = self.visit(node.left, self.unwrapped(expected)), self.visit(node.right)
        if (t1, t2) in ((ast.FIELD, ast.NUMERIC), (ast.NUMERIC, ast.FIELD)):
            t1, t2 = self._infer(node, t1, t2)
        else:
            if t1 == ast.NUMERIC:
                t1 = self.fail_inference(node.left)
            if t2 == ast.NUMERIC:
                t2 = self.fail_inference(node.right)
        if t1 is ast.ERR or t2 is ast.ERR:
            return ast.ERR
        if t1 == t2 == ast.FIELD:
            return ast.FIELD
        is_integer = isinstance(t1, ast.IntegerType)
        if not is_integer or t2 not in _MAGNITUDES:
            self.report("pow_types_mismatch", node.span, type1=show(t1), type2=show(t2))
        return t1 if is_integer else ast.ERR

    def _visit_equality(self, node: ast.BinaryExpression, expected: ast.Type | None) -> ast.Type:
        if is_none(node.right):
            t1 = self.visit(node.left)
            t2 = self.visit(node.right, t1)
        elif is_none(node.left):
            t2 = self.visit(node.right)
            t1 = self.visit(node.left, t2)
        else:
            t1, t2 = self.visit(node.left), self.visit(node.right)
        t1, t2 = self._infer(node, t1, t2)
        self._same_type(node, t1, t2)
        if t1 == ast.UNIT and t2 == ast.UNIT:
            op, value = ("==", "true") if node.op == "Eq" else ("!=", "false")
            self.compilation.warn_once(
                "comparison_of_unit_operands_is_constant", node.span, op=op, value=value
            )
        self.assert_type(ast.BOOLEAN, expected, node.span)
        return ast.BOOLEAN

    def on_UnaryExpression(self, node: ast.UnaryExpression, expected: ast.Type | None) -> ast.Type:
        operator, wanted, span = OPERATORS[node.op], self.unwrapped(expected), node.span
        if operator.target:
            self.visit(node.receiver, ast.GROUP)
            self.assert_type(ast.FIELD, expected, span)
            self.assert_type(ast.FIELD, expected, span)
            return ast.FIELD
        if operator.takes == (LiteralType.FIELD,):
            type_ = self.visit(node.receiver, wanted)
            if type_ == ast.NUMERIC:
                type_ = self.types[node.receiver.id] = ast.FIELD
            else:
                self.assert_type(type_, ast.FIELD, span)
        else:
            type_ = self.visit_typed(node.receiver, wanted)
            self._assert_taken(operator, type_, node.receiver.span if node.op == "Negate" else span)
        self.assert_type(type_, expected, span)
        return type_
