"""The entry point of ``avm``: discovers the commands, parses arguments, reports failures."""

from __future__ import annotations

import os
import sys

_HERE = os.path.realpath(os.curdir)
if os.path.realpath(__file__) != os.path.join(_HERE, "avm", "cli", "main.py"):
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != _HERE]

# ruff: noqa: E402 (what follows must not be found in the current folder, which may be a stranger's project)
import argparse
import difflib
import importlib
import io
import json
import pkgutil
import re
from collections.abc import Sequence
from typing import NoReturn, TypedDict, Unpack

import avm
from avm.algebra import kernels_not_kept
from avm.base import startup
from avm.base.errors import AvmError, Cancelled
from avm.base.interrupt import EXIT_CANCELLED
from avm.cli import commands
from avm.cli.command import Command, note

EXIT_FAILURE = 1  # argparse ends with 2 for wrong usage


def command_names() -> list[str]:
    """Names of all commands, from the files of ``avm.cli.commands``, without importing them."""
    return sorted(_verb(m.name) for m in pkgutil.iter_modules(commands.__path__))


def _verb(file: str) -> str:
    """Return the verb of a file: ``type_`` is ``type``, ``audit_circuit`` is ``audit-circuit``."""
    return file.rstrip("_").replace("_", "-")


def load_command(name: str) -> Command:
    """Import one command by its name."""
    files = {_verb(m.name): m.name for m in pkgutil.iter_modules(commands.__path__)}
    module = importlib.import_module(f"avm.cli.commands.{files[name]}")
    command: Command = module.COMMAND
    return command


class _How(TypedDict, total=False):
    """What a parser is made with."""

    prog: str
    description: str


class _Parser(argparse.ArgumentParser):
    """Names the verb that was probably meant where argparse lists them all; takes ``-5i64`` as a value."""

    def __init__(self, **how: Unpack[_How]) -> None:
        super().__init__(**how)
        self._negative_number_matcher = re.compile(r"-\d")

    def error(self, message: str) -> NoReturn:
        wrong = re.match(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if wrong is not None:
            near = difflib.get_close_matches(wrong[1][:40], command_names(), 1, 0.5)
            shown = repr(wrong[1][:40])
            meant = f"did you mean {near[0]!r}?" if near else "`avm --help` lists them"
            message = f"there is no command {shown}; {meant}"
        super().error(message)


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="avm", description="Compile, run, prove and commit Aleo programs, locally.")
    parser.add_argument("--version", action="version", version=f"avm {avm.__version__}")
    verbs = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        command = load_command(name)
        sub = verbs.add_parser(command.name, help=command.help, description=command.help)
        sub.add_argument("--json", action="store_true", help="print results as JSON lines")
        command.configure(sub)
        sub.set_defaults(run=command.run)
    return parser


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse; inputs that stand behind an option belong to those before it, which argparse alone refuses."""
    args, rest = parser.parse_known_args(arguments)
    if rest:
        inputs: list[str] | None = getattr(args, "inputs", None)
        if inputs is None or any(re.match(r"-\D", each) for each in rest):
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        args.inputs = [*inputs, *rest]
    return args


def _print_everything() -> None:
    """No character stops a message: what the terminal does not know, or is half a character, is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``avm`` with ``argv`` and return its exit code."""
    startup.settle()
    _print_everything()
    arguments = list(sys.argv[1:] if argv is None else argv)
    names = command_names()
    wanted = arguments[0] if arguments and arguments[0] in names else None
    as_json = "--json" in arguments
    arguments = [a for a in arguments if a != "--json"]
    args = argparse.Namespace()
    try:
        args = _parsed(_parser([wanted] if wanted else names), arguments)
        args.json = as_json or getattr(args, "json", False)
        code: int = args.run(args)
        if why := kernels_not_kept():
            print(f"Note: {why}.", file=sys.stderr)
        return code
    except Cancelled as error:
        print(error.message, file=sys.stderr)
        return EXIT_CANCELLED
    except BrokenPipeError:
        # Who read the output went away, as `head` does: nothing more can be said, not even at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return EXIT_CANCELLED
    except AvmError as error:
        if getattr(args, "json", False):
            print(json.dumps({"ok": False, "error": error.to_dict()}))
        else:
            note(f"Error [{error.code}]: {error.message}")
            if error.hint:
                note(f"  try: {error.hint}")
        return EXIT_FAILURE
