"""The contract of a CLI command: each file of avm.cli.commands declares one."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from avm.base.json_value import JsonObject

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What moves a terminal's cursor, turns the direction of writing or cannot be seen; not newline and tab."""


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of ``avm``: its help line, its options and what it does.

    ``run`` returns the exit code; expected failures are raised as ``AvmError`` and printed by ``main``.
    """

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def visible(text: str) -> str:
    """Return a text for the terminal; what is not to be seen in it, and could steer it, is escaped."""
    return _STEERING.sub(lambda match: ascii(match[0])[1:-1], text)


def emit(args: argparse.Namespace, data: JsonObject, text: str = "") -> None:
    """Print a result: one JSON line under ``--json``, else ``text``."""
    if getattr(args, "json", False):
        print(json.dumps(data), flush=True)
    elif text:
        print(visible(text), flush=True)


def note(text: str) -> None:
    """Print a line for the person on standard error."""
    print(visible(text), file=sys.stderr, flush=True)
