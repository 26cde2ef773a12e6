"""Option lowering: `T?` becomes a struct of a flag and a value.

    let a: u32? = 1u32;       let a = `u32?` { is_some: true, val: 1u32 };
    let b: u32? = none;       let b = `u32?` { is_some: false, val: 0u32 };
    a.unwrap()                let $opt$0 = a;  assert($opt$0.is_some);   $opt$0.val

A value where an optional is expected is wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import Unsupported
from avm.leo import ast
from avm.leo.ast import Location, Mode
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.rewriter import Hoisting
from avm.leo.lowering.zero import zero
from avm.leo.type_rules import coerces, names_optional


def _type_name(type_: ast.Type) -> str:
    match type_:
        case ast.PrimitiveType(name) | ast.IntegerType(name):
            return name
        case ast.ArrayType(element, length):
            assert isinstance(length, ast.Literal)
            suffix = "u32" if length.integer_type is None else length.integer_type.name
            return f"[{_type_name(element)}; {length.value}{suffix}]"
        case ast.CompositeType():
            assert type_.path.location is not None
            return "::" + "::".join(type_.path.location.path)
        case _:
            raise Unsupported(f"An optional of {type_}")


def _element(type_: ast.Type | None) -> ast.Type | None:
    """The element type of an array type, optional or not."""
    if isinstance(type_, ast.OptionalType):
        type_ = type_.inner
    return type_.element_type if isinstance(type_, ast.ArrayType) else None


class _Options(Hoisting):
    maps_types = True

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.structs: dict[Location, ast.Composite] = {}
        self.lowered: dict[int, ast.Type] = {}
        self.result: ast.Type = ast.UNIT
        self.expected: ast.Type | None = None

    # Types ------------------------------------------------------------------------------------------

    def type_(self, type_: ast.Type) -> ast.Type:
        if isinstance(type_, ast.OptionalType):
            return self._wrapper(self.type_(type_.inner))
        return super().type_(type_)

    def on_ArrayType(self, type_: ast.ArrayType) -> ast.Type:
        return self.children(type_, "element_type")

    def _wrapper(self, inner: ast.Type) -> ast.CompositeType:
        """The struct type of an optional, its struct made when first asked for."""
        name = f"{_type_name(inner)}?"
        location = Location(self.program_name, (name,))
        identifier = ast.Identifier(name)
        if location not in self.structs:
            members = tuple(
                [
                    ast.Member(Mode.NONE, ast.Identifier(n), t)
                    for n, t in (("is_some", ast.BOOLEAN), ("val", inner))
                ]
            )
            self.structs[location] = ast.Composite(
                identifier, (), members, False, None, ast.NO_SPAN, self.compilation.builder.next_id()
            )
        return ast.CompositeType(ast.Path(None, (), identifier, location))

    def _typed(self, type_: ast.Type) -> int:
        """An id for a new node; the table keeps the type before lowering until the pass ends."""
        node_id = self.compilation.typed_id(type_)
        self.lowered[node_id] = self.type_(type_)
        return node_id

    # Optionals --------------------------------------------------------------------------------------

    def _make(self, inner: ast.Type, is_some: bool, value: ast.Expression) -> ast.Expression:
        wrapper = self._wrapper(self.type_(inner))
        members = tuple(
            [
                ast.CompositeFieldInitializer(ast.Identifier(name), expression, self.span)
                for name, expression in (
                    ("is_some", self.compilation.boolean(is_some, self.span)),
                    ("val", value),
                )
            ]
        )
        node_id = self._typed(ast.OptionalType(inner))
        return ast.CompositeExpression(wrapper.path, (), members, None, self.span, node_id)

    def _none(self, inner: ast.Type) -> ast.Expression:
        def members(place: Location) -> tuple[ast.Member, ...]:
            return self.structs[place].members

        value = zero(self.type_(inner), self.span, self.compilation, members)
        return self._make(inner, False, value)

    def lower(self, node: ast.Expression, expected: ast.Type | None = None) -> ast.Expression:
        """The expression where a value of the expected type is wanted."""
        if isinstance(node, ast.Literal) and node.variant == "None":
            type_ = self.compilation.types[node.id]
            assert isinstance(type_, ast.OptionalType)
            return self._none(type_.inner)
        outer, self.expected = self.expected, expected
        result = super().expression(node)
        self.expected = outer
        old = self.compilation.types.get(node.id)
        if old is not None:
            self.lowered[node.id] = self.type_(old)
        if expected is None or not names_optional(expected):
            return result
        actual = self.compilation.types[result.id]
        wrapped = isinstance(expected, ast.OptionalType) and coerces(actual, expected.inner)
        target = expected.inner if wrapped and isinstance(expected, ast.OptionalType) else expected
        if names_optional(target) and coerces(actual, target):
            self.lowered[result.id] = self.type_(target)
        return self._make(target, True, result) if wrapped else result

    def expression(self, node: ast.Expression) -> ast.Expression:
        return self.lower(node)

    def _own_type(self, node: ast.Expression) -> ast.Type | None:
        return self.expected if self.expected is not None else self.compilation.types.get(node.id)

    def on_ArrayExpression(self, node: ast.ArrayExpression) -> ast.Expression:
        element = _element(self._own_type(node))
        return replace(node, elements=tuple([self.lower(e, element) for e in node.elements]))

    def on_RepeatExpression(self, node: ast.RepeatExpression) -> ast.Expression:
        element = _element(self._own_type(node))
        return replace(node, expr=self.lower(node.expr, element), count=self.lower(node.count))

    def on_TupleExpression(self, node: ast.TupleExpression) -> ast.Expression:
        type_ = self._own_type(node)
        if isinstance(type_, ast.OptionalType):
            type_ = type_.inner
        assert isinstance(type_, ast.TupleType)
        return replace(
            node, elements=tuple([self.lower(e, t) for e, t in zip(node.elements, type_.elements)])
        )

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> ast.Expression:
        type_ = self._own_type(node)
        condition = self.lower(node.condition)
        if_true, if_false = self.lower(node.if_true, type_), self.lower(node.if_false, type_)
        return ast.TernaryExpression(condition, if_true, if_false, node.span, node.id)

    def on_CallExpression(self, node: ast.CallExpression) -> ast.Expression:
        assert node.function.location is not None
        inputs = self.compilation.index.functions[node.function.location].input
        arguments = tuple([self.lower(a, p.type_) for a, p in zip(node.arguments, inputs)])
        return replace(node, arguments=arguments)

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
        assert node.path.location is not None
        definition = self.compilation.index.composites[node.path.location]
        types = {m.identifier.name: m.type_ for m in definition.members}
        members = tuple(
            [
                replace(m, expression=self.lower(m.expression, types[m.identifier.name]))
                for m in node.members
                if m.expression is not None
            ]
        )
        base = None if node.base is None else self.lower(node.base)
        return replace(node, members=members, base=base)

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> ast.Expression:
        if node.name == "_optional_unwrap":
            return self._unwrap(node)
        if node.name == "_optional_unwrap_or":
            return self._unwrap_or(node)
        return self.children(node)

    def _access(self, receiver: ast.Identifier, name: str, type_: ast.Type) -> ast.Expression:
        optional = self.compilation.types[receiver.id]
        path = ast.Path(
            None,
            (),
            ast.Identifier(receiver.name, self.span),
            ast.LocalTarget(receiver.name),
            self.span,
            self._typed(optional),
        )
        return ast.MemberAccess(path, ast.Identifier(name), self.span, self._typed(type_))

    def _bind(self, value: ast.Expression, optional: ast.Type) -> ast.Identifier:
        name = self.compilation.names.unique("$opt", "$")
        identifier = ast.Identifier(name, self.span, self._typed(optional))
        self.out.append(
            ast.DefinitionStatement(identifier, None, value, self.span, self.compilation.builder.next_id())
        )
        return identifier

    def _unwrap(self, node: ast.IntrinsicExpression) -> ast.Expression:
        optional = self.compilation.types[node.arguments[0].id]
        assert isinstance(optional, ast.OptionalType)
        receiver = self._bind(self.lower(node.arguments[0]), optional)
        value = self._access(receiver, "val", optional.inner)
        is_some = self._access(receiver, "is_some", ast.BOOLEAN)
        self.out.append(
            ast.AssertStatement("Assert", (is_some,), node.span, self.compilation.builder.next_id())
        )
        return value

    def _unwrap_or(self, node: ast.IntrinsicExpression) -> ast.Expression:
        optional = self.compilation.types[node.arguments[0].id]
        assert isinstance(optional, ast.OptionalType)
        value = self.lower(node.arguments[0])
        fallback = self.lower(node.arguments[1], optional.inner)
        receiver = self._bind(value, optional)
        return ast.TernaryExpression(
            self._access(receiver, "is_some", ast.BOOLEAN),
            self._access(receiver, "val", optional.inner),
            fallback,
            node.span,
            self._typed(optional.inner),
        )

    # Statements -------------------------------------------------------------------------------------

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        expected = node.type_ if node.type_ is not None else self.compilation.types.get(node.value.id)
        value = self.lower(node.value, expected)
        type_ = None if node.type_ is None else self.type_(node.type_)
        return (replace(node, type_=type_, value=value),)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Iterable[ast.Statement]:
        expected = self.compilation.types[node.place.id]
        place = self.lower(node.place)
        return (replace(node, place=place, value=self.lower(node.value, expected)),)

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> Iterable[ast.Statement]:
        return (replace(node, expression=self.lower(node.expression, self.result)),)

    # Items ------------------------------------------------------------------------------------------

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.result = node.output_type
        return self.children(node)

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        self.result = ast.UNIT
        return self.children(node)

    def const(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        value = self.lower(node.value, node.type_)
        return replace(node, type_=self.type_(node.type_), value=value)

    def collect(self) -> None:
        """Lower every struct first, so that zero values of all of them can be made."""
        for place, composite in self.compilation.index.composites.items():
            self.program_name = place.program
            self.structs[place] = self.part(composite)

    def _at(self, program: str, path: tuple[str, ...]) -> tuple[ast.Composite, ...]:
        return tuple(c for p, c in self.structs.items() if p.program == program and p.module_path == path)

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        items = ("consts", "mappings", "storage_variables", "functions", "constructor", "interfaces")
        return replace(self.namespace(node, *items), composites=self._at(node.name, ()))

    def on_Module(self, node: ast.Module) -> ast.Module:
        result = self.namespace(node, "consts", "functions", "interfaces")
        return replace(result, composites=self._at(node.name, node.path))

    def on_Library(self, node: ast.Library) -> ast.Library:
        result = self.namespace(node, "modules", "consts", "functions")
        return replace(result, composites=self._at(node.name, ()))

    def on_Program(self, node: ast.Program) -> ast.Program:
        return self.children(node, "modules", "stubs", "program_scopes")


def _run(compilation: Compilation) -> ast.Program:
    visitor = _Options(compilation)
    visitor.collect()
    program = visitor.program(compilation.program)
    compilation.types.update(visitor.lowered)
    return program


PASS = Pass(
    "OptionLowering",
    _run,
    requires={"unrolled", "concrete", "no storage"},
    ensures={"no optionals"},
    destroys={"items"},
    idempotent=False,
)
