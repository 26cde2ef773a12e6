"""``avm account decrypt``: reads a record with its owner's view key, or a value with its own key."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable

from avm.api.accounts import Keystore, decrypt_record, decrypt_value
from avm.base.errors import AvmError
from avm.cli.command import emit


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to those of ``avm account``."""
    verb = verbs.add_parser("decrypt", help="read a record or a ciphertext that belongs to an account")
    verb.add_argument("ciphertext", help="record1... or ciphertext1...")
    verb.add_argument("--name", metavar="NAME", help="the account kept here whose view key reads it")
    verb.add_argument(
        "--view-key",
        metavar="KEY",
        help="the view key; better give it by the variable VIEW_KEY or when asked",
    )
    verb.add_argument("--field", metavar="KEY", help="the key of a ciphertext1..., a field such as 123field")


def run(args: argparse.Namespace, opened: Callable[[], Keystore]) -> int:
    """Print what the ciphertext holds; ``opened`` gives the accounts kept here, after their password."""
    text = args.ciphertext.strip()
    if text.startswith("ciphertext1"):
        if not args.field:
            raise AvmError(
                "a ciphertext has a key of its own, and none was given",
                code="EAVM1302",
                hint="give it with --field; a record (record1...) is read with the view key alone",
            )
        found = decrypt_value(text, args.field)
    else:
        found = decrypt_record(text, _view_key(args, opened))
    owner = {"owner": found.owner} if found.owner else {}
    emit(args, {"ok": True, "kind": found.kind, "text": found.text, **owner}, found.text)
    return 0


def _view_key(args: argparse.Namespace, opened: Callable[[], Keystore]) -> str:
    if args.name:
        return opened().reveal(args.name).reveal_view_key()
    hint = "set the variable VIEW_KEY, or give --view-key or --name"
    return given_key(args.view_key, "view key", "VIEW_KEY", "EAVM1303", hint)


def given_key(option: str | None, what: str, variable: str, code: str, hint: str) -> str:
    """The key of an option, else of a variable, else asked for without an echo; ``AvmError`` for none."""
    key = option or os.environ.get(variable)
    if not key and sys.stdin.isatty():
        key = getpass.getpass(f"{what.capitalize()}: ")
    if not key:
        raise AvmError(f"no {what} was given", code=code, hint=hint)
    return key.strip()
