"""What every part of the conversion from tree to AST shares: spans, names, ids, complaints.

Spans follow the reference compiler, which has four ways to measure a node: with its trivia (`whole`),
from its first own token (`from_token`), between its own tokens (`trimmed`), between any tokens (`content`).
"""

from __future__ import annotations

from collections.abc import Callable

from avm.base.diagnostics import Diagnostics
from avm.base.limits import MAX_NAME
from avm.base.span import SourceId, Span
from avm.leo.ast import Block, ErrExpression, Expression, Identifier, IntrinsicExpression, NodeBuilder
from avm.leo.cst import Node
from avm.leo.lexer import IDENT, TRIVIA, Token, is_keyword
from avm.leo.messages import diagnose

ERROR_NAME = "_error"


def nodes_of(node: Node) -> list[Node]:
    return [child for child in node.children if child.__class__ is Node]


def tokens_of(node: Node) -> list[Token]:
    """The own tokens that are not trivia."""
    return [child for child in node.children if child.__class__ is Token and child.kind not in TRIVIA]


def find_node(node: Node, kinds: frozenset[str] | set[str]) -> Node | None:
    for child in node.children:
        if child.kind in kinds and isinstance(child, Node):
            return child
    return None


def find_token(node: Node, *kinds: str) -> Token | None:
    for child in node.children:
        if child.kind in kinds and isinstance(child, Token):
            return child
    return None


class Reader:
    """Source, node ids and the collector of diagnostics.

    `quiet` holds back complaints about missing parts, which the parser has reported already.
    `is_address` and `is_signature` judge literals.
    """

    def __init__(
        self,
        source: SourceId,
        builder: NodeBuilder,
        diagnostics: Diagnostics,
        quiet: bool,
        is_address: Callable[[str], bool],
        is_signature: Callable[[str], bool],
    ) -> None:
        self.source = source
        self.next_id = builder.next_id
        self.diagnostics = diagnostics
        self.quiet = quiet
        self.is_address = is_address
        self.is_signature = is_signature

    # Spans ----------------------------------------------------------------------------------------------

    def whole(self, node: Node) -> Span:
        return Span(self.source, node.start, node.end)

    def token_span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def from_token(self, node: Node) -> Span:
        own = tokens_of(node)
        return Span(self.source, own[0].start if own else node.start, node.end)

    def trimmed(self, node: Node) -> Span:
        own = tokens_of(node)
        return Span(self.source, own[0].start, own[-1].end) if own else self.whole(node)

    def content(self, node: Node) -> Span:
        if node.first is None or node.last is None:
            return self.whole(node)
        return Span(self.source, node.first, node.last)

    def with_annotations(self, node: Node, span: Span) -> Span:
        first = find_node(node, {"ANNOTATION"})
        return span if first is None else Span(self.source, self.trimmed(first).start, span.end)

    # Complaints -----------------------------------------------------------------------------------------

    def report(self, name: str, span: Span | None, /, **values: object) -> None:
        self.diagnostics.add(diagnose(name, span, **values))

    def missing(self, what: str, found: str, span: Span) -> None:
        """A part is missing; the reference compiler prints the two words in this order."""
        if not self.quiet:
            self.report("unexpected_str", span, found=what, expected=found)

    # Names ----------------------------------------------------------------------------------------------

    def identifier(self, token: Token) -> Identifier:
        return Identifier(token.text, self.token_span(token), self.next_id())

    def error_identifier(self, span: Span) -> Identifier:
        return Identifier(ERROR_NAME, span, self.next_id())

    def require_identifier(self, node: Node, label: str) -> Identifier:
        token = find_token(node, IDENT)
        if token is not None:
            return self.identifier(token)
        span = self.whole(node)
        self.missing(label, node.text, span)
        return self.error_identifier(span)

    def check_identifier(self, identifier: Identifier) -> None:
        text = identifier.name
        self.check_length(text, identifier.span)
        if "__" in text:
            self.report("identifier_cannot_contain_double_underscore", identifier.span, ident=text)

    def check_length(self, text: str, span: Span) -> None:
        """Names, and the values of identifier literals, fit a field element."""
        size = len(text.encode())
        if size > MAX_NAME:
            self.report("identifier_too_long", span, ident=text, length=size, max_length=MAX_NAME)

    def check_definition(self, identifier: Identifier) -> None:
        text = identifier.name
        if text == ERROR_NAME:
            return
        self.check_identifier(identifier)
        if text.startswith("_"):
            self.report("identifier_cannot_start_with_underscore", identifier.span)
        if is_keyword(text):
            self.missing("an identifier", text, identifier.span)

    # Stand-ins ------------------------------------------------------------------------------------------

    def error_expression(self, span: Span) -> Expression:
        return ErrExpression(span, self.next_id())

    def error_block(self, span: Span) -> Block:
        return Block((), span, self.next_id())

    def intrinsic(self, name: str, arguments: tuple[Expression, ...], span: Span) -> Expression:
        return IntrinsicExpression(name, (), (), (), arguments, span, self.next_id())
