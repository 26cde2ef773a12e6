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


def expressions_of(root: ast.Expression | ast.Statement) -> Iterator[ast.Expression]:
    """All expressions of a tree in source order, each before those in it; those in final blocks too."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Expression):
            yield node
        stack.extend(reversed(ast.child_code(node)))
