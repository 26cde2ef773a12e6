"""Types of arrays, tuples, structs and records, and of access to their parts."""

from __future__ import annotations

from avm.base.limits import MAX_ARRAY_LENGTH
from avm.leo.ast import (
    ADDRESS,
    DYN_RECORD,
    ERR,
    NUMERIC,
    U32,
    ArrayAccess,
    ArrayExpression,
    ArrayType,
    CallExpression,
    Composite,
    CompositeExpression,
    CompositeType,
    Expression,
    IntrinsicExpression,
    Literal,
    Location,
    MappingType,
    MemberAccess,
    RepeatExpression,
    TupleAccess,
    TupleExpression,
    TupleType,
    Type,
    VectorType,
    as_u32,
)
from avm.leo.ast.printer import show, show_path
from avm.leo.typecheck.base import FINALIZE_READ
from avm.leo.typecheck.operators import OperatorChecks


class AggregateChecks(OperatorChecks):
    """Aggregates and access."""

    def _expected_element(self, expected: Type | None) -> Type | None:
        inner = self.unwrapped(expected)
        return inner.element_type if isinstance(inner, ArrayType) else None

    def visit_array(self, node: ArrayExpression, expected: Type | None) -> Type:
        wanted = self._expected_element(expected)
        if node.elements:
            first = self.visit_typed(node.elements[0], wanted)
        elif wanted is not None:
            first = wanted
        else:
            self.report("could_not_determine_type", node.span, expr=show(node))
            first = ERR
        count, limit = len(node.elements), MAX_ARRAY_LENGTH
        if count > limit:
            self.report("array_too_large", node.span, size=count, max=limit)
        for element in node.elements[1:]:
            type_ = self.visit_typed(element, wanted)
            if type_ is ERR:
                return ERR
            self.assert_type(type_, first if wanted is None else wanted, element.span)
        if first is ERR:
            return ERR
        array = ArrayType(first, Literal("Integer", str(count), U32, id=self.compilation.builder.next_id()))
        self.assert_type(array, expected, node.span)
        return array

    def visit_repeat(self, node: RepeatExpression, expected: Type | None) -> Type:
        element = self.visit_typed(node.expr, self._expected_element(expected))
        self.visit_u32(node.count)
        count = as_u32(node.count)
        if count is not None:
            if count > MAX_ARRAY_LENGTH:
                self.report("array_too_large", node.span, size=count, max=MAX_ARRAY_LENGTH)
        elif isinstance(node.count, Literal):
            self.report("array_too_large_for_u32", node.span)
        array = ArrayType(element, node.count)
        self.assert_type(array, expected, node.span)
        return array

    def visit_tuple(self, node: TupleExpression, expected: Type | None) -> Type:
        if isinstance(expected, TupleType):
            if len(expected.elements) != len(node.elements):
                self.report(
                    "incorrect_tuple_length",
                    node.span,
                    expected=len(expected.elements),
                    actual=len(node.elements),
                )
            for element, type_ in zip(node.elements, expected.elements, strict=False):
                self._bar_nested_tuple(element)
                self.visit(element, type_)
            return expected
        if expected is None:
            for element in node.elements:
                self._bar_nested_tuple(element)
        types = []
        for element in node.elements:
            type_ = self.visit(element)
            if type_ == NUMERIC:
                self.report("could_not_determine_type", element.span, expr=show(element))
                type_ = ERR
            types.append(type_)
        tuple_ = TupleType(tuple(types))
        if expected is None:
            return tuple_
        if ERR not in types:
            self.should_be(tuple_, show(expected), node.span)
        return expected

    def _bar_nested_tuple(self, node: Expression) -> None:
        if isinstance(node, TupleExpression):
            self.report("nested_tuple_expression", node.span)

    def visit_composite(self, node: CompositeExpression, expected: Type | None) -> Type:
        location, path_span = node.path.location, node.path.span
        composite = self.lookup_composite(location)
        if location is None or composite is None:
            self.report("unknown_sym", path_span, kind="struct or record", sym=show_path(node.path))
            return ERR
        if not self.check_composite_access(location, composite, path_span):
            return ERR
        if len(composite.const_parameters) != len(node.const_arguments):
            self.report(
                "incorrect_num_const_args",
                node.span,
                kind="composite expression",
                expected=len(composite.const_parameters),
                received=len(node.const_arguments),
            )
        for parameter, argument in zip(composite.const_parameters, node.const_arguments, strict=False):
            self.visit(argument, parameter.type_)
        type_ = CompositeType(node.path, node.const_arguments)
        self.assert_type(type_, expected, path_span)
        if node.base is not None:
            self.visit(node.base, type_)
        self._check_members(node, composite)
        if composite.is_record:
            self._check_record_init(node, location)
        return type_

    def _check_members(self, node: CompositeExpression, composite: Composite) -> None:
        given: dict[str, Expression | None] = {}
        for member in node.members:
            name = member.identifier.name
            if name in given:
                if composite.is_record:
                    self.report("duplicate_record_variable", member.identifier.span, variable_name=name)
                else:
                    self.report("duplicate_struct_member", member.identifier.span, member_name=name)
            else:
                given[name] = member.expression
        expected, received = len(composite.members), len(node.members)
        if received > expected or (node.base is None and received != expected):
            self.report("incorrect_num_composite_members", node.span, expected=expected, received=received)
        if node.base is not None:
            names = {member.identifier.name for member in composite.members}
            for member in node.members:
                if member.identifier.name not in names:
                    self.report(
                        "invalid_composite_variable",
                        member.identifier.span,
                        variable=member.identifier.name,
                        composite=composite.name,
                    )
        for declared in composite.members:
            name = declared.identifier.name
            if name in given:
                expression = given[name]
                if expression is None:
                    self._check_shorthand(node, name, declared.type_)
                else:
                    self.visit(expression, declared.type_)
            elif node.base is None:
                self.report("missing_composite_member", node.span, composite=composite.name, member=name)

    def _check_shorthand(self, node: CompositeExpression, name: str, type_: Type) -> None:
        unit = self.scope.unit
        variable = self.symbols.local(name) or self.symbols.global_(unit, Location(unit, (name,)))
        if variable is None:
            self.report("unknown_sym", node.span, kind="variable", sym=show(node))
            return
        found = variable.type_ or ERR
        if variable.declaration == "storage" and not isinstance(found, VectorType | MappingType):
            self.check_access("storage access", FINALIZE_READ, node.span)
        self.assert_type(found, type_, node.span)
        initializer = next(m for m in node.members if m.identifier.name == name)
        self.types[initializer.identifier.id] = self.types[initializer.id] = found

    def _check_record_init(self, node: CompositeExpression, location: Location) -> None:
        if location.program != self.scope.unit:
            self.report("cannot_instantiate_external_record", node.span, loc=str(location))
        if self.scope.in_finalize:
            self.report("records_not_allowed_inside_final", node.span)
        if self.final_block is not None:
            self.report("records_not_allowed_inside_final", node.span)
        for member in node.members:
            if member.identifier.name != "owner" or member.expression is None:
                continue
            owner = member.expression
            is_caller = isinstance(owner, IntrinsicExpression) and owner.name == "_self_caller"
            if isinstance(owner, CallExpression) and owner.function.location is not None:
                function = self.symbols.function(self.scope.unit, owner.function.location)
                is_caller = function is not None and self.has_annotation(function, "_caller_annotation")
            if is_caller:
                name = show_path(node.path)
                self.compilation.warn_once("caller_as_record_owner", owner.span, record_name=name)

    def element_type(self, node: ArrayAccess, array: Type, expected: Type | None) -> Type:
        self.assert_kind(array, ArrayType, "an array", node.array.span)
        index = self.visit(node.index)
        if index == NUMERIC:
            index = U32
            if isinstance(node.index, Literal):
                self.check_numeral(node.index, U32)
        self.assert_integer(index, node.index.span)
        self.types[node.index.id] = index
        if not isinstance(array, ArrayType):
            return ERR
        self.assert_type(array.element_type, expected, node.span)
        return array.element_type

    def tuple_element_type(self, node: TupleAccess, tuple_: Type, expected: Type | None) -> Type:
        if isinstance(tuple_, TupleType):
            if node.index >= len(tuple_.elements):
                self.report("tuple_out_of_range", node.span, index=node.index, length=len(tuple_.elements))
                return ERR
            self.assert_type(tuple_.elements[node.index], expected, node.span)
            return tuple_.elements[node.index]
        if tuple_ is not ERR:
            self.should_be(tuple_, "a tuple", node.span)
        return ERR

    def member_type(self, node: MemberAccess, inner: Type, expected: Type | None, *, assign: bool) -> Type:
        if inner is ERR:
            return ERR
        span = node.inner.span
        if isinstance(inner, CompositeType):
            composite = self.composite_of(inner)
            if composite is None:
                self.report("undefined_type", span, type_=show(inner))
                return ERR
            member = next((m for m in composite.members if m.identifier.name == node.name.name), None)
            if member is None:
                self.report(
                    "invalid_composite_variable",
                    node.name.span,
                    variable=node.name.name,
                    composite=show(composite),
                )
                return ERR
            self.assert_type(member.type_, expected, node.span)
            return member.type_
        if inner != DYN_RECORD:
            self.should_be(inner, "a struct or record", span)
            return ERR
        if assign:
            self.should_be(inner, "an assignable struct or record", span)
            return ERR
        if node.name.name == "owner":
            self.assert_type(ADDRESS, expected, node.span)
            return ADDRESS
        if expected is None:
            self.report("dyn_record_field_requires_type", node.name.span, field=node.name.name)
            return ERR
        return expected
