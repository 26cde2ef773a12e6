"""Storage lowering: storage variables become mappings.

storage total: u64;           mapping total__: bool => u64;
total = 1u64;                 _mapping_set(total__, false, 1u64);
let t = total;                let t = contains(total__, false) ? get_or_use(total__, false, 0u64) : none;
storage list: [u8];           mapping list__: u32 => u8;  mapping list__len__: bool => u32;
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import Unsupported
from avm.leo import ast
from avm.leo.ast import Location
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass, first_span
from avm.leo.lowering.purity import can_discard
from avm.leo.lowering.rewriter import Hoisting
from avm.leo.lowering.zero import zero

_STATEMENTS = (ast.CallExpression, ast.DynamicOpExpression, ast.IntrinsicExpression)


def _storage(program: ast.Program) -> dict[Location, ast.Type]:
    """The types of all storage variables of the program and its Leo dependencies."""
    found: dict[Location, ast.Type] = {}
    for stub in program.stubs.values():
        if isinstance(stub.body, ast.Program):
            found.update(_storage(stub.body))
    for scope in program.program_scopes.values():
        found.update({Location(scope.name, (s.name,)): s.type_ for s in scope.storage_variables})
    return found


class _Storage(Hoisting):
    untouched = (ast.ConstDeclaration,)

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.variables = _storage(compilation.program)

    # Building blocks --------------------------------------------------------------------------------

    def _mapping(self, location: Location, suffix: str, key: ast.Type, value: ast.Type) -> ast.Path:
        name = location.name + suffix
        place = Location(location.program, (name,))
        type_ = ast.MappingType(key, value)
        program = self._program_id(location.program)
        return ast.Path(
            program, (), ast.Identifier(name, self.span), place, self.span, self.compilation.typed_id(type_)
        )

    def _program_id(self, program: str) -> ast.ProgramId | None:
        if program == self.program_name:
            return None
        name, _, network = program.rpartition(".")
        return ast.ProgramId(ast.Identifier(name, self.span), ast.Identifier(network, self.span))

    def _function(self, name: str, arguments: tuple[ast.Expression, ...], type_: ast.Type) -> ast.Expression:
        return ast.IntrinsicExpression(
            name, (), (), (), arguments, self.span, self.compilation.typed_id(type_)
        )

    def _false(self) -> ast.Expression:
        return self.compilation.boolean(False, self.span)

    def _length(self, location: Location) -> ast.Expression:
        """`get_or_use(v__len__, false, 0u32)`"""
        mapping = self._mapping(location, "__len__", ast.BOOLEAN, ast.U32)
        return self._function(
            "_mapping_get_or_use", (mapping, self._false(), self.compilation.u32(0, self.span)), ast.U32
        )

    def _set_length(self, location: Location, value: ast.Expression) -> ast.Expression:
        mapping = self._mapping(location, "__len__", ast.BOOLEAN, ast.U32)
        return self._function("_mapping_set", (mapping, self._false(), value), ast.UNIT)

    def _elements(self, location: Location, element: ast.Type) -> ast.Path:
        return self._mapping(location, "__", ast.U32, element)

    def _name(self, base: str, value: ast.Expression) -> ast.Identifier:
        definition = self.compilation.define(self.compilation.names.unique(base, "$"), value, self.span)
        self.out.append(definition)
        return definition.places[0]

    def _act(self, expression: ast.Expression) -> None:
        self.out.append(ast.ExpressionStatement(expression, self.span, self.compilation.builder.next_id()))

    def _zero(self, type_: ast.Type) -> ast.Expression:
        return zero(
            type_, self.span, self.compilation, lambda place: self.compilation.index.composites[place].members
        )

    def _optional(self, condition: ast.Expression, value: ast.Expression, type_: ast.Type) -> ast.Expression:
        """`condition ? value : none`"""
        optional = ast.OptionalType(type_)
        none = ast.Literal("None", "none", None, self.span, self.compilation.typed_id(optional))
        return ast.TernaryExpression(condition, value, none, self.span, self.compilation.typed_id(optional))

    def _binary(self, op: str, left: ast.Expression, right: ast.Expression) -> ast.Expression:
        type_ = ast.BOOLEAN if op in ("Lt", "Gt") else ast.U32
        return self.compilation.binary(op, left, right, type_, self.span)

    # Single variables -------------------------------------------------------------------------------

    def on_Path(self, node: ast.Path) -> ast.Expression:
        type_ = None if node.location is None else self.variables.get(node.location)
        if type_ is None or isinstance(type_, ast.VectorType):
            return node
        assert node.location is not None
        mapping = self._mapping(node.location, "__", ast.BOOLEAN, type_)
        contains = self._function("_mapping_contains", (mapping, self._false()), ast.BOOLEAN)
        mapping = self._mapping(node.location, "__", ast.BOOLEAN, type_)
        value = self._function("_mapping_get_or_use", (mapping, self._false(), self._zero(type_)), type_)
        return self._optional(contains, value, type_)

    def on_AssignStatement(self, node: ast.AssignStatement) -> Iterable[ast.Statement]:
        if not (isinstance(node.place, ast.Path) and node.place.location is not None):
            place = self.expression(node.place)
            return (replace(node, place=place, value=self.expression(node.value)),)
        type_ = self.variables[node.place.location]
        value = self.expression(node.value)
        mapping = self._mapping(node.place.location, "__", ast.BOOLEAN, type_)
        if isinstance(value, ast.Literal) and value.variant == "None":
            action = self._function("_mapping_remove", (mapping, self._false()), ast.UNIT)
        elif isinstance(self.compilation.types[value.id], ast.OptionalType):
            raise Unsupported("Assigning an optional to a storage variable", place=node.span)
        else:
            action = self._function("_mapping_set", (mapping, self._false(), value), ast.UNIT)
        return (ast.ExpressionStatement(action, node.span, self.compilation.builder.next_id()),)

    # Vectors ----------------------------------------------------------------------------------------

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> ast.Expression:
        if not node.name.startswith("_vector_"):
            return replace(node, arguments=self.expressions(node.arguments))
        vector = node.arguments[0]
        assert isinstance(vector, ast.Path) and vector.location is not None
        type_ = self.variables.get(vector.location)
        if not isinstance(type_, ast.VectorType):
            raise Unsupported("A storage vector of a program read from bytecode", place=node.span)
        self.span = first_span(node.span, self.span)
        method = {
            "_vector_push": self._push,
            "_vector_len": self._len,
            "_vector_pop": self._pop,
            "_vector_get": self._get,
            "_vector_set": self._set,
            "_vector_clear": self._clear,
            "_vector_swap_remove": self._swap_remove,
        }[node.name]
        return method(vector.location, type_.element_type, node.arguments[1:])

    def _once(self, node: ast.Expression, base: str) -> ast.Expression:
        """The argument, in a variable if it must be evaluated once and first."""
        keep = not can_discard(node, self.compilation.types)
        value = self.expression(node)
        if not keep:
            return value
        return self.compilation.read(self._name(base, value), self.span)

    def _push(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        value = self._once(arguments[0], "$push_value")
        mapping = self._elements(place, element)
        length = self._name("$len_var", self._length(place))
        one = self.compilation.u32(1, self.span)
        self._act(self._set_length(place, self._binary("Add", self.compilation.read(length), one)))
        return self._function("_mapping_set", (mapping, self.compilation.read(length), value), ast.UNIT)

    def _len(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        return self._length(place)

    def _pop(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        compilation = self.compilation
        mapping = self._elements(place, element)
        length = self._name("$len_var", self._length(place))

        def is_filled() -> ast.Expression:
            return self._binary("Gt", compilation.read(length), compilation.u32(0, self.span))

        def last() -> ast.Expression:
            return self._binary("SubWrapped", compilation.read(length), compilation.u32(1, self.span))

        shorter = ast.TernaryExpression(
            is_filled(), last(), compilation.read(length), self.span, compilation.typed_id(ast.U32)
        )
        self._act(self._set_length(place, shorter))
        value = self._function("_mapping_get_or_use", (mapping, last(), self._zero(element)), element)
        return self._optional(is_filled(), value, element)

    def _get(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        index = self._once(arguments[0], "$index")
        mapping = self._elements(place, element)
        length = self._name("$len_var", self._length(place))
        inside = self._binary("Lt", index, self.compilation.read(length))
        value = self._function("_mapping_get_or_use", (mapping, index, self._zero(element)), element)
        return self._optional(inside, value, element)

    def _set(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        index, value = self.expression(arguments[0]), self.expression(arguments[1])
        mapping = self._elements(place, element)
        self._check_index(index, self._name("$len_var", self._length(place)))
        return self._function("_mapping_set", (mapping, index, value), ast.UNIT)

    def _check_index(self, index: ast.Expression, length: ast.Identifier) -> None:
        inside = self._binary("Lt", index, self.compilation.read(length))
        self.out.append(
            ast.AssertStatement("Assert", (inside,), self.span, self.compilation.builder.next_id())
        )

    def _clear(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        return self._set_length(place, self.compilation.u32(0, self.span))

    def _swap_remove(
        self, place: Location, element: ast.Type, arguments: tuple[ast.Expression, ...]
    ) -> ast.Expression:
        compilation = self.compilation
        index = self.expression(arguments[0])
        length = self._name("$len_var", self._length(place))
        self._check_index(index, length)

        def get(key: ast.Expression) -> ast.Expression:
            return self._function("_mapping_get", (self._elements(place, element), key), element)

        def last() -> ast.Expression:
            return self._binary("Sub", compilation.read(length), compilation.u32(1, self.span))

        removed = self._name("$removed", get(index))
        mapping = self._elements(place, element)
        self._act(self._function("_mapping_set", (mapping, index, get(last())), ast.UNIT))
        self._act(self._set_length(place, last()))
        return compilation.read(removed, self.span)

    # Programs chosen at run time --------------------------------------------------------------------

    def on_DynamicOpExpression(self, node: ast.DynamicOpExpression) -> ast.Expression:
        if isinstance(node.kind, ast.DynamicCall):
            return self.children(node)
        assert isinstance(node.interface, ast.CompositeType) and node.interface.path.location is not None
        interface = self.compilation.index.interface(node.interface.path.location)
        kind = node.kind
        name = kind.storage.name if isinstance(kind, ast.DynamicRead) else kind.member.name
        variable = next((s for s in interface.storages if s.name == name), None)
        if variable is None:
            return self.children(node)
        self.span = first_span(node.span, self.span)
        target = self.expression(node.target_program)
        network = self._identifier("aleo") if node.network is None else self.expression(node.network)
        if isinstance(kind, ast.DynamicRead):
            return self._dynamic_read(target, network, name, variable.type_)
        assert isinstance(variable.type_, ast.VectorType)
        if kind.op.name == "len":
            return self._dynamic_length(target, network, name)
        return self._dynamic_element(target, network, name, variable.type_.element_type, kind.arguments[0])

    def _identifier(self, name: str) -> ast.Expression:
        return ast.Literal("Identifier", name, None, self.span, self.compilation.typed_id(ast.IDENTIFIER))

    def _dynamic_get(
        self,
        target: ast.Expression,
        network: ast.Expression,
        mapping: str,
        key: ast.Expression,
        default: ast.Expression,
        type_: ast.Type,
    ) -> ast.Expression:
        arguments = (target, network, self._identifier(mapping), key, default)
        return ast.IntrinsicExpression(
            "_dynamic_get_or_use",
            ((type_, self.span),),
            (),
            (),
            arguments,
            self.span,
            self.compilation.typed_id(type_),
        )

    def _dynamic_read(
        self, target: ast.Expression, network: ast.Expression, name: str, type_: ast.Type
    ) -> ast.Expression:
        mapping = f"{name}__"
        arguments = (target, network, self._identifier(mapping), self._false())
        contains = self._function("_dynamic_contains", arguments, ast.BOOLEAN)
        value = self._dynamic_get(target, network, mapping, self._false(), self._zero(type_), type_)
        return self._optional(contains, value, type_)

    def _dynamic_length(self, target: ast.Expression, network: ast.Expression, name: str) -> ast.Expression:
        zero_length = self.compilation.u32(0, self.span)
        return self._dynamic_get(target, network, f"{name}__len__", self._false(), zero_length, ast.U32)

    def _dynamic_element(
        self,
        target: ast.Expression,
        network: ast.Expression,
        name: str,
        element: ast.Type,
        argument: ast.Expression,
    ) -> ast.Expression:
        index = self._once(argument, "$index")
        length = self._name("$len_var", self._dynamic_length(target, network, name))
        inside = self._binary("Lt", index, self.compilation.read(length))
        value = self._dynamic_get(target, network, f"{name}__", index, self._zero(element), element)
        return self._optional(inside, value, element)

    # Statements -------------------------------------------------------------------------------------

    def otherwise(self, node: ast.Statement) -> ast.Statement:
        """What an `else if` computes first runs before the whole conditional."""
        *before, last = self.statement(node)
        self.out.extend(before)
        return last

    def on_ExpressionStatement(self, node: ast.ExpressionStatement) -> Iterable[ast.Statement]:
        keep = not can_discard(node.expression, self.compilation.types)
        expression = self.expression(node.expression)
        if isinstance(expression, _STATEMENTS):
            return (replace(node, expression=expression),)
        if not keep:
            return ()
        name = self.compilation.names.unique("$discard", "$")
        return (self.compilation.define(name, expression, node.span),)

    # Items ------------------------------------------------------------------------------------------

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        made: list[ast.Mapping] = []
        for variable in node.storage_variables:
            made.extend(self._backing(variable))
        result = super().on_ProgramScope(node)
        return replace(result, mappings=(*result.mappings, *made))

    def _backing(self, node: ast.StorageVariable) -> Iterable[ast.Mapping]:
        def mapping(suffix: str, key: ast.Type, value: ast.Type) -> ast.Mapping:
            identifier = ast.Identifier(node.name + suffix, node.identifier.span)
            return ast.Mapping(identifier, key, value, node.span, self.compilation.builder.next_id())

        if isinstance(node.type_, ast.VectorType):
            yield mapping("__", ast.U32, node.type_.element_type)
            yield mapping("__len__", ast.BOOLEAN, ast.U32)
        else:
            yield mapping("__", ast.BOOLEAN, node.type_)


PASS = Pass(
    "StorageLowering",
    lambda c: _Storage(c).program(c.program),
    requires={"unrolled", "concrete"},
    ensures={"no storage"},
    destroys={"globals"},
    idempotent=False,
)
