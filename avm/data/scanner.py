"""The cursor over Aleo text, of values and programs: blanks, comments and tokens, failures with their place.

The grammar is the reference's (snarkVM ``console/network/environment/src/helpers/sanitizer.rs``): nothing is
skipped unless asked for, and a token ends where its own characters end.
"""

from __future__ import annotations

import re

from avm.base.errors import ParseFailure
from avm.base.sources import Source
from avm.base.span import Span

_BLANKS = re.compile(r"[ \t\r\n]*+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*+")
# Control and direction-changing characters, which comments and texts with strings must not hold, and halves
# of characters, which no text of the network can hold.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHOWN = 40
_VALUE = Source("<value>")


class Scanner:
    """Reads tokens of ``text`` from ``position`` on; failures are ParseFailure with a span in ``source``.

    With ``numbered`` the messages begin with path, line and column.
    """

    __slots__ = ("_last_unsafe", "elements", "numbered", "position", "source", "text")

    def __init__(
        self, text: str, source: Source = _VALUE, position: int = 0, *, numbered: bool = False
    ) -> None:
        self.text = text
        self.source = source
        self.position = position
        self.numbered = numbered
        self.elements = 0
        self._last_unsafe: int | None = None

    def fail(self, message: str, *, hint: str = "", start: int | None = None) -> ParseFailure:
        """Return a failure at the cursor, or over the text from ``start`` to the cursor."""
        begin = self.position if start is None else start
        end = min(begin + 1, len(self.text)) if start is None else max(self.position, begin)
        if self.numbered:
            line, column = self.source.lines.line_col(begin)
            message = f"{self.source.path}:{line}:{column}: {message}"
            last = min(begin + _SHOWN, len(self.text))
            end = max(end, begin)
            while end < last and not self.text[end].isspace():
                end += 1
        return ParseFailure(message, place=Span(self.source, begin, end), hint=hint)

    def rest(self) -> str:
        """Return a short piece of what follows, for messages."""
        piece = self.text[self.position : self.position + _SHOWN]
        if not piece:
            return "the end of the text"
        return "white space" if piece[0].isspace() else repr(piece.split(None, 1)[0])

    def span(self, start: int) -> Span:
        """Return the span from ``start`` to the cursor."""
        return Span(self.source, start, max(start, self.position))

    def blanks(self) -> None:
        """Skip white space; a backslash before the end of a line is white space too."""
        text = self.text
        while True:
            match = _BLANKS.match(text, self.position)
            assert match is not None
            self.position = match.end()
            if not text.startswith("\\\n", self.position):
                return
            self.position += 2

    def skip(self) -> None:
        """Skip white space and comments."""
        self.blanks()
        while self.text.startswith("/", self.position):
            if self.text.startswith("//", self.position):
                self._line_comment()
            elif self.text.startswith("/*", self.position):
                self._block_comment()
            else:
                return
            self.blanks()

    def _line_comment(self) -> None:
        """Skip to the end of the line; a backslash before it joins the next line to the comment."""
        start = self.position + 2
        end = self.text.find("\n", start)
        while end > start and self.text[end - 1] == "\\":
            end = self.text.find("\n", end + 1)
        end = len(self.text) if end < 0 else end + 1
        self._comment(start, end)

    def _block_comment(self) -> None:
        start = self.position + 2
        end = self.text.find("*/", start)
        if end < 0:
            raise self.fail("the comment is not closed", hint="a comment that begins with /* ends with */")
        self._comment(start, end)
        self.position = end + 2

    def _comment(self, start: int, end: int) -> None:
        if unsafe := UNSAFE.search(self.text, start, end):
            self.position = unsafe.start()
            raise self.fail("the comment holds a character that is not allowed")
        self.position = end

    def unsafe_after(self, position: int) -> int | None:
        """Return where a character stands that texts with strings must not hold, or None."""
        if self._last_unsafe is None:
            found = [match.start() for match in UNSAFE.finditer(self.text)]
            self._last_unsafe = found[-1] if found else -1
        return self._last_unsafe if self._last_unsafe >= position else None

    def at_end(self) -> bool:
        """Whether only white space and comments are left; they are skipped."""
        self.skip()
        return self.position >= len(self.text)

    def at(self, token: str) -> bool:
        """Whether the text goes on with ``token``."""
        return self.text.startswith(token, self.position)

    def take(self, token: str) -> bool:
        """Read ``token`` if the text goes on with it."""
        if self.at(token):
            self.position += len(token)
            return True
        return False

    def takes(self, token: str) -> bool:
        """Read ``token`` after white space, if it follows."""
        self.blanks()
        return self.take(token)

    def expect(self, token: str, hint: str = "") -> None:
        """Read ``token`` or fail."""
        if not self.take(token):
            raise self.fail(f"expected '{token}', found {self.rest()}", hint=hint)

    def expects(self, token: str, hint: str = "") -> None:
        """Read ``token`` after white space or fail."""
        self.blanks()
        if not self.take(token):
            if self.at("//") or self.at("/*"):
                raise self.fail(
                    "a comment stands between statements, not within one", hint=f"'{token}' was expected here"
                )
            raise self.fail(f"expected '{token}', found {self.rest()}", hint=hint)

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
