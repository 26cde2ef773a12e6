"""Types of arrays, tuples, structs and records, and of access to their parts."""

from __future__ import annotations

from avm.base.limits import MAX_ARRAY_LENGTH
from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.typecheck.base import FINALIZE_READ
from avm.leo.typecheck.operators import OperatorChecks


class AggregateChecks(OperatorChecks):
    """Aggregates and access."""

    def _expected_element(self, expected: ast.Type | None) -> ast.Type | None:
        inner = self.unwrapped(expected)
        return inner.element_type if isinstance(inner, ast.ArrayType) else None

    def on_ArrayExpression(self, node: ast.ArrayExpression, expected: ast.Type | None) -> ast.Type:
        wanted = self._expected_element(expected)
        if node.elements:
            first = self.visit_typed(node.elements[0], wanted)
        elif wanted is not None:
            first = wanted
        else:
            self.report("could_not_determine_type", node.span, expr=show(node))
            first = ast.ERR
        count, limit = len(node.elements), MAX_ARRAY_LENGTH
        if count > limit:
            self.report("array_too_large", node.span, size=count, max=limit)
        for element in node.elements[1:]:
            type_ = self.visit_typed(element, wanted)
            if type_ is ast.ERR:
                return ast.ERR
            self.assert_type(type_, first if wanted is None else wanted, element.span)
        if first is ast.ERR:
            return ast.ERR
        array = ast.ArrayType(
            first, ast.Literal("Integer", str(count), ast.U32, id=self.compilation.builder.next_id())
        )
        self.assert_type(array, expected, node.span)
        return array

    def on_RepeatExpression(self, node: ast.RepeatExpression, expected: ast.Type | None) -> ast.Type:
        element = self.visit_typed(node.expr, self._expected_element(expected))
        self.visit_u32(node.count)
        count = ast.as_u32(node.count)
        if count is not None:
            if count > MAX_ARRAY_LENGTH:
                self.report("array_too_large", node.span, size=count, max=MAX_ARRAY_LENGTH)
        elif isinstance(node.count, ast.Literal):
            self.report("array_too_large_for_u32", node.span)
        array = ast.ArrayType(element, node.count)
        self.assert_type(array, expected, node.span)
        return array

    def on_TupleExpression(self, node: ast.TupleExpression, expected: ast.Type | None) -> ast.Type:
        if isinstance(expected, ast.TupleType):
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
            if type_ == ast.NUMERIC:
                self.report("could_not_determine_type", element.span, expr=show(element))
                type_ = ast.ERR
            types.append(type_)
        tuple_ = ast.TupleType(tuple(types))
        if expected is None:
            return tuple_
        if ast.ERR not in types:
            self.should_be(tuple_, show(expected), node.span)
        return expected

    def _bar_nested_tuple(self, node: ast.Expression) -> None:
        if isinstance(node, ast.TupleExpression):
            self.report("nested_tuple_expression", node.span)

    def on_CompositeExpression(self, node: ast.CompositeExpression, expected: ast.Type | None) -> ast.Type:
        location, path_span = node.path.location, node.path.span
        composite = self.lookup_composite(location)
        if location is None or composite is None:
            self.report("unknown_sym", path_span, kind="struct or record", sym=show_path(node.path))
            return ast.ERR
        if not self.check_composite_access(location, composite, path_span):
            return ast.ERR
        self.check_const_arguments(composite, node.const_arguments, "composite expression", node.span)
        type_ = ast.CompositeType(node.path, node.const_arguments)
        self.assert_type(type_, expected, path_span)
        if node.base is not None:
            self.visit(node.base, type_)
        self._check_members(node, composite)
        if composite.is_record:
            self._check_record_init(node, location)
        return type_

    def _check_members(self, node: ast.CompositeExpression, composite: ast.Composite) -> None:
        given: dict[str, ast.Expression | None] = {}
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

    def _check_shorthand(self, node: ast.CompositeExpression, name: str, type_: ast.Type) -> None:
        unit = self.scope.unit
        variable = self.symbols.local(name) or self.symbols.global_(unit, ast.Location(unit, (name,)))
        if variable is None:
            self.report("unknown_sym", node.span, kind="variable", sym=show(node))
            return
        found = variable.type_ or ast.ERR
        if variable.declaration == "storage" and not isinstance(found, ast.VectorType | ast.MappingType):
            self.check_access("storage access", FINALIZE_READ, node.span)
        self.assert_type(found, type_, node.span)
        initializer = next(m for m in node.members if m.identifier.name == name)
        self.types[initializer.identifier.id] = self.types[initializer.id] = found

    def _check_record_init(self, node: ast.CompositeExpression, location: ast.Location) -> None:
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
            is_caller = isinstance(owner, ast.IntrinsicExpression) and owner.name == "_self_caller"
            if isinstance(owner, ast.CallExpression) and owner.function.location is not None:
                function = self.symbols.function(self.scope.unit, owner.function.location)
                is_caller = function is not None and self.has_annotation(function, "_caller_annotation")
            if is_caller:
                name = show_path(node.path)
                self.compilation.warn_once("caller_as_record_owner", owner.span, record_name=name)

    def element_type(self, node: ast.ArrayAccess, array: ast.Type, expected: ast.Type | None) -> ast.Type:
        self.assert_kind(array, ast.ArrayType, "an array", node.array.span)
        index = self.visit(node.index)
        if index == ast.NUMERIC:
            index = ast.U32
            if isinstance(node.index, ast.Literal):
                self.check_numeral(node.index, ast.U32)
        self.assert_integer(index, node.index.span)
        self.types[node.index.id] = index
        if not isinstance(array, ast.ArrayType):
            return ast.ERR
        self.assert_type(array.element_type, expected, node.span)
        return array.element_type

    def tuple_element_type(
        self, node: ast.TupleAccess, tuple_: ast.Type, expected: ast.Type | None
    ) -> ast.Type:
        if isinstance(tuple_, ast.TupleType):
            if node.index >= len(tuple_.elements):
                self.report("tuple_out_of_range", node.span, index=node.index, length=len(tuple_.elements))
                return ast.ERR
            self.assert_type(tuple_.elements[node.index], expected, node.span)
            return tuple_.elements[node.index]
        if tuple_ is not ast.ERR:
            self.should_be(tuple_, "a tuple", node.span)
        return ast.ERR

    def member_type(
        self, node: ast.MemberAccess, inner: ast.Type, expected: ast.Type | None, *, assign: bool
    ) -> ast.Type:
        if inner is ast.ERR:
            return ast.ERR
        span = node.inner.span
        if isinstance(inner, ast.CompositeType):
            composite = self.composite_of(inner)
            if composite is None:
                self.report("undefined_type", span, type_=show(inner))
                return ast.ERR
            member = next((m for m in composite.members if m.identifier.name == node.name.name), None)
            if member is None:
                self.report(
                    "invalid_composite_variable",
                    node.name.span,
                    variable=node.name.name,
                    composite=show(composite),
                )
                return ast.ERR
            self.assert_type(member.type_, expected, node.span)
            return member.type_
        if inner != ast.DYN_RECORD:
            self.should_be(inner, "a struct or record", span)
            return ast.ERR
        if assign:
            self.should_be(inner, "an assignable struct or record", span)
            return ast.ERR
        if node.name.name == "owner":
            self.assert_type(ast.ADDRESS, expected, node.span)
            return ast.ADDRESS
        if expected is None:
            self.report("dyn_record_field_requires_type", node.name.span, field=node.name.name)
            return ast.ERR
        return expected
