"""Types of expressions: literals, paths, operators, aggregates, access, casts, selection."""

from __future__ import annotations

from avm.leo.ast import (
    ADDRESS,
    BINARY_OPERATIONS,
    BOOLEAN,
    DYN_RECORD,
    ERR,
    FIELD,
    GROUP,
    IDENTIFIER,
    NUMERIC,
    SCALAR,
    SIGNATURE,
    STRING,
    U8,
    U16,
    U32,
    UNIT,
    ArrayAccess,
    ArrayExpression,
    ArrayType,
    AsyncExpression,
    BinaryExpression,
    CallExpression,
    CastExpression,
    Composite,
    CompositeExpression,
    CompositeType,
    DynamicOpExpression,
    Expression,
    IntegerType,
    IntrinsicExpression,
    Literal,
    Location,
    MappingType,
    MemberAccess,
    OptionalType,
    Path,
    RepeatExpression,
    TernaryExpression,
    TupleAccess,
    TupleExpression,
    TupleType,
    Type,
    UnaryExpression,
    UnitExpression,
    VectorType,
    as_u32,
)
from avm.leo.ast.printer import show, show_path
from avm.leo.type_rules import coerces, equivalent
from avm.leo.types.base import FINALIZE_READ
from avm.leo.types.calls import CallChecks

_FIXED_LITERALS: dict[str, Type] = {
    "Address": ADDRESS,
    "Boolean": BOOLEAN,
    "Field": FIELD,
    "Identifier": IDENTIFIER,
    "Group": GROUP,
    "Scalar": SCALAR,
    "Signature": SIGNATURE,
    "String": STRING,
}
_NUMERIC_TARGETS = (FIELD, GROUP, SCALAR)
_CASTABLE = (BOOLEAN, FIELD, GROUP, SCALAR, ADDRESS, IDENTIFIER, ERR)
_MAGNITUDES = (U8, U16, U32)


def _takes_numeral(type_: Type | None) -> bool:
    return isinstance(type_, IntegerType) or type_ in _NUMERIC_TARGETS


def is_none(node: Expression) -> bool:
    """The literal `none`."""
    return isinstance(node, Literal) and node.variant == "None"


class ExpressionChecks(CallChecks):
    """Expressions."""

    def visit(self, node: Expression, expected: Type | None = None) -> Type:
        match node:
            case Path():
                type_ = self._visit_path(node, expected)
            case Literal():
                type_ = self._visit_literal(node, expected)
            case BinaryExpression():
                type_ = self._visit_binary(node, expected)
            case UnaryExpression():
                type_ = self._visit_unary(node, expected)
            case CallExpression():
                type_ = self.visit_call(node, expected)
            case IntrinsicExpression():
                type_ = self.visit_intrinsic(node, expected)
            case MemberAccess():
                inner = self.visit(node.inner)
                type_ = self.member_type(node, inner, expected, assign=False)
            case TupleAccess():
                type_ = self.tuple_element_type(node, self.visit(node.tuple_), expected)
            case ArrayAccess():
                type_ = self.element_type(node, self.visit(node.array), expected)
            case CompositeExpression():
                type_ = self._visit_composite(node, expected)
            case ArrayExpression():
                type_ = self._visit_array(node, expected)
            case RepeatExpression():
                type_ = self._visit_repeat(node, expected)
            case TupleExpression():
                type_ = self._visit_tuple(node, expected)
            case TernaryExpression():
                type_ = self._visit_ternary(node, expected)
            case CastExpression():
                type_ = self._visit_cast(node, expected)
            case AsyncExpression():
                type_ = self.visit_final_block(node)
            case DynamicOpExpression():
                type_ = self.visit_dynamic_op(node, expected)
            case UnitExpression():
                type_ = UNIT
            case _:
                type_ = ERR
        self.types[node.id] = type_
        return type_

    # Atoms ----------------------------------------------------------------------------------------------

    def _visit_path(self, node: Path, expected: Type | None) -> Type:
        variable = self.symbols.variable(self.scope.unit, node)
        if variable is None:
            self.report("unknown_sym", node.span, kind="variable", sym=show_path(node))
            return ERR
        if node.location is not None and not self.scope.can_access(node.location, variable.is_exported):
            self.report("inaccessible_item", node.span, kind="item", item=show_path(node))
            return ERR
        type_ = variable.type_
        if type_ is None:
            return ERR
        if variable.declaration == "storage" and not isinstance(type_, VectorType | MappingType):
            self.check_access("storage access", FINALIZE_READ, node.span)
        self.assert_type(type_, expected, node.span)
        return type_

    def _visit_literal(self, node: Literal, expected: Type | None) -> Type:
        span = node.span
        type_: Type = ERR
        if node.variant == "Integer" and node.integer_type is not None:
            self.check_integer(node.value, node.integer_type, span)
            type_ = node.integer_type
        elif node.variant == "None":
            if isinstance(expected, OptionalType):
                type_ = expected
            elif expected is not None:
                self.report("none_found_non_optional", span, expected=show(expected))
            else:
                self.report("could_not_determine_type", span, expr="none")
        elif node.variant == "Unsuffixed":
            target = self.unwrapped(expected)
            if expected is None:
                type_ = NUMERIC
            elif target is not None and _takes_numeral(target):
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

    # Operators ------------------------------------------------------------------------------------------

    def _infer_right(self, node: Expression, left: Type) -> Type:
        self.types[node.id] = left
        if isinstance(node, Literal):
            self.check_numeral(node, left)
        return left

    def _infer(self, node: BinaryExpression, t1: Type, t2: Type) -> tuple[Type, Type]:
        """Give a numeral without suffix the type of the other operand, or report that it has none."""
        if t1 != NUMERIC and t2 != NUMERIC:
            return t1, t2
        if t2 == NUMERIC and _takes_numeral(t1):
            return t1, self._infer_right(node.right, t1)
        if t1 == NUMERIC and _takes_numeral(t2):
            return self._infer_right(node.left, t2), t2
        if t1 == NUMERIC:
            t1 = self.fail_inference(node.left)
            if t2 == NUMERIC:
                t2 = self.fail_inference(node.right)
        else:
            t2 = self.fail_inference(node.right)
        return t1, t2

    def _same_type(self, node: BinaryExpression, t1: Type, t2: Type) -> Type:
        if t1 is ERR or t2 is ERR:
            return ERR
        if not equivalent(t1, t2):
            self.report(
                "operation_types_mismatch",
                node.span,
                operation=BINARY_OPERATIONS[node.op],
                type1=show(t1),
                type2=show(t2),
            )
            return ERR
        return t1

    def _visit_binary(self, node: BinaryExpression, expected: Type | None) -> Type:
        match node.op:
            case "And" | "Or" | "Nand" | "Nor":
                self.assert_type(BOOLEAN, expected, node.span)
                self.visit(node.left, BOOLEAN)
                self.visit(node.right, BOOLEAN)
                return BOOLEAN
            case "Eq" | "Neq":
                return self._visit_equality(node, expected)
            case "Lt" | "Gt" | "Lte" | "Gte":
                t1, t2 = self._infer(node, self.visit(node.left), self.visit(node.right))
                for type_, side in ((t1, node.left), (t2, node.right)):
                    self.assert_one_of(type_, (FIELD, SCALAR), True, "a field, scalar, or integer", side.span)
                self._same_type(node, t1, t2)
                self.assert_type(BOOLEAN, expected, node.span)
                return BOOLEAN
            case "Shl" | "ShlWrapped" | "Shr" | "ShrWrapped" | "PowWrapped":
                t1 = self.visit_typed(node.left, self.unwrapped(expected))
                t2 = self.visit_typed(node.right)
                self.assert_integer(t1, node.left.span)
                if t2 is not ERR and t2 not in _MAGNITUDES:
                    op = BINARY_OPERATIONS[node.op]
                    self.report("shift_type_magnitude", node.right.span, operation=op, rhs_type=show(t2))
                return t1
            case "Mul":
                type_ = self._visit_mul(node, expected)
            case "Pow":
                type_ = self._visit_pow(node, expected)
            case _:
                type_ = self._visit_arithmetic(node, expected)
        self.assert_type(type_, expected, node.span)
        return type_

    def _visit_arithmetic(self, node: BinaryExpression, expected: Type | None) -> Type:
        wanted = self.unwrapped(expected)
        t1, t2 = self.visit(node.left, wanted), self.visit(node.right, wanted)
        t1, t2 = self._infer(node, t1, t2)
        for type_, side in ((t1, node.left), (t2, node.right)):
            span = side.span
            match node.op:
                case "BitwiseAnd" | "BitwiseOr" | "Xor":
                    self.assert_bool_or_integer(type_, span)
                case "Add":
                    words = "a field, group, scalar, or integer"
                    self.assert_one_of(type_, (FIELD, GROUP, SCALAR), True, words, span)
                case "Sub":
                    self.assert_one_of(type_, (FIELD, GROUP), True, "a field, group, or integer", span)
                case "Div":
                    self.assert_field_or_integer(type_, span)
                case "Mod":
                    self.assert_unsigned(type_, span)
                case _:
                    self.assert_integer(type_, span)
        return self._same_type(node, t1, t2)

    def _visit_mul(self, node: BinaryExpression, expected: Type | None) -> Type:
        wanted = self.unwrapped(expected)
        if wanted == GROUP:
            wanted = None  # a group times a scalar, in either order
        t1, t2 = self.visit(node.left, wanted), self.visit(node.right, wanted)
        opposite = {GROUP: SCALAR, SCALAR: GROUP}
        if t2 == NUMERIC and t1 in opposite:
            _, t2 = self._infer(node, opposite[t1], t2)
        elif t1 == NUMERIC and t2 in opposite:
            t1, _ = self._infer(node, t1, opposite[t2])
        else:
            t1, t2 = self._infer(node, t1, t2)
        if t1 is ERR or t2 is ERR:
            return ERR
        if (t1, t2) in ((GROUP, SCALAR), (SCALAR, GROUP)):
            return GROUP
        if t1 == t2 and (t1 == FIELD or isinstance(t1, IntegerType)):
            return t1
        self.report("mul_types_mismatch", node.span, type1=show(t1), type2=show(t2))
        return ERR

    def _visit_pow(self, node: BinaryExpression, expected: Type | None) -> Type:
        t1, t2 = self.visit(node.left, self.unwrapped(expected)), self.visit(node.right)
        if (t1, t2) in ((FIELD, NUMERIC), (NUMERIC, FIELD)):
            t1, t2 = self._infer(node, t1, t2)
        else:
            if t1 == NUMERIC:
                t1 = self.fail_inference(node.left)
            if t2 == NUMERIC:
                t2 = self.fail_inference(node.right)
        if t1 is ERR or t2 is ERR:
            return ERR
        if t1 == t2 == FIELD:
            return FIELD
        is_integer = isinstance(t1, IntegerType)
        if not is_integer or t2 not in _MAGNITUDES:
            self.report("pow_types_mismatch", node.span, type1=show(t1), type2=show(t2))
        return t1 if is_integer else ERR

    def _visit_equality(self, node: BinaryExpression, expected: Type | None) -> Type:
        if is_none(node.right):
            t1 = self.visit(node.left)
            t2 = self.visit(node.right, t1)
        elif is_none(node.left):
            t2 = self.visit(node.right)
            t1 = self.visit(node.left, t2)
        else:
            t1, t2 = self.visit(node.left), self.visit(node.right)
        t1, t2 = self._infer(node, t1, t2)
        self._same_type(node, t1, t2)
        if t1 == UNIT and t2 == UNIT:
            op, value = ("==", "true") if node.op == "Eq" else ("!=", "false")
            self.state.warn_once("comparison_of_unit_operands_is_constant", node.span, op=op, value=value)
        self.assert_type(BOOLEAN, expected, node.span)
        return BOOLEAN

    def _visit_unary(self, node: UnaryExpression, expected: Type | None) -> Type:
        wanted, span = self.unwrapped(expected), node.span
        if node.op in ("ToXCoordinate", "ToYCoordinate"):
            self.visit(node.receiver, GROUP)
            self.assert_type(FIELD, expected, span)
            self.assert_type(FIELD, expected, span)
            return FIELD
        if node.op in ("Inverse", "Square", "SquareRoot"):
            type_ = self.visit(node.receiver, wanted)
            if type_ == NUMERIC:
                type_ = self.types[node.receiver.id] = FIELD
            else:
                self.assert_type(type_, FIELD, span)
        else:
            type_ = self.visit_typed(node.receiver, wanted)
            signed = isinstance(type_, IntegerType) and type_.is_signed
            if type_ is not ERR:
                match node.op:
                    case "Abs" | "AbsWrapped" if not signed:
                        self.should_be(type_, "a signed integer", span)
                    case "Double" if type_ not in (FIELD, GROUP):
                        self.should_be(type_, "a field or group", span)
                    case "Negate" if not signed and type_ not in (FIELD, GROUP):
                        self.should_be(type_, "a signed integer, group, or field", node.receiver.span)
                    case "Not":
                        self.assert_bool_or_integer(type_, span)
        self.assert_type(type_, expected, span)
        return type_

    # Aggregates -----------------------------------------------------------------------------------------

    def _expected_element(self, expected: Type | None) -> Type | None:
        inner = self.unwrapped(expected)
        return inner.element_type if isinstance(inner, ArrayType) else None

    def _visit_array(self, node: ArrayExpression, expected: Type | None) -> Type:
        wanted = self._expected_element(expected)
        if node.elements:
            first = self.visit_typed(node.elements[0], wanted)
        elif wanted is not None:
            first = wanted
        else:
            self.report("could_not_determine_type", node.span, expr=show(node))
            first = ERR
        count, limit = len(node.elements), self.limits.array_elements
        if count > limit:
            self.report("array_too_large", node.span, size=count, max=limit)
        for element in node.elements[1:]:
            type_ = self.visit_typed(element, wanted)
            if type_ is ERR:
                return ERR
            self.assert_type(type_, first if wanted is None else wanted, element.span)
        if first is ERR:
            return ERR
        array = ArrayType(first, Literal("Integer", str(count), U32, id=self.state.builder.next_id()))
        self.assert_type(array, expected, node.span)
        return array

    def _visit_repeat(self, node: RepeatExpression, expected: Type | None) -> Type:
        element = self.visit_typed(node.expr, self._expected_element(expected))
        self.visit_u32(node.count)
        count = as_u32(node.count)
        if count is not None:
            if count > self.limits.array_elements:
                self.report("array_too_large", node.span, size=count, max=self.limits.array_elements)
        elif isinstance(node.count, Literal):
            self.report("array_too_large_for_u32", node.span)
        array = ArrayType(element, node.count)
        self.assert_type(array, expected, node.span)
        return array

    def _visit_tuple(self, node: TupleExpression, expected: Type | None) -> Type:
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

    def _visit_composite(self, node: CompositeExpression, expected: Type | None) -> Type:
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
                self.state.warn_once("caller_as_record_owner", owner.span, record_name=name)

    # Access ---------------------------------------------------------------------------------------------

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

    # Casts and selection --------------------------------------------------------------------------------

    def _visit_cast(self, node: CastExpression, expected: Type | None) -> Type:
        target, inner = node.type_, node.expression
        if target == DYN_RECORD:
            source = self.visit_typed(inner)
            composite = self.composite_of(source)
            known = isinstance(source, CompositeType) and (composite is None or composite.is_record)
            if source is not ERR and not known:
                self.report("cannot_cast_to_dyn_record", inner.span, type_=show(source))
            self.assert_type(target, expected, node.span)
            return target
        if isinstance(inner, MemberAccess):
            holder = self.visit(inner.inner)
            if holder == DYN_RECORD:
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

    def _visit_ternary(self, node: TernaryExpression, expected: Type | None) -> Type:
        self.visit(node.condition, BOOLEAN)
        outer, self.scope.is_conditional = self.scope.is_conditional, True
        if expected is not None:
            t1 = self.visit_typed(node.if_true, expected)
            t2 = self.visit_typed(node.if_false, expected)
        elif is_none(node.if_false):
            t1 = self.visit(node.if_true)
            t2 = self.visit(node.if_false, t1 if isinstance(t1, OptionalType) else OptionalType(t1))
        elif is_none(node.if_true):
            t2 = self.visit(node.if_false)
            t1 = self.visit(node.if_true, t2 if isinstance(t2, OptionalType) else OptionalType(t2))
        else:
            t1, t2 = self.visit_typed(node.if_true), self.visit_typed(node.if_false)
        self.scope.is_conditional = outer
        if t1 is ERR or t2 is ERR:
            type_: Type = ERR
        elif not coerces(t1, t2) and not coerces(t2, t1):
            self.report("ternary_branch_mismatch", node.span, type1=show(t1), type2=show(t2))
            type_ = ERR
        elif expected is not None:
            type_ = expected
        else:
            type_ = t2 if coerces(t1, t2) else t1
        if self.is_external_record(type_):
            self.report("ternary_over_external_records", node.span, ty=show(type_))
        if type_ == DYN_RECORD:
            self.should_be(type_, "a type supported by ternary", node.span)
        if self.holds_external_record(type_):
            self.report("ternary_over_external_records", node.span, ty=show(type_))
        return type_
