"""A cursor over value text: blanks, comments and tokens, with errors that know their place."""

from __future__ import annotations

import re

from avm.base.errors import ParseFailure
from avm.base.span import Span

_BLANKS = re.compile(r"(?:[ \t\r\n]|\\\n)*")
_COMMENT = re.compile(r"//(?:\\\n|[^\n])*(?:\n|$)|/\*.*?\*/", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Control and direction-changing characters, which Aleo text must not hold anywhere.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Scanner:
    """Reads tokens of ``text`` from ``position`` on; failures are ParseFailure with a span in ``file``."""

    __slots__ = ("file", "position", "text")

    def __init__(self, text: str, file: str = "<value>", position: int = 0) -> None:
        self.text = text
        self.file = file
        self.position = position

    def fail(self, message: str, *, hint: str = "", start: int | None = None) -> ParseFailure:
        """Return a failure at the cursor, or over the text from ``start`` to the cursor."""
        if start is None:
            place = Span(self.file, self.position, min(self.position + 1, len(self.text)))
        else:
            place = Span(self.file, start, self.position)
        return ParseFailure(message, place=place, hint=hint)

    def rest(self) -> str:
        """Return a short piece of what follows, for messages."""
        piece = self.text[self.position : self.position + 20]
        return repr(piece) if piece else "the end of the text"

    def blanks(self) -> None:
        """Skip white space."""
        match = _BLANKS.match(self.text, self.position)
        assert match is not None
        self.position = match.end()

    def skip(self) -> None:
        """Skip white space and comments."""
        self.blanks()
        while match := _COMMENT.match(self.text, self.position):
            if unsafe := _UNSAFE.search(match.group()):
                self.position += unsafe.start()
                raise self.fail("the comment holds a character that is not allowed")
            self.position = match.end()
            self.blanks()

    def at(self, token: str) -> bool:
        """Whether the text goes on with ``token``."""
        return self.text.startswith(token, self.position)

    def take(self, token: str) -> bool:
        """Read ``token`` if the text goes on with it."""
        if self.at(token):
            self.position += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        """Read ``token`` or fail."""
        if not self.take(token):
            raise self.fail(f"expected '{token}', found {self.rest()}")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what the pattern matches at the cursor."""
        match = pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        return match

    def word(self) -> str | None:
        """Read letters, digits and underscores that begin with a letter."""
        match = self.match(_IDENTIFIER)
        return None if match is None else match.group()

    def finish(self) -> None:
        """Fail unless the text ends here."""
        if self.position != len(self.text):
            raise self.fail(f"the value ends before {self.rest()}")
