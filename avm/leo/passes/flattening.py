"""Flattening: off-chain branches and early returns become straight code with ternaries.

    if c { assert(a); }       let condition$0 = c;  let $var$1 = !condition$0;
                              let $var$2 = a || $var$1;  assert($var$2);
    if c { return x; }        let $ret$3 = c ? x : y;  return $ret$3;
    return y;

Both sides of a branch are evaluated. Code that runs on chain keeps its branches.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass, first_span
from avm.leo.lowering.rewriter import Rewriter


@dataclass
class _Guard:
    """One condition on the way to the current statement; `joined` once it includes the outer ones."""

    name: str
    joined: bool = False


@dataclass
class _Return:
    """A return met so far: the guard of its path, and the name that is true iff any return was taken."""

    guard: str | None
    statement: ast.ReturnStatement
    any_return: str | None = None


class _Flattening(Rewriter):
    untouched = (ast.ConstDeclaration,)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.conditions: list[_Guard] = []
        self.returns: list[_Return] = []
        self.on_chain = False
        self.out: list[ast.Statement] = []
        self.span: Span = ast.NO_SPAN

    # Helpers ----------------------------------------------------------------------------------------

    def _define(self, name: str, value: ast.Expression, span: Span) -> str:
        self.out.append(self.compilation.define(name, value, span))
        return name

    def _name(self, value: ast.Expression, span: Span) -> str:
        return self._define(self.compilation.names.unique("$var", "$"), value, span)

    def _flag(self, name: str, span: Span) -> ast.Path:
        return self.compilation.local(name, ast.BOOLEAN, span)

    def _not(self, value: ast.Expression, span: Span) -> ast.Expression:
        return ast.UnaryExpression(value, "Not", span, self.compilation.typed_id(ast.BOOLEAN))

    # Guards -----------------------------------------------------------------------------------------

    def _guard(self, span: Span) -> str | None:
        """The variable that is true iff the branches around this place were taken; None outside branches."""
        first = len(self.conditions)
        while first and not self.conditions[first - 1].joined:
            first -= 1
        for i, guard in enumerate(self.conditions[first:], first):
            if i > 0:
                both = self.compilation.binary(
                    "And",
                    self._flag(self.conditions[i - 1].name, span),
                    self._flag(guard.name, span),
                    ast.BOOLEAN,
                    span,
                )
                guard.name = self._define(self.compilation.names.unique("guard", "$"), both, span)
            guard.joined = True
        return self.conditions[-1].name if self.conditions else None

    def _return_guard(self, span: Span) -> str | None:
        """The variable that is true iff some return was taken before this place."""
        if not self.returns:
            return None
        if any(r.guard is None for r in self.returns):
            return self._define(
                self.compilation.names.unique("true", "$"), self.compilation.boolean(True, span), span
            )
        first = len(self.returns)
        while first and self.returns[first - 1].any_return is None:
            first -= 1
        for i, item in enumerate(self.returns[first:], first):
            assert item.guard is not None
            if i == 0:
                item.any_return = item.guard
                continue
            before = self.returns[i - 1].any_return
            assert before is not None
            either = self.compilation.binary(
                "Or", self._flag(before, span), self._flag(item.guard, span), ast.BOOLEAN, span
            )
            item.any_return = self._define(self.compilation.names.unique("guard", "$"), either, span)
        return self.returns[-1].any_return

    # Ternaries --------------------------------------------------------------------------------------

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> ast.Expression:
        type_ = self.compilation.types[node.if_true.id]
        span = first_span(node.span, self.span)
        match type_:
            case ast.ArrayType():
                return self._array(type_, node, span)
            case ast.CompositeType():
                return self._struct(type_, node, span)
            case ast.TupleType():
                return self._tuple(type_, node, span)
            case _:
                return node

    def _select(
        self,
        condition: ast.Expression,
        first: ast.Expression,
        second: ast.Expression,
        type_: ast.Type,
        span: Span,
    ) -> ast.Expression:
        """`condition ? first : second` for one member; both are read into variables first."""
        one = self.compilation.local(self._name(first, span), type_, span)
        other = self.compilation.local(self._name(second, span), type_, span)
        node = ast.TernaryExpression(condition, one, other, span, self.compilation.typed_id(type_))
        return self.expression(node)

    def _array(self, type_: ast.ArrayType, node: ast.TernaryExpression, span: Span) -> ast.Expression:
        compilation = self.compilation
        length = ast.as_u32(type_.length)
        assert length is not None
        elements = []
        for i in range(length):
            one, other = (
                ast.ArrayAccess(
                    self._again(side, type_),
                    compilation.u32(i, span),
                    span,
                    compilation.typed_id(type_.element_type),
                )
                for side in (node.if_true, node.if_false)
            )
            elements.append(self._select(node.condition, one, other, type_.element_type, span))
        array = ast.ArrayExpression(tuple(elements), span, compilation.typed_id(type_))
        return compilation.local(self._name(array, span), type_, span)

    def _struct(self, type_: ast.CompositeType, node: ast.TernaryExpression, span: Span) -> ast.Expression:
        compilation = self.compilation
        assert type_.path.location is not None
        members = []
        for member in compilation.index.composites[type_.path.location].members:
            one, other = (
                ast.MemberAccess(
                    self._again(side, type_),
                    ast.Identifier(member.identifier.name),
                    span,
                    compilation.typed_id(member.type_),
                )
                for side in (node.if_true, node.if_false)
            )
            value = self._select(node.condition, one, other, member.type_, span)
            members.append(ast.CompositeFieldInitializer(ast.Identifier(member.identifier.name), value, span))
        struct_type = replace(type_, const_arguments=())
        struct = ast.CompositeExpression(
            type_.path, (), tuple(members), None, span, compilation.typed_id(struct_type)
        )
        return compilation.local(self._name(struct, span), struct_type, span)

    def _tuple(self, type_: ast.TupleType, node: ast.TernaryExpression, span: Span) -> ast.Expression:
        compilation = self.compilation
        elements = []
        for i, element in enumerate(type_.elements):
            one, other = (
                side.elements[i]
                if isinstance(side, ast.TupleExpression)
                else ast.TupleAccess(side, i, span, compilation.typed_id(element))
                for side in (node.if_true, node.if_false)
            )
            elements.append(self._select(node.condition, one, other, element, span))
        result = ast.TupleExpression(tuple(elements), span, compilation.typed_id(type_))
        if not isinstance(node.if_true, ast.Path):
            return result
        return compilation.local(self._name(result, span), type_, span)

    def _again(self, side: ast.Expression, type_: ast.Type) -> ast.Path:
        assert isinstance(side, ast.Path)
        return self.compilation.local(side.name, type_, side.span)

    # Statements -------------------------------------------------------------------------------------

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        outer = self.out
        out: list[ast.Statement] = []
        self.out = out
        for node in nodes:
            span = self.span
            self.span = first_span(node.span, span)
            self.out.extend(self.statement(node))
            self.span = span
        self.out = outer
        return tuple(out)

    def on_AssertStatement(self, node: ast.AssertStatement) -> tuple[ast.Statement, ...]:
        if self.on_chain:
            return (node,)
        node = replace(node, expressions=self.expressions(node.expressions))
        guards: list[str] = []
        path = self._guard(node.span)
        if path is not None:
            guards.append(self._name(self._not(self._flag(path, node.span), node.span), node.span))
        returned = self._return_guard(node.span)
        if returned is not None:
            guards.append(returned)
        if not guards:
            return (node,)
        if node.variant == "Assert":
            value = node.expressions[0]
        else:
            op = "Eq" if node.variant == "AssertEq" else "Neq"
            comparison = self.compilation.binary(
                op, node.expressions[0], node.expressions[1], ast.BOOLEAN, node.span
            )
            value = self._flag(self._name(comparison, node.span), node.span)
        for guard in guards:
            either = self.compilation.binary(
                "Or", value, self._flag(guard, node.span), ast.BOOLEAN, node.span
            )
            value = self._flag(self._name(either, node.span), node.span)
        return (ast.AssertStatement("Assert", (value,), node.span, node.id),)

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> tuple[ast.Statement, ...]:
        if self.on_chain:
            then = self.block(node.then)
            otherwise = ast.Block((), node.span, self.compilation.builder.next_id())
            if node.otherwise is not None:
                assert isinstance(node.otherwise, ast.Block)
                otherwise = self.block(node.otherwise)
            return (ast.ConditionalStatement(node.condition, then, otherwise, node.span, node.id),)
        span = first_span(node.condition.span, node.span)
        unique = self.compilation.names.unique
        place = self._define(unique("condition", "$"), node.condition, span)
        self.conditions.append(_Guard(place))
        self._inline(node.then)
        self.conditions.pop()
        if node.otherwise is not None:
            assert isinstance(node.otherwise, ast.Block)
            place = self._define(unique("condition", "$"), self._not(node.condition, span), span)
            self.conditions.append(_Guard(place))
            self._inline(node.otherwise)
            self.conditions.pop()
        return ()

    def _inline(self, block: ast.Block) -> None:
        self.out.extend(self.statements(block.statements))

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> tuple[ast.Statement, ...]:
        value = self.expression(node.value)
        type_ = self.compilation.types[value.id]
        if isinstance(node.place, ast.Identifier):
            self.compilation.types[node.place.id] = type_
        elif isinstance(type_, ast.TupleType):
            for place, element in zip(node.place, type_.elements):
                self.compilation.types[place.id] = element
        return (ast.DefinitionStatement(node.place, None, value, node.span, node.id),)

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> tuple[ast.Statement, ...]:
        if self.on_chain:
            return (node,)
        self.returns.append(_Return(self._guard(node.span), node))
        return ()

    def _fold_returns(self, block: ast.Block) -> ast.Block:
        """One return at the end; earlier ones are selected by their guards, the last first."""
        returns, self.returns = self.returns, []
        compilation = self.compilation
        if not returns:
            unit = ast.UnitExpression(ast.NO_SPAN, compilation.typed_id(ast.UNIT))
            end = ast.ReturnStatement(unit, ast.NO_SPAN, compilation.builder.next_id())
            return replace(block, statements=(*block.statements, end))
        last = returns.pop()
        value = last.statement.expression
        self.out = []
        if not isinstance(value, ast.UnitExpression):
            for item in reversed(returns):
                assert item.guard is not None
                value = self._fold_return(item, value)
        out, self.out = self.out, []
        end = ast.ReturnStatement(value, last.statement.span, compilation.builder.next_id())
        return replace(block, statements=(*block.statements, *out, end))

    def _fold_return(self, item: _Return, otherwise: ast.Expression) -> ast.Expression:
        compilation = self.compilation
        span = item.statement.span
        name = compilation.names.unique("$ret", "$")
        first = item.statement.expression
        type_ = compilation.types[first.id]
        assert item.guard is not None
        node = ast.TernaryExpression(
            self._flag(item.guard, span), first, otherwise, span, compilation.typed_id(type_)
        )
        value = self.expression(node)
        if isinstance(value, ast.TupleExpression):
            return value
        self._define(name, value, span)
        return compilation.local(name, compilation.types[value.id], span)

    # Items ------------------------------------------------------------------------------------------

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.on_chain = node.variant.is_finalize_context
        return replace(node, block=self._fold_returns(self.block(node.block)))

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        self.on_chain = True
        return replace(node, block=self._fold_returns(self.block(node.block)))


PASS = Pass(
    "Flattening",
    lambda c: _Flattening(c).program(c.program),
    requires={"ssa", "no tuples", "no element writes"},
    ensures={"flat"},
    destroys={"ssa", "reachable"},
    idempotent=False,
)
