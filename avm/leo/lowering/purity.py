"""Which expressions can be dropped when nobody reads their value: those that can neither halt nor act."""

from __future__ import annotations

from collections.abc import Mapping

from avm.leo import ast
from avm.leo.intrinsics import INTRINSICS
from avm.leo.operators import OPERATORS
from avm.leo.type_rules import literal_type


def intrinsic_is_pure(name: str) -> bool:
    """Whether an intrinsic neither halts nor acts; as in the reference compiler, commitments are kept."""
    intrinsic = INTRINSICS.get(name)
    if intrinsic is None:
        return False
    return not intrinsic.opcode or (intrinsic.op.is_total and intrinsic.kind != "Commit")


def can_discard(node: ast.Expression, types: Mapping[int, ast.Type]) -> bool:
    """Whether evaluating the expression certainly has no effect beyond its value."""
    stack = [node]
    while stack:
        part = stack.pop()
        if not _is_pure(part, types):
            return False
        stack.extend(ast.child_expressions(part))
    return True


def _is_pure(node: ast.Expression, types: Mapping[int, ast.Type]) -> bool:
    """Whether the outermost operation of an expression has no effect."""
    match node:
        case ast.CallExpression() | ast.DynamicOpExpression() | ast.ErrExpression():
            return False
        case ast.AsyncExpression() | ast.CastExpression():
            return False
        case ast.IntrinsicExpression():
            return intrinsic_is_pure(node.name)
        case ast.BinaryExpression() | ast.UnaryExpression():
            return not OPERATORS[node.op].can_halt(literal_type(types[node.id]))
        case ast.MemberAccess():
            return types[node.inner.id] != ast.DYN_RECORD or node.name.name == "owner"
        case _:
            return True
