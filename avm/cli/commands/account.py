"""``avm account``: makes accounts, shows addresses, signs and verifies."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from avm.api import accounts
from avm.base.errors import AvmError
from avm.cli.command import Command, emit, note


def _add_key_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--private-key",
        metavar="KEY",
        help="the private key; better give it by the variable PRIVATE_KEY or when asked",
    )


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("new", help="make an account")
    verb.add_argument("--show", action="store_true", help="print the private key and the view key")
    verb = verbs.add_parser("import", help="show the address of a private key")
    _add_key_option(verb)
    verb = verbs.add_parser("sign", help="sign a value, or a text with --raw")
    verb.add_argument("message")
    verb.add_argument(
        "--raw", action="store_true", help="sign the bytes of the text instead of an Aleo value"
    )
    _add_key_option(verb)
    verb = verbs.add_parser("verify", help="verify a signature")
    verb.add_argument("message")
    verb.add_argument("--address", required=True)
    verb.add_argument("--signature", required=True)
    verb.add_argument("--raw", action="store_true")


def _key(args: argparse.Namespace) -> str:
    key = args.private_key or os.environ.get("PRIVATE_KEY")
    if not key and sys.stdin.isatty():
        key = getpass.getpass("Private key: ")
    if not key:
        raise AvmError(
            "no private key was given",
            code="EAVM1301",
            hint="set the variable PRIVATE_KEY, or give --private-key",
        )
    return key


def _run(args: argparse.Namespace) -> int:
    return _VERBS[args.verb](args)


def _new(args: argparse.Namespace) -> int:
    account = accounts.new()
    data = {"ok": True, "address": account.address}
    text = f"Address      {account.address}"
    if args.show or args.json:
        data |= {"private_key": account.reveal_private_key(), "view_key": account.reveal_view_key()}
        text = (
            f"Private key  {account.reveal_private_key()}\nView key     {account.reveal_view_key()}\n" + text
        )
    else:
        note("The keys are not shown and not kept; use --show to print them.")
    emit(args, data, text)
    return 0


def _import(args: argparse.Namespace) -> int:
    account = accounts.from_private_key(_key(args))
    emit(args, {"ok": True, "address": account.address}, f"Address      {account.address}")
    return 0


def _sign(args: argparse.Namespace) -> int:
    signature = accounts.sign(_key(args), args.message, raw=args.raw)
    emit(args, {"ok": True, "signature": signature}, signature)
    return 0


def _verify(args: argparse.Namespace) -> int:
    valid = accounts.verify(args.address, args.signature, args.message, raw=args.raw)
    emit(args, {"ok": valid}, "Valid" if valid else "NOT VALID")
    return 0 if valid else 1


_VERBS = {"new": _new, "import": _import, "sign": _sign, "verify": _verify}

COMMAND = Command("account", "accounts: make, import, sign, verify", _configure, _run)
