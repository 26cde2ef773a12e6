"""Checks of calls and final blocks: who may call whom from where, arguments, Finals, the call graph."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.typecheck.captures import captured_inputs
from avm.leo.typecheck.intrinsics import PROGRAM_ID, IntrinsicChecks

_INLINED = (ast.Variant.FN, ast.Variant.FINAL_FN)
_ON_CHAIN = (*_INLINED, ast.Variant.VIEW)


class CallChecks(IntrinsicChecks):
    """Calls and final blocks."""

    _finalize_types: list[ast.Type]

    def on_CallExpression(self, node: ast.CallExpression, expected: ast.Type | None) -> ast.Type:
        location = node.function.location
        assert location is not None
        span, path_span = node.span, node.function.span
        function = self.symbols.function(self.scope.unit, location)
        if function is None:
            self.report("unknown_sym", path_span, kind="function", sym=show_path(node.function))
            return ast.ERR
        if not self.scope.can_access(location, function.is_exported):
            self.report("inaccessible_item", path_span, kind="function", item=show_path(node.function))
            return ast.ERR
        caller = self.scope.variant
        if (
            function.variant is ast.Variant.FINAL_FN
            and caller not in (ast.Variant.FINAL_FN, ast.Variant.VIEW)
            and not self.in_final_scope
        ):
            self.report("call_final_fn_outside_finalize_context", span)
            return ast.ERR
        self._check_caller(function, location, span)
        if self.final_block is not None and function.variant not in _ON_CHAIN:
            self.report("can_only_call_inline_function", span, kind="a final block")
            return ast.ERR
        if function.variant is ast.Variant.FN and (self.in_final_scope or caller is ast.Variant.VIEW):
            self.pending_offchain.append((span, location))
        self._check_annotations(node, function)
        result = self._result(node, function, location, expected)
        if result is None or not self._check_arguments(node, function):
            return ast.ERR
        self._record_call(location)
        if function.variant is caller is ast.Variant.ENTRY_POINT and self.scope.has_final_block:
            self.report("external_call_after_final", span, kind="block")
        if function.variant is ast.Variant.FINALIZE:
            result = self._attach_finalize(node, location, expected)
        self.scope.call_location = location
        return result

    def _check_caller(self, function: ast.Function, location: ast.Location, span: Span) -> None:
        callee, kind = function.variant, ""
        match self.scope.variant:
            case ast.Variant.FINALIZE if self.scope.is_constructor:
                kind = "" if callee in _INLINED else "a constructor"
            case ast.Variant.FINALIZE:
                kind = "" if callee in _ON_CHAIN else "a final block"
            case ast.Variant.FN:
                kind = "" if callee is ast.Variant.FN else "a regular function or constructor"
            case ast.Variant.FINAL_FN:
                kind = "" if callee in _ON_CHAIN else "a final fn"
            case ast.Variant.VIEW:
                kind = "" if callee is ast.Variant.FN else "a view function"
            case ast.Variant.ENTRY_POINT:
                if callee is ast.Variant.ENTRY_POINT and location.program == self.scope.unit:
                    self.report("cannot_invoke_call_to_local_entry_point_fn", span)
                elif callee in (ast.Variant.VIEW, ast.Variant.FINAL_FN) and self.final_block is None:
                    kind = "a transition body outside a `final {}` block"
        if kind:
            self.report("can_only_call_inline_function", span, kind=kind)

    def _check_annotations(self, node: ast.CallExpression, function: ast.Function) -> None:
        """Rules that `std` attaches to its functions."""
        shown = show_path(node.function)
        on_chain = self.in_final_scope or self.scope.variant is ast.Variant.VIEW
        if not on_chain and self.has_annotation(function, "_onchain_context"):
            self.report("invalid_operation_outside_onchain", node.span, operation=f"{shown}()")
        program_id = None
        if self.has_annotation(function, "_program_id_arg") and node.const_arguments:
            first = node.const_arguments[0]
            if isinstance(first, ast.Literal):
                if first.variant == "Address" and PROGRAM_ID.fullmatch(first.value):
                    program_id = first.value
                else:
                    message = f"`{shown}` must be called on a program ID, e.g. `foo.aleo`"
                    self.report("type_error_custom", first.span, msg=message)
        if (
            program_id is None
            or len(node.const_arguments) < 2
            or not self.has_annotation(function, "_callable_function_arg")
        ):
            return
        name = node.const_arguments[1]
        if isinstance(name, ast.Literal) and name.variant == "Identifier":
            target = self.symbols.function(self.scope.unit, ast.Location(program_id, (name.value,)))
            if target is None or not target.variant.is_externally_callable:
                message = f"`{name.value}` must be an entry function or a view function of `{program_id}`"
                self.report("type_error_custom", name.span, msg=message)

    def _result(
        self,
        node: ast.CallExpression,
        function: ast.Function,
        location: ast.Location,
        expected: ast.Type | None,
    ) -> ast.Type | None:
        """The call's type; a Final carries what its final block takes. None when that is not known."""
        if function.variant is ast.Variant.FINALIZE:
            return ast.FutureType((), location, False)
        result = function.output_type
        if function.variant is ast.Variant.ENTRY_POINT and function.has_final_output:
            key = ast.Location(location.program, (f"finalize/{node.function.name}",))
            inputs = self.final_inputs.get(key)
            if inputs is None:
                return None
            future = ast.FutureType(inputs, location, True)
            if isinstance(result, ast.TupleType):
                elements = (future if isinstance(t, ast.FutureType) else t for t in result.elements)
                result = ast.TupleType(tuple(elements))
            else:
                result = future
        return self.assert_equal(result, expected, node.span)

    def _check_arguments(self, node: ast.CallExpression, function: ast.Function) -> bool:
        """False when an argument has no type, which ends the check of this call."""
        if len(function.input) != len(node.arguments):
            self.report(
                "incorrect_num_args_to_call",
                node.span,
                expected=len(function.input),
                received=len(node.arguments),
            )
        self.check_const_arguments(function, node.const_arguments, "call", node.span)
        self._finalize_types = []
        for input_, argument in zip(function.input, node.arguments, strict=False):
            type_ = self.visit(argument, input_.type_)
            if type_ is ast.ERR:
                return False
            if function.variant is ast.Variant.FINALIZE and isinstance(input_.type_, ast.FutureType):
                name: ast.Symbol | None = None
                if isinstance(argument, ast.Path):
                    name = argument.name
                elif isinstance(argument, ast.TupleAccess) and isinstance(argument.tuple_, ast.Path):
                    name = argument.tuple_.name
                if name is not None:
                    produced = self.scope.futures.pop(name, None)
                    if produced is None:
                        self.report("unknown_final_consumed", argument.span, fin=name)
                    else:
                        self.scope.call_location = produced
                if not isinstance(argument, ast.Path | ast.CallExpression | ast.TupleAccess):
                    self.report("unknown_final_consumed", argument.span, fin="unknown")
                    continue
                if self.scope.call_location is None:
                    self.report("unknown_final_consumed", argument.span, fin=show(argument))
                    continue
            self._finalize_types.append(type_)
        return True

    def _record_call(self, callee: ast.Location) -> None:
        name = "constructor" if self.scope.is_constructor else self.scope.function or ""
        caller = ast.Location(self.scope.unit, (*self.scope.module, name))
        self.compilation.call_count[callee] = self.compilation.call_count.get(callee, 0) + 1
        self.compilation.call_graph.add_edge(caller, callee)

    def _attach_finalize(
        self, node: ast.CallExpression, callee: ast.Location, expected: ast.Type | None
    ) -> ast.Type:
        """The call that a final block has become: it consumes every Final of the function."""
        if self.scope.futures:
            unconsumed = ", ".join(self.scope.futures)
            self.report("not_all_finals_consumed", node.span, unconsumed=unconsumed)
        types = tuple(self._finalize_types)
        caller = self.scope.location
        self.called_with.setdefault(callee, types)
        self.scope.has_called_finalize = True
        self.own_finalize[caller] = types
        result = ast.FutureType(types, callee, True)
        self.final_inputs[ast.Location(callee.program, (f"finalize/{caller.name}",))] = types
        return self.assert_equal(result, expected, node.span)

    # Final blocks ---------------------------------------------------------------------------------------

    def on_AsyncExpression(self, node: ast.AsyncExpression, expected: ast.Type | None) -> ast.Type:
        span = node.span
        if self.scope.is_conditional:
            self.report("final_block_in_conditional", span)
            return ast.ERR
        if self.scope.variant is not ast.Variant.ENTRY_POINT:
            self.report("illegal_final_block_location", span)
            return ast.ERR
        if self.scope.has_final_block:
            self.report("multiple_final_blocks_not_allowed", span)
            return ast.ERR
        self.final_block = node.block.id
        self.on_Block(node.block)
        self.scope.has_final_block = True
        inputs = captured_inputs(node.block, self.symbols, self.types)
        for name, type_ in inputs:
            composite = self.composite_of(type_)
            if composite is not None and composite.is_record:
                self.report("record_captured_by_final_block", span, var_name=name)
        key = ast.Location(self.scope.unit, (f"finalize/{self.scope.function}",))
        self.final_inputs[key] = tuple(type_ for _, type_ in inputs)
        self.final_block = None
        return ast.FutureType((), None, False)
