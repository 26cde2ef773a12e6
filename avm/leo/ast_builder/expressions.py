"""Converts calls, methods and dynamic calls, and says which rule converts which kind of node."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show
from avm.leo.ast_builder.base import find_node, find_token, nodes_of, tokens_of
from avm.leo.ast_builder.operands import OperandReader, name_after_dot
from avm.leo.cst import EXPRESSION_KINDS, TYPE_KINDS, Node
from avm.leo.intrinsics import INTRINSICS, intrinsic_at_path
from avm.leo.lexer import IDENT
from avm.leo.operators import METHODS

_REMOVED_PROGRAM = {
    "checksum": "std::prog::checksum::[PROG_ID]()",
    "edition": "std::prog::edition::[PROG_ID]()",
    "program_owner": "std::prog::program_owner::[PROG_ID]()",
    "function_checksum": "std::prog::function_checksum::[PROG_ID, FN_NAME]()",
}


class ExpressionReader(OperandReader):
    """Expressions."""

    def expression(self, node: Node) -> ast.Expression:
        convert = _CONVERTERS.get(node.kind)
        return self.error_expression(self.content(node)) if convert is None else convert(self, node)

    def _call(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        children = nodes_of(node)
        callee = children[0]
        function = self.locator_path(callee) if callee.kind == "PATH_LOCATOR_EXPR" else self._path_of(callee)
        arguments = tuple(
            [self.expression(child) for child in children[1:] if child.kind in EXPRESSION_KINDS]
        )
        types, const_arguments = self.const_arguments(callee)
        if function.user_program is None and len(function.qualifier) <= 1:
            name: str | None = function.name
            if function.qualifier:
                module = function.qualifier[0].name
                name = intrinsic_at_path(module, function.name)
                replacement = _REMOVED_PROGRAM.get(function.name) if module == "Program" else None
                if replacement is not None:
                    old = f"Program::{function.name}"
                    self.report("obsolete_context_access", span, old=old, replacement=replacement)
                    return self.error_expression(span)
            elif name not in INTRINSICS:
                name = None
            if name is not None:
                inputs: list[tuple[str, ast.Type, Span]] = []
                returns: list[tuple[str, ast.Type, Span]] = []
                if name == "_dynamic_call" and not function.qualifier:
                    inputs, returns = self._dynamic_call_types(callee, types)
                return ast.IntrinsicExpression(
                    name, tuple(types), tuple(inputs), tuple(returns), arguments, span, id_
                )
        return ast.CallExpression(function, tuple(const_arguments), arguments, span, id_)

    def _dynamic_call_types(
        self, callee: Node, types: list[tuple[ast.Type, Span]]
    ) -> tuple[list[tuple[str, ast.Type, Span]], list[tuple[str, ast.Type, Span]]]:
        """Inputs (all but the last) and results (the last, a tuple taken apart) with their modes."""
        arguments = find_node(callee, {"CONST_ARG_LIST"})
        if arguments is None or not types:
            return [], []
        modes = []
        for child in nodes_of(arguments):
            if child.kind == "DYNAMIC_CALL_RETURN_TYPE":
                token = find_token(child, "public", "private", "constant")
                modes.append(token.kind if token is not None else "")
            elif child.kind in TYPE_KINDS:
                modes.append("")
        inputs = [(mode, type_, span) for mode, (type_, span) in zip(modes, types[:-1], strict=False)]
        result, span = types[-1]
        mode = modes[len(types) - 1]
        if result == ast.UNIT:
            return inputs, []
        parts = result.elements if isinstance(result, ast.TupleType) else (result,)
        return inputs, [(mode, part, span) for part in parts]

    def _method(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._all_expressions(node)
        if not operands:
            self.missing("receiver in method call", node.text, span)
            return self._failed(node)
        token = name_after_dot(node)
        if token is None:
            self.missing("method name in method call", node.text, span)
            return self._failed(node)
        if token.kind == IDENT:
            name = self.identifier(token)
        else:
            self.missing("identifier", token.text, self.token_span(token))
            name = self.error_identifier(self.token_span(token))
        receiver, arguments, method = operands[0], operands[1:], name.name
        operator = METHODS.get((method, len(operands)))
        if operator is not None and not arguments:
            return ast.UnaryExpression(receiver, operator.name, span, id_)
        if operator is not None:
            return ast.BinaryExpression(receiver, arguments[0], operator.name, span, id_)
        modules = {0: ("Final", "Optional"), 1: ("Optional",), 2: ("signature",)}.get(len(arguments), ())
        intrinsic = next((n for m in modules if (n := intrinsic_at_path(m, method)) is not None), None)
        if intrinsic is None and (method, len(arguments)) in (("get", 1), ("set", 2)):
            intrinsic = f"__unresolved_{method}"
        if intrinsic is None:
            intrinsic = intrinsic_at_path("Vector", method) or intrinsic_at_path("Mapping", method)
        if intrinsic is not None:
            return self.intrinsic(intrinsic, tuple(operands), span)
        self.report("invalid_method_call", span, expr=show(receiver), func=method, num_args=len(arguments))
        return self.error_expression(span)

    def _dynamic_op(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        type_node = find_node(node, TYPE_KINDS)
        assert type_node is not None
        interface = self.type(type_node)
        tokens = tokens_of(node)
        separator = max((t.start for t in tokens if t.kind == "::"), default=None)
        dot = find_token(node, ".")
        before: list[ast.Expression] = []
        after: list[ast.Expression] = []
        for child in nodes_of(node):
            if child.kind in EXPRESSION_KINDS:
                side = before if separator is None or child.start < separator else after
                side.append(self.expression(child))
        target = before[0] if before else self.error_expression(span)
        network = before[1] if len(before) > 1 else None

        def name(start: int, end: int) -> ast.Identifier:
            token = next((t for t in tokens if t.kind == IDENT and start <= t.start < end), None)
            return self.error_identifier(span) if token is None else self.identifier(token)

        kind: ast.DynamicCall | ast.DynamicRead | ast.DynamicMemberOp
        if dot is not None:
            member = name(0, dot.start)
            kind = ast.DynamicMemberOp(member, name(dot.end, node.end + 1), tuple(after))
        elif any(t.kind == "(" and separator is not None and t.start > separator for t in tokens):
            kind = ast.DynamicCall(name(0, node.end + 1), tuple(after))
        else:
            kind = ast.DynamicRead(name(0, node.end + 1))
        return ast.DynamicOpExpression(interface, target, network, kind, span, id_)


_CONVERTERS = {
    "LITERAL_FIELD": ExpressionReader._suffixed_literal,
    "LITERAL_GROUP": ExpressionReader._suffixed_literal,
    "LITERAL_SCALAR": ExpressionReader._suffixed_literal,
    "LITERAL_INT": ExpressionReader._int_literal,
    "LITERAL_STRING": ExpressionReader._plain_literal,
    "LITERAL_ADDRESS": ExpressionReader._plain_literal,
    "LITERAL_BOOL": ExpressionReader._plain_literal,
    "LITERAL_NONE": ExpressionReader._plain_literal,
    "LITERAL_IDENT": ExpressionReader._plain_literal,
    "BINARY_EXPR": ExpressionReader._binary,
    "UNARY_EXPR": ExpressionReader._unary,
    "CALL_EXPR": ExpressionReader._call,
    "DYNAMIC_OP_EXPR": ExpressionReader._dynamic_op,
    "METHOD_CALL_EXPR": ExpressionReader._method,
    "FIELD_EXPR": ExpressionReader._field,
    "TUPLE_ACCESS_EXPR": ExpressionReader._tuple_access,
    "INDEX_EXPR": ExpressionReader._index,
    "CAST_EXPR": ExpressionReader._cast,
    "TERNARY_EXPR": ExpressionReader._ternary,
    "ARRAY_EXPR": ExpressionReader._array,
    "REPEAT_EXPR": ExpressionReader._repeat,
    "TUPLE_EXPR": ExpressionReader._tuple,
    "STRUCT_EXPR": ExpressionReader._composite,
    "STRUCT_LOCATOR_EXPR": ExpressionReader._composite,
    "PATH_EXPR": ExpressionReader._path,
    "PATH_LOCATOR_EXPR": ExpressionReader._locator,
    "PROGRAM_REF_EXPR": ExpressionReader._program_reference,
    "SELF_EXPR": ExpressionReader._context_keyword,
    "BLOCK_KW_EXPR": ExpressionReader._context_keyword,
    "NETWORK_KW_EXPR": ExpressionReader._context_keyword,
    "SELF_UPPER_EXPR": ExpressionReader._self_upper,
    "PAREN_EXPR": ExpressionReader._paren,
    "FINAL_EXPR": ExpressionReader._final,
}
