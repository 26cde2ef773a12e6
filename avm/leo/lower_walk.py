"""Reading walks over a tree: every expression and every statement of a block."""

from __future__ import annotations

from collections.abc import Iterator

from avm.leo import ast


def blocks_of(statement: ast.Statement) -> Iterator[ast.Expression]:
    """The outermost expressions of a statement and of the statements in it, in source order."""
    match statement:
        case ast.Block():
            for inner in statement.statements:
                yield from blocks_of(inner)
        case ast.AssertStatement():
            yield from statement.expressions
        case ast.AssignStatement():
            yield statement.place
            yield statement.value
        case ast.ConditionalStatement():
            yield statement.condition
            yield from blocks_of(statement.then)
            if statement.otherwise is not None:
                yield from blocks_of(statement.otherwise)
        case ast.ConstDeclaration() | ast.DefinitionStatement():
            yield statement.value
        case ast.ExpressionStatement() | ast.ReturnStatement():
            yield statement.expression
        case ast.IterationStatement():
            yield statement.start
            yield statement.stop
            yield from blocks_of(statement.block)


def expressions_of(expression: ast.Expression) -> Iterator[ast.Expression]:
    """An expression and everything in it, those inside final blocks too."""
    yield expression
    if isinstance(expression, ast.AsyncExpression):
        for inner in blocks_of(expression.block):
            yield from expressions_of(inner)
        return
    for child in ast.child_expressions(expression):
        yield from expressions_of(child)


def statements_of(statement: ast.Statement) -> Iterator[ast.Statement]:
    """A statement and the statements in it, in source order."""
    yield statement
    match statement:
        case ast.Block():
            for inner in statement.statements:
                yield from statements_of(inner)
        case ast.ConditionalStatement():
            yield from statements_of(statement.then)
            if statement.otherwise is not None:
                yield from statements_of(statement.otherwise)
        case ast.IterationStatement():
            yield from statements_of(statement.block)
