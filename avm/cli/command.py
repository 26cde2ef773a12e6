"""The contract of a CLI command: each file of avm.cli.commands declares one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of ``avm``: its help line, its options and what it does.

    ``run`` returns the exit code; expected failures are raised as ``AvmError`` and printed by ``main``.
    """

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def emit(args: argparse.Namespace, data: dict[str, Any], text: str = "") -> None:
    """Print a result: one JSON line under ``--json``, else ``text``."""
    if getattr(args, "json", False):
        print(json.dumps(data), flush=True)
    elif text:
        print(text, flush=True)


def note(text: str) -> None:
    """Print a line for the person on standard error."""
    print(text, file=sys.stderr, flush=True)
