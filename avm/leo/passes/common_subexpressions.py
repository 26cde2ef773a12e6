"""Common subexpressions: a value that a variable already holds is read from it.

    let a = x + y;  let b = y + x;  return b;             let a = x + y;  return a;

Shared are atoms, arrays, element reads, operators, repeats and ternaries over atoms; a name found inside a
branch is not used after it. Operands of commutative operators match in either order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.operators import OPERATORS

Key: TypeAlias = "tuple[str | Key, ...]"


class _Sharing(Rewriter):
    untouched = (ast.ConstDeclaration, ast.Library)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.scopes: list[dict[Key, str]] = []
        self.inside = False  # an expression: its operands stay literals

    def _find(self, key: Key) -> str | None:
        for scope in reversed(self.scopes):
            if key in scope:
                return scope[key]
        return None

    def _over_shared(self, node: ast.Expression) -> ast.Expression:
        """The expression with operands read from the first variable that holds them."""
        outer, self.inside = self.inside, not isinstance(node, ast.TupleExpression)
        result = super().expression(node)
        self.inside = outer
        return result

    def expression(self, node: ast.Expression) -> ast.Expression:
        if isinstance(node, ast.Literal) and self.inside:
            return node
        node = self._over_shared(node)
        key = _key(node)
        name = None if key is None else self._find(key)
        if name is None:
            return node
        return self.compilation.local(name, self.compilation.types[node.id], node.span)

    def on_TupleAccess(self, node: ast.TupleAccess) -> ast.Expression:
        return node

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        if not isinstance(node.place, ast.Identifier):
            return (replace(node, value=self.expression(node.value)),)
        value = self._over_shared(node.value)
        key = _key(value)
        if key is not None:
            name = self._find(key)
            if name is not None:
                self.scopes[-1]["path", node.place.name] = name
                return ()
            self.scopes[-1][key] = node.place.name
        return (replace(node, value=value),)

    def block(self, node: ast.Block) -> ast.Block:
        self.scopes.append({})
        result = super().block(node)
        self.scopes.pop()
        return result


def _key(node: ast.Expression) -> Key | None:
    """What expressions of the same value have in common; None for one that is not shared."""
    match node:
        case ast.Literal():
            suffix = "" if node.integer_type is None else node.integer_type.name
            return ("literal", node.variant, suffix, node.value)
        case ast.Path():
            return ("path", *node.segments)
        case ast.BinaryExpression() | ast.UnaryExpression():
            keys = _keys(node)
            return (node.op, *(sorted(keys) if OPERATORS[node.op].commutes else keys))
        case ast.TernaryExpression() | ast.ArrayAccess() | ast.ArrayExpression() | ast.RepeatExpression():
            return (type(node).__name__, *_keys(node))
        case _:
            return None


def _keys(node: ast.Expression) -> list[Key]:
    """The keys of the operands, which are atoms."""
    keys = []
    for operand in ast.child_expressions(node):
        assert isinstance(operand, ast.Path | ast.Literal), type(operand).__name__
        keys.append(_key(operand) or ())
    return keys


PASS = Pass(
    "CommonSubexpressionEliminating",
    lambda c: _Sharing(c).program(c.program),
    requires={"ssa", "inlined"},
    ensures={"shared"},
    idempotent=False,
)
