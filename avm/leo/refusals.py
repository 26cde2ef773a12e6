"""Where in the Leo source stands what the machine refuses in a generated program."""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import AvmError
from avm.base.span import Span


def place_of(error: AvmError, text: str, lines: Sequence[Span | None]) -> Span | None:
    """The Leo span of the line of a generated text that an error points at; `lines` are those of the text.

    A line without a place, and an error without one, is shown where the nearest line above it came from, at
    the program's name in the end.
    """
    offset = 0 if error.place is None else error.place.start
    for span in reversed(lines[: text.count("\n", 0, offset) + 1]):
        if span is not None and span.end > span.start:
            return span
    return next((span for span in lines if span is not None and span.end > span.start), None)
