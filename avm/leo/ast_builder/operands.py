"""Converts expression nodes: literals, operators, aggregates, access, paths, and what has been removed."""

from __future__ import annotations

from abc import abstractmethod

from avm.base.digits import brief
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast_builder.base import find_node, find_token, nodes_of, tokens_of
from avm.leo.ast_builder.types import TypeReader
from avm.leo.budget import DIGITS, require
from avm.leo.cst import EXPRESSION_KINDS, TYPE_KINDS, Node
from avm.leo.lexer import IDENT, INTEGER, INTEGER_KEYWORDS, KEYWORDS, Token
from avm.leo.operators import INFIX, PREFIX

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
_CONTEXT_KEYWORDS = {"SELF_EXPR": "self", "BLOCK_KW_EXPR": "block", "NETWORK_KW_EXPR": "network"}
MAX_INDEX_DIGITS = 18
"""No tuple has more elements than a number of that many digits says."""

_INTEGER_SUFFIXES = tuple(sorted(INTEGER_KEYWORDS, key=len, reverse=True))


class OperandReader(TypeReader):
    """Expressions other than calls."""

    @abstractmethod
    def block(self, node: Node) -> ast.Block:
        """Convert a block node."""

    def _operands(self, node: Node, *labels: str) -> list[ast.Expression] | None:
        """As many expression children as there are labels; None (reported) if one is missing."""
        children = [child for child in nodes_of(node) if child.kind in EXPRESSION_KINDS]
        result = []
        for i, label in enumerate(labels):
            if i >= len(children):
                self.missing(label, node.text, self.content(node))
                return None
            result.append(self.expression(children[i]))
        return result

    def _failed(self, node: Node) -> ast.Expression:
        return self.error_expression(self.content(node))

    def _suffixed_literal(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        text = tokens_of(node)[0].text
        require(DIGITS, len(text), span)
        suffix = node.kind.removeprefix("LITERAL_").lower()
        if text[:2] in ("0x", "0o", "0b"):
            number = Span(self.source, span.start, span.end - len(suffix))
            self.report("hexbin_literal_nonintegers", number)
        return ast.Literal(suffix.capitalize(), text.removesuffix(suffix), None, span, id_)

    def _int_literal(self, node: Node) -> ast.Expression:
        token = tokens_of(node)[0]
        span = self.token_span(token)
        require(DIGITS, len(token.text), span)
        for suffix in _INTEGER_SUFFIXES:
            if token.text.endswith(suffix):
                value = token.text.removesuffix(suffix)
                return ast.Literal("Integer", value, ast.INTEGER_TYPES[suffix], span, self.next_id())
        return ast.Literal("Unsuffixed", token.text, None, span, self.next_id())

    def _plain_literal(self, node: Node) -> ast.Expression:
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
            self.check_length(text, span)
        elif variant == "Address" and not self.is_address(text):
            self.report("invalid_address_lit", span, token=text)
        return ast.Literal(variant, text, None, span, self.next_id())

    def _binary(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        op = next((t for t in tokens_of(node) if t.kind in INFIX), None)
        if op is None:
            self.missing("operator in binary expression", node.text, span)
            return self._failed(node)
        operands = self._operands(
            node, "left operand in binary expression", "right operand in binary expression"
        )
        if operands is None:
            return self._failed(node)
        return ast.BinaryExpression(operands[0], operands[1], INFIX[op.kind].name, span, id_)

    def _unary(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "operand in unary expression")
        if operands is None:
            return self._failed(node)
        receiver = operands[0]
        token = tokens_of(node)[0].kind
        if (
            token == "-"
            and isinstance(receiver, ast.Literal)
            and receiver.variant in ("Integer", "Field", "Group", "Scalar")
            and not receiver.value.startswith("-")
        ):
            return ast.Literal(
                receiver.variant, "-" + receiver.value, receiver.integer_type, span, receiver.id
            )
        return ast.UnaryExpression(receiver, PREFIX[token].name, span, id_)

    def _cast(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "expression in cast")
        if operands is None:
            return self._failed(node)
        type_node = find_node(node, TYPE_KINDS)
        if type_node is None:
            self.missing("type in cast expression", node.text, span)
            return self._failed(node)
        return ast.CastExpression(operands[0], self.type(type_node), span, id_)

    def _ternary(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(
            node,
            "condition in ternary expression",
            "true branch in ternary expression",
            "false branch in ternary expression",
        )
        if parts is None:
            return self._failed(node)
        return ast.TernaryExpression(parts[0], parts[1], parts[2], span, id_)

    def _array(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        return ast.ArrayExpression(tuple(self._all_expressions(node)), span, id_)

    def _all_expressions(self, node: Node) -> list[ast.Expression]:
        return [self.expression(child) for child in nodes_of(node) if child.kind in EXPRESSION_KINDS]

    def _repeat(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(node, "expression in repeat", "repeat count")
        return self._failed(node) if parts is None else ast.RepeatExpression(parts[0], parts[1], span, id_)

    def _tuple(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        elements = self._all_expressions(node)
        if len(elements) < 2:
            self.report("tuple_must_have_at_least_two_elements", span, kind="expression")
            return elements[0] if elements else ast.UnitExpression(span, id_)
        return ast.TupleExpression(tuple(elements), span, id_)

    def _paren(self, node: Node) -> ast.Expression:
        operands = self._operands(node, "expression in parentheses")
        return self._failed(node) if operands is None else operands[0]

    def _index(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        parts = self._operands(node, "array in index expression", "index in index expression")
        return self._failed(node) if parts is None else ast.ArrayAccess(parts[0], parts[1], span, id_)

    def _tuple_access(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        operands = self._operands(node, "expression in tuple access")
        token = find_token(node, INTEGER)
        if operands is None or token is None:
            return self._failed(node)
        text = token.text.replace("_", "")
        if not text.isdecimal() or len(text) > MAX_INDEX_DIGITS:
            self.missing("valid tuple index", brief(text), span)
            return self._failed(node)
        return ast.TupleAccess(operands[0], int(text), span, id_)

    def _field(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        child = find_node(node, EXPRESSION_KINDS)
        if child is None:
            self.missing("expression in field access", node.text, span)
            return self._failed(node)
        keyword = _CONTEXT_KEYWORDS.get(child.kind)
        inner = self.error_expression(self.trimmed(child)) if keyword else self.expression(child)
        token = name_after_dot(node)
        if token is None:
            self.missing("field name in field access", node.text, span)
            return self._failed(node)
        if (
            token.kind == "aleo"
            and isinstance(inner, ast.Path)
            and not inner.user_program
            and not inner.qualifier
        ):
            return ast.Literal("Address", f"{inner.name}.aleo", None, span, id_)
        if keyword is not None:
            replacement = _REMOVED_ACCESS.get((keyword, token.text))
            if replacement is None:
                self.report("obsolete_context_keyword", span, keyword=keyword)
            else:
                old = f"{keyword}.{token.text}"
                self.report("obsolete_context_access", span, old=old, replacement=replacement)
            return self.error_expression(span)
        name = ast.Identifier(token.text, self.token_span(token), self.next_id())
        return ast.MemberAccess(inner, name, span, id_)

    def _context_keyword(self, node: Node) -> ast.Expression:
        span = self.trimmed(node)
        self.report("obsolete_context_keyword", span, keyword=_CONTEXT_KEYWORDS[node.kind])
        return self.error_expression(span)

    def _self_upper(self, node: Node) -> ast.Expression:
        self.report("reserved_identifier", self.trimmed(node), name="Self")
        return self._failed(node)

    def _path_of(self, node: Node) -> ast.Path:
        span = self.trimmed(node)
        parts = self.split_identifiers(tokens_of(node))
        if parts:
            name = parts.pop()
        else:
            self.missing("identifier in path", node.text, span)
            name = self.error_identifier(span)
        return ast.Path(None, tuple(parts), name, None, span, self.next_id())

    def _path(self, node: Node) -> ast.Expression:
        path = self._path_of(node)
        span = self.trimmed(node)
        name = path.name
        if [q.name for q in path.qualifier] == ["group"] and name == "GEN":
            return self.intrinsic("_group_gen", (), span)
        if not path.qualifier:
            if name.startswith("sign1") and self.is_signature(name):
                return ast.Literal("Signature", name, None, span, self.next_id())
            if name.startswith("_"):
                self.report("identifier_cannot_start_with_underscore", span)
                return self.error_expression(span)
        return path

    def _locator(self, node: Node) -> ast.Expression:
        return self.locator_path(node)

    def _program_reference(self, node: Node) -> ast.Expression:
        text = "".join(token.text for token in tokens_of(node))
        return ast.Literal("Address", text, None, self.content(node), self.next_id())

    def _composite(self, node: Node) -> ast.Expression:
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
                path_span = Span(self.source, names[0].span.start, names[-1].span.end)
                path = ast.Path(None, tuple(names[:-1]), names[-1], None, path_span, self.next_id())
            else:
                self.missing("type name in struct expression", node.text, span)
                path = ast.Path(None, (), self.error_identifier(span), None, span, self.next_id())
        members = tuple(
            [
                self._field_initializer(child)
                for child in nodes_of(node)
                if child.kind in ("STRUCT_FIELD_INIT", "STRUCT_FIELD_SHORTHAND")
            ]
        )
        update = find_node(node, {"STRUCT_BASE_UPDATE"})
        base_node = find_node(update, EXPRESSION_KINDS) if update is not None else None
        base = self.expression(base_node) if base_node is not None else None
        _, const_arguments = self.const_arguments(node)
        return ast.CompositeExpression(path, tuple(const_arguments), members, base, span, id_)

    def _field_initializer(self, node: Node) -> ast.CompositeFieldInitializer:
        span, id_ = self.content(node), self.next_id()
        token = find_token(node, IDENT)
        if token is None:
            self.missing("identifier in struct field", node.text, span)
            return ast.CompositeFieldInitializer(self.error_identifier(span), None, span, id_)
        identifier = self.identifier(token)
        value = find_node(node, EXPRESSION_KINDS) if node.kind == "STRUCT_FIELD_INIT" else None
        expression = self.expression(value) if value is not None else None
        return ast.CompositeFieldInitializer(identifier, expression, span, id_)

    def _final(self, node: Node) -> ast.Expression:
        span, id_ = self.content(node), self.next_id()
        block = find_node(node, {"BLOCK"})
        if block is None:
            self.missing("block in final expression", node.text, span)
            return self._failed(node)
        return ast.AsyncExpression(self.block(block), span, id_)


def name_after_dot(node: Node) -> Token | None:
    """The name behind the dot of an access or method call."""
    dot = find_token(node, ".")
    if dot is None:
        return None
    return next(
        (t for t in tokens_of(node) if t.start >= dot.end and (t.kind == IDENT or t.kind in KEYWORDS)), None
    )
