"""Evaluates the constant expressions of a tree and puts their values in their place.

Works over literals and `const` only, not through `let`. Lengths in types are evaluated too, also in the type
table. Constant propagation is this over a whole program; monomorphization evaluates const arguments with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import Unsupported
from avm.data.types import PlaintextType
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.budget import COPIED, DEAR, ELEMENTS, require
from avm.leo.codegen.types import TypeWriter
from avm.leo.compilation import Compilation
from avm.leo.consteval import machine, operators
from avm.leo.consteval.evaluator import Evaluator
from avm.leo.consteval.values import (
    EvaluationError,
    Scalar,
    Sequence,
    Struct,
    Tuple,
    Value,
    as_bool,
    as_integer,
    size,
    written,
)
from avm.leo.intrinsics import INTRINSICS, Intrinsic
from avm.leo.lowering.purity import can_discard, intrinsic_is_pure

_EVALUATED_KINDS = ("Commit", "ECDSAVerify", "Deserialize")
"""Functions that may halt and are evaluated all the same."""
_AGGREGATES = (ast.ArrayExpression, ast.TupleExpression, ast.CompositeExpression, ast.RepeatExpression)


class ConstEvaluator(Evaluator):
    """Rewrites what is constant; `value` gives the constant an already rewritten expression stands for."""

    maps_types = True

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.read: dict[int, tuple[ast.Expression, ast.Expression]] = {}  # by id; what, and it evaluated
        self.scopes: list[dict[str, ast.Expression]] = []
        self.in_initializer = False
        self.in_table = False
        self.on_demand = False
        self.consts_done: dict[ast.Location, ast.ConstDeclaration | None] = {}

    # Types ------------------------------------------------------------------------------------------

    def type_of(self, node: ast.Expression) -> ast.Type:
        """The node's type with evaluated lengths; lengths of the table are never reported as open."""
        outer, self.in_table = self.in_table, True
        type_ = self.type_(self.compilation.types[node.id])
        self.in_table = outer
        return type_

    def expression(self, node: ast.Expression) -> ast.Expression:
        old = self.compilation.types.get(node.id)
        result = super().expression(node)
        if old is not None and not isinstance(old, (ast.PrimitiveType, ast.IntegerType)):
            type_ = self.type_of(node)
            self.compilation.types[node.id] = type_
            self.compilation.types[result.id] = type_
        return result

    def on_ArrayType(self, type_: ast.ArrayType) -> ast.ArrayType:
        type_ = self.children(type_)
        if self.value(type_.length) is None and not self.in_table:
            self.compilation.open_places["array_length_not_evaluated"] = type_.length.span
        return type_

    # Expressions ------------------------------------------------------------------------------------

    def on_Path(self, node: ast.Path) -> ast.Expression:
        found: ast.Expression | None = None
        if node.local is not None:
            found = next((s[node.local] for s in reversed(self.scopes) if node.local in s), None)
        elif node.location is not None:
            self._evaluate_first(node.location)
            found = self.compilation.global_consts.get(node.location)
        if found is None:
            return self.standing_for(node, None)
        if self.value(found) is not None:
            return found
        known = self.read.get(id(found))
        if known is not None and self.value(known[1]) is not None:
            return known[1]
        result = self.expression(found)
        if self.value(result) is None:
            return self.standing_for(node, None)
        self.read[id(found)] = found, result
        return result

    def _evaluate_first(self, location: ast.Location) -> None:
        """Evaluate a global const that is read before its turn has come, wherever it stands."""
        if not self.on_demand or location in self.consts_done or location in self.compilation.global_consts:
            return
        declaration = self.compilation.index.consts.get(location)
        if declaration is None:
            return
        place = self.program_name, self.module_path, self.scopes, self.in_initializer, self.in_table
        self.program_name, self.module_path = location.program, location.path[:-1]
        self.scopes, self.in_initializer, self.in_table = [], False, False
        self.const(declaration)
        self.program_name, self.module_path, self.scopes, self.in_initializer, self.in_table = place

    def on_CastExpression(self, node: ast.CastExpression) -> ast.Expression:
        node = self.children(node, "expression")
        value = self.value(node.expression)
        if value is None:
            return self.standing_for(node, None)
        result = operators.cast(value, node.type_)
        if result is None:
            self.compilation.report("compile_time_cast", node.span, value=value, type_=_type_text(node.type_))
            return self.standing_for(node, None)
        return self.constant(result, node)

    def on_TernaryExpression(self, node: ast.TernaryExpression) -> ast.Expression:
        node = self.children(node, "condition")
        chosen = as_bool(self.value(node.condition))
        if self.in_initializer and chosen is not None:
            return self.expression(node.if_true if chosen else node.if_false)
        node = self.children(node, "if_true", "if_false")
        if chosen is True and can_discard(node.if_false, self.compilation.types):
            return node.if_true
        if chosen is False and can_discard(node.if_true, self.compilation.types):
            return node.if_false
        return self.standing_for(node, None)

    def on_ArrayAccess(self, node: ast.ArrayAccess) -> ast.Expression:
        array_type = self.type_of(node.array)
        node = self.children(node)
        position_value = self.value(node.index)
        if position_value is None:
            self.compilation.open_places["array_index_not_evaluated"] = node.index.span
            return self.standing_for(node, None)
        length = ast.as_u32(array_type.length) if isinstance(array_type, ast.ArrayType) else None
        if length is None:
            return self.standing_for(node, None)
        position = as_integer(position_value)
        if position is None or not 0 <= position < length:
            if not self.compilation.diagnostics.has_errors:
                shown = str(position) if position is not None else str(position_value)
                self.compilation.report("array_bounds", node.span, index=shown, len=length)
            return self.standing_for(node, None)
        values = self.value(node.array)
        if isinstance(values, Sequence):
            return self.constant(values.elements[position], node)
        return self.standing_for(node, None)

    def on_MemberAccess(self, node: ast.MemberAccess) -> ast.Expression:
        node = self.children(node)
        value = self.value(node.inner)
        if not isinstance(value, Struct):
            return self.standing_for(node, None)
        return self.constant(dict(value.members)[node.name.name], node)

    def on_TupleAccess(self, node: ast.TupleAccess) -> ast.Expression:
        node = self.children(node)
        value = self.value(node.tuple_)
        if not isinstance(value, Tuple):
            return self.standing_for(node, None)
        return self.constant(value.elements[node.index], node)

    def _part(self, node: ast.Expression) -> ast.Expression:
        """A part of an array, tuple or struct; a constant that is read there is copied, which has a limit."""
        result = self.expression(node)
        if isinstance(result, _AGGREGATES) and type(result) is not type(node):
            self.compilation.builder.budget.spend(COPIED, written(result), node.span)
        return result

    def elements(self, nodes: tuple[ast.Expression, ...]) -> tuple[ast.Expression, ...]:
        return tuple([self._part(node) for node in nodes])

    def on_RepeatExpression(self, node: ast.RepeatExpression) -> ast.Expression:
        node = self.children(node)
        if self.value(node.count) is None:
            self.compilation.open_places["repeat_count_not_evaluated"] = node.count.span
        value, length = self.value(node.expr), ast.as_u32(node.count)
        if value is None or length is None:
            return self.standing_for(node, None)
        require(ELEMENTS, length * size(value), node.span)
        return self.standing_for(node, Sequence((value,) * length))

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
        const_arguments = self.expressions(node.const_arguments)
        members = []
        for member in node.members:
            value = member.expression
            if value is None:
                value = self._shorthand(node, member)
            members.append(replace(member, expression=self._part(value)))
        base = None if node.base is None else self.expression(node.base)
        node = replace(node, const_arguments=const_arguments, members=tuple(members), base=base)
        known = self.known(m.expression for m in members if m.expression is not None)
        if known is None or base is not None or const_arguments or node.path.location is None:
            return self.standing_for(node, None)
        names = (m.identifier.name for m in members)
        return self.standing_for(node, Struct(node.path.location, tuple(zip(names, known))))

    def _shorthand(
        self, node: ast.CompositeExpression, member: ast.CompositeFieldInitializer
    ) -> ast.Expression:
        """`S { a }` reads the variable or const `a`, which has the member's type."""
        name = member.identifier.name
        type_ = self.compilation.types.get(member.identifier.id)
        if type_ is None:
            assert node.path.location is not None
            definition = self.compilation.index.composites[node.path.location]
            type_ = next(m.type_ for m in definition.members if m.identifier.name == name)
        location = ast.Location(self.program_name, (*self.module_path, name))
        if location in self.compilation.index.consts:
            return ast.Path(
                None, (), member.identifier, location, member.span, self.compilation.typed_id(type_)
            )
        return self.compilation.local(name, type_, member.span)

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression) -> ast.Expression:
        result = self.children(node)
        assert isinstance(result, ast.IntrinsicExpression)
        known = self.known(result.arguments)
        intrinsic = INTRINSICS.get(result.name)
        if known is None or intrinsic is None:
            return self.standing_for(result, None)
        if intrinsic.kind == "GroupGen":
            from avm.algebra import edwards

            return self.constant(Scalar(ast.GROUP, edwards.GENERATOR[0]), result)
        if intrinsic.operator:
            return self.constant(operators.unary(intrinsic.operator, known[0], ast.FIELD), result)
        evaluated = intrinsic.kind in _EVALUATED_KINDS or intrinsic_is_pure(result.name)
        if not intrinsic.opcode or not evaluated:
            return self.standing_for(result, None)
        return self._machine(intrinsic, result, known)

    def _machine(
        self, intrinsic: Intrinsic, node: ast.IntrinsicExpression, known: tuple[Value, ...]
    ) -> ast.Expression:
        """The function's result, computed by its instruction."""
        types = TypeWriter(self.compilation.index, self.program_name)
        named: tuple[PlaintextType, ...] = ()
        match intrinsic.kind:
            case "Hash" | "Commit":
                assert intrinsic.result is not None
                self.compilation.builder.budget.spend(DEAR, 1, node.span)
                named = (types.plaintext(intrinsic.result),)
            case "Deserialize":
                source = types.plaintext(self.compilation.types[node.arguments[0].id])
                named = (source, types.plaintext(node.type_parameters[0][0]))
            case kind if kind != "Serialize":
                raise Unsupported(f"Evaluating {node.name} at compile time", place=node.span)
        try:
            value = machine.run(intrinsic.opcode, named, known)
        except EvaluationError as error:
            self.compilation.report("intrinsic_failure", node.span, reason=error)
            return self.standing_for(node, None)
        return self.constant(value, node)

    # Statements -------------------------------------------------------------------------------------

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        self.scopes.append({})
        out = super().statements(nodes)
        self.scopes.pop()
        return tuple(s for s in out if not (isinstance(s, ast.Block) and not s.statements))

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> Iterable[ast.Statement]:
        if isinstance(node.condition, ast.Literal) and node.condition.variant == "Boolean":
            if node.condition.value == "true":
                return (self.block(node.then),)
            return () if node.otherwise is None else self.statement(node.otherwise)
        return (self.children(node),)

    def on_ConstDeclaration(self, node: ast.ConstDeclaration) -> Iterable[ast.Statement]:
        node = self._declaration(node)
        if node.place.id not in self.compilation.local_consts and self.value(node.value) is not None:
            self.compilation.local_consts.add(node.place.id)
            self.compilation.changed = True
        if self.value(node.value) is not None:
            self.scopes[-1][node.place.name] = node.value
        return (node,)

    def on_ExpressionStatement(self, node: ast.ExpressionStatement) -> Iterable[ast.Statement]:
        expression = self.expression(node.expression)
        if isinstance(expression, (ast.UnitExpression, ast.Literal)):
            return ()
        return (replace(node, expression=expression),)

    def _declaration(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        if isinstance(node.type_, ast.OptionalType):
            return node
        type_ = self.type_(node.type_)
        outer, self.in_initializer = self.in_initializer, True
        value = self.expression(node.value)
        self.in_initializer = outer
        if self.value(value) is None:
            self.compilation.open_places["const_not_evaluated"] = node.span
        return replace(node, type_=type_, value=value)

    # Items ------------------------------------------------------------------------------------------

    def const(self, node: ast.ConstDeclaration) -> ast.ConstDeclaration:
        location = ast.Location(self.program_name, (*self.module_path, node.place.name))
        done = self.consts_done.get(location)
        if done is not None:
            return done
        self.consts_done[location] = None  # under way: a const that reads itself stays open
        node = self._declaration(node)
        self.consts_done[location] = node
        if self.value(node.value) is not None and location not in self.compilation.global_consts:
            self.compilation.global_consts[location] = node.value
            self.compilation.changed = True
        return node

    def on_Function(self, node: ast.Function) -> ast.Function:
        in_library = self.program_name in self.compilation.index.libraries and not self.module_path
        return node if node.const_parameters and in_library else self.children(node)

    def on_Composite(self, node: ast.Composite) -> ast.Composite:
        generic = bool(node.const_parameters)
        in_library = self.program_name in self.compilation.index.libraries
        return node if generic and (self.module_path or in_library) else self.children(node)

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        data = ("composites", "mappings", "storage_variables", "interfaces")
        return self.namespace(node, "consts", "functions", "constructor", *data)


def _type_text(type_: ast.Type) -> str:
    return type_.name if isinstance(type_, (ast.PrimitiveType, ast.IntegerType)) else str(type_)
