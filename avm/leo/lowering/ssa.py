"""Static single assignment: every expression is split into atoms and every variable is written once.

    x = a + b * c;            let $var$1 = b * c;  let x$#2 = a + $var$1;
    if p { x = 1u8; }         let $var$3 = 1u8 ... ;  let x$4 = p ? x$#3 : x$#2;

A variable written in a branch is joined after it by a ternary. The former is used by the pass of the same
name and again on bodies that inlining copies.
"""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, first_span

_KEPT = (ast.Path, ast.UnitExpression, ast.ErrExpression)


class SsaFormer:
    """Rewrites blocks of one function; `rename` also gives definitions fresh names."""

    def __init__(self, compilation: Compilation, *, rename: bool) -> None:
        self.compilation = compilation
        self.rename = rename
        self.span: Span = ast.NO_SPAN
        self._scopes: list[dict[str, str]] = [{}]
        self._hidden: list[dict[str, str | None]] = [{}]
        self._names: dict[str, str] = {}
        self._types: dict[str, ast.Type] = {}

    # Names ------------------------------------------------------------------------------------------

    def _lookup(self, name: str) -> str | None:
        return self._names.get(name)

    def _bind(self, name: str, new: str) -> None:
        """Reads of a name see the new one until the scope ends."""
        if name not in self._scopes[-1]:
            self._hidden[-1][name] = self._names.get(name)
        self._scopes[-1][name] = self._names[name] = new

    def _leave(self) -> dict[str, str]:
        """End a scope; returns what was bound in it."""
        for name, before in self._hidden.pop().items():
            if before is None:
                del self._names[name]
            else:
                self._names[name] = before
        return self._scopes.pop()

    def rename_identifier(self, identifier: ast.Identifier) -> ast.Identifier:
        """A fresh name for a definition; later reads of the old name see it."""
        name = self.compilation.names.unique(identifier.name, "$#")
        self._bind(identifier.name, name)
        return replace(identifier, name=name)

    def declare_input(self, parameter: ast.Input) -> ast.Input:
        """A fresh name for a parameter."""
        name = self.compilation.names.unique(parameter.identifier.name, "$$")
        self._bind(parameter.identifier.name, name)
        self._types[name] = parameter.type_
        return replace(parameter, identifier=self.compilation.identifier(name, parameter.type_))

    def know_inputs(self, parameters: tuple[ast.Input, ...]) -> None:
        """Remember the parameters' types without renaming them."""
        for parameter in parameters:
            self._types[parameter.identifier.name] = parameter.type_

    def _define(self, place: ast.Identifier, value: ast.Expression) -> ast.Statement:
        type_ = self.compilation.types[value.id]
        self.compilation.types[place.id] = type_
        self._bind(place.name, place.name)
        self._types[place.name] = type_
        span = first_span(value.span, self.span)
        return ast.DefinitionStatement(place, None, value, span, self.compilation.builder.next_id())

    # Expressions ------------------------------------------------------------------------------------

    def atom(self, node: ast.Expression, out: list[ast.Statement]) -> ast.Expression:
        """The expression as a variable; statements that compute it go to `out`."""
        value = self.expression(node, out)
        if isinstance(value, _KEPT):
            return value
        name = self.compilation.names.unique("$var", "$")
        type_ = self.compilation.types[value.id]
        place = self.compilation.identifier(name, type_)
        out.append(self._define(place, value))
        return self.compilation.local(name, type_, first_span(value.span, self.span))

    def _atoms(
        self, nodes: tuple[ast.Expression, ...], out: list[ast.Statement]
    ) -> tuple[ast.Expression, ...]:
        return tuple([self.atom(n, out) for n in nodes])

    def expression(self, node: ast.Expression, out: list[ast.Statement]) -> ast.Expression:
        """The expression over atoms; statements that compute the atoms go to `out`."""
        match node:
            case ast.Path():
                return self._path(node)
            case ast.BinaryExpression():
                left = self.atom(node.left, out)
                return replace(node, left=left, right=self.atom(node.right, out))
            case ast.UnaryExpression():
                return replace(node, receiver=self.atom(node.receiver, out))
            case ast.TernaryExpression():
                condition = self.atom(node.condition, out)
                if_true = self.atom(node.if_true, out)
                if_false = self.atom(node.if_false, out)
                return ast.TernaryExpression(condition, if_true, if_false, node.span, node.id)
            case ast.ArrayAccess():
                return replace(node, array=self.atom(node.array, out))
            case ast.MemberAccess():
                return replace(node, inner=self.atom(node.inner, out))
            case ast.TupleAccess():
                return replace(node, tuple_=self.atom(node.tuple_, out))
            case ast.CallExpression() | ast.IntrinsicExpression():
                return replace(node, arguments=self._atoms(node.arguments, out))
            case ast.CastExpression():
                return replace(node, expression=self.atom(node.expression, out))
            case ast.ArrayExpression() | ast.TupleExpression():
                return replace(node, elements=self._atoms(node.elements, out))
            case ast.RepeatExpression():
                return replace(node, expr=self.atom(node.expr, out))
            case ast.CompositeExpression():
                return self._composite(node, out)
            case ast.DynamicOpExpression():
                target = self.atom(node.target_program, out)
                network = None if node.network is None else self.atom(node.network, out)
                kind = node.kind
                if not isinstance(kind, ast.DynamicRead):
                    kind = replace(kind, arguments=self._atoms(kind.arguments, out))
                return replace(node, target_program=target, network=network, kind=kind)
            case _:
                return node

    def _path(self, node: ast.Path) -> ast.Path:
        local = node.local
        if local is None:
            return node
        name = self._lookup(local)
        if name is None or name == local:
            return node
        identifier = ast.Identifier(name, node.identifier.span, node.identifier.id)
        return ast.Path(None, node.qualifier, identifier, ast.LocalTarget(name), node.span, node.id)

    def _composite(self, node: ast.CompositeExpression, out: list[ast.Statement]) -> ast.Expression:
        """The members in the order of the definition; what `..base` leaves out is read from the base."""
        location = node.path.location
        assert location is not None
        definition = self.compilation.index.composites[location]
        found: dict[str, ast.CompositeFieldInitializer] = {}
        for member in node.members:
            if member.expression is None:
                type_ = next(
                    m.type_ for m in definition.members if m.identifier.name == member.identifier.name
                )
                value: ast.Expression = self._path(
                    self.compilation.local(member.identifier.name, type_, member.span)
                )
            else:
                value = self.atom(member.expression, out)
            found[member.identifier.name] = replace(member, expression=value)
        if node.base is not None:
            base = self.atom(node.base, out)
            for declared in definition.members:
                name = declared.identifier.name
                if name in found:
                    continue
                access = ast.MemberAccess(
                    base, ast.Identifier(name), base.span, self.compilation.typed_id(declared.type_)
                )
                found[name] = ast.CompositeFieldInitializer(ast.Identifier(name), access, base.span)
        names = [m.identifier.name for m in definition.members]
        if definition.is_record:
            names = ["owner", *(n for n in names if n != "owner")]
        return replace(node, members=tuple(found[n] for n in names), base=None)

    # Statements -------------------------------------------------------------------------------------

    def block(self, node: ast.Block) -> ast.Block:
        return replace(node, statements=tuple(self.statements(node.statements)))

    def statements(self, nodes: tuple[ast.Statement, ...]) -> list[ast.Statement]:
        out: list[ast.Statement] = []
        for node in nodes:
            self.statement(node, out)
        return out

    def statement(self, node: ast.Statement, out: list[ast.Statement]) -> None:
        outer = self.span
        self.span = self.compilation.names.place = first_span(node.span, outer)
        match node:
            case ast.DefinitionStatement():
                self._definition(node, out)
            case ast.AssignStatement():
                self._assign(node, out)
            case ast.AssertStatement():
                out.append(replace(node, expressions=self._atoms(node.expressions, out)))
            case ast.Block():
                for inner in node.statements:
                    self.statement(inner, out)
            case ast.ConditionalStatement():
                self._conditional(node, out)
            case ast.ConstDeclaration():
                pass
            case ast.ExpressionStatement():
                out.append(replace(node, expression=self.expression(node.expression, out)))
            case ast.ReturnStatement():
                out.append(replace(node, expression=self._returned(node.expression, out)))
            case _:
                raise TypeError(f"{type(node).__name__} must be gone before this form")
        self.span = outer

    def _returned(self, node: ast.Expression, out: list[ast.Statement]) -> ast.Expression:
        if isinstance(node, ast.TupleExpression):
            return replace(node, elements=self._atoms(node.elements, out))
        return self.atom(node, out)

    def _definition(self, node: ast.DefinitionStatement, out: list[ast.Statement]) -> None:
        if isinstance(node.place, ast.Identifier):
            value = self.expression(node.value, out)
            place = self.rename_identifier(node.place) if self.rename else node.place
            out.append(self._define(place, value))
            return
        places = node.place
        if self.rename:
            places = tuple([self.rename_identifier(p) for p in places])
        whole = self.compilation.types[node.value.id]
        if isinstance(whole, ast.TupleType):
            for place, type_ in zip(places, whole.elements):
                self.compilation.types[place.id] = type_
                self._types[place.name] = type_
        value = self.expression(node.value, out)
        out.append(ast.DefinitionStatement(places, None, value, node.span, node.id))

    def _assign(self, node: ast.AssignStatement, out: list[ast.Statement]) -> None:
        value = self.expression(node.value, out)
        if isinstance(node.place, ast.Path):
            place = ast.Identifier(node.place.name, node.place.span, self.compilation.builder.next_id())
            out.append(self._define(self.rename_identifier(place), value))
            return
        out.append(replace(node, place=self._place(node.place), value=value))

    def _place(self, node: ast.Expression) -> ast.Expression:
        """The place of a member write with its variable renamed."""
        match node:
            case ast.ArrayAccess():
                return replace(node, array=self._place(node.array))
            case ast.MemberAccess():
                return replace(node, inner=self._place(node.inner))
            case ast.TupleAccess():
                return replace(node, tuple_=self._place(node.tuple_))
            case ast.Path():
                return self._path(node)
            case _:
                raise TypeError(type(node).__name__)

    def _branch(self, nodes: tuple[ast.Statement, ...]) -> tuple[list[ast.Statement], dict[str, str]]:
        self._scopes.append({})
        self._hidden.append({})
        statements = self.statements(nodes)
        return statements, self._leave()

    def _conditional(self, node: ast.ConditionalStatement, out: list[ast.Statement]) -> None:
        condition = self.atom(node.condition, out)
        then_statements, then_names = self._branch(node.then.statements)
        otherwise: ast.Statement | None = None
        else_names: dict[str, str] = {}
        if node.otherwise is not None:
            other = node.otherwise
            inner = other.statements if isinstance(other, ast.Block) else (other,)
            else_statements, else_names = self._branch(inner)
            otherwise = ast.Block(tuple(else_statements), other.span, other.id)
        then = replace(node.then, statements=tuple(then_statements))
        out.append(ast.ConditionalStatement(condition, then, otherwise, node.span, node.id))
        for symbol in {**then_names, **else_names}:
            before = self._lookup(symbol)
            if before is None:
                continue
            self._join(symbol, condition, then_names.get(symbol, before), else_names.get(symbol, before), out)

    def _join(
        self, symbol: str, condition: ast.Expression, if_true: str, if_false: str, out: list[ast.Statement]
    ) -> None:
        """`let new = condition ? if_true : if_false;` for a variable written in a branch."""
        compilation = self.compilation
        name = compilation.names.unique(symbol, "$")
        type_ = self._types.get(if_true) or self._types[if_false]
        value = ast.TernaryExpression(
            condition,
            self._path(compilation.local(if_true, type_, self.span)),
            self._path(compilation.local(if_false, type_, self.span)),
            self.span,
            compilation.typed_id(type_),
        )
        self._bind(symbol, name)
        out.append(self._define(compilation.identifier(name, type_), value))
