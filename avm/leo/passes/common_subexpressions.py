"""Common subexpressions: a value that a variable already holds is read from it.

    let a = x + y;  let b = y + x;  return b;             let a = x + y;  return a;

Shared are atoms, arrays, element reads, operators, repeats and ternaries over atoms; a name found inside a
branch is not used after it. Operands of commutative operators match in either order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.operators import OPERATORS

Key = tuple[Any, ...]


class _Sharing(Rewriter):
    untouched = (ast.ConstDeclaration, ast.Library)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.scopes: list[dict[Key, str]] = []

    def _find(self, key: Key) -> str | None:
        for scope in reversed(self.scopes):
            if key in scope:
                return scope[key]
        return None

    def _atom(self, node: ast.Expression) -> tuple[ast.Expression, Key]:
        """The operand, read from the first variable that holds it, and its key."""
        if isinstance(node, ast.Literal):
            return node, _literal_key(node)
        assert isinstance(node, ast.Path), type(node).__name__
        key: Key = ("path", *node.segments)
        name = self._find(key)
        if name is None:
            return node, key
        read = self.compilation.local(name, self.compilation.types[node.id], node.span)
        return read, ("path", name)

    def _atoms(self, nodes: tuple[ast.Expression, ...]) -> tuple[tuple[ast.Expression, ...], tuple[Key, ...]]:
        pairs = [self._atom(n) for n in nodes]
        return tuple(n for n, _ in pairs), tuple(k for _, k in pairs)

    def _keyed(self, node: ast.Expression) -> tuple[ast.Expression, Key | None]:
        """The expression over shared operands, and its key if it may be shared itself."""
        match node:
            case ast.Literal():
                return node, _literal_key(node)
            case ast.Path():
                return node, ("path", *node.segments)
            case ast.BinaryExpression():
                (left, right), keys = self._atoms((node.left, node.right))
                if OPERATORS[node.op].commutes:
                    keys = tuple(sorted(keys))
                return replace(node, left=left, right=right), ("binary", node.op, keys)
            case ast.UnaryExpression():
                receiver, key = self._atom(node.receiver)
                return replace(node, receiver=receiver), ("unary", node.op, key)
            case ast.TernaryExpression():
                parts, keys = self._atoms((node.condition, node.if_true, node.if_false))
                condition, if_true, if_false = parts
                select = ast.TernaryExpression(condition, if_true, if_false, node.span, node.id)
                return select, ("ternary", keys)
            case ast.ArrayAccess():
                (array, index), keys = self._atoms((node.array, node.index))
                return replace(node, array=array, index=index), ("element", keys)
            case ast.ArrayExpression():
                elements, keys = self._atoms(node.elements)
                return replace(node, elements=elements), ("array", keys)
            case ast.RepeatExpression():
                (expr, count), keys = self._atoms((node.expr, node.count))
                return replace(node, expr=expr, count=count), ("repeat", keys)
            case ast.CallExpression() | ast.IntrinsicExpression():
                return replace(node, arguments=self._atoms(node.arguments)[0]), None
            case ast.CastExpression():
                return replace(node, expression=self._atom(node.expression)[0]), None
            case ast.MemberAccess():
                return replace(node, inner=self._atom(node.inner)[0]), None
            case ast.CompositeExpression():
                members = tuple(
                    [
                        m if m.expression is None else replace(m, expression=self._atom(m.expression)[0])
                        for m in node.members
                    ]
                )
                return replace(node, members=members), None
            case ast.TupleExpression():
                return replace(node, elements=tuple([self.expression(e) for e in node.elements])), None
            case ast.DynamicOpExpression():
                return self._dynamic_operands(node), None
            case _:
                return node, None

    def _dynamic_operands(self, node: ast.DynamicOpExpression) -> ast.Expression:
        kind = node.kind
        target = self._atom(node.target_program)[0]
        network = None if node.network is None else self._atom(node.network)[0]
        if not isinstance(kind, ast.DynamicRead):
            kind = replace(kind, arguments=self._atoms(kind.arguments)[0])
        return replace(node, target_program=target, network=network, kind=kind)

    def expression(self, node: ast.Expression) -> ast.Expression:
        node, key = self._keyed(node)
        name = None if key is None else self._find(key)
        if name is None:
            return node
        return self.compilation.local(name, self.compilation.types[node.id], node.span)

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        if not isinstance(node.place, ast.Identifier):
            return (replace(node, value=self.expression(node.value)),)
        value, key = self._keyed(node.value)
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


def _literal_key(node: ast.Literal) -> Key:
    return ("literal", node.variant, "" if node.integer_type is None else node.integer_type.name, node.value)


PASS = Pass(
    "CommonSubexpressionEliminating",
    lambda c: _Sharing(c).program(c.program),
    requires={"ssa", "inlined"},
    ensures={"shared"},
    idempotent=False,
)
