"""A rewriter rebuilds a program node by node; a pass overrides only the nodes it changes.

Expressions map to expressions. A statement maps to any number of statements, so a pass that needs extra
statements returns them in order. A node whose children did not change is returned as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation

Statements = Iterable[ast.Statement]


def changed(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Whether any element is another object."""
    return len(old) != len(new) or any(a is not b for a, b in zip(old, new))


class Rewriter:
    """Rebuilds programs; `maps_types` makes it also rewrite the types inside nodes."""

    maps_types: bool = False

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self._step = compilation.builder.budget.step
        self._names = compilation.names
        self.program_name = ""
        self.module_path: tuple[str, ...] = ()
        self._expression_methods: dict[type, Callable[[Any, Any], ast.Expression]] = {}
        self._statement_methods: dict[type, Callable[[Any, Any], Statements]] = {}

    # Expressions ------------------------------------------------------------------------------------

    def expression(self, node: ast.Expression) -> ast.Expression:
        self._step()
        cls = node.__class__
        method = self._expression_methods.get(cls)
        if method is None:
            own = self.__class__  # its functions, not bound methods: those would hold the rewriter in a cycle
            method = self._expression_methods[cls] = getattr(own, f"on_{cls.__name__}", own.children)
        return method(self, node)

    def expressions(self, nodes: tuple[ast.Expression, ...]) -> tuple[ast.Expression, ...]:
        return tuple([self.expression(n) for n in nodes])

    def children(self, node: ast.Expression) -> ast.Expression:
        """The node with rewritten children."""
        go = self.expression
        match node:
            case ast.Path() | ast.Literal() | ast.UnitExpression() | ast.ErrExpression():
                return node
            case ast.BinaryExpression(left, right):
                left2, right2 = go(left), go(right)
                if left2 is left and right2 is right:
                    return node
                return ast.BinaryExpression(left2, right2, node.op, node.span, node.id)
            case ast.MemberAccess(inner):
                inner2 = go(inner)
                return node if inner2 is inner else ast.MemberAccess(inner2, node.name, node.span, node.id)
            case ast.ArrayAccess(array, index):
                array2, index2 = go(array), go(index)
                if array2 is array and index2 is index:
                    return node
                return ast.ArrayAccess(array2, index2, node.span, node.id)
            case ast.TernaryExpression(condition, if_true, if_false):
                parts = (go(condition), go(if_true), go(if_false))
                if not changed((condition, if_true, if_false), parts):
                    return node
                return ast.TernaryExpression(*parts, node.span, node.id)
            case ast.UnaryExpression(receiver):
                receiver2 = go(receiver)
                if receiver2 is receiver:
                    return node
                return ast.UnaryExpression(receiver2, node.op, node.span, node.id)
            case ast.CallExpression():
                const_arguments = self.expressions(node.const_arguments)
                arguments = self.expressions(node.arguments)
                if not changed(node.const_arguments, const_arguments) and not changed(
                    node.arguments, arguments
                ):
                    return node
                return ast.CallExpression(node.function, const_arguments, arguments, node.span, node.id)
            case ast.IntrinsicExpression():
                return self._intrinsic(node)
            case ast.CastExpression():
                return replace(node, expression=go(node.expression), type_=self.type_(node.type_))
            case ast.ArrayExpression():
                elements = self.expressions(node.elements)
                if not changed(node.elements, elements):
                    return node
                return ast.ArrayExpression(elements, node.span, node.id)
            case ast.TupleExpression():
                elements = self.expressions(node.elements)
                if not changed(node.elements, elements):
                    return node
                return ast.TupleExpression(elements, node.span, node.id)
            case ast.TupleAccess():
                return replace(node, tuple_=go(node.tuple_))
            case ast.RepeatExpression():
                return replace(node, expr=go(node.expr), count=go(node.count))
            case ast.CompositeExpression():
                return self._composite(node)
            case ast.AsyncExpression():
                return replace(node, block=self.block(node.block))
            case ast.DynamicOpExpression():
                return self._dynamic(node)
            case _:
                raise TypeError(type(node).__name__)

    def _intrinsic(self, node: ast.IntrinsicExpression) -> ast.Expression:
        arguments = self.expressions(node.arguments)
        if not self.maps_types or not (node.type_parameters or node.input_types or node.return_types):
            if not changed(node.arguments, arguments):
                return node
            return replace(node, arguments=arguments)
        return replace(
            node,
            arguments=arguments,
            type_parameters=tuple([(self.type_(t), s) for t, s in node.type_parameters]),
            input_types=tuple([(m, self.type_(t), s) for m, t, s in node.input_types]),
            return_types=tuple([(m, self.type_(t), s) for m, t, s in node.return_types]),
        )

    def _composite(self, node: ast.CompositeExpression) -> ast.Expression:
        members = tuple(
            [
                m if m.expression is None else replace(m, expression=self.expression(m.expression))
                for m in node.members
            ]
        )
        base = None if node.base is None else self.expression(node.base)
        return replace(
            node, const_arguments=self.expressions(node.const_arguments), members=members, base=base
        )

    def _dynamic(self, node: ast.DynamicOpExpression) -> ast.Expression:
        target = self.expression(node.target_program)
        network = None if node.network is None else self.expression(node.network)
        kind = node.kind
        if not isinstance(kind, ast.DynamicRead):
            kind = replace(kind, arguments=self.expressions(kind.arguments))
        return replace(
            node, interface=self.type_(node.interface), target_program=target, network=network, kind=kind
        )

    # Types ------------------------------------------------------------------------------------------

    def type_(self, type_: ast.Type) -> ast.Type:
        """The type with rewritten lengths and const arguments; unchanged unless `maps_types`."""
        if not self.maps_types:
            return type_
        match type_:
            case ast.ArrayType(element, length):
                element2, length2 = self.type_(element), self.length(length)
                if element2 is element and length2 is length:
                    return type_
                return ast.ArrayType(element2, length2)
            case ast.CompositeType():
                return self.composite_type(type_)
            case ast.FutureType():
                return replace(type_, inputs=tuple([self.type_(t) for t in type_.inputs]))
            case ast.MappingType(key, value):
                return ast.MappingType(self.type_(key), self.type_(value))
            case ast.OptionalType(inner):
                inner2 = self.type_(inner)
                return type_ if inner2 is inner else ast.OptionalType(inner2)
            case ast.TupleType(elements):
                return ast.TupleType(tuple([self.type_(t) for t in elements]))
            case ast.VectorType(element):
                return ast.VectorType(self.type_(element))
            case _:
                return type_

    def length(self, expression: ast.Expression) -> ast.Expression:
        """The length of an array type; an expression like any other by default."""
        return self.expression(expression)

    def composite_type(self, type_: ast.CompositeType) -> ast.Type:
        if not type_.const_arguments:
            return type_
        return replace(type_, const_arguments=self.expressions(type_.const_arguments))

    # Statements -------------------------------------------------------------------------------------

    def statement(self, node: ast.Statement) -> Statements:
        self._step()
        if node.span.end:
            self._names.place = node.span
        cls = node.__class__
        method = self._statement_methods.get(cls)
        if method is None:
            own = self.__class__
            method = self._statement_methods[cls] = getattr(own, f"on_{cls.__name__}", own.default_statement)
        return method(self, node)

    def statements(self, nodes: Statements) -> tuple[ast.Statement, ...]:
        out: list[ast.Statement] = []
        for node in nodes:
            out.extend(self.statement(node))
        return tuple(out)

    def default_statement(self, node: ast.Statement) -> Statements:
        """The statement with rewritten parts."""
        go = self.expression
        match node:
            case ast.DefinitionStatement():
                type_ = None if node.type_ is None else self.type_(node.type_)
                value = go(node.value)
                if value is node.value and type_ is node.type_:
                    return (node,)
                return (ast.DefinitionStatement(node.place, type_, value, node.span, node.id),)
            case ast.AssertStatement():
                expressions = self.expressions(node.expressions)
                if not changed(node.expressions, expressions):
                    return (node,)
                return (ast.AssertStatement(node.variant, expressions, node.span, node.id),)
            case ast.AssignStatement():
                value = go(node.value)
                return (ast.AssignStatement(go(node.place), value, node.span, node.id),)
            case ast.Block():
                return (self.block(node),)
            case ast.ConditionalStatement():
                condition = go(node.condition)
                then = self.block(node.then)
                otherwise = None if node.otherwise is None else self.otherwise(node.otherwise)
                return (ast.ConditionalStatement(condition, then, otherwise, node.span, node.id),)
            case ast.ConstDeclaration():
                return (self.const(node),)
            case ast.ExpressionStatement():
                return (ast.ExpressionStatement(go(node.expression), node.span, node.id),)
            case ast.IterationStatement():
                type_ = None if node.type_ is None else self.type_(node.type_)
                start, stop = go(node.start), go(node.stop)
                return (replace(node, type_=type_, start=start, stop=stop, block=self.block(node.block)),)
            case ast.ReturnStatement():
                return (ast.ReturnStatement(go(node.expression), node.span, node.id),)
            case _:
                raise TypeError(type(node).__name__)

    def otherwise(self, node: ast.Statement) -> ast.Statement:
        """The else side of a conditional: one statement again."""
        out = tuple(self.statement(node))
        if len(out) == 1 and isinstance(out[0], (ast.Block, ast.ConditionalStatement)):
            return out[0]
        return ast.Block(out, node.span, node.id)

    def block(self, node: ast.Block) -> ast.Block:
        return ast.Block(self.statements(node.statements), node.span, node.id)

    # Items ------------------------------------------------------------------------------------------

    def const(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        return replace(node, type_=self.type_(node.type_), value=self.expression(node.value))

    def function(self, node: ast.Function) -> ast.Function:
        if not self.maps_types:
            return replace(node, block=self.block(node.block))
        return replace(
            node,
            const_parameters=tuple([replace(p, type_=self.type_(p.type_)) for p in node.const_parameters]),
            input=tuple([self.input(i) for i in node.input]),
            output=tuple([replace(o, type_=self.type_(o.type_)) for o in node.output]),
            output_type=self.type_(node.output_type),
            block=self.block(node.block),
        )

    def input(self, node: ast.Input) -> ast.Input:
        type_ = self.type_(node.type_)
        self.compilation.types[node.identifier.id] = type_
        return replace(node, type_=type_)

    def constructor(self, node: ast.Constructor) -> ast.Constructor:
        return replace(node, block=self.block(node.block))

    def composite(self, node: ast.Composite) -> ast.Composite:
        if not self.maps_types:
            return node
        return replace(node, members=tuple([replace(m, type_=self.type_(m.type_)) for m in node.members]))

    def mapping(self, node: ast.Mapping) -> ast.Mapping:
        if not self.maps_types:
            return node
        return replace(node, key_type=self.type_(node.key_type), value_type=self.type_(node.value_type))

    def storage(self, node: ast.StorageVariable) -> ast.StorageVariable:
        return replace(node, type_=self.type_(node.type_)) if self.maps_types else node

    def interface(self, node: ast.Interface) -> ast.Interface:
        if not self.maps_types:
            return node
        functions = tuple(
            [
                replace(
                    f,
                    input=tuple([replace(i, type_=self.type_(i.type_)) for i in f.input]),
                    output=tuple([replace(o, type_=self.type_(o.type_)) for o in f.output]),
                    output_type=self.type_(f.output_type),
                )
                for f in node.functions
            ]
        )
        records = tuple(
            [
                replace(r, members=tuple([replace(m, type_=self.type_(m.type_)) for m in r.members]))
                for r in node.records
            ]
        )
        return replace(
            node,
            parents=tuple([(span, self.type_(t)) for span, t in node.parents]),
            functions=functions,
            records=records,
            mappings=tuple([self.mapping(m) for m in node.mappings]),
            storages=tuple([self.storage(s) for s in node.storages]),
        )

    def parents(self, node: ast.ProgramScope) -> tuple[tuple[Span, ast.Type], ...]:
        return tuple([(span, self.type_(t)) for span, t in node.parents])

    def scope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        self.program_name = node.name
        self.module_path = ()
        return replace(
            node,
            consts=tuple([self.const(c) for c in node.consts]),
            composites=tuple([self.composite(c) for c in node.composites]),
            mappings=tuple([self.mapping(m) for m in node.mappings]),
            storage_variables=tuple([self.storage(s) for s in node.storage_variables]),
            functions=tuple([self.function(f) for f in node.functions]),
            interfaces=tuple([self.interface(i) for i in node.interfaces]),
            constructor=None if node.constructor is None else self.constructor(node.constructor),
            parents=self.parents(node),
        )

    def module(self, node: ast.Module) -> ast.Module:
        self.program_name = node.name
        self.module_path = node.path
        result = replace(
            node,
            consts=tuple([self.const(c) for c in node.consts]),
            composites=tuple([self.composite(c) for c in node.composites]),
            functions=tuple([self.function(f) for f in node.functions]),
            interfaces=tuple([self.interface(i) for i in node.interfaces]),
        )
        self.module_path = ()
        return result

    def modules(self, modules: Mapping[tuple[str, ...], ast.Module]) -> dict[tuple[str, ...], ast.Module]:
        return {path: self.module(m) for path, m in modules.items()}

    def library(self, node: ast.Library) -> ast.Library:
        self.program_name = node.name
        self.module_path = ()
        return replace(
            node,
            consts=tuple([self.const(c) for c in node.consts]),
            composites=tuple([self.composite(c) for c in node.composites]),
            functions=tuple([self.function(f) for f in node.functions]),
            modules=self.modules(node.modules),
            interfaces=tuple([self.interface(i) for i in node.interfaces]),
        )

    def stub(self, node: ast.Stub) -> ast.Stub:
        match node.body:
            case ast.Program():
                return replace(node, body=self.program(node.body))
            case ast.Library():
                return replace(node, body=self.library(node.body))
            case _:
                return node

    def program(self, node: ast.Program) -> ast.Program:
        stubs = {name: self.stub(s) for name, s in node.stubs.items()}
        scopes = {name: self.scope(s) for name, s in node.program_scopes.items()}
        return ast.Program(self.modules(node.modules), node.imports, stubs, scopes)
