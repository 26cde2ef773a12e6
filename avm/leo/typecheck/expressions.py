"""Types of expressions: literals, paths, casts, selection; the rest is in the classes below this one."""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.budget import TUPLES
from avm.leo.type_rules import coerces
from avm.leo.typecheck.aggregates import AggregateChecks
from avm.leo.typecheck.base import FINALIZE_READ, method_of
from avm.leo.typecheck.operators import is_none, takes_numeral

_FIXED_LITERALS: dict[str, ast.Type] = {
    "Address": ast.ADDRESS,
    "Boolean": ast.BOOLEAN,
    "Field": ast.FIELD,
    "Identifier": ast.IDENTIFIER,
    "Group": ast.GROUP,
    "Scalar": ast.SCALAR,
    "Signature": ast.SIGNATURE,
    "String": ast.STRING,
}
_CASTABLE = (ast.BOOLEAN, ast.FIELD, ast.GROUP, ast.SCALAR, ast.ADDRESS, ast.IDENTIFIER, ast.ERR)


def _parts(tuple_: ast.TupleType) -> int:
    """How many types a tuple's type is made of; no more are counted than the limit has.

    Tuples in a tuple may be the same object many times over: a few bindings make more than any machine could
    walk through, as the passes after this one do.
    """
    count, left = 0, [tuple_.elements]
    while left and count <= TUPLES.most:
        elements = left.pop()
        count += len(elements)
        left += [e.elements for e in elements if isinstance(e, ast.TupleType)]
    return count


class ExpressionChecks(AggregateChecks):
    """Expressions."""

    def visit(self, node: ast.Expression, expected: ast.Type | None = None) -> ast.Type:
        self.step()
        type_ = method_of(self, node)(self, node, expected)
        if isinstance(type_, ast.TupleType):
            self.budget.spend(TUPLES, _parts(type_), node.span)
        self.types[node.id] = type_
        return type_

    def on_UnitExpression(self, node: ast.UnitExpression, expected: ast.Type | None) -> ast.Type:
        return ast.UNIT

    def on_ErrExpression(self, node: ast.ErrExpression, expected: ast.Type | None) -> ast.Type:
        return ast.ERR

    def on_MemberAccess(self, node: ast.MemberAccess, expected: ast.Type | None) -> ast.Type:
        return self.member_type(node, self.visit(node.inner), expected, assign=False)

    def on_TupleAccess(self, node: ast.TupleAccess, expected: ast.Type | None) -> ast.Type:
        return self.tuple_element_type(node, self.visit(node.tuple_), expected)

    def on_ArrayAccess(self, node: ast.ArrayAccess, expected: ast.Type | None) -> ast.Type:
        return self.element_type(node, self.visit(node.array), expected)

    def on_Path(self, node: ast.Path, expected: ast.Type | None) -> ast.Type:
        variable = self.symbols.variable(self.scope.unit, node)
        if variable is None:
            self.report("unknown_sym", node.span, kind="variable", sym=show_path(node))
            return ast.ERR
        if node.location is not None and not self.scope.can_access(node.location, variable.is_exported):
            self.report("inaccessible_item", node.span, kind="item", item=show_path(node))
            return ast.ERR
        type_ = variable.type_
        if type_ is None:
            return ast.ERR
        if variable.declaration == "storage" and not isinstance(type_, ast.VectorType | ast.MappingType):
            self.check_access("storage access", FINALIZE_READ, node.span)
        self.assert_type(type_, expected, node.span)
        return type_

    def on_Literal(self, node: ast.Literal, expected: ast.Type | None) -> ast.Type:
        span = node.span
        type_: ast.Type = ast.ERR
        if node.variant == "Integer" and node.integer_type is not None:
            self.check_integer(node.value, node.integer_type, span)
            type_ = node.integer_type
        elif node.variant == "None":
            if isinstance(expected, ast.OptionalType):
                type_ = expected
            elif expected is not None:
                self.report("none_found_non_optional", span, expected=show(expected))
            else:
                self.report("could_not_determine_type", span, expr="none")
        elif node.variant == "Unsuffixed":
            target = self.unwrapped(expected)
            if expected is None:
                type_ = ast.NUMERIC
            elif target is not None and takes_numeral(target):
                self.check_numeral(node, target)
                type_ = target
            else:
                self.report("unexpected_unsuffixed_numeral", span, expected=f"type `{show(expected)}`")
        else:
            type_ = _FIXED_LITERALS[node.variant]
            if node.variant == "Group":
                self.check_group(node.value, span)
        self.assert_type(type_, expected, span)
        return type_

    def on_CastExpression(self, node: ast.CastExpression, expected: ast.Type | None) -> ast.Type:
        target, inner = node.type_, node.expression
        if target == ast.DYN_RECORD:
            source = self.visit_typed(inner)
            composite = self.composite_of(source)
            known = isinstance(source, ast.CompositeType) and (composite is None or composite.is_record)
            if source is not ast.ERR and not known:
                self.report("cannot_cast_to_dyn_record", inner.span, type_=show(source))
            self.assert_type(target, expected, node.span)
            return target
        if isinstance(inner, ast.MemberAccess):
            holder = self.visit(inner.inner)
            if holder == ast.DYN_RECORD:
                holder = self.visit(inner.inner)
                self.types[inner.id] = self.member_type(inner, holder, target, assign=False)
                self.assert_type(target, expected, node.span)
                return target
        source = self.visit_typed(inner)
        words = "an integer, bool, field, group, scalar, address, or identifier"
        self.assert_one_of(target, _CASTABLE, True, words, node.span)
        self.assert_one_of(source, _CASTABLE, True, words, inner.span)
        self.assert_type(target, expected, node.span)
        return target

    def on_TernaryExpression(self, node: ast.TernaryExpression, expected: ast.Type | None) -> ast.Type:
        self.visit(node.condition, ast.BOOLEAN)
        outer, self.scope.is_conditional = self.scope.is_conditional, True
        if expected is not None:
            t1 = self.visit_typed(node.if_true, expected)
            t2 = self.visit_typed(node.if_false, expected)
        elif is_none(node.if_false):
            t1 = self.visit(node.if_true)
            t2 = self.visit(node.if_false, t1 if isinstance(t1, ast.OptionalType) else ast.OptionalType(t1))
        elif is_none(node.if_true):
            t2 = self.visit(node.if_false)
            t1 = self.visit(node.if_true, t2 if isinstance(t2, ast.OptionalType) else ast.OptionalType(t2))
        else:
            t1, t2 = self.visit_typed(node.if_true), self.visit_typed(node.if_false)
        self.scope.is_conditional = outer
        if t1 is ast.ERR or t2 is ast.ERR:
            type_: ast.Type = ast.ERR
        elif not coerces(t1, t2) and not coerces(t2, t1):
            self.report("ternary_branch_mismatch", node.span, type1=show(t1), type2=show(t2))
            type_ = ast.ERR
        elif expected is not None:
            type_ = expected
        else:
            type_ = t2 if coerces(t1, t2) else t1
        if self.is_external_record(type_):
            self.report("ternary_over_external_records", node.span, ty=show(type_))
        if type_ == ast.DYN_RECORD:
            self.should_be(type_, "a type supported by ternary", node.span)
        if self.holds_external_record(type_):
            self.report("ternary_over_external_records", node.span, ty=show(type_))
        return type_
