"""Cuts Leo source into tokens, trivia included, so that the tokens' texts joined are the source.

The kind of a keyword or a mark is its own text (`let`, `{`, `..=`); every other kind is a word in capitals.
Rules follow the reference lexer (crates/parser-rowan/src/lexer.rs); offsets count characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from avm.base.sources import NOWHERE
from avm.base.span import Span
from avm.leo.budget import SOURCE, TOKENS, Budget, OverBudget, require
from avm.leo.operators import ASSIGNMENTS, INFIX, PREFIX, leo_name
from avm.types.literal_type import LiteralType

WHITESPACE: Final = "WHITESPACE"
LINEBREAK: Final = "LINEBREAK"
COMMENT_LINE: Final = "COMMENT_LINE"
COMMENT_BLOCK: Final = "COMMENT_BLOCK"
INTEGER: Final = "INTEGER"
STRING: Final = "STRING"
ADDRESS_LIT: Final = "ADDRESS_LIT"
IDENT_LIT: Final = "IDENT_LIT"
IDENT: Final = "IDENT"
ERROR: Final = "ERROR"
EOF: Final = "EOF"

TRIVIA: Final = frozenset({WHITESPACE, LINEBREAK, COMMENT_LINE, COMMENT_BLOCK})

INTEGER_KEYWORDS: Final = tuple([t.type_name for t in LiteralType if t.is_integer])
PRIMITIVE_KEYWORDS: Final = (
    *(leo_name(t) for t in LiteralType if not t.is_integer),
    "dyn",
    *INTEGER_KEYWORDS,
)
ELEMENT_SUFFIXES: Final = tuple([t.type_name for t in LiteralType if t.is_numeric and not t.is_integer])
"""Suffixes of the literals of fields, groups and scalars."""
_WORDS: Final = """
true false none record Final if else for in return let const constant final view fn Fn struct constructor
interface program import mapping storage network aleo script block public private export as self Self
assert assert_eq assert_neq
"""
KEYWORDS: Final = frozenset([*_WORDS.split(), *PRIMITIVE_KEYWORDS])

_FRIENDLY: Final = {
    ERROR: "an error",
    EOF: "end of file",
    WHITESPACE: "whitespace",
    LINEBREAK: "whitespace",
    COMMENT_LINE: "a comment",
    COMMENT_BLOCK: "a comment",
    INTEGER: "an integer literal",
    STRING: "a static string",
    ADDRESS_LIT: "an address literal",
    IDENT_LIT: "an identifier literal",
    IDENT: "an identifier",
}

_BIDI = "\u202a-\u202e\u2066-\u2069"
_STRUCTURE: Final = ("->", "=>", "..", "..=", "::", "=", *"()[]{},.;:?_@")
MARKS: Final = tuple(sorted({*_STRUCTURE, *INFIX, *PREFIX, *ASSIGNMENTS}, key=len, reverse=True))
"""All marks, the longer of two first."""
_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<WHITESPACE>[ \t\f]+)",
            r"(?P<ADDRESS_LIT>aleo1[a-z0-9]*+(?![A-Za-z0-9_]))",
            r"(?P<IDENT>(?:group|signature|Future)::[a-zA-Z][a-zA-Z0-9_]*|_?[a-zA-Z][a-zA-Z0-9_]*)",
            r"(?P<LINEBREAK>\r?\n)",
            rf"(?P<COMMENT_LINE>//[^\r\n{_BIDI}]*)",
            rf"(?P<COMMENT_BLOCK>/\*(?:[^*{_BIDI}]++|\*+(?=[^*/{_BIDI}]))*+(?:\*+/|\**))",
            r"(?P<INTEGER>[0-9][0-9A-Za-z_]*)",
            r'(?P<STRING>"[^"]*")',
            r"(?P<IDENT_LIT>'[a-zA-Z][a-zA-Z0-9_]*')",
            "(?P<MARK>" + "|".join(map(re.escape, MARKS)) + ")",
            r"""(?P<ERROR>"[^"]*|'(?:[a-zA-Z][a-zA-Z0-9_]*)?|.)""",
        )
    ),
    re.DOTALL,
)
_NAMED_BY_TEXT: Final = KEYWORDS.union(MARKS)
_FALLIBLE: Final = frozenset({INTEGER, COMMENT_BLOCK, ERROR})


class Token(NamedTuple):
    """A piece of source: kind, text, and its half-open range of character offsets."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LexError:
    """What the lexer could not read; `kind` is `digit` (digit, radix, content), `content` or `bidi`."""

    kind: str
    start: int
    end: int
    content: str = ""
    digit: str = ""
    radix: int = 10


def is_keyword(text: str) -> bool:
    """Whether the lexer reads this word as a keyword."""
    return text in KEYWORDS


def friendly_name(kind: str) -> str:
    """How diagnostics name a token of this kind."""
    return _FRIENDLY.get(kind) or f"'{kind}'"


def lex(source: str, budget: Budget | None = None) -> tuple[list[Token], list[LexError]]:
    """Tokens of the whole source (an empty EOF token last) and what could not be read.

    OverBudget for a source that is too large; its place names no file.
    """
    step = (budget or Budget()).step
    require(SOURCE, len(source), Span(NOWHERE, SOURCE.most, SOURCE.most + 1))
    tokens: list[Token] = []
    errors: list[LexError] = []
    append = tokens.append
    for match in _TOKEN.finditer(source):
        step()
        start, end = match.span()
        if len(tokens) >= TOKENS.most:
            raise OverBudget(TOKENS, Span(NOWHERE, start, end))
        text = source[start:end]
        kind = text if text in _NAMED_BY_TEXT else str(match.lastgroup)
        append(Token(kind, text, start, end))
        if kind in _FALLIBLE:
            fault = _fault(kind, text, start, end)
            if fault is not None:
                errors.append(fault)
    append(Token(EOF, "", len(source), len(source)))
    return tokens, errors


_SUFFIX = re.compile(f"(?:{'|'.join((*ELEMENT_SUFFIXES, *INTEGER_KEYWORDS))})$")
_BIDI_MARK = re.compile(f"[{_BIDI}]")
_RADIX: Final = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}
_DIGITS: Final = "0123456789abcdef"


def _fault(kind: str, text: str, start: int, end: int) -> LexError | None:
    """What is wrong with a token that the pattern takes."""
    if kind == INTEGER:
        return _digit_fault(text, start)
    if kind == COMMENT_BLOCK:
        preview = text[:10].encode(errors="replace")[:10].decode(errors="ignore")
        return None if text.endswith("*/") else LexError("content", start, start + 2, preview)
    return LexError("bidi", start, end) if _BIDI_MARK.match(text) else LexError("content", start, end, text)


def _digit_fault(text: str, start: int) -> LexError | None:
    """The first digit of a numeral that its radix does not have."""
    number = _SUFFIX.sub("", text)
    if number.isdigit() and number.isascii():
        return None
    radix = _RADIX.get(number[:2], 10)
    for digit in number[2:] if radix != 10 else number:
        if digit != "_" and digit.lower() not in _DIGITS[:radix]:
            return LexError("digit", start, start + len(number), number, digit, radix)
    return None
