"""Checks of statements: definitions, assignments, control flow, returns."""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.type_rules import equivalent
from avm.leo.typecheck.base import FINALIZE_WRITE, method_of
from avm.leo.typecheck.expressions import ExpressionChecks
from avm.leo.typecheck.operators import is_none

LOCAL, STORAGE, EXTERNAL_STORAGE, NO_TARGET = "local", "storage", "external storage", "none"


class StatementChecks(ExpressionChecks):
    """Statements."""

    def on_Block(self, block: ast.Block) -> None:
        with self.in_scope(block.id):
            for statement in block.statements:
                self.visit_statement(statement)

    def visit_statement(self, node: ast.Statement) -> None:
        self.step()
        if self.scope.has_return:
            self.report("unreachable_code_after_return", node.span)
            return
        method_of(self, node)(self, node)

    def on_AssertStatement(self, node: ast.AssertStatement) -> None:
        if node.variant == "Assert":
            self.visit(node.expressions[0], ast.BOOLEAN)
            return
        t1, t2 = (self.visit_typed(part) for part in node.expressions)
        if t1 is not ast.ERR and t2 is not ast.ERR and not equivalent(t1, t2):
            operation = "assert_eq" if node.variant == "AssertEq" else "assert_neq"
            self.report(
                "operation_types_mismatch", node.span, operation=operation, type1=show(t1), type2=show(t2)
            )

    # Assignments ----------------------------------------------------------------------------------------

    def on_AssignStatement(self, node: ast.AssignStatement) -> None:
        target, kind = self._visit_target(node.place)
        if kind == NO_TARGET:
            self.visit(node.value)
            return
        if kind == STORAGE and not isinstance(target, ast.VectorType | ast.MappingType):
            self.check_access("storage write", FINALIZE_WRITE, node.place.span)
        if kind == EXTERNAL_STORAGE:
            self.report("cannot_modify_external_storage_variable", node.span)
        if kind == STORAGE and not is_none(node.value) and isinstance(target, ast.OptionalType):
            target = target.inner
        self.visit(node.value, target)

    def _visit_target(self, node: ast.Expression) -> tuple[ast.Type, str]:
        """Type and kind of what is assigned to."""
        kind = LOCAL
        match node:
            case ast.ArrayAccess():
                type_ = self.element_type(node, self._visit_target(node.array)[0], None)
            case ast.Path() if not node.qualifier:
                type_, kind = self._visit_path_target(node)
            case ast.MemberAccess():
                inner = self._visit_target(node.inner)[0]
                if self.is_external_record(inner):
                    self.report("assignment_to_external_record_member", node.span, ty=show(inner))
                type_ = self.member_type(node, inner, None, assign=True)
            case ast.TupleAccess():
                type_ = self.tuple_element_type(node, self._visit_target(node.tuple_)[0], None)
            case _:
                self.report("invalid_assignment_target", node.span, target=show(node))
                type_, kind = ast.ERR, NO_TARGET
        if isinstance(node, ast.Path) and not self.bound_here(node.name):
            if self.is_external_record(type_):
                self.report("assignment_to_external_record_cond", node.span, ty=show(type_))
            elif self.holds_external_record(type_):
                self.report("assignment_to_external_record_tuple_cond", node.span, ty=show(type_))
        if isinstance(type_, ast.FutureType):
            self.report("cannot_reassign_final_variable", node.span, var=show(node))
        elif isinstance(type_, ast.MappingType):
            self.report("cannot_reassign_mapping", node.span, var=show(node))
        self.types[node.id] = type_
        return type_, kind

    def _visit_path_target(self, node: ast.Path) -> tuple[ast.Type, str]:
        shown = show_path(node)
        variable = self.symbols.variable(self.scope.unit, node)
        if variable is None:
            self.report("unknown_sym", node.span, kind="variable", sym=shown)
            return ast.ERR, NO_TARGET
        type_ = variable.type_ or ast.ERR
        if isinstance(type_, ast.VectorType):
            self.report("invalid_assignment_target", node.span, target=shown)
            return ast.ERR, NO_TARGET
        match variable.declaration:
            case "const":
                self.report("cannot_assign_to_const_var", variable.span, var=shown)
            case "const parameter":
                self.report("cannot_assign_to_generic_const_function_parameter", node.span, param=shown)
            case "input constant":
                self.report("cannot_assign_to_const_input", variable.span, input=shown)
            case "storage":
                return type_, STORAGE if node.user_program is None else EXTERNAL_STORAGE
        bound = self.bound_here(node.name)
        for inside, kind in ((self.scope.in_finalize, "fn"), (self.final_block is not None, "block")):
            if inside and not bound:
                self.report(
                    "final_cannot_assign_outside_conditional", variable.span, variable=shown, kind=kind
                )
        if self.final_block is not None and not self.symbols.defined_up_to(self.final_block, node.name):
            self.report("cannot_assign_to_vars_outside_final_block", node.span, input=node.name)
        return type_, LOCAL

    # Definitions ----------------------------------------------------------------------------------------

    def on_ConstDeclaration(self, node: ast.ConstDeclaration) -> None:
        """A const, local or global."""
        self.visit_type(node.type_)
        if self.contains_optional(node.type_):
            self.report("const_cannot_be_optional", node.span)
        if node.type_ == ast.UNIT:
            self.report("lhs_must_be_identifier_or_tuple", node.span)
        elif isinstance(node.type_, ast.TupleType) and any(
            isinstance(t, ast.TupleType) for t in node.type_.elements
        ):
            self.report("nested_tuple_type", node.span)
        self.visit(node.value, node.type_)
        if self.scope.function is not None:
            self.symbols.set_local_type(node.place.name, node.type_)
        self.types[node.place.id] = node.type_

    def on_DefinitionStatement(self, node: ast.DefinitionStatement) -> None:
        if node.type_ is not None:
            self.visit_type(node.type_)
            self.assert_valid(node.type_, node.span)
        if isinstance(node.type_, ast.TupleType):
            for element in node.type_.elements:
                if isinstance(element, ast.TupleType):
                    self.report("nested_tuple_type", node.span)
        inferred = self.visit_typed(node.value, node.type_)
        if isinstance(inferred, ast.VectorType):
            self.report("storage_vectors_cannot_be_moved_or_assigned", node.value.span)
        if isinstance(node.place, ast.Identifier):
            self.set_local_type(inferred, node.place, node.type_ or inferred)
        else:
            self._define_tuple(node, node.place, inferred)

    def _define_tuple(
        self, node: ast.DefinitionStatement, names: tuple[ast.Identifier, ...], inferred: ast.Type
    ) -> None:
        declared = inferred if node.type_ is None else node.type_
        if not isinstance(declared, ast.TupleType):
            if node.type_ is None and inferred is not ast.ERR:
                self.report("multi_identifier_definition_requires_tuple", node.span, type_=show(inferred))
            for name in names:
                self.set_local_type(ast.ERR, name, ast.ERR)
            return
        if len(names) != len(declared.elements):
            self.report(
                "incorrect_num_tuple_elements",
                node.span,
                identifiers=len(names),
                types=len(declared.elements),
            )
            return
        for i, (name, type_) in enumerate(zip(names, declared.elements, strict=True)):
            own: ast.Type = ast.ERR
            if isinstance(inferred, ast.TupleType) and i < len(inferred.elements):
                own = inferred.elements[i]
            self.set_local_type(own, name, type_)

    def on_ExpressionStatement(self, node: ast.ExpressionStatement) -> None:
        allowed = ast.CallExpression | ast.DynamicOpExpression | ast.IntrinsicExpression | ast.UnitExpression
        if isinstance(node.expression, allowed):
            self.visit(node.expression)
        else:
            self.report("expression_statement_must_be_function_call", node.span)

    # Control flow ---------------------------------------------------------------------------------------

    def on_ConditionalStatement(self, node: ast.ConditionalStatement) -> None:
        self.visit(node.condition, ast.BOOLEAN)
        returned, self.scope.has_return = self.scope.has_return, False
        conditional, self.scope.is_conditional = self.scope.is_conditional, True
        with self.in_conditional_scope():
            self.on_Block(node.then)
        then_returns, else_returns = self.scope.has_return, False
        if node.otherwise is not None:
            self.scope.has_return = False
            if isinstance(node.otherwise, ast.Block):
                with self.in_conditional_scope():
                    self.on_Block(node.otherwise)
            elif isinstance(node.otherwise, ast.ConditionalStatement):
                self.on_ConditionalStatement(node.otherwise)
            else_returns = self.scope.has_return
        self.scope.has_return = returned or (then_returns and else_returns)
        self.scope.is_conditional = conditional

    def on_IterationStatement(self, node: ast.IterationStatement) -> None:
        if node.type_ is not None:
            self.visit_type(node.type_)
            self.assert_integer(node.type_, node.variable.span)
        start, stop = self.visit(node.start, node.type_), self.visit(node.stop, node.type_)
        self.assert_integer(start, node.start.span)
        self.assert_integer(stop, node.stop.span)
        if start != stop:
            self.report("range_bounds_type_mismatch", node.start.span.join(node.stop.span))
        type_ = node.type_ or start
        self.types[node.variable.id] = type_
        with self.in_scope(node.id):
            self.symbols.set_local_type(node.variable.name, type_)
            returned, self.scope.has_return = self.scope.has_return, False
            finalized, self.scope.has_called_finalize = self.scope.has_called_finalize, False
            self.on_Block(node.block)
            if self.scope.has_return:
                self.report("loop_body_contains_return", node.span)
            if self.scope.has_called_finalize:
                self.report("loop_body_contains_final", node.span)
            if self.scope.has_final_block:
                self.report("loop_body_contains_final", node.span)
            self.scope.has_return, self.scope.has_called_finalize = returned, finalized

    def on_ReturnStatement(self, node: ast.ReturnStatement) -> None:
        span = node.span
        if self.final_block is not None:
            self.report("final_block_cannot_return", span)
            return
        is_unit = isinstance(node.expression, ast.UnitExpression)
        if self.scope.is_constructor:
            if not is_unit:
                self.report("constructor_can_only_return_unit", span, expression=show(node.expression))
            return
        location = self.scope.location
        function = self.symbols.function(self.scope.unit, location)
        assert function is not None
        result = function.output_type
        if self.scope.variant is ast.Variant.ENTRY_POINT and self.scope.has_called_finalize:
            future = ast.FutureType(self.own_finalize.get(location, ()), location, True)
            if isinstance(result, ast.FutureType):
                inferred: ast.Type = future
            elif isinstance(result, ast.TupleType):
                elements = (future if isinstance(t, ast.FutureType) else t for t in result.elements)
                inferred = ast.TupleType(tuple(elements))
            else:
                self.report("entry_point_missing_final_to_return", span)
                return
            result = self.assert_equal(inferred, result, span)
        if is_unit and result != ast.UNIT:
            self.report("missing_return", span)
            return
        self.visit(node.expression, result)
        self.scope.has_return = True
