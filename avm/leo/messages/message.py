"""The shape of one entry in the tables of diagnostics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Code and words of a diagnostic; `{name}` in the words stands for a value given when it is reported."""

    code: str
    text: str
    help: str = ""
    note: str = ""
