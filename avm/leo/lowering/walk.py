"""Reading walks over a tree: every expression and every statement of a block.

They keep their own stack, so that depth costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from avm.leo import ast


def statements_of(statement: ast.Statement) -> Iterator[ast.Statement]:
    """A statement and the statements in it, in source order."""
    stack = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(ast.child_statements(node)))


def blocks_of(statement: ast.Statement) -> Iterator[ast.Expression]:
    """The outermost expressions of a statement and of the statements in it, in source order."""
    for node in statements_of(statement):
        yield from outermost(node)


def outermost(node: ast.Statement) -> tuple[ast.Expression, ...]:
    """The expressions of one statement, without those of the statements in it."""
    match node:
        case ast.AssertStatement():
            return node.expressions
        case ast.AssignStatement():
            return (node.place, node.value)
        case ast.ConditionalStatement():
            return (node.condition,)
        case ast.ConstDeclaration() | ast.DefinitionStatement():
            return (node.value,)
        case ast.ExpressionStatement() | ast.ReturnStatement():
            return (node.expression,)
        case ast.IterationStatement():
            return (node.start, node.stop)
        case _:
            return ()


def expressions_of(expression: ast.Expression) -> Iterator[ast.Expression]:
    """An expression and everything in it, those inside final blocks too."""
    stack: list[ast.Expression] = [expression]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.AsyncExpression):
            stack.extend(reversed(list(blocks_of(node.block))))
        else:
            stack.extend(reversed(ast.child_expressions(node)))
