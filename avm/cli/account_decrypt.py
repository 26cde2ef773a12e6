"""``avm decrypt``, also ``avm account decrypt``: reads records, values and transitions with their keys."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from avm.api.accounts import (
    LOCAL_NAME,
    LOCAL_SIGNER,
    Keystore,
    decrypt_record,
    decrypt_value,
    local_account,
)
from avm.api.decryption import ReadPart, decrypt_document
from avm.base.errors import AvmError, shown
from avm.cli.command import emit


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to those of ``avm account``."""
    options(verbs.add_parser("decrypt", help="read what belongs to an account: records, values, transitions"))


def options(verb: argparse.ArgumentParser) -> None:
    """The options of the verb, which is found as ``avm decrypt`` too."""
    verb.add_argument(
        "ciphertext",
        nargs="+",
        help="record1..., ciphertext1..., or a file with a transition, execution, fee or transaction",
    )
    verb.add_argument(
        "--name",
        metavar="NAME",
        help="the account kept here whose view key reads it; `local` is the test account",
    )
    verb.add_argument(
        "--view-key",
        metavar="KEY",
        help="the view key; better give it by the variable VIEW_KEY or when asked",
    )
    verb.add_argument("--field", metavar="KEY", help="the key of a ciphertext1..., a field such as 123field")


def run(args: argparse.Namespace, opened: Callable[[], Keystore]) -> int:
    """Print what the ciphertexts hold; ``opened`` gives the accounts kept here, after their password."""
    key: list[str] = []

    def view_key() -> str:
        if not key:
            key.append(_view_key(args, opened))
        return key[0]

    for given in args.ciphertext:
        text = given.strip()
        if text.startswith(("ciphertext1", "record1")):
            _value(args, text, view_key)
        else:
            _document(args, Path(text), view_key())
    return 0


def _value(args: argparse.Namespace, text: str, view_key: Callable[[], str]) -> None:
    if text.startswith("record1"):
        found = decrypt_record(text, view_key())
    elif args.field:
        found = decrypt_value(text, args.field)
    else:
        raise AvmError(
            "a ciphertext has a key of its own, and none was given",
            code="EAVM1302",
            hint="give it with --field, or give the file of its transition; "
            "a record (record1...) is read with the view key alone",
        )
    owner = {"owner": found.owner} if found.owner else {}
    emit(args, {"ok": True, "kind": found.kind, "text": found.text, **owner}, found.text)


def _document(args: argparse.Namespace, path: Path, view_key: str) -> None:
    if not path.exists():
        raise AvmError(
            f"{shown(str(path))} is no ciphertext, and there is no such file",
            code="EAVM1302",
            hint="a record begins with record1, a value with ciphertext1",
        )
    found = decrypt_document(path, view_key)
    lines = []
    for each in found:
        by = "signed by this account" if each.signed else "signed by another account"
        lines.append(f"{each.program}/{each.function}  {each.id}  ({by})")
        lines += [f"  {p.place:<9} {p.kind:<16} {_text(p)}" for p in each.parts]
    emit(args, {"ok": True, "transitions": [each.to_dict() for each in found]}, "\n".join(lines))


def _text(part: ReadPart) -> str:
    return part.text or ("(not for this key)" if part.hidden else "(by its id alone)")


def _view_key(args: argparse.Namespace, opened: Callable[[], Keystore]) -> str:
    if args.name in (LOCAL_NAME, LOCAL_SIGNER):
        return local_account().reveal_view_key()
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
