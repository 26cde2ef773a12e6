"""Diagnostics of the Leo compiler by name: `diagnose("type_should_be", span, type_=.., expected=..)`."""

from __future__ import annotations

from avm.base.diagnostics import Diagnostic
from avm.base.span import Span
from avm.leo.messages.checks import CHECKS
from avm.leo.messages.lowering import LOWERING
from avm.leo.messages.message import Message
from avm.leo.messages.parsing import PARSING
from avm.leo.messages.types import TYPES

__all__ = ["MESSAGES", "Message", "diagnose"]

MESSAGES: dict[str, Message] = {**PARSING, **CHECKS, **TYPES, **LOWERING}


def diagnose(name: str, span: Span | None = None, /, **values: object) -> Diagnostic:
    """The diagnostic called `name` at a place, its blanks filled with `values`."""
    entry = MESSAGES[name]
    return Diagnostic(
        entry.code,
        "error" if entry.code[0] == "E" else "warning",
        entry.text.format(**values),
        span,
        entry.help.format(**values),
        entry.note.format(**values),
    )
