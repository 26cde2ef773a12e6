"""Checks of calls and reads whose program is known only at run time, through an interface or without one."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show
from avm.leo.typecheck.base import is_interface_record
from avm.leo.typecheck.validity import Validity

_NO_DYNAMIC_CALL = {
    ast.Variant.FINALIZE: "a finalize function",
    ast.Variant.FINAL_FN: "a final function",
    ast.Variant.FN: "a regular function",
    ast.Variant.VIEW: "a view function",
}
_MAPPING_ARITY = {"get": 1, "contains": 1, "get_or_use": 2}
_VECTOR_ARITY = {"get": 1, "len": 0}


def _holds_future(type_: ast.Type) -> bool:
    if isinstance(type_, ast.TupleType):
        return any(isinstance(t, ast.FutureType) for t in type_.elements)
    return isinstance(type_, ast.FutureType)


class DynamicChecks(Validity):
    """Dynamic dispatch."""

    def _check_call_scope(self, span: Span) -> None:
        if self.scope.variant in _NO_DYNAMIC_CALL:
            context = _NO_DYNAMIC_CALL[self.scope.variant]
            self.report("dynamic_call_not_allowed_here", span, context=context)
        if self.final_block is not None:
            self.report("dynamic_call_not_allowed_here", span, context="a final block")
        if self.scope.is_conditional:
            self.report("dynamic_call_in_conditional", span)

    def _check_targets(self, nodes: tuple[ast.Expression, ...]) -> None:
        for node in nodes:
            type_ = self.visit(node)
            if type_ not in (ast.FIELD, ast.IDENTIFIER, ast.ERR):
                self.should_be(type_, "`field` or `identifier`", node.span)

    def _wrong_arity(self, expected: int, received: int, span: Span) -> ast.Type:
        self.report("incorrect_num_args_to_call", span, expected=expected, received=received)
        return ast.ERR

    # Raw built-ins --------------------------------------------------------------------------------------

    def check_dynamic_call_intrinsic(
        self, node: ast.IntrinsicExpression, expected: ast.Type | None
    ) -> ast.Type:
        span = node.span
        self._check_call_scope(span)
        if len(node.arguments) < 3:
            self.report("dynamic_call_min_args", span, found=len(node.arguments))
            return ast.ERR
        self._check_targets(node.arguments[:3])
        rest = node.arguments[3:]
        if node.input_types and len(node.input_types) != len(rest):
            self.report(
                "dynamic_call_input_type_count_mismatch",
                span,
                annotated=len(node.input_types),
                actual=len(rest),
            )
        for i, argument in enumerate(rest):
            self.visit_typed(argument, node.input_types[i][1] if i < len(node.input_types) else None)
        for mode, type_, type_span in (*node.input_types, *node.return_types):
            if mode == "constant":
                self.report("dynamic_call_constant_not_allowed", type_span)
            self.assert_valid(type_, type_span)
        results = tuple(type_ for _, type_, _ in node.return_types)
        result = ast.UNIT if not results else results[0] if len(results) == 1 else ast.TupleType(results)
        if _holds_future(result):
            self.scope.call_location = ast.DYNAMIC_LOCATION
        return self.assert_equal(result, expected, span)

    def check_dynamic_mapping_intrinsic(
        self, kind: str, node: ast.IntrinsicExpression, expected: ast.Type | None
    ) -> ast.Type:
        span = node.span
        if not self.in_final_scope:
            self.report("operation_must_be_in_final_block_or_function", span)
        arity = 5 if kind == "DynamicGetOrUse" else 4
        if len(node.arguments) != arity:
            self.report(
                "dynamic_intrinsic_wrong_arg_count",
                span,
                name=node.name,
                expected=arity,
                found=len(node.arguments),
            )
            return ast.ERR
        typed = kind != "DynamicContains"
        if typed and len(node.type_parameters) != 1:
            self.report("dynamic_intrinsic_missing_type_param", span, name=node.name)
            return ast.ERR
        if not typed and node.type_parameters:
            self.report("type_error_custom", span, msg=f"`{node.name}` does not accept type parameters.")
            return ast.ERR
        self._check_targets(node.arguments[:3])
        self.visit_typed(node.arguments[3])
        result: ast.Type = ast.BOOLEAN
        if typed:
            result = node.type_parameters[0][0]
            if kind == "DynamicGetOrUse":
                self.visit(node.arguments[4], result)
        self.assert_type(result, expected, span)
        return result

    # Through an interface -------------------------------------------------------------------------------

    def on_DynamicOpExpression(self, node: ast.DynamicOpExpression, expected: ast.Type | None) -> ast.Type:
        assert isinstance(node.interface, ast.CompositeType)
        path = node.interface.path
        interface = None
        if path.location is not None:
            interface = self.symbols.interface(self.scope.unit, path.location)
        shown = show(node.interface)
        if interface is None or path.location is None:
            self.report("unknown_sym", path.span, kind="interface", sym=shown)
            return ast.ERR
        if not self.scope.can_access(path.location, interface.is_exported):
            self.report("inaccessible_item", path.span, kind="interface", item=shown)
            return ast.ERR
        match node.kind:
            case ast.DynamicCall():
                return self._check_function(node, node.kind, interface, expected)
            case ast.DynamicRead():
                return self._check_read(node, node.kind, interface, expected)
            case ast.DynamicMemberOp():
                return self._check_member(node, node.kind, interface, expected)

    def _check_target_and_network(self, node: ast.DynamicOpExpression) -> None:
        self._check_targets((node.target_program,))
        if node.network is not None:
            self.visit(node.network, ast.IDENTIFIER)

    def _require_final_scope(self, span: Span) -> None:
        if not self.in_final_scope:
            self.report("operation_must_be_in_final_block_or_function", span)

    def _check_member(
        self,
        node: ast.DynamicOpExpression,
        kind: ast.DynamicMemberOp,
        interface: ast.Interface,
        expected: ast.Type | None,
    ) -> ast.Type:
        span, op, member = node.span, kind.op.name, kind.member.name
        self._require_final_scope(span)
        self._check_target_and_network(node)
        mapping = next((m for m in interface.mappings if m.name == member), None)
        storage = next((s for s in interface.storages if s.name == member), None)
        count = len(kind.arguments)
        if mapping is not None:
            arity = _MAPPING_ARITY.get(op)
            if arity is None:
                message = f"Unknown mapping operation `{op}`. Expected `get`, `get_or_use`, or `contains`."
                self.report("type_error_custom", kind.op.span, msg=message)
                return ast.ERR
            if count != arity:
                return self._wrong_arity(arity, count, span)
            self.visit_typed(kind.arguments[0], mapping.key_type)
            if op == "get_or_use":
                self.visit(kind.arguments[1], mapping.value_type)
            result = ast.BOOLEAN if op == "contains" else mapping.value_type
            return self.assert_equal(result, expected, span)
        if storage is not None:
            return self._check_vector_op(node, kind, storage.type_, expected)
        sym = f"{show(node.interface)}::{member}"
        self.report("unknown_sym", kind.member.span, kind="mapping or storage variable", sym=sym)
        return ast.ERR

    def _check_vector_op(
        self,
        node: ast.DynamicOpExpression,
        kind: ast.DynamicMemberOp,
        type_: ast.Type,
        expected: ast.Type | None,
    ) -> ast.Type:
        span, op, member, count = node.span, kind.op.name, kind.member.name, len(kind.arguments)
        if not isinstance(type_, ast.VectorType):
            message = (
                f"`{member}` is a singleton storage variable; read it as "
                f"`Interface@(target)::{member}` without `.` or arguments."
            )
            self.report("type_error_custom", span, msg=message)
            return ast.ERR
        arity = _VECTOR_ARITY.get(op)
        if arity is None:
            message = f"Unknown vector operation `{op}`. Expected `get` or `len`."
            self.report("type_error_custom", kind.op.span, msg=message)
            return ast.ERR
        if count != arity:
            return self._wrong_arity(arity, count, span)
        if op == "len":
            return self.assert_equal(ast.U32, expected, span)
        self.visit(kind.arguments[0], ast.U32)
        return self.assert_equal(ast.OptionalType(type_.element_type), expected, span)

    def _check_read(
        self,
        node: ast.DynamicOpExpression,
        kind: ast.DynamicRead,
        interface: ast.Interface,
        expected: ast.Type | None,
    ) -> ast.Type:
        span, name, shown = node.span, kind.storage.name, show(node.interface)
        self._require_final_scope(span)
        self._check_target_and_network(node)
        storage = next((s for s in interface.storages if s.name == name), None)
        if storage is None:
            if any(m.name == name for m in interface.mappings):
                message = (
                    f"`{name}` is a mapping; read a value with `{shown}::{name}.get(key)` or "
                    f"`.get_or_use(key, default)`."
                )
                self.report("type_error_custom", span, msg=message)
            else:
                sym = f"{shown}::{name}"
                self.report("unknown_sym", kind.storage.span, kind="storage variable", sym=sym)
            return ast.ERR
        if isinstance(storage.type_, ast.VectorType):
            message = (
                f"`{name}` is a vector storage variable; read an element with `{shown}::{name}.get(index)`."
            )
            self.report("type_error_custom", span, msg=message)
            return ast.ERR
        return self.assert_equal(ast.OptionalType(storage.type_), expected, span)

    def _check_function(
        self,
        node: ast.DynamicOpExpression,
        kind: ast.DynamicCall,
        interface: ast.Interface,
        expected: ast.Type | None,
    ) -> ast.Type:
        span, name = node.span, kind.function.name
        prototype = next((f for f in interface.functions if f.name == name), None)
        if prototype is None:
            sym = f"{show(node.interface)}::{name}"
            self.report("unknown_sym", kind.function.span, kind="function", sym=sym)
            return ast.ERR
        self._check_call_scope(span)
        self._check_target_and_network(node)
        if len(prototype.input) != len(kind.arguments):
            self._wrong_arity(len(prototype.input), len(kind.arguments), span)
        for parameter, argument in zip(prototype.input, kind.arguments, strict=False):
            if is_interface_record(parameter.type_, interface):
                if self.visit(argument) not in (ast.DYN_RECORD, ast.ERR):
                    self.report(
                        "dynamic_call_record_arg_requires_dyn_record",
                        argument.span,
                        record_type=show(parameter.type_),
                    )
            else:
                self.visit(argument, parameter.type_)
        result = self.with_dyn_records(prototype.output_type, interface)
        if _holds_future(result):
            self.scope.call_location = ast.DYNAMIC_LOCATION
        return self.assert_equal(result, expected, span)
