"""Static single assignment: every expression is split into atoms and every variable is written once.

    x = a + b * c;            let $var$1 = b * c;  let x$#2 = a + $var$1;
    if p { x = 1u8; }         let $var$3 = 1u8 ... ;  let x$4 = p ? x$#3 : x$#2;

A variable written in a branch is joined after it by a ternary. The former is used by the pass of the same
name and again on bodies that inlining copies.
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, first_span
from avm.leo.lowering.rewriter import Hoisting, Statements

_KEPT = (ast.Path, ast.UnitExpression, ast.ErrExpression)


class SsaFormer(Hoisting):
    """Rewrites blocks of one function; `rename` also gives definitions fresh names.

    An expression becomes a variable, computed by statements that come before.
    """

    def __init__(self, compilation: Compilation, *, rename: bool) -> None:
        super().__init__(compilation)
        self.rename = rename
        self._scopes: list[dict[str, str]] = [{}]
        self._hidden: list[dict[str, str | None]] = [{}]
        self._current: dict[str, str] = {}
        self._types: dict[str, ast.Type] = {}

    # Names ------------------------------------------------------------------------------------------

    def _lookup(self, name: str) -> str | None:
        return self._current.get(name)

    def _bind(self, name: str, new: str) -> None:
        """Reads of a name see the new one until the scope ends."""
        if name not in self._scopes[-1]:
            self._hidden[-1][name] = self._current.get(name)
        self._scopes[-1][name] = self._current[name] = new

    def _leave(self) -> dict[str, str]:
        """End a scope; returns what was bound in it."""
        for name, before in self._hidden.pop().items():
            if before is None:
                del self._current[name]
            else:
                self._current[name] = before
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

    def expression(self, node: ast.Expression) -> ast.Expression:
        value = self.over_atoms(node)
        if isinstance(value, _KEPT):
            return value
        name = self.compilation.names.unique("$var", "$")
        type_ = self.compilation.types[value.id]
        place = self.compilation.identifier(name, type_)
        self.out.append(self._define(place, value))
        return self.compilation.local(name, type_, first_span(value.span, self.span))

    def over_atoms(self, node: ast.Expression) -> ast.Expression:
        """The expression with variables as its operands."""
        return super().expression(node)

    def on_ArrayAccess(self, node: ast.ArrayAccess) -> ast.Expression:
        return self.children(node, "array")

    def on_RepeatExpression(self, node: ast.RepeatExpression) -> ast.Expression:
        return self.children(node, "expr")

    def on_CallExpression(self, node: ast.CallExpression) -> ast.Expression:
        return self.children(node, "arguments")

    def on_Path(self, node: ast.Path) -> ast.Path:
        local = node.local
        if local is None:
            return node
        name = self._lookup(local)
        if name is None or name == local:
            return node
        identifier = ast.Identifier(name, node.identifier.span, node.identifier.id)
        return ast.Path(None, node.qualifier, identifier, ast.LocalTarget(name), node.span, node.id)

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
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
                value: ast.Expression = self.on_Path(
                    self.compilation.local(member.identifier.name, type_, member.span)
                )
            else:
                value = self.expression(member.expression)
            found[member.identifier.name] = replace(member, expression=value)
        if node.base is not None:
            base = self.expression(node.base)
            for declared in definition.members:
                name = declared.identifier.name
                if name in found:
                    continue
                access = ast.MemberAccess(
                    base, ast.Identifier(name), base.span, self.compilation.typed_id(declared.type_)
                )
                found[name] = ast.CompositeFieldInitializer(ast.Identifier(name), access, base.span)
        members = tuple(found[m.identifier.name] for m in definition.laid_out)
        return replace(node, members=members, base=None)

    # Statements -------------------------------------------------------------------------------------

    def on_Block(self, node: ast.Block) -> Statements:
        return self.statements(node.statements)

    def on_ConstDeclaration(self, node: ast.ConstDeclaration) -> Statements:
        return ()

    def on_ExpressionStatement(self, node: ast.ExpressionStatement) -> Statements:
        return (replace(node, expression=self.over_atoms(node.expression)),)

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> Statements:
        is_tuple = isinstance(node.expression, ast.TupleExpression)
        rewritten = self.over_atoms if is_tuple else self.expression
        return (replace(node, expression=rewritten(node.expression)),)

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Statements:
        if isinstance(node.place, ast.Identifier):
            value = self.over_atoms(node.value)
            place = self.rename_identifier(node.place) if self.rename else node.place
            return (self._define(place, value),)
        places = node.place
        if self.rename:
            places = tuple([self.rename_identifier(p) for p in places])
        whole = self.compilation.types[node.value.id]
        if isinstance(whole, ast.TupleType):
            for place, type_ in zip(places, whole.elements):
                self.compilation.types[place.id] = type_
                self._types[place.name] = type_
        value = self.over_atoms(node.value)
        return (ast.DefinitionStatement(places, None, value, node.span, node.id),)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Statements:
        value = self.over_atoms(node.value)
        if isinstance(node.place, ast.Path):
            place = ast.Identifier(node.place.name, node.place.span, self.compilation.builder.next_id())
            return (self._define(self.rename_identifier(place), value),)
        return (replace(node, place=self._place(node.place), value=value),)

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
                return self.on_Path(node)
            case _:
                raise TypeError(type(node).__name__)

    def _branch(self, nodes: tuple[ast.Statement, ...]) -> tuple[tuple[ast.Statement, ...], dict[str, str]]:
        self._scopes.append({})
        self._hidden.append({})
        statements = self.statements(nodes)
        return statements, self._leave()

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> Statements:
        condition = self.expression(node.condition)
        then_statements, then_names = self._branch(node.then.statements)
        otherwise: ast.Statement | None = None
        else_names: dict[str, str] = {}
        if node.otherwise is not None:
            other = node.otherwise
            inner = other.statements if isinstance(other, ast.Block) else (other,)
            else_statements, else_names = self._branch(inner)
            otherwise = ast.Block(else_statements, other.span, other.id)
        then = replace(node.then, statements=then_statements)
        made: list[ast.Statement] = [ast.ConditionalStatement(condition, then, otherwise, node.span, node.id)]
        for symbol in {**then_names, **else_names}:
            before = self._lookup(symbol)
            if before is not None:
                names = then_names.get(symbol, before), else_names.get(symbol, before)
                made.append(self._join(symbol, condition, *names))
        return made

    def _join(self, symbol: str, condition: ast.Expression, if_true: str, if_false: str) -> ast.Statement:
        """`let new = condition ? if_true : if_false;` for a variable written in a branch."""
        compilation = self.compilation
        name = compilation.names.unique(symbol, "$")
        type_ = self._types.get(if_true) or self._types[if_false]
        value = ast.TernaryExpression(
            condition,
            self.on_Path(compilation.local(if_true, type_, self.span)),
            self.on_Path(compilation.local(if_false, type_, self.span)),
            self.span,
            compilation.typed_id(type_),
        )
        self._bind(symbol, name)
        return self._define(compilation.identifier(name, type_), value)
