"""Diagnostics of the Leo compiler by name: `diagnose("type_should_be", span, type_=.., expected=..)`."""

from __future__ import annotations

import re

from avm.base.diagnostics import Diagnostic
from avm.base.digits import brief
from avm.base.span import Span
from avm.leo.messages.checks import CHECKS
from avm.leo.messages.lowering import LOWERING
from avm.leo.messages.message import Message
from avm.leo.messages.parsing import PARSING
from avm.leo.messages.types import TYPES

__all__ = ["MESSAGES", "Message", "diagnose"]

MESSAGES: dict[str, Message] = {**PARSING, **CHECKS, **TYPES, **LOWERING}

_NAME_SHOWN = 300
_VALUE_SHOWN = 4_000
_LONG_NAME = re.compile(rf"\w{{{_NAME_SHOWN + 1},}}")


def diagnose(message: str | Message, span: Span | None = None, /, **values: object) -> Diagnostic:
    """A diagnostic at a place, its blanks filled with `values`; what is very long is cut.

    Messages of the reference compiler go by their name; a check of ours brings its own.
    """
    entry = MESSAGES[message] if isinstance(message, str) else message
    values = {blank: _cut(value) for blank, value in values.items()}
    return Diagnostic(
        entry.code,
        "error" if entry.code[0] == "E" else "warning",
        entry.text.format(**values),
        span,
        entry.help.format(**values),
        entry.note.format(**values),
    )


def _cut(value: object) -> object:
    """A value for a message; of names, and of all together, no more than a person reads."""
    if isinstance(value, int):
        return value
    text = str(value)
    if len(text) <= _NAME_SHOWN:
        return value
    return brief(_LONG_NAME.sub(lambda name: brief(name[0], _NAME_SHOWN), text), _VALUE_SHOWN)
