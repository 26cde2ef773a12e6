"""A cursor over Aleo text: whitespace and comments are skipped, every failure names its place."""

from __future__ import annotations

import re
from re import Pattern

from avm.base.errors import ParseFailure
from avm.base.span import LineIndex, Span

_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PROGRAM_ID = re.compile(r"([a-z][a-z0-9_]*)\.aleo(?![A-Za-z0-9_])")
_WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
MAX_IDENTIFIER_BYTES = 31


class Scanner:
    """Reads ``text`` from the left; ``position`` is the offset of the next character."""

    __slots__ = ("_lines", "file", "position", "text")

    def __init__(self, text: str, file: str = "main.aleo", position: int = 0) -> None:
        self.text = text
        self.file = file
        self.position = position
        self._lines: LineIndex | None = None

    def skip(self) -> None:
        """Step over whitespace and comments."""
        found = _BLANK.match(self.text, self.position)
        if found:
            self.position = found.end()

    def at_end(self) -> bool:
        """Return whether only whitespace and comments are left."""
        self.skip()
        return self.position >= len(self.text)

    def match(self, pattern: Pattern[str]) -> str | None:
        """Take what ``pattern`` matches at the next token, or return None and stay."""
        self.skip()
        found = pattern.match(self.text, self.position)
        if not found:
            return None
        self.position = found.end()
        return found.group(0)

    def match_here(self, pattern: Pattern[str]) -> str | None:
        """Like ``match`` without skipping blanks first (for the parts of one token)."""
        found = pattern.match(self.text, self.position)
        if not found:
            return None
        self.position = found.end()
        return found.group(0)

    def peek(self, token: str) -> bool:
        """Return whether ``token`` comes next (a word only if it ends there)."""
        self.skip()
        if not self.text.startswith(token, self.position):
            return False
        end = self.position + len(token)
        return not (
            token[-1] in _WORD_CHARACTERS and end < len(self.text) and self.text[end] in _WORD_CHARACTERS
        )

    def take(self, token: str) -> bool:
        """Step over ``token`` if it comes next and say whether it did."""
        if self.peek(token):
            self.position += len(token)
            return True
        return False

    def expect(self, token: str, hint: str = "") -> None:
        """Step over ``token`` or fail."""
        if not self.take(token):
            raise self.failure(f"expected '{token}', found {self.found()}", hint=hint)

    def identifier(self, what: str = "a name") -> str:
        """Read an identifier of at most 31 bytes."""
        start = self.position
        name = self.match(_IDENTIFIER)
        if name is None:
            raise self.failure(
                f"expected {what}, found {self.found()}",
                hint="A name is a letter followed by letters, digits and underscores.",
            )
        if len(name) > MAX_IDENTIFIER_BYTES:
            raise self.failure(f"'{name}' is longer than {MAX_IDENTIFIER_BYTES} characters", start=start)
        return name

    def program_id(self) -> str:
        """Read a program id such as ``token.aleo``."""
        found = self.match(_PROGRAM_ID)
        if found is None:
            raise self.failure(
                f"expected a program id, found {self.found()}",
                hint="A program id is lower-case letters, digits and underscores followed by '.aleo'.",
            )
        if len(found) - len(".aleo") > MAX_IDENTIFIER_BYTES:
            raise self.failure(f"'{found}' is longer than {MAX_IDENTIFIER_BYTES} characters")
        return found

    def peek_program_id(self) -> bool:
        """Return whether a program id comes next."""
        self.skip()
        return _PROGRAM_ID.match(self.text, self.position) is not None

    def reference(self, what: str = "a name") -> str:
        """Read ``name`` or ``program.aleo/name``."""
        if self.peek_program_id():
            program = self.program_id()
            self.expect("/")
            return f"{program}/{self.identifier(what)}"
        return self.identifier(what)

    def found(self) -> str:
        """Describe the next token for a message."""
        self.skip()
        if self.position >= len(self.text):
            return "the end of the text"
        word = re.match(r"\S+", self.text[self.position : self.position + 40])
        return f"'{word.group(0) if word else self.text[self.position]}'"

    def span(self, start: int) -> Span:
        """Return the span from ``start`` to the cursor."""
        return Span(self.file, start, max(start, self.position))

    def failure(self, message: str, *, start: int | None = None, hint: str = "") -> ParseFailure:
        """Build a failure at the next token (or at ``start``), with line and column in the message."""
        if start is None:
            self.skip()
            start = self.position
        if self._lines is None:
            self._lines = LineIndex(self.text)
        line, column = self._lines.line_col(start)
        end = start
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        place = Span(self.file, start, max(end, min(start + 1, len(self.text))))
        return ParseFailure(f"{self.file}:{line}:{column}: {message}", place=place, hint=hint)
