"""A visitor reads a tree node by node; a check overrides only the nodes it looks at."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from avm.leo import ast
from avm.leo.ast.namespaces import namespaces
from avm.leo.compilation import Compilation


@cache
def _method(own: type, cls: type) -> Callable[..., None] | None:
    method: Callable[..., None] | None = getattr(own, f"on_{cls.__name__}", None)
    return method


class Visitor:
    """Calls `on_Class` for the nodes of a class; without it the expressions and statements below are visited.

    `space` and `unit` are where the function at work stands, and the name of its program or library.
    """

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.report = compilation.report
        self.symbols = compilation.symbols
        self.types = compilation.types
        self._step = compilation.builder.budget.step
        self.space: ast.Namespace | None = None
        self.unit = ""

    def visit(self, node: object) -> None:
        self._step()
        own: type = self.__class__
        cls: type = node.__class__
        method = _method(own, cls)
        if method is None:
            self.children(node)
        else:
            method(self, node)

    def children(self, node: object) -> None:
        for child in ast.child_code(node):
            self.visit(child)

    def functions(self) -> None:
        """Visit the functions of all namespaces."""
        for space in namespaces(self.compilation.tree):
            self.space, self.unit = space, space.name
            for function in space.functions:
                if isinstance(function, ast.Function):
                    self.visit(function)
