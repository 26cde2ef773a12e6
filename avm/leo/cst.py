"""The lossless syntax tree: nodes over tokens, whose texts joined are the source again."""

from __future__ import annotations

from collections.abc import Iterator

from avm.leo.lexer import TRIVIA, Token

_CHAINS = frozenset(["IF_STMT", "BINARY_EXPR"])


class Node:
    """An inner node: a kind in capitals, its children in source order, its range of character offsets."""

    __slots__ = ("chain", "children", "depth", "end", "first", "kind", "last", "start")

    def __init__(self, kind: str, children: list[Node | Token], start: int, end: int) -> None:
        self.kind = kind
        self.children = children
        self.start = start
        self.end = end
        self.depth = 1
        """Levels of nodes, this one included; `else if` and `a + b + c` go no deeper with every part."""
        self.chain = 0
        """Levels that `depth` leaves out: operators after the first of a chain, branches of `else if`."""
        self.first: int | None = None
        self.last: int | None = None
        """Where the first token below that is not trivia begins, and where the last one ends."""
        for child in children:
            if child.__class__ is Node:
                joined = child.kind == kind and kind in _CHAINS
                self.depth = max(self.depth, child.depth + (not joined))
                self.chain = max(self.chain, child.chain + joined)
                first, last = child.first, child.last
            elif child.kind in TRIVIA:
                continue
            else:
                first, last = child.start, child.end
            if last is not None:
                self.first = first if self.first is None else self.first
                self.last = last

    def nodes(self) -> Iterator[Node]:
        """The child nodes."""
        return (child for child in self.children if isinstance(child, Node))

    def tokens(self) -> Iterator[Token]:
        """The child tokens that are not trivia."""
        return (child for child in self.children if isinstance(child, Token) and child.kind not in TRIVIA)

    def all_tokens(self) -> Iterator[Token]:
        """Every token below, trivia included, in source order."""
        stack: list[Node | Token] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, Token):
                yield item
            else:
                stack.extend(reversed(item.children))

    @property
    def text(self) -> str:
        """The source this node covers."""
        return "".join(token.text for token in self.all_tokens())

    def dump(self, depth: int = 0) -> str:
        """The tree as indented text, for people and tests."""
        pad = "  " * depth
        lines = [f"{pad}{self.kind}@{self.start}..{self.end}"]
        for child in self.children:
            if isinstance(child, Node):
                lines.append(child.dump(depth + 1))
            else:
                lines.append(f"{pad}  {child.kind}@{child.start}..{child.end} {child.text!r}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.start}..{self.end})"


TYPE_KINDS = frozenset(
    [
        "TYPE_PRIMITIVE",
        "TYPE_LOCATOR",
        "TYPE_PATH",
        "TYPE_ARRAY",
        "TYPE_VECTOR",
        "TYPE_TUPLE",
        "TYPE_OPTIONAL",
        "TYPE_FINAL",
        "TYPE_MAPPING",
        "TYPE_DYN_RECORD",
    ]
)
EXPRESSION_KINDS = frozenset(
    [
        "LITERAL_FIELD",
        "LITERAL_GROUP",
        "LITERAL_SCALAR",
        "LITERAL_INT",
        "LITERAL_STRING",
        "LITERAL_ADDRESS",
        "LITERAL_BOOL",
        "LITERAL_NONE",
        "LITERAL_IDENT",
        "BINARY_EXPR",
        "UNARY_EXPR",
        "CALL_EXPR",
        "METHOD_CALL_EXPR",
        "FIELD_EXPR",
        "TUPLE_ACCESS_EXPR",
        "INDEX_EXPR",
        "CAST_EXPR",
        "TERNARY_EXPR",
        "ARRAY_EXPR",
        "REPEAT_EXPR",
        "TUPLE_EXPR",
        "STRUCT_EXPR",
        "STRUCT_LOCATOR_EXPR",
        "PATH_EXPR",
        "PATH_LOCATOR_EXPR",
        "PROGRAM_REF_EXPR",
        "SELF_EXPR",
        "SELF_UPPER_EXPR",
        "BLOCK_KW_EXPR",
        "NETWORK_KW_EXPR",
        "PAREN_EXPR",
        "FINAL_EXPR",
        "DYNAMIC_OP_EXPR",
    ]
)
