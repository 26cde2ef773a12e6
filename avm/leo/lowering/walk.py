"""Reading walks over a tree: expressions and statements of a block, and what is read there.

They keep their own stack, so that depth costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from avm.leo import ast


def statements_of(statement: ast.Statement) -> Iterator[ast.Statement]:
    """A statement and the statements in it, in source order."""
    stack = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(ast.child_statements(node)))


def expressions_of(root: ast.Expression | ast.Statement) -> Iterator[ast.Expression]:
    """All expressions of a tree in source order, each before those in it; those in final blocks too."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Expression):
            yield node
        stack.extend(reversed(ast.child_code(node)))


def defined_in(statement: ast.Statement) -> list[str]:
    """The names that a statement and those in it define, in source order."""
    names: list[str] = []
    for node in statements_of(statement):
        match node:
            case ast.DefinitionStatement():
                names += [p.name for p in node.places]
            case ast.ConstDeclaration():
                names.append(node.place.name)
            case ast.IterationStatement():
                names.append(node.variable.name)
    return names


def reads_of(block: ast.Block, types: Mapping[int, ast.Type]) -> Iterator[tuple[ast.Path, int | None]]:
    """The paths that a block reads, in source order; with an index where an element of a tuple is read.

    What stands in types is read before the values; a cast's type reads nothing.
    """
    stack: list[ast.Expression | ast.Statement | ast.Type] = [block]
    while stack:
        node = stack.pop()
        match node:
            case ast.Path():
                yield node, None
            case ast.TupleAccess(tuple_=ast.Path() as path):
                yield path, None if isinstance(types.get(path.id), ast.FutureType) else node.index
            case ast.CastExpression():
                stack.append(node.expression)
            case _:
                stack.extend(reversed(ast.child_nodes(node)))


def operands(node: ast.Expression) -> tuple[ast.Expression, ...]:
    """Operands that carry values: not const arguments, the count of a repetition, the base of an update."""
    match node:
        case ast.CallExpression():
            return node.arguments
        case ast.CompositeExpression():
            return tuple([m.expression for m in node.members if m.expression is not None])
        case ast.RepeatExpression():
            return (node.expr,)
        case _:
            return ast.child_expressions(node)
