"""Reading walks over a tree: every expression of a block, every type a unit declares."""

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


def types_of(unit: ast.ProgramScope | ast.Module | ast.Library | ast.AleoProgram) -> Iterator[ast.Type]:
    """The types a unit's mappings, storage, signatures and annotations name."""
    if isinstance(unit, (ast.ProgramScope, ast.AleoProgram)):
        for mapping in unit.mappings:
            yield mapping.key_type
            yield mapping.value_type
    if isinstance(unit, ast.ProgramScope):
        for storage in unit.storage_variables:
            yield storage.type_
    for function in unit.functions:
        for parameter in function.input:
            yield parameter.type_
        for output in function.output:
            yield output.type_
        if isinstance(function, ast.Function):
            for statement in statements_of(function.block):
                if isinstance(statement, (ast.DefinitionStatement, ast.ConstDeclaration)):
                    if statement.type_ is not None:
                        yield statement.type_
    if isinstance(unit, ast.AleoProgram):
        return
    for const in unit.consts:
        yield const.type_
    for interface in unit.interfaces:
        for prototype in interface.functions:
            for parameter in prototype.input:
                yield parameter.type_
            for output in prototype.output:
                yield output.type_
        for held in interface.mappings:
            yield held.key_type
            yield held.value_type
