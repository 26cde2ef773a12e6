"""SSA constant propagation: constants follow `let`, operators over them fold, identities disappear.

    let a = 2u32;  let b = a + 3u32;  return b * x;       return 5u32 * x;
    let s = S { f: x };  return s.f;                      let s = S { f: x };  return x;

Casts, calls and functions do not fold here. The pass repeats itself until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.budget import COPIED
from avm.leo.compilation import Compilation, Pass, first_span
from avm.leo.consteval.evaluator import Evaluator
from avm.leo.consteval.values import (
    Scalar,
    Sequence,
    Tuple,
    Value,
    as_bool,
    as_integer,
    of_literal,
    size,
)
from avm.leo.lowering.purity import can_discard

_MAX_ROUNDS = 1024
_NUMERALS = {"Integer", "Field", "Group", "Scalar", "Unsuffixed"}


def _is_zero(node: ast.Expression) -> bool:
    if not isinstance(node, ast.Literal):
        return False
    if node.variant == "Boolean":
        return node.value == "false"
    return node.variant in _NUMERALS and _small(node.value) == 0


def _is_one(node: ast.Expression) -> bool:
    if not isinstance(node, ast.Literal):
        return False
    if node.variant == "Boolean":
        return node.value == "true"
    return node.variant in _NUMERALS - {"Group"} and _small(node.value) == 1


def _small(text: str) -> int | None:
    value = ast.parse_integer(text)
    return value if value is not None and -(1 << 127) <= value < 1 << 127 else None


def _is_bool(node: ast.Expression, value: bool) -> bool:
    return isinstance(node, ast.Literal) and node.variant == "Boolean" and (node.value == "true") == value


def _same(left: ast.Expression, right: ast.Expression) -> bool:
    """Whether both read the same variable."""
    return (
        isinstance(left, ast.Path)
        and isinstance(right, ast.Path)
        and left.local is not None
        and left.local == right.local
    )


class _Propagation(Evaluator):
    untouched = (ast.ConstDeclaration, ast.Library)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.constants: dict[str, Value] = {}
        self.fields: dict[str, dict[str, ast.Expression]] = {}
        self.changed = False

    # Values -----------------------------------------------------------------------------------------

    def constant(self, value: Value, node: ast.Expression) -> ast.Expression:
        self.changed = True
        return super().constant(value, node)

    def _keep(self, node: ast.Expression) -> ast.Expression:
        self.changed = True
        return node

    # Expressions ------------------------------------------------------------------------------------

    def on_Path(self, node: ast.Path) -> ast.Expression:
        value = self.constants.get(node.name)
        if value is None:
            return node
        if isinstance(value, (Sequence, Tuple)):
            self.compilation.builder.budget.spend(COPIED, size(value), node.span)
        return self.constant(value, node)

    def on_Literal(self, node: ast.Literal) -> ast.Expression:
        is_program = node.variant == "Address" and node.value.endswith("aleo")
        return node if is_program else super().on_Literal(node)

    def on_MemberAccess(self, node: ast.MemberAccess) -> ast.Expression:
        inner = self.expression(node.inner)
        node = replace(node, inner=inner)
        if isinstance(inner, ast.Path) and inner.local is not None:
            atom = self.fields.get(inner.local, {}).get(node.name.name)
            if atom is not None:
                self.changed = True
                if isinstance(atom, ast.Literal):
                    value = of_literal(atom, self.compilation.types.get(atom.id))
                else:
                    assert isinstance(atom, ast.Path)
                    value = None if atom.local is None else self.constants.get(atom.local)
                span = first_span(node.span, atom.span)
                copy = replace(atom, id=self.compilation.typed_id(self.compilation.types[node.id]), span=span)
                return self.standing_for(copy, value)
        return node

    def open_binary(self, node: ast.BinaryExpression) -> ast.Expression:
        kept = self._identity(node.op, node.left, node.right, self.type_of(node))
        if kept is not None:
            return self._keep(kept)
        if node.op in ("Eq", "Neq") and _same(node.left, node.right):
            return self.constant(Scalar(ast.BOOLEAN, node.op == "Eq"), node)
        return node

    def _identity(
        self, op: str, left: ast.Expression, right: ast.Expression, type_: ast.Type
    ) -> ast.Expression | None:
        """The operand that the operation is equal to, if it is."""
        match op:
            case "Add" | "AddWrapped":
                return left if _is_zero(right) else right if _is_zero(left) else None
            case "Sub" | "SubWrapped":
                return left if _is_zero(right) else None
            case "Mul" | "MulWrapped":
                if _is_one(right):
                    return left
                if _is_one(left):
                    return right
                if isinstance(type_, ast.IntegerType) or type_ == ast.FIELD:
                    return right if _is_zero(right) else left if _is_zero(left) else None
                return None
            case "Div" | "DivWrapped":
                return left if _is_one(right) else None
            case "And" | "Or":
                neutral = op == "And"
                if _is_bool(right, neutral):
                    return left
                if _is_bool(left, neutral):
                    return right
                if _is_bool(right, not neutral):
                    return right
                return left if _is_bool(left, not neutral) else None
            case "BitwiseAnd":
                if _is_zero(right):
                    return right
                if _is_zero(left):
                    return left
                return left if _is_bool(right, True) else right if _is_bool(left, True) else None
            case "BitwiseOr":
                if _is_zero(right):
                    return left
                if _is_zero(left):
                    return right
                return right if _is_bool(right, True) else left if _is_bool(left, True) else None
            case "Xor":
                return left if _is_zero(right) else right if _is_zero(left) else None
            case _:
                return None

    def open_unary(self, node: ast.UnaryExpression) -> ast.Expression:
        receiver = node.receiver
        if node.op in ("Not", "Negate") and isinstance(receiver, ast.UnaryExpression):
            return self._keep(receiver.receiver) if receiver.op == node.op else node
        return node

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> ast.Expression:
        condition = self.expression(node.condition)
        if_true, if_false = self.expression(node.if_true), self.expression(node.if_false)
        chosen = as_bool(self.value(condition))
        if chosen is True and can_discard(if_false, self.compilation.types):
            return self._keep(if_true)
        if chosen is False and can_discard(if_true, self.compilation.types):
            return self._keep(if_false)
        one, other = as_bool(self.value(if_true)), as_bool(self.value(if_false))
        if one is True and other is False:
            self.changed = True
            return self._without_value(condition)
        if one is False and other is True:
            self.changed = True
            return ast.UnaryExpression(condition, "Not", node.span, self.compilation.typed_id(ast.BOOLEAN))
        if one is not None and one == other:
            return self._keep(if_true)
        if _same(if_true, if_false):
            return self._keep(if_true)
        return ast.TernaryExpression(condition, if_true, if_false, node.span, node.id)

    def _without_value(self, node: ast.Expression) -> ast.Expression:
        """The expression under a new id: its constant is not passed on in this round."""
        type_ = self.compilation.types[node.id]
        return replace(node, id=self.compilation.typed_id(type_))

    def on_ArrayAccess(self, node: ast.ArrayAccess) -> ast.Expression:
        found = self._element(node)
        if found is not None:
            return self.constant(found, node)
        array, index = self.expression(node.array), self.expression(node.index)
        values, position = self.value(array), as_integer(self.value(index))
        node = replace(node, array=array, index=index)
        if isinstance(values, Sequence) and position is not None:
            return self.constant(values.elements[position], node)
        return node

    def _element(self, node: ast.Expression) -> Value | None:
        """The constant that a variable or an element of one stands for, without a copy of the whole."""
        if isinstance(node, ast.Path):
            return self.constants.get(node.name)
        if not isinstance(node, ast.ArrayAccess):
            return None
        values = self._element(node.array)
        if not isinstance(values, Sequence):
            return None
        position = as_integer(self.value(self.expression(node.index)))
        return None if position is None else values.elements[position]

    def elements(self, nodes: tuple[ast.Expression, ...]) -> tuple[ast.Expression, ...]:
        elements = self.expressions(nodes)
        if any(a.id != b.id for a, b in zip(nodes, elements)):
            self.changed = True
        return elements

    # Statements -------------------------------------------------------------------------------------

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        value = self.expression(node.value)
        known = self.value(value)
        if known is not None:
            if isinstance(node.place, ast.Identifier):
                self.constants[node.place.name] = known
            elif isinstance(known, Tuple):
                for place, element in zip(node.place, known.elements):
                    self.constants[place.name] = element
        elif isinstance(node.place, ast.Identifier) and isinstance(value, ast.CompositeExpression):
            fields = {m.identifier.name: m.expression for m in value.members}
            atoms = {n: e for n, e in fields.items() if isinstance(e, (ast.Path, ast.Literal))}
            if len(atoms) == len(fields):
                self.fields[node.place.name] = dict(atoms)
        return (replace(node, value=value),)

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> Iterable[ast.Statement]:
        node = self.children(node, "condition")
        chosen = as_bool(self.value(node.condition))
        if chosen is None:
            return (self.children(node, "then", "otherwise"),)
        self.changed = True
        if chosen:
            return (self.block(node.then),)
        return () if node.otherwise is None else self.statement(node.otherwise)

    # Items ------------------------------------------------------------------------------------------

    def block_of(self, block: ast.Block) -> ast.Block:
        """A body with its own constants, rewritten until nothing changes."""
        for _ in range(_MAX_ROUNDS):
            self.constants, self.fields, self.values = {}, {}, {}
            self.compilation.builder.budget.refill(COPIED)
            self.changed = False
            block = self.block(block)
            if not self.changed or self.compilation.diagnostics.has_errors:
                return block
        raise RecursionError("constant propagation does not end")

    def on_Function(self, node: ast.Function) -> ast.Function:
        return replace(node, block=self.block_of(node.block))

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        return replace(node, block=self.block_of(node.block))


PASS = Pass(
    "SsaConstPropagation",
    lambda c: _Propagation(c).program(c.program),
    requires={"ssa", "inlined"},
    ensures={"constants folded"},
    destroys={"ssa"},
)
