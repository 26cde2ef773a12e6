"""Destructuring: tuples become one variable per element; they stay only in returns and call results.

let t = (a, b);           let t#tuple0$0 = a;  let t#tuple1$1 = b;
return t.1;               return t#tuple1$1;
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass, first_span
from avm.leo.lowering.rewriter import Hoisting

_CALLS = (ast.CallExpression, ast.DynamicOpExpression, ast.IntrinsicExpression)


class _Destructuring(Hoisting):
    untouched = (ast.ConstDeclaration,)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.tuples: dict[str, tuple[ast.Identifier, ...]] = {}

    # Expressions ------------------------------------------------------------------------------------

    def _elements(self, node: ast.Expression) -> ast.Expression:
        """The expression; one of tuple type as a tuple literal of its elements' variables."""
        type_ = self.compilation.types[node.id]
        value = self.expression(node)
        if not isinstance(type_, ast.TupleType) or isinstance(value, ast.TupleExpression):
            return value
        if isinstance(value, ast.Path):
            identifiers = self.tuples[value.name]
        else:
            identifiers = self._name_results(value, "destructure")
        elements = tuple([self.compilation.read(i, self.span) for i in identifiers])
        return ast.TupleExpression(elements, self.span, self.compilation.typed_id(type_))

    def _name_results(self, value: ast.Expression, name: str) -> tuple[ast.Identifier, ...]:
        """`let (name#0#1, name#1#2, ..) = call;`"""
        type_ = self.compilation.types[value.id]
        assert isinstance(type_, ast.TupleType)
        identifiers = tuple(
            [
                self.compilation.identifier(self.compilation.names.unique(name, f"#{i}#"), element)
                for i, element in enumerate(type_.elements)
            ]
        )
        span = first_span(value.span, self.span)
        self.out.append(
            ast.DefinitionStatement(identifiers, type_, value, span, self.compilation.builder.next_id())
        )
        return identifiers

    def on_BinaryExpression(self, node: ast.BinaryExpression) -> ast.Expression:
        left, right = self._elements(node.left), self._elements(node.right)
        if not (isinstance(left, ast.TupleExpression) and isinstance(right, ast.TupleExpression)):
            return replace(node, left=left, right=right)
        span = first_span(node.span, self.span)
        joined: ast.Expression | None = None
        op = "And" if node.op == "Eq" else "Or"
        for one, other in zip(self._leaves(left), self._leaves(right)):
            piece = self.compilation.binary(node.op, one, other, ast.BOOLEAN, span)
            joined = (
                piece if joined is None else self.compilation.binary(op, joined, piece, ast.BOOLEAN, span)
            )
        assert joined is not None
        return joined

    def on_TupleAccess(self, node: ast.TupleAccess) -> ast.Expression:
        assert isinstance(node.tuple_, ast.Path)
        identifiers = self.tuples.get(node.tuple_.name)
        if identifiers is not None and node.index < len(identifiers):
            return self.compilation.read(identifiers[node.index], first_span(node.span, self.span))
        return ast.ArrayAccess(node.tuple_, self.compilation.u32(node.index, node.span), node.span, node.id)

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> ast.Expression:
        condition = self.expression(node.condition)
        if_true, if_false = self._elements(node.if_true), self._elements(node.if_false)
        if not (isinstance(if_true, ast.TupleExpression) and isinstance(if_false, ast.TupleExpression)):
            return ast.TernaryExpression(condition, if_true, if_false, node.span, node.id)
        type_ = self.compilation.types[if_true.id]
        assert isinstance(type_, ast.TupleType)
        span = first_span(node.span, self.span)
        if not isinstance(condition, ast.Path):
            definition = self.compilation.define(self.compilation.names.unique("cond", "$$"), condition, span)
            self.out.append(definition)
            condition = self.compilation.read(definition.places[0], span)
        return self._choice(condition, if_true, if_false, type_, span)

    def _choice(
        self,
        condition: ast.Expression,
        if_true: ast.Expression,
        if_false: ast.Expression,
        type_: ast.TupleType,
        span: Span,
    ) -> ast.TupleExpression:
        """A tuple of choices between the elements of two tuples."""
        elements: list[ast.Expression] = []
        pairs = zip(self._sources(if_true), self._sources(if_false), type_.elements)
        for i, (one, other, element) in enumerate(pairs):
            if isinstance(element, ast.TupleType):
                elements.append(self._choice(condition, one, other, element, span))
                continue
            name = self.compilation.names.unique(f"ternary_{i}", "$$")
            select = ast.TernaryExpression(condition, one, other, span, self.compilation.typed_id(element))
            self.out.append(self.compilation.define(name, select, span))
            elements.append(self.compilation.local(name, element, span))
        return ast.TupleExpression(tuple(elements), span, self.compilation.typed_id(type_))

    # Statements -------------------------------------------------------------------------------------

    def on_AssertStatement(self, node: ast.AssertStatement) -> Iterable[ast.Statement]:
        if node.variant == "Assert":
            return (replace(node, expressions=self.expressions(node.expressions)),)
        left, right = (self._elements(e) for e in node.expressions)
        if isinstance(left, ast.TupleExpression) and isinstance(right, ast.TupleExpression):
            return [
                replace(node, expressions=(one, other), id=self.compilation.builder.next_id())
                for one, other in zip(self._leaves(left), self._leaves(right))
            ]
        return (replace(node, expressions=(left, right)),)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Iterable[ast.Statement]:
        value = self.expression(node.value)
        if isinstance(self.compilation.types[value.id], ast.TupleType):
            places, sources = self._leaves(self._place(node.place)), self._leaves(value)
            return [
                ast.AssignStatement(place, source, node.span, self.compilation.builder.next_id())
                for place, source in zip(places, sources)
            ]
        return (replace(node, place=self._place(node.place), value=value),)

    def _place(self, node: ast.Expression) -> ast.Expression:
        match node:
            case ast.TupleAccess():
                outer = self._place(node.tuple_)
                assert isinstance(outer, ast.Path)
                return self.compilation.read(self.tuples[outer.name][node.index], node.span)
            case ast.ArrayAccess():
                return replace(node, array=self._place(node.array))
            case ast.MemberAccess():
                return replace(node, inner=self._place(node.inner))
            case _:
                return node

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        value = self.expression(node.value)
        type_ = self.compilation.types[value.id]
        if not isinstance(type_, ast.TupleType):
            return (ast.DefinitionStatement(node.place, None, value, node.span, node.id),)
        if isinstance(node.place, ast.Identifier):
            name = node.place.name
            if isinstance(value, _CALLS):
                self.tuples[name] = self._name_results(value, name)
                return ()
            return self._define_elements(name, type_, self._sources(value), node.span)
        if isinstance(value, _CALLS):
            return (ast.DefinitionStatement(node.place, None, value, node.span, node.id),)
        made: list[ast.Statement] = []
        for place, element, source in zip(node.place, type_.elements, self._sources(value)):
            if isinstance(element, ast.TupleType):
                made += self._define_elements(place.name, element, self._sources(source), node.span)
                continue
            made.append(
                ast.DefinitionStatement(place, None, source, node.span, self.compilation.builder.next_id())
            )
        return made

    def _define_elements(
        self, name: str, type_: ast.TupleType, sources: tuple[ast.Expression, ...], span: Span
    ) -> list[ast.Statement]:
        """A variable for each element of a tuple's variable, and for each of theirs."""
        identifiers = tuple(
            [
                self.compilation.identifier(self.compilation.names.unique(f"{name}#tuple{i}", "$"), element)
                for i, element in enumerate(type_.elements)
            ]
        )
        self.tuples[name] = identifiers
        made: list[ast.Statement] = []
        for place, element, source in zip(identifiers, type_.elements, sources):
            if isinstance(element, ast.TupleType):
                made += self._define_elements(place.name, element, self._sources(source), span)
                continue
            made.append(
                ast.DefinitionStatement(place, element, source, span, self.compilation.builder.next_id())
            )
        return made

    def _leaves(self, value: ast.Expression) -> list[ast.Expression]:
        """What a tuple holds, with what the tuples in it hold in their places."""
        if not isinstance(self.compilation.types[value.id], ast.TupleType):
            return [value]
        return [leaf for element in self._sources(value) for leaf in self._leaves(element)]

    def _sources(self, value: ast.Expression) -> tuple[ast.Expression, ...]:
        if isinstance(value, ast.TupleExpression):
            return value.elements
        assert isinstance(value, ast.Path)
        return tuple([self.compilation.read(i, self.span) for i in self.tuples[value.name]])

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> Iterable[ast.Statement]:
        return (replace(node, expression=self._elements(node.expression)),)


PASS = Pass(
    "Destructuring",
    lambda c: _Destructuring(c).program(c.program),
    requires={"ssa"},
    ensures={"no tuples"},
    destroys={"ssa"},
)
