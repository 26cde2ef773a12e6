"""Write transforming: a write to an element or member becomes a write to a variable of its own.

    let s = S { a: 1u8, b: 2u8 };      let s = S { .. };  let s#a$0 = s.a;  let s#b$1 = s.b;
    s.a = 3u8;                         s#a$0 = 3u8;
    return s;                          s = S { a: s#a$0, b: s#b$1 };  return s;

Arrays and structs without member writes stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass, first_span
from avm.leo.lowering.rewriter import Hoisting
from avm.leo.lowering.walk import statements_of


class _Writes(Hoisting):
    untouched = (ast.ConstDeclaration,)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.arrays: dict[str, tuple[ast.Identifier, ...]] = {}
        self.structs: dict[str, dict[str, ast.Identifier]] = {}
        self._collect(compilation.program)

    # Which variables have element writes ------------------------------------------------------------

    def _collect(self, program: ast.Program) -> None:
        for stub in program.stubs.values():
            if isinstance(stub.body, ast.Program):
                self._collect(stub.body)
        functions = [f for m in program.modules.values() for f in m.functions]
        for scope in program.program_scopes.values():
            functions.extend(scope.functions)
        for function in functions:
            for statement in statements_of(function.block):
                if isinstance(statement, ast.AssignStatement):
                    self._collect_place(statement.place)

    def _collect_place(self, place: ast.Expression) -> str:
        names = self.compilation.names
        match place:
            case ast.Path():
                return place.name
            case ast.ArrayAccess():
                array = self._collect_place(place.array)
                if array not in self.arrays:
                    type_ = self.compilation.types[place.array.id]
                    assert isinstance(type_, ast.ArrayType)
                    self.arrays[array] = tuple(
                        [
                            self.compilation.identifier(names.unique(f"{array}#{i}", "$"), type_.element_type)
                            for i in range(_length(type_))
                        ]
                    )
                return self.arrays[array][_index(place)].name
            case ast.MemberAccess():
                struct = self._collect_place(place.inner)
                if struct not in self.structs:
                    type_ = self.compilation.types[place.inner.id]
                    assert isinstance(type_, ast.CompositeType) and type_.path.location is not None
                    definition = self.compilation.index.composites[type_.path.location]
                    self.structs[struct] = {
                        m.identifier.name: self.compilation.identifier(
                            names.unique(f"{struct}#{m.identifier.name}", "$"), m.type_
                        )
                        for m in definition.members
                    }
                return self.structs[struct][place.name.name].name
            case _:
                raise TypeError(type(place).__name__)

    # Reads ------------------------------------------------------------------------------------------

    def _read(self, identifier: ast.Identifier, span: Span) -> ast.Expression:
        """The variable; one with element variables is first rebuilt from them."""
        compilation = self.compilation
        type_ = compilation.types[identifier.id]
        value: ast.Expression
        if identifier.name in self.arrays:
            elements = tuple([self._read(i, span) for i in self.arrays[identifier.name]])
            value = ast.ArrayExpression(elements, span, compilation.typed_id(type_))
        elif identifier.name in self.structs:
            assert isinstance(type_, ast.CompositeType)
            members = tuple(
                [
                    ast.CompositeFieldInitializer(ast.Identifier(name), self._read(i, span), span)
                    for name, i in self.structs[identifier.name].items()
                ]
            )
            value = ast.CompositeExpression(type_.path, (), members, None, span, compilation.typed_id(type_))
        else:
            return compilation.local(identifier.name, type_, span)
        self._assign(identifier, value, span, self.out)
        return compilation.local(identifier.name, type_, span)

    def _assign(
        self, place: ast.Identifier, value: ast.Expression, span: Span, out: list[ast.Statement]
    ) -> None:
        out.append(
            ast.AssignStatement(
                self.compilation.read(place, span), value, span, self.compilation.builder.next_id()
            )
        )

    def on_Path(self, node: ast.Path) -> ast.Expression:
        if node.local is None or (node.name not in self.arrays and node.name not in self.structs):
            return node
        return self._read(ast.Identifier(node.name, node.span, node.id), first_span(node.span, self.span))

    def on_ArrayAccess(self, node: ast.ArrayAccess) -> ast.Expression:
        if isinstance(node.array, ast.Path) and node.array.name in self.arrays:
            member = self.arrays[node.array.name][_index(node)]
            return self._read(member, first_span(node.span, self.span))
        return node

    def on_MemberAccess(self, node: ast.MemberAccess) -> ast.Expression:
        if isinstance(node.inner, ast.Path) and node.inner.name in self.structs:
            member = self.structs[node.inner.name][node.name.name]
            return self._read(member, first_span(node.span, self.span))
        return node

    # Writes -----------------------------------------------------------------------------------------

    def on_AssignStatement(self, node: ast.AssignStatement) -> Iterable[ast.Statement]:
        value = self.expression(node.value)
        self._write(self._place(node.place), value, node.span)
        return ()

    def _place(self, node: ast.Expression) -> ast.Identifier:
        match node:
            case ast.ArrayAccess():
                return self.arrays[self._place(node.array).name][_index(node)]
            case ast.MemberAccess():
                return self.structs[self._place(node.inner).name][node.name.name]
            case ast.Path():
                return ast.Identifier(node.name, node.span, node.id)
            case _:
                raise TypeError(type(node).__name__)

    def _write(self, place: ast.Identifier, value: ast.Expression, span: Span) -> None:
        """Assign a whole array or struct to its element variables, or a plain variable."""
        compilation = self.compilation
        if place.name in self.arrays:
            members = self.arrays[place.name]
            if isinstance(value, ast.ArrayExpression):
                for member, element in zip(members, value.elements):
                    self._write(member, element, span)
                return
            self._assign(place, value, span, self.out)
            for i, member in enumerate(members):
                read = compilation.local(place.name, compilation.types[value.id], span)
                access = ast.ArrayAccess(
                    read, compilation.u32(i, span), span, compilation.typed_id(compilation.types[member.id])
                )
                self._write(member, access, span)
        elif place.name in self.structs:
            fields = self.structs[place.name]
            if isinstance(value, ast.CompositeExpression):
                for initializer in value.members:
                    assert initializer.expression is not None
                    self._write(fields[initializer.identifier.name], initializer.expression, span)
                return
            self._assign(place, value, span, self.out)
            for name, member in fields.items():
                read = compilation.local(place.name, compilation.types[value.id], span)
                access_id = compilation.typed_id(compilation.types[member.id])
                self._write(member, ast.MemberAccess(read, ast.Identifier(name), span, access_id), span)
        else:
            self._assign(place, value, span, self.out)

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> Iterable[ast.Statement]:
        value = self.expression(node.value)
        out: list[ast.Statement] = [replace(node, value=value)]
        for place in node.places:
            self._define_members(place, node.span, out)
        return out

    def _define_members(self, place: ast.Identifier, span: Span, out: list[ast.Statement]) -> None:
        """A definition for each element variable of a variable that has them."""
        compilation = self.compilation
        accesses: list[tuple[ast.Identifier, ast.Expression]] = []
        for i, member in enumerate(self.arrays.get(place.name, ())):
            read = compilation.read(place, span)
            access_id = compilation.typed_id(compilation.types[member.id])
            accesses.append((member, ast.ArrayAccess(read, compilation.u32(i, span), span, access_id)))
        for name, member in self.structs.get(place.name, {}).items():
            read = compilation.read(place, span)
            access_id = compilation.typed_id(compilation.types[member.id])
            accesses.append((member, ast.MemberAccess(read, ast.Identifier(name), span, access_id)))
        for member, access in accesses:
            out.append(ast.DefinitionStatement(member, None, access, span, compilation.builder.next_id()))
            self._define_members(member, span, out)

    def on_Function(self, node: ast.Function) -> ast.Function:
        out: list[ast.Statement] = []
        for parameter in node.input:
            self._define_members(parameter.identifier, parameter.span, out)
        block = self.block(node.block)
        return replace(node, block=replace(block, statements=(*out, *block.statements)))


def _length(type_: ast.ArrayType) -> int:
    length = ast.as_u32(type_.length)
    assert length is not None
    return length


def _index(node: ast.ArrayAccess) -> int:
    index = ast.as_u32(node.index)
    assert index is not None
    return index


PASS = Pass(
    "WriteTransforming",
    lambda c: _Writes(c).program(c.program),
    requires={"ssa", "no tuples"},
    ensures={"no element writes"},
    destroys={"ssa"},
)
