"""Highlighter: colours a document line by line with the Pygments lexers of avm.api.highlight.

A line is lexed once for each (text, state it began in) and remembered. A pass that has used up its
time goes on in small slices, so opening a long file does not hold the window.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.editor.units import Units
from app.theme import q

if TYPE_CHECKING:
    from avm.api.highlight import AleoLexer, LeoLexer

SLICE_S = 0.02
ROOT, COMMENT = 0, 1
DECLARED = re.compile(r"\b(mapping|record|struct|storage)\s+([A-Za-z_]\w*)")
CLASS_OF_KIND = {"mapping": "mapping", "storage": "mapping", "record": "record", "struct": "type"}
CLASS_OF_TOKEN = {
    "Token.Comment.Single": "comment",
    "Token.Comment.Multiline": "comment",
    "Token.Keyword": "keyword",
    "Token.Keyword.Declaration": "keyword",
    "Token.Keyword.Constant": "keyword",
    "Token.Keyword.Type": "type",
    "Token.Name": "identifier",
    "Token.Name.Class": "type",
    "Token.Name.Function": "function",
    "Token.Name.Decorator": "annotation",
    "Token.Name.Variable": "register",
    "Token.Name.Variable.Global": "mapping",
    "Token.Name.Constant": "address",
    "Token.Name.Constant.Upper": "type",
    "Token.Name.Namespace": "identifier",
    "Token.Literal.Number": "number",
    "Token.Literal.Number.Suffix": "suffix",
    "Token.Literal.String": "string",
    "Token.Operator": "operator",
    "Token.Operator.Word": "operator",
    "Token.Punctuation": "punctuation",
    "Token.Error": "error",
}
Run = tuple[int, int, str, str]


@lru_cache(maxsize=2)
def _lexer(language: str) -> LeoLexer | AleoLexer:
    from avm.api.highlight import AleoLexer, LeoLexer

    return LeoLexer() if language == "leo" else AleoLexer()


@lru_cache(maxsize=20_000)
def lex_line(language: str, text: str, state: int) -> tuple[tuple[Run, ...], int]:
    """(start, length, class, text) of each run of one line, and the state the next line begins in."""
    stack = ("root", "comment") if state == COMMENT else ("root",)
    runs: list[Run] = []
    inside = state == COMMENT
    for start, token, value in _lexer(language).get_tokens_unprocessed(text, stack):
        name = str(token)
        if name == "Token.Comment.Multiline":
            inside = not value.endswith("*/") if value in ("/*", "*/") else inside
        kind = CLASS_OF_TOKEN.get(name)
        if kind is not None:
            runs.append((start, len(value), kind, value))
    return tuple(runs), COMMENT if inside else ROOT


class Highlighter(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument, language: str) -> None:
        super().__init__(document)
        self.language = language
        self._formats: dict[str, QTextCharFormat] = {}
        self._names: dict[str, str] = {}
        self._pending: set[int] = set()
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._names_timer = QTimer(self)
        self._names_timer.setSingleShot(True)
        self._names_timer.setInterval(250)
        self._names_timer.timeout.connect(self._find_names)
        document.contentsChanged.connect(self._names_timer.start)
        self._build_formats()
        self._find_names()

    def retheme(self) -> None:
        """Takes the colours of the theme in force; costs nothing where they are the same."""
        before = {kind: made.foreground().color() for kind, made in self._formats.items()}
        self._build_formats()
        if before != {kind: made.foreground().color() for kind, made in self._formats.items()}:
            self.rehighlight()

    def _build_formats(self) -> None:
        for kind in {*CLASS_OF_TOKEN.values(), "record"}:
            made = QTextCharFormat()
            made.setForeground(q(f"syntax.{kind}"))
            made.setFontItalic(kind == "comment")
            self._formats[kind] = made

    def _find_names(self) -> None:
        """Names this file declares as mapping, record or struct are shown as what they are everywhere
        in it.
        """
        if self.language == "text":
            return
        found = {name: CLASS_OF_KIND[kind] for kind, name in DECLARED.findall(self.document().toPlainText())}
        if found != self._names:
            self._names = found
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self.language == "text" or not text.strip():
            self.setCurrentBlockState(max(self.previousBlockState(), ROOT))
            return
        now = time.monotonic()
        if now - self._deadline > 0.2:
            self._deadline = now + SLICE_S
        if now > self._deadline:
            self._pending.add(self.currentBlock().blockNumber())
            self._timer.start()
            self.setCurrentBlockState(max(self.previousBlockState(), ROOT))
            return
        runs, state = lex_line(self.language, text, max(self.previousBlockState(), ROOT))
        units = Units(text)
        for begin, long, kind, value in runs:
            start = units.unit(begin)
            length = units.unit(begin + long) - start
            if kind in ("type", "identifier") and value in self._names:
                kind = self._names[value]
            self.setFormat(start, length, self._formats[kind])
        self.setCurrentBlockState(state)

    def _slice(self) -> None:
        self._deadline = time.monotonic() + SLICE_S
        for number in sorted(self._pending):
            self._pending.discard(number)
            block = self.document().findBlockByNumber(number)
            if block.isValid():
                self.rehighlightBlock(block)
            if time.monotonic() > self._deadline:
                return
        if not self._pending:
            self._timer.stop()
