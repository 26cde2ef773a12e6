"""Converts type nodes, and the const arguments that types and calls carry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast_builder.base import Reader, find_node, find_token, nodes_of, tokens_of
from avm.leo.cst import EXPRESSION_KINDS, TYPE_KINDS, Node
from avm.leo.lexer import IDENT, Token


class TypeReader(Reader, ABC):
    """Types; the length of an array and const arguments are expressions."""

    @abstractmethod
    def expression(self, node: Node) -> ast.Expression:
        """Convert an expression node."""

    def require_expression(self, node: Node, label: str) -> ast.Expression:
        child = find_node(node, EXPRESSION_KINDS)
        if child is not None:
            return self.expression(child)
        span = self.whole(node)
        self.missing(label, node.text, span)
        return self.error_expression(span)

    def require_type(self, node: Node, label: str) -> ast.Type:
        child = find_node(node, TYPE_KINDS)
        if child is not None:
            return self.type(child)
        self.missing(label, node.text, self.whole(node))
        return ast.ERR

    def type(self, node: Node) -> ast.Type:
        match node.kind:
            case "TYPE_PRIMITIVE":
                kind = tokens_of(node)[0].kind
                return ast.DYN_RECORD if kind == "dyn" else ast.PRIMITIVE_TYPES[kind]
            case "TYPE_DYN_RECORD":
                return ast.DYN_RECORD
            case "TYPE_PATH":
                return self._path_type(node)
            case "TYPE_LOCATOR":
                return self._locator_type(node)
            case "TYPE_ARRAY" | "TYPE_VECTOR":
                return self._array_type(node)
            case "TYPE_TUPLE":
                return self._tuple_type(node)
            case "TYPE_OPTIONAL":
                return ast.OptionalType(self.require_type(node, "type"))
            case "TYPE_FINAL":
                inner = [child for child in nodes_of(node) if child.kind in TYPE_KINDS]
                return ast.FutureType(tuple([self.type(child) for child in inner]), None, bool(inner))
            case "TYPE_MAPPING":
                inner = [child for child in nodes_of(node) if child.kind in TYPE_KINDS]
                types = [self.type(child) for child in inner] + [ast.ERR, ast.ERR]
                return ast.MappingType(types[0], types[1])
            case _:
                return ast.ERR

    def _array_type(self, node: Node) -> ast.Type:
        element = find_node(node, TYPE_KINDS)
        if element is None:
            self.missing("element type", node.text, self.whole(node))
            return ast.ERR
        element_type = self.type(element)
        if node.kind == "TYPE_VECTOR":
            return ast.VectorType(element_type)
        length = find_node(node, {"ARRAY_LENGTH"})
        if length is None:
            span = self.whole(node)
            self.missing("array length", node.text, span)
            return ast.ArrayType(element_type, self.error_expression(span))
        return ast.ArrayType(element_type, self.require_expression(length, "array length"))

    def _tuple_type(self, node: Node) -> ast.Type:
        elements = tuple([self.type(child) for child in nodes_of(node) if child.kind in TYPE_KINDS])
        if not elements:
            return ast.UNIT
        if len(elements) == 1:
            self.report("tuple_must_have_at_least_two_elements", self.whole(node), kind="type")
            return elements[0]
        return ast.TupleType(elements)

    def _path_type(self, node: Node) -> ast.Type:
        parts = [self.identifier(token) for token in tokens_of(node) if token.kind == IDENT]
        _, const_arguments = self.const_arguments(node)
        if not parts:
            span = self.content(node)
            self.report("unexpected", span, found=node.text.strip(), expected="an identifier")
            parts.append(self.error_identifier(span))
        name = parts.pop()
        start = parts[0].span.start if parts else name.span.start
        span = Span(self.source, start, name.span.end)
        return ast.CompositeType(
            ast.Path(None, tuple(parts), name, None, span, self.next_id()), tuple(const_arguments)
        )

    def _locator_type(self, node: Node) -> ast.Type:
        names = [token for token in tokens_of(node) if token.kind == IDENT]
        network_token = find_token(node, "aleo")
        assert network_token is not None
        network = ast.Identifier("aleo", self.token_span(network_token), self.next_id())
        program = ast.ProgramId(self.identifier(names[0]), network)
        if len(names) < 2:
            span = self.content(node)
            return ast.CompositeType(ast.Path(program, (), program.name, None, span, self.next_id()))
        qualifier = tuple([self.identifier(token) for token in names[1:-1]])
        name = self.identifier(names[-1])
        span = Span(self.source, program.name.span.start, name.span.end)
        path = ast.Path(program, qualifier, name, None, span, self.next_id())
        _, const_arguments = self.const_arguments(node)
        return ast.CompositeType(path, tuple(const_arguments))

    def const_arguments(self, node: Node) -> tuple[list[tuple[ast.Type, Span]], list[ast.Expression]]:
        """Types and expressions of a `::[..]` below the node."""
        types: list[tuple[ast.Type, Span]] = []
        expressions: list[ast.Expression] = []
        arguments = find_node(node, {"CONST_ARG_LIST"})
        for child in nodes_of(arguments) if arguments is not None else ():
            if child.kind == "DYNAMIC_CALL_RETURN_TYPE":
                inner = find_node(child, TYPE_KINDS)
                if inner is not None:
                    types.append((self.type(inner), self.content(child)))
            elif child.kind in TYPE_KINDS:
                span = self.content(child)
                types.append((self.type(child), span))
            elif child.kind in EXPRESSION_KINDS:
                expressions.append(self.expression(child))
        return types, expressions

    def locator_path(self, node: Node) -> ast.Path:
        """The path of `program.aleo::a::b::item` in an expression."""
        names = [token for token in tokens_of(node) if token.kind == IDENT]
        span = self.whole(node)
        if names:
            program_name = self.identifier(names[0])
        else:
            self.missing("program name", node.text, span)
            program_name = self.error_identifier(span)
        network_token = find_token(node, "aleo")
        network_span = span if network_token is None else self.token_span(network_token)
        program = ast.ProgramId(program_name, ast.Identifier("aleo", network_span, self.next_id()))
        qualifier: tuple[ast.Identifier, ...] = ()
        if len(names) < 2:
            self.missing("identifier", node.text, span)
            name = self.error_identifier(span)
        else:
            name = self.identifier(names[-1])
            qualifier = tuple([self.identifier(token) for token in names[1:-1]])
        path_span = Span(self.source, program_name.span.start, name.span.end)
        return ast.Path(program, qualifier, name, None, path_span, self.next_id())

    def split_identifiers(self, tokens: Iterable[Token]) -> list[ast.Identifier]:
        """Names of a path; a token may hold two (`group::GEN`), and a few keywords may stand in one."""
        parts: list[ast.Identifier] = []
        for token in tokens:
            if token.kind == IDENT:
                start = token.start
                for piece in token.text.split("::"):
                    span = Span(self.source, start, start + len(piece))
                    parts.append(ast.Identifier(piece, span, self.next_id()))
                    start = span.end + 2
            elif token.kind in ("self", "block", "network", "Final"):
                parts.append(self.identifier(token))
        return parts
