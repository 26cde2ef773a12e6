"""Pygments lexers for Leo and for Aleo instructions; the Studio's editor and `pygmentize` both use
them.

The lexers colour one line at a time except for block comments, so an editor may lex a line with the
state it began in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
)
from pygments.util import Future

from avm.types.literal_type import LiteralType

ALEO_TYPES = tuple(t.type_name for t in LiteralType)
_PUNCTUATION = "{}()[],;:._@"
_NUMERIC = tuple(t.type_name for t in LiteralType if t.is_numeric)


def aleo_statements() -> tuple[str, ...]:
    """The words that an Aleo statement begins with: those of the grammar and every opcode, longest first."""
    from avm.isa.registry import ops
    from avm.program.parser import STATEMENTS

    return tuple(sorted({*ops(), *STATEMENTS}, key=lambda word: (-len(word), word)))


def leo_types() -> tuple[str, ...]:
    """The words of the compiler's lexer that are types; other types are names with a capital letter."""
    from avm.leo.lexer import PRIMITIVE_KEYWORDS

    return (*PRIMITIVE_KEYWORDS, "Final")


def leo_keywords() -> tuple[str, ...]:
    """The words of the compiler's lexer that are no types; an assertion looks like a call."""
    from avm.leo.lexer import KEYWORDS

    calls = {word for word in KEYWORDS if word.startswith("assert")}
    return tuple(sorted(KEYWORDS - calls - {*leo_types()}))


def leo_marks() -> tuple[str, ...]:
    """The marks of the compiler's lexer that are no punctuation."""
    from avm.leo.lexer import MARKS

    return tuple(mark for mark in MARKS if mark not in _PUNCTUATION)


class _Words(Future):
    """A pattern of words that are asked for when the lexer is first used: opcodes are many modules."""

    def __init__(self, ask: Callable[[], tuple[str, ...]], prefix: str, suffix: str) -> None:
        self._ask, self._prefix, self._suffix = ask, prefix, suffix

    def get(self) -> str:
        pattern: str = words(self._ask(), prefix=self._prefix, suffix=self._suffix).get()
        return pattern


_NUMBER = [
    (rf"(\d[\d_]*)({'|'.join(_NUMERIC)})\b", bygroups(Number, Number.Suffix)),
    (r"0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*", Number),
]
_COMMENT = [
    (r"//[^\n]*", Comment.Single),
    (r"/\*", Comment.Multiline, "comment"),
]
_COMMENT_REST = [
    (r"[^*\n]+", Comment.Multiline),
    (r"\n", Comment.Multiline),
    (r"\*/", Comment.Multiline, "#pop"),
    (r"\*", Comment.Multiline),
]


class LeoLexer(RegexLexer):
    """Leo 4 source."""

    name = "Leo"
    aliases = ["leo"]
    filenames = ["*.leo"]
    url = "https://leo-lang.org"
    version_added = ""
    tokens = {
        "root": [
            (r"\s+", Text),
            *_COMMENT,
            (r"@\w+", Name.Decorator),
            (r'"(?:[^"\\\n]|\\.)*"?', String),
            (r"\b(?:aleo1|sign1)[0-9a-z]+", Name.Constant),
            *_NUMBER,
            (
                r"\b(struct|record|interface)(\s+)([A-Za-z_]\w*)",
                bygroups(Keyword.Declaration, Text, Name.Class),
            ),
            (
                r"\b(mapping|storage)(\s+)([A-Za-z_]\w*)",
                bygroups(Keyword.Declaration, Text, Name.Variable.Global),
            ),
            (r"\b(fn)(\s+)([A-Za-z_]\w*)", bygroups(Keyword.Declaration, Text, Name.Function)),
            (r"\b[a-z][a-z0-9_]*\.aleo\b", Name.Namespace),
            (_Words(leo_keywords, r"\b", r"\b"), Keyword),
            (_Words(leo_types, r"\b", r"\b"), Keyword.Type),
            (r"\b[a-z_]\w*(?=\s*(?:::\[[^\]]*\]\s*)?\()", Name.Function),
            (r"\b[A-Z][A-Z0-9_]+\b", Name.Constant.Upper),
            (r"\b[A-Z]\w*", Name.Class),
            (r"\b[A-Za-z_]\w*", Name),
            (_Words(leo_marks, "", ""), Operator),
            (f"[{re.escape(_PUNCTUATION)}]", Punctuation),
            (r".", Error),
        ],
        "comment": _COMMENT_REST,
    }


class AleoLexer(RegexLexer):
    """Aleo instructions: the text form of a program."""

    name = "Aleo instructions"
    aliases = ["aleo"]
    filenames = ["*.aleo"]
    url = "https://developer.aleo.org"
    version_added = ""
    tokens = {
        "root": [
            *_COMMENT,
            (r'"(?:[^"\\\n]|\\.)*"?|\'[A-Za-z]\w*\'', String),
            (r"\b(?:aleo1|sign1)[0-9a-z]+", Name.Constant),
            *_NUMBER,
            (
                r"(?m)^([ \t]*)(function|closure|finalize|view)(\s+)([A-Za-z_]\w*)",
                bygroups(Text, Keyword.Declaration, Text, Name.Function),
            ),
            (
                r"(?m)^([ \t]*)(record|struct)(\s+)([A-Za-z_]\w*)",
                bygroups(Text, Keyword.Declaration, Text, Name.Class),
            ),
            (
                r"(?m)^([ \t]*)(mapping)(\s+)([A-Za-z_]\w*)",
                bygroups(Text, Keyword.Declaration, Text, Name.Variable.Global),
            ),
            (
                r"(?m)^([ \t]*)(call|async)(\s+)((?:[a-z][a-z0-9_]*\.aleo/)?)([A-Za-z_]\w*)",
                bygroups(Text, Keyword, Text, Name.Namespace, Name.Function),
            ),
            (_Words(aleo_statements, r"(?m)^[ \t]*", r"(?=[\s;:]|$)"), Keyword),
            (r"[ \t]+|\n", Text),
            (r"\.(?:public|private|constant|record|future|external_record)\b", Name.Decorator),
            (r"\b(?:as|into|to|by)\b", Operator.Word),
            (r"\b(?:true|false|none)\b", Keyword.Constant),
            (r"\b(?:self|block|network)\.\w+(?:\.\w+)?", Keyword),
            (r"\br\d+\b", Name.Variable),
            (r"\b[a-z][a-z0-9_]*\.aleo\b", Name.Namespace),
            (words(ALEO_TYPES, prefix=r"\b", suffix=r"\b"), Keyword.Type),
            (r"([A-Za-z_]\w*)(\[)(?=[^\]\n]*\])", bygroups(Name.Variable.Global, Punctuation)),
            (r"\b[A-Z]\w*", Name.Class),
            (r"\b[A-Za-z_]\w*", Name),
            (r"[{}()\[\],;:./-]", Punctuation),
            (r".", Error),
        ],
        "comment": _COMMENT_REST,
    }
