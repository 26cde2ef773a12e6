"""Converts statement nodes and blocks."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast_builder.base import find_node, nodes_of, tokens_of
from avm.leo.ast_builder.expressions import ExpressionReader
from avm.leo.cst import EXPRESSION_KINDS, TYPE_KINDS, Node
from avm.leo.operators import INFIX

STATEMENT_KINDS = frozenset(
    [
        "LET_STMT",
        "CONST_STMT",
        "RETURN_STMT",
        "EXPR_STMT",
        "ASSIGN_STMT",
        "COMPOUND_ASSIGN_STMT",
        "IF_STMT",
        "FOR_STMT",
        "FOR_INCLUSIVE_STMT",
        "BLOCK",
        "ASSERT_STMT",
        "ASSERT_EQ_STMT",
        "ASSERT_NEQ_STMT",
    ]
)
_PATTERNS = frozenset({"IDENT_PATTERN", "TUPLE_PATTERN", "WILDCARD_PATTERN"})
_ASSERTS = {
    "ASSERT_EQ_STMT": ("AssertEq", "assert_eq"),
    "ASSERT_NEQ_STMT": ("AssertNeq", "assert_neq"),
}


class StatementReader(ExpressionReader):
    """Statements."""

    def block(self, node: Node) -> ast.Block:
        span, id_ = self.whole(node), self.next_id()
        return ast.Block(
            tuple([self.statement(child) for child in nodes_of(node) if child.kind in STATEMENT_KINDS]),
            span,
            id_,
        )

    def statement(self, node: Node) -> ast.Statement:
        span, id_ = self.whole(node), self.next_id()
        match node.kind:
            case "LET_STMT":
                return self._let(node, span, id_)
            case "CONST_STMT":
                place = self.require_identifier(node, "name in const declaration")
                type_ = self.require_type(node, "type in const declaration")
                value = self.require_expression(node, "value in const declaration")
                return ast.ConstDeclaration(place, type_, value, None, span, id_)
            case "RETURN_STMT":
                child = find_node(node, EXPRESSION_KINDS)
                result = ast.UnitExpression(span, self.next_id()) if child is None else self.expression(child)
                return ast.ReturnStatement(result, span, id_)
            case "EXPR_STMT":
                label = "expression in expression statement"
                return ast.ExpressionStatement(self.require_expression(node, label), span, id_)
            case "ASSIGN_STMT" | "COMPOUND_ASSIGN_STMT":
                return self._assign(node, span, id_)
            case "IF_STMT":
                return self._if(node, span, id_)
            case "FOR_STMT" | "FOR_INCLUSIVE_STMT":
                return self._for(node, span, id_)
            case "BLOCK":
                return self.block(node)
            case "ASSERT_STMT":
                condition = self.require_expression(node, "expression in assert")
                return ast.AssertStatement("Assert", (condition,), span, id_)
            case "ASSERT_EQ_STMT" | "ASSERT_NEQ_STMT":
                variant, name = _ASSERTS[node.kind]
                left = self._nth(node, 0, f"first expression in {name}")
                right = self._nth(node, 1, f"second expression in {name}")
                return ast.AssertStatement(variant, (left, right), span, id_)
            case _:
                return ast.ExpressionStatement(self.error_expression(span), span, id_)

    def _nth(self, node: Node, n: int, label: str) -> ast.Expression:
        children = [child for child in nodes_of(node) if child.kind in EXPRESSION_KINDS]
        if n < len(children):
            return self.expression(children[n])
        span = self.whole(node)
        self.missing(label, node.text, span)
        return self.error_expression(span)

    def _let(self, node: Node, span: Span, id_: int) -> ast.Statement:
        pattern = find_node(node, _PATTERNS)
        place: ast.Identifier | tuple[ast.Identifier, ...]
        if pattern is None:
            self.missing("pattern in let statement", node.text, span)
            place = self.error_identifier(span)
        elif pattern.kind == "TUPLE_PATTERN":
            place = tuple(
                [
                    self._pattern(child)
                    for child in nodes_of(pattern)
                    if child.kind in ("IDENT_PATTERN", "WILDCARD_PATTERN")
                ]
            )
        else:
            place = self._pattern(pattern)
        type_node = find_node(node, TYPE_KINDS)
        type_ = self.type(type_node) if type_node is not None else None
        value = self.require_expression(node, "value in let statement")
        return ast.DefinitionStatement(place, type_, value, span, id_)

    def _pattern(self, node: Node) -> ast.Identifier:
        if node.kind == "WILDCARD_PATTERN":
            return ast.Identifier("_", self.whole(node), self.next_id())
        identifier = self.require_identifier(node, "identifier in pattern")
        self.check_definition(identifier)
        return identifier

    def _assign(self, node: Node, span: Span, id_: int) -> ast.Statement:
        compound = node.kind == "COMPOUND_ASSIGN_STMT"
        label = "compound assignment" if compound else "assignment"
        if find_node(node, EXPRESSION_KINDS) is None:
            self.missing(f"left side in {label}", node.text, span)
            return ast.ExpressionStatement(self.error_expression(span), span, id_)
        place = self._nth(node, 0, "")
        value = self._nth(node, 1, f"right side in {label}")
        if compound:
            op = next(
                INFIX[t.kind[:-1]].name
                for t in tokens_of(node)
                if t.kind.endswith("=") and t.kind[:-1] in INFIX
            )
            value = ast.BinaryExpression(place, value, op, span, self.next_id())
        return ast.AssignStatement(place, value, span, id_)

    def _if(self, node: Node, span: Span, id_: int) -> ast.Statement:
        condition = self.require_expression(node, "condition in if statement")
        branches = [child for child in nodes_of(node) if child.kind in ("BLOCK", "IF_STMT")]
        if branches and branches[0].kind == "BLOCK":
            then = self.block(branches[0])
        else:
            self.missing("then block in if statement", node.text, span)
            then = self.error_block(span)
        otherwise = self.statement(branches[1]) if len(branches) > 1 else None
        return ast.ConditionalStatement(condition, then, otherwise, span, id_)

    def _for(self, node: Node, span: Span, id_: int) -> ast.Statement:
        variable = self.require_identifier(node, "variable in for statement")
        type_node = find_node(node, TYPE_KINDS)
        type_ = self.type(type_node) if type_node is not None else None
        start = self._nth(node, 0, "start expression in for statement")
        stop = self._nth(node, 1, "stop expression in for statement")
        body = find_node(node, {"BLOCK"})
        if body is None:
            self.missing("block in for statement", node.text, span)
            block = self.error_block(span)
        else:
            block = self.block(body)
        inclusive = node.kind == "FOR_INCLUSIVE_STMT"
        return ast.IterationStatement(variable, type_, start, stop, inclusive, block, span, id_)
