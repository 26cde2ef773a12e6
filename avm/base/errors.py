"""Expected failures: one base class with a code, a message, a place and a hint."""

from __future__ import annotations

from avm.base.json_value import JsonObject, JsonValue
from avm.base.sources import source_of
from avm.base.span import Span


class AvmError(Exception):
    """A failure that a person can cause and mend.

    ``code`` is a short stable identifier, ``message`` says what was wrong, ``place`` where, ``hint`` what
    would be right. Anything raised by the engine that is not an ``AvmError`` is a bug.
    """

    default_code = "EAVM0000"

    def __init__(self, message: str, *, code: str = "", place: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.place = place
        self.hint = hint

    def to_dict(self) -> JsonObject:
        """Return the failure as plain data for JSON output."""
        data: dict[str, JsonValue] = {"code": self.code, "message": self.message}
        if self.place is not None:
            path = source_of(self.place.source).path
            data["place"] = {"file": path, "start": self.place.start, "end": self.place.end}
        if self.hint:
            data["hint"] = self.hint
        return data


class ParseFailure(AvmError):
    """Text that does not follow its grammar."""

    default_code = "EAVM0100"


class DecodeError(AvmError):
    """Bytes or encoded text that are not a canonical encoding."""

    default_code = "EAVM0101"


class CheckFailure(AvmError):
    """A program or value that parses but breaks a rule: types, names, limits."""

    default_code = "EAVM0102"


class Halt(AvmError):
    """An operation that halts the program: overflow, division by zero, a failed assert."""

    default_code = "EAVM0200"


class Cancelled(AvmError):
    """Work that was cancelled on request."""

    default_code = "EAVM0300"

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)


class Unsupported(AvmError):
    """Valid input that this version does not handle yet."""

    default_code = "EAVM0400"


class StoreError(AvmError):
    """A file or database that cannot be read or written: corrupt, foreign, full disk."""

    default_code = "EAVM0500"


class VerifyError(AvmError):
    """A proof, update or block that does not verify."""

    default_code = "EAVM0600"


def shown(value: object, most: int = 60) -> str:
    """A foreign value for a message: one line, ``most`` characters at most, that every terminal can print."""
    text = ascii(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."
