"""Converts expression nodes: literals, operators, calls, methods, paths, and what has been removed."""

from __future__ import annotations

from abc import abstractmethod

from avm.base.span import Span
from avm.leo.ast import (
    BINARY_OPERATIONS,
    INTEGER_TYPES,
    UNARY_OPERATIONS,
    UNIT,
    ArrayAccess,
    ArrayExpression,
    AsyncExpression,
    BinaryExpression,
    Block,
    CallExpression,
    CastExpression,
    CompositeExpression,
    CompositeFieldInitializer,
    DynamicCall,
    DynamicMemberOp,
    DynamicOpExpression,
    DynamicRead,
    Expression,
    Identifier,
    Literal,
    MemberAccess,
    Path,
    RepeatExpression,
    TernaryExpression,
    TupleAccess,
    TupleExpression,
    TupleType,
    Type,
    UnaryExpression,
    UnitExpression,
)
from avm.leo.ast.nodes import IntrinsicExpression
from avm.leo.ast.printer import show
from avm.leo.intrinsics import INTRINSICS, intrinsic_at_path
from avm.leo.lexer import IDENT, INTEGER, INTEGER_KEYWORDS, KEYWORDS, Token
from avm.leo.syntax.base import find_node, find_token, nodes_of, tokens_of
from avm.leo.syntax.types import TypeReader
from avm.leo.tree import EXPRESSION_KINDS, TYPE_KINDS, Node

BINARY_TOKENS = {
    text: name for name, text in BINARY_OPERATIONS.items() if not text.isalpha() and "_" not in text
}
_UNARY_METHODS = {text: name for name, text in UNARY_OPERATIONS.items()}
_BINARY_METHODS = {
    **{text: name for name, text in BINARY_OPERATIONS.items() if text.endswith("_wrapped")},
    **{
        name.lower(): name
        for name in [
            "Add",
            "Div",
            "Eq",
            "Gte",
            "Gt",
            "Lte",
            "Lt",
            "Mod",
            "Mul",
            "Nand",
            "Neq",
            "Nor",
            "Pow",
            "Rem",
            "Shl",
            "Shr",
            "Sub",
            "Xor",
        ]
    },
    "and": "BitwiseAnd",
    "or": "BitwiseOr",
}
_REMOVED_ACCESS = {
    ("self", "address"): "std::ctx::addr()",
    ("self", "caller"): "std::ctx::caller()",
    ("self", "checksum"): "std::ctx::checksum()",
    ("self", "edition"): "std::ctx::edition()",
    ("self", "id"): "std::ctx::id()",
    ("self", "program_owner"): "std::ctx::program_owner()",
    ("self", "signer"): "std::ctx::signer()",
    ("block", "height"): "std::ctx::block_height()",
    ("block", "timestamp"): "std::ctx::block_timestamp()",
    ("network", "id"): "std::ctx::network_id()",
}
_REMOVED_PROGRAM = {
    "checksum": "std::prog::checksum::[PROG_ID]()",
    "edition": "std::prog::edition::[PROG_ID]()",
    "program_owner": "std::prog::program_owner::[PROG_ID]()",
    "function_checksum": "std::prog::function_checksum::[PROG_ID, FN_NAME]()",
}
_CONTEXT_KEYWORDS = {"SELF_EXPR": "self", "BLOCK_KW_EXPR": "block", "NETWORK_KW_EXPR": "network"}
_INTEGER_SUFFIXES = tuple(sorted(INTEGER_KEYWORDS, key=len, reverse=True))


class ExpressionReader(TypeReader):
    """Expressions."""

    @abstractmethod
    def block(self, node: Node) -> Block:
        """Convert a block node."""

    def expression(self, node: Node) -> Expression:
        convert = _CONVERTERS.get(node.kind)
        return self.error_expression(self.content(node)) if convert is None else convert(self, node)

    def _operands(self, node: Node, *labels: str) -> list[Expression] | None:
        """As many expression children as there are labels; None (reported) if one is missing."""
        children = [child for child in nodes_of(node) if child.kind in EXPRESSION_KINDS]
        result = []
        for i, label in enumerate(labels):
            if i >= len(children):
                self.missing(label, node.text, self.content(node))
                return None
            result.append(self.expression(children[i]))
        return result

    def _failed(self, node: Node) -> Expression:
        return self.error_expression(self.content(node))

    # Literals -------------------------------------------------------------------------------------------

    def _suffixed_literal(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        text = tokens_of(node)[0].text
        suffix = node.kind.removeprefix("LITERAL_").lower()
        if text[:2] in ("0x", "0o", "0b"):
            number = Span(self.file, span.start, span.end - len(suffix))
            self.report("hexbin_literal_nonintegers", number)
        return Literal(suffix.capitalize(), text.removesuffix(suffix), None, span, id_)

    def _int_literal(self, node: Node) -> Expression:
        token = tokens_of(node)[0]
        span = self.token_span(token)
        for suffix in _INTEGER_SUFFIXES:
            if token.text.endswith(suffix):
                value = token.text.removesuffix(suffix)
                return Literal("Integer", value, INTEGER_TYPES[suffix], span, self.next_id())
        return Literal("Unsuffixed", token.text, None, span, self.next_id())

    def _plain_literal(self, node: Node) -> Expression:
        text = tokens_of(node)[0].text
        variant = {
            "LITERAL_STRING": "String",
            "LITERAL_IDENT": "Identifier",
            "LITERAL_ADDRESS": "Address",
            "LITERAL_BOOL": "Boolean",
            "LITERAL_NONE": "None",
        }[node.kind]
        span = self.content(node)
        if variant == "Identifier":
            text = text[1:-1]
        elif variant == "Address" and not self.is_address(text):
            self.report("invalid_address_lit", span, token=text)
        return Literal(variant, text, None, span, self.next_id())

    # Operators ------------------------------------------------------------------------------------------

    def _binary(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        op = next((t for t in tokens_of(node) if t.kind in BINARY_TOKENS), None)
        if op is None:
            self.missing("operator in binary expression", node.text, span)
            return self._failed(node)
        operands = self._operands(
            node, "left operand in binary expression", "right operand in binary expression"
        )
        if operands is None:
            return self._failed(node)
        return BinaryExpression(operands[0], operands[1], BINARY_TOKENS[op.kind], span, id_)

    def _unary(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "operand in unary expression")
        if operands is None:
            return self._failed(node)
        receiver = operands[0]
        if tokens_of(node)[0].kind == "!":
            return UnaryExpression(receiver, "Not", span, id_)
        if (
            isinstance(receiver, Literal)
            and receiver.variant in ("Integer", "Field", "Group", "Scalar")
            and not receiver.value.startswith("-")
        ):
            return Literal(receiver.variant, "-" + receiver.value, receiver.integer_type, span, receiver.id)
        return UnaryExpression(receiver, "Negate", span, id_)

    def _cast(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "expression in cast")
        if operands is None:
            return self._failed(node)
        type_node = find_node(node, TYPE_KINDS)
        if type_node is None:
            self.missing("type in cast expression", node.text, span)
            return self._failed(node)
        return CastExpression(operands[0], self.type(type_node), span, id_)

    def _ternary(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(
            node,
            "condition in ternary expression",
            "true branch in ternary expression",
            "false branch in ternary expression",
        )
        if parts is None:
            return self._failed(node)
        return TernaryExpression(parts[0], parts[1], parts[2], span, id_)

    # Aggregates and access ------------------------------------------------------------------------------

    def _array(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        return ArrayExpression(tuple(self._all_expressions(node)), span, id_)

    def _all_expressions(self, node: Node) -> list[Expression]:
        return [self.expression(child) for child in nodes_of(node) if child.kind in EXPRESSION_KINDS]

    def _repeat(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(node, "expression in repeat", "repeat count")
        return self._failed(node) if parts is None else RepeatExpression(parts[0], parts[1], span, id_)

    def _tuple(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        elements = self._all_expressions(node)
        if len(elements) < 2:
            self.report("tuple_must_have_at_least_two_elements", span, kind="expression")
            return elements[0] if elements else UnitExpression(span, id_)
        return TupleExpression(tuple(elements), span, id_)

    def _paren(self, node: Node) -> Expression:
        operands = self._operands(node, "expression in parentheses")
        return self._failed(node) if operands is None else operands[0]

    def _index(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(node, "array in index expression", "index in index expression")
        return self._failed(node) if parts is None else ArrayAccess(parts[0], parts[1], span, id_)

    def _tuple_access(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "expression in tuple access")
        token = find_token(node, INTEGER)
        if operands is None or token is None:
            return self._failed(node)
        text = token.text.replace("_", "")
        if not text.isdecimal():
            self.missing("valid tuple index", text, span)
            return self._failed(node)
        return TupleAccess(operands[0], int(text), span, id_)

    def _field(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        child = find_node(node, EXPRESSION_KINDS)
        if child is None:
            self.missing("expression in field access", node.text, span)
            return self._failed(node)
        keyword = _CONTEXT_KEYWORDS.get(child.kind)
        inner = self.error_expression(self.trimmed(child)) if keyword else self.expression(child)
        token = _name_after_dot(node)
        if token is None:
            self.missing("field name in field access", node.text, span)
            return self._failed(node)
        if (
            token.kind == "aleo"
            and isinstance(inner, Path)
            and not inner.user_program
            and not inner.qualifier
        ):
            return Literal("Address", f"{inner.name}.aleo", None, span, id_)
        if keyword is not None:
            replacement = _REMOVED_ACCESS.get((keyword, token.text))
            if replacement is None:
                self.report("obsolete_context_keyword", span, keyword=keyword)
            else:
                old = f"{keyword}.{token.text}"
                self.report("obsolete_context_access", span, old=old, replacement=replacement)
            return self.error_expression(span)
        name = Identifier(token.text, self.token_span(token), self.next_id())
        return MemberAccess(inner, name, span, id_)

    def _context_keyword(self, node: Node) -> Expression:
        span = self.trimmed(node)
        self.report("obsolete_context_keyword", span, keyword=_CONTEXT_KEYWORDS[node.kind])
        return self.error_expression(span)

    def _self_upper(self, node: Node) -> Expression:
        self.report("reserved_identifier", self.trimmed(node), name="Self")
        return self._failed(node)

    # Paths and composites -------------------------------------------------------------------------------

    def _path_of(self, node: Node) -> Path:
        span = self.trimmed(node)
        parts = self.split_identifiers(tokens_of(node))
        if parts:
            name = parts.pop()
        else:
            self.missing("identifier in path", node.text, span)
            name = self.error_identifier(span)
        return Path(None, tuple(parts), name, None, span, self.next_id())

    def _path(self, node: Node) -> Expression:
        path = self._path_of(node)
        span = self.trimmed(node)
        name = path.name
        if [q.name for q in path.qualifier] == ["group"] and name == "GEN":
            return self.intrinsic("_group_gen", (), span)
        if not path.qualifier:
            if name.startswith("sign1") and self.is_signature(name):
                return Literal("Signature", name, None, span, self.next_id())
            if name.startswith("_"):
                self.report("identifier_cannot_start_with_underscore", span)
                return self.error_expression(span)
        return path

    def _locator(self, node: Node) -> Expression:
        return self.locator_path(node)

    def _program_reference(self, node: Node) -> Expression:
        text = "".join(token.text for token in tokens_of(node))
        return Literal("Address", text, None, self.content(node), self.next_id())

    def _composite(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        if node.kind == "STRUCT_LOCATOR_EXPR":
            path = self.locator_path(node)
        else:
            names = []
            for token in tokens_of(node):
                if token.kind == "{":
                    break
                if token.kind == IDENT:
                    names.append(self.identifier(token))
            if names:
                path_span = Span(self.file, names[0].span.start, names[-1].span.end)
                path = Path(None, tuple(names[:-1]), names[-1], None, path_span, self.next_id())
            else:
                self.missing("type name in struct expression", node.text, span)
                path = Path(None, (), self.error_identifier(span), None, span, self.next_id())
        members = tuple(
            self._field_initializer(child)
            for child in nodes_of(node)
            if child.kind in ("STRUCT_FIELD_INIT", "STRUCT_FIELD_SHORTHAND")
        )
        update = find_node(node, {"STRUCT_BASE_UPDATE"})
        base_node = find_node(update, EXPRESSION_KINDS) if update is not None else None
        base = self.expression(base_node) if base_node is not None else None
        _, const_arguments = self.const_arguments(node)
        return CompositeExpression(path, tuple(const_arguments), members, base, span, id_)

    def _field_initializer(self, node: Node) -> CompositeFieldInitializer:
        span, id_ = self.content(node), self.next_id()
        token = find_token(node, IDENT)
        if token is None:
            self.missing("identifier in struct field", node.text, span)
            return CompositeFieldInitializer(self.error_identifier(span), None, span, id_)
        identifier = self.identifier(token)
        value = find_node(node, EXPRESSION_KINDS) if node.kind == "STRUCT_FIELD_INIT" else None
        expression = self.expression(value) if value is not None else None
        return CompositeFieldInitializer(identifier, expression, span, id_)

    def _final(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        block = find_node(node, {"BLOCK"})
        if block is None:
            self.missing("block in final expression", node.text, span)
            return self._failed(node)
        return AsyncExpression(self.block(block), span, id_)

    # Calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        children = nodes_of(node)
        callee = children[0]
        function = self.locator_path(callee) if callee.kind == "PATH_LOCATOR_EXPR" else self._path_of(callee)
        arguments = tuple(self.expression(child) for child in children[1:] if child.kind in EXPRESSION_KINDS)
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
                inputs: list[tuple[str, Type, Span]] = []
                returns: list[tuple[str, Type, Span]] = []
                if name == "_dynamic_call" and not function.qualifier:
                    inputs, returns = self._dynamic_call_types(callee, types)
                return IntrinsicExpression(
                    name, tuple(types), tuple(inputs), tuple(returns), arguments, span, id_
                )
        return CallExpression(function, tuple(const_arguments), arguments, span, id_)

    def _dynamic_call_types(
        self, callee: Node, types: list[tuple[Type, Span]]
    ) -> tuple[list[tuple[str, Type, Span]], list[tuple[str, Type, Span]]]:
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
        if result == UNIT:
            return inputs, []
        parts = result.elements if isinstance(result, TupleType) else (result,)
        return inputs, [(mode, part, span) for part in parts]

    def _method(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._all_expressions(node)
        if not operands:
            self.missing("receiver in method call", node.text, span)
            return self._failed(node)
        token = _name_after_dot(node)
        if token is None:
            self.missing("method name in method call", node.text, span)
            return self._failed(node)
        if token.kind == IDENT:
            name = self.identifier(token)
        else:
            self.missing("identifier", token.text, self.token_span(token))
            name = self.error_identifier(self.token_span(token))
        receiver, arguments, method = operands[0], operands[1:], name.name
        if not arguments and method in _UNARY_METHODS:
            return UnaryExpression(receiver, _UNARY_METHODS[method], span, id_)
        if len(arguments) == 1 and method in _BINARY_METHODS:
            return BinaryExpression(receiver, arguments[0], _BINARY_METHODS[method], span, id_)
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

    def _dynamic_op(self, node: Node) -> Expression:
        span, id_ = self.content(node), self.next_id()
        type_node = find_node(node, TYPE_KINDS)
        assert type_node is not None
        interface = self.type(type_node)
        tokens = tokens_of(node)
        separator = max((t.start for t in tokens if t.kind == "::"), default=None)
        dot = find_token(node, ".")
        before: list[Expression] = []
        after: list[Expression] = []
        for child in nodes_of(node):
            if child.kind in EXPRESSION_KINDS:
                side = before if separator is None or child.start < separator else after
                side.append(self.expression(child))
        target = before[0] if before else self.error_expression(span)
        network = before[1] if len(before) > 1 else None

        def name(start: int, end: int) -> Identifier:
            token = next((t for t in tokens if t.kind == IDENT and start <= t.start < end), None)
            return self.error_identifier(span) if token is None else self.identifier(token)

        kind: DynamicCall | DynamicRead | DynamicMemberOp
        if dot is not None:
            member = name(0, dot.start)
            kind = DynamicMemberOp(member, name(dot.end, node.end + 1), tuple(after))
        elif any(t.kind == "(" and separator is not None and t.start > separator for t in tokens):
            kind = DynamicCall(name(0, node.end + 1), tuple(after))
        else:
            kind = DynamicRead(name(0, node.end + 1))
        return DynamicOpExpression(interface, target, network, kind, span, id_)


def _name_after_dot(node: Node) -> Token | None:
    dot = find_token(node, ".")
    if dot is None:
        return None
    return next(
        (t for t in tokens_of(node) if t.start >= dot.end and (t.kind == IDENT or t.kind in KEYWORDS)), None
    )


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
