"""The parser's machinery: looking ahead over trivia, building nodes from markers, reporting, recovering.

A marker is the number of elements already built; completing it wraps everything built since into a node.
After an error further ones are held back (`erroring`) until a grammar rule finds firm ground again.
The grammar itself is in the subclasses; rules and recovery follow crates/parser-rowan.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from avm.base.sources import NOWHERE
from avm.base.span import Span
from avm.leo.budget import CHAIN, NESTING, Budget, OverBudget
from avm.leo.cst import Node
from avm.leo.lexer import EOF, ERROR, IDENT, INTEGER, TRIVIA, Token, friendly_name

NESTED_TOO_DEEPLY = "the program is nested too deeply"


class TooDeep(Exception):
    """The tree would have more levels than it may; what is built so far stays."""


STMT_RECOVERY = frozenset(
    {"let", "const", "return", "if", "for", "assert", "assert_eq", "assert_neq", "{", "}", ";"}
)
ITEM_RECOVERY = frozenset(
    {"import", "program", "fn", "struct", "record", "mapping", "storage", "const", "final", "@", "}"}
)
EXPR_RECOVERY = frozenset(
    {";", ",", ")", "]", "}", "let", "const", "return", "if", "for", "assert", "assert_eq", "assert_neq"}
)
TYPE_RECOVERY = frozenset({",", ">", "]", ")", "{", "}", "=", ";", "->"})
PARAM_RECOVERY = frozenset({",", ")", "{", "->"})


@dataclass(frozen=True, slots=True)
class ParseError:
    """One complaint of the grammar; `expected` is empty when the message says it all."""

    message: str
    start: int
    end: int
    found: str | None = None
    expected: tuple[str, ...] = ()


class Engine(ABC):
    """Position in the tokens, elements built so far, errors."""

    def __init__(self, tokens: Sequence[Token], budget: Budget | None = None) -> None:
        self.step = (budget or Budget()).step
        self.tokens = tokens
        self.significant = [i for i, token in enumerate(tokens) if token.kind not in TRIVIA]
        self.kinds = [tokens[i].kind for i in self.significant]
        self.pos = 0  # next token, trivia included
        self.ahead = 0  # next token that is not trivia, as an index into `significant`
        self.current = self.kinds[0]
        self.out: list[Node | Token] = []
        self.errors: list[ParseError] = []
        self.erroring = False
        self.depth = 0

    # What the grammar's parts need of one another -------------------------------------------------------

    @abstractmethod
    def parse_expr(self, no_struct: bool = False) -> bool:
        """An expression; False if none starts here."""

    @abstractmethod
    def parse_block(self) -> bool:
        """`{ statements }`; False if no brace is here."""

    # Looking --------------------------------------------------------------------------------------------

    def nth(self, n: int) -> str:
        """Kind of the n-th next token that is not trivia."""
        i = self.ahead + n
        return self.kinds[i] if i < len(self.kinds) else EOF

    def at(self, kind: str) -> bool:
        return self.current == kind

    @property
    def at_eof(self) -> bool:
        return self.current == EOF

    def current_token(self) -> Token:
        """The next token that is not trivia; the final EOF token at the end."""
        i = min(self.ahead, len(self.significant) - 1)
        return self.tokens[self.significant[i]]

    def raw_offset(self) -> int:
        """Where the next token, trivia included, begins."""
        return self.tokens[self.pos].start if self.pos < len(self.tokens) else self.tokens[-1].end

    # Building -------------------------------------------------------------------------------------------

    def start(self) -> int:
        return len(self.out)

    def complete(self, marker: int, kind: str) -> int:
        """Wrap what was built since the marker into a node; returns the marker, to wrap it again."""
        children = self.out[marker:]
        del self.out[marker:]
        if children:
            node = Node(kind, children, children[0].start, children[-1].end)
        else:
            offset = self.raw_offset()
            node = Node(kind, children, offset, offset)
        self.out.append(node)
        if node.depth > NESTING.most:
            self.give_up()
        if node.chain > CHAIN.most:
            token = self.current_token()
            raise OverBudget(CHAIN, Span(NOWHERE, token.start, max(token.end, token.start + 1)))
        return marker

    def skip_trivia(self) -> None:
        if self.ahead < len(self.significant):
            stop = self.significant[self.ahead]
            if self.pos < stop:
                self.out.extend(self.tokens[self.pos : stop])
                self.pos = stop

    def bump(self) -> None:
        """Take the next token and the trivia before it; at the end nothing is left to take."""
        if self.current == EOF:
            self.skip_trivia()
            return
        self.step()
        self.skip_trivia()
        token = self.tokens[self.pos]
        if token.kind == ERROR:
            self.erroring = True
        self.out.append(token)
        self.pos += 1
        self.ahead += 1
        self.current = self.kinds[self.ahead]

    def eat(self, kind: str) -> bool:
        """Take trivia, and the next token if it is of this kind."""
        if self.current == kind:
            self.bump()
            return True
        self.skip_trivia()
        return False

    def expect(self, kind: str) -> bool:
        if self.eat(kind):
            return True
        name = friendly_name(kind)
        token = self.current_token()
        self._report(f"expected {name}", token.start, token.end, token.text, (name,))
        return False

    def parse_name(self, complaint: str) -> None:
        """An identifier, or a complaint where there is none."""
        self.skip_trivia()
        if self.at(IDENT):
            self.bump()
        else:
            self.error(complaint)

    def parse_list(self, closing: str, rule: Callable[[], object], *, afresh: bool = False) -> None:
        """Parts between commas up to a closing mark, which is left; there may be none, and a last comma.

        With `afresh` each part reports its own error.
        """
        while not self.at(closing):
            rule()
            if not self.eat(","):
                return
            if afresh and not self.at(closing):
                self.erroring = False

    # Reporting and recovering ---------------------------------------------------------------------------

    def _report(
        self, message: str, start: int, end: int, found: str | None = None, expected: tuple[str, ...] = ()
    ) -> None:
        if not self.erroring:
            self.errors.append(ParseError(message, start, end, found, expected))
            self.erroring = True

    def error(self, message: str) -> None:
        token = self.current_token()
        found = None if self.at_eof else self.tokens[self.pos].text
        self._report(message, token.start, token.end, found)

    def error_unexpected(self, expected: Collection[str]) -> None:
        """Report the current token, listing what may stand there (names as diagnostics print them)."""
        kind = self.current
        token = self.current_token()
        found = token.text if kind in (IDENT, INTEGER) else friendly_name(kind).strip("'")
        self._report("expected " + ", ".join(expected), token.start, token.end, found, tuple(expected))

    def error_recover(self, message: str, recovery: Collection[str]) -> None:
        """Wrap everything up to a recovery token into an ERROR node and report that range."""
        start = self.raw_offset()
        self._skip_into_error(recovery)
        self._report(message, start, self.raw_offset())
        self.erroring = False

    def recover(self, recovery: Collection[str]) -> None:
        """As `error_recover`, for an error that is reported already."""
        self._skip_into_error(recovery)
        self.erroring = False

    def error_and_bump(self, message: str) -> None:
        start = self.raw_offset()
        marker = self.start()
        self.bump()
        self.complete(marker, ERROR)
        self._report(message, start, self.raw_offset())
        self.erroring = False

    def _skip_into_error(self, recovery: Collection[str]) -> None:
        marker = self.start()
        if self.current in recovery and self.current != "}" and not self.at_eof:
            self.bump()
        braces = 0
        while not self.at_eof:
            if self.current == "{":
                braces += 1
            elif self.current == "}" and braces > 0:
                braces -= 1
            elif braces == 0 and self.current in recovery:
                break
            self.bump()
        self.complete(marker, ERROR)

    def descend(self) -> None:
        """Go one level down; TooDeep when there are too many. The caller comes back with `ascend`."""
        self.depth += 1
        if self.depth > NESTING.most:
            self.give_up()

    def ascend(self) -> None:
        self.depth -= 1

    def give_up(self) -> None:
        """Report that the program is nested too deeply and leave the rest unread."""
        token = self.current_token()
        self.errors.append(ParseError(NESTED_TOO_DEEPLY, token.start, max(token.end, token.start + 1)))
        raise TooDeep

    def finish(self) -> Node:
        """The root: everything built, whatever was left over included."""
        self.out.extend(token for token in self.tokens[self.pos :] if token.kind != EOF)
        self.pos = len(self.tokens)
        end = self.tokens[-1].end
        return Node("ROOT", self.out, 0, end)
