"""``avm account``: makes, keeps and lists accounts, shows addresses, signs and verifies."""

from __future__ import annotations

import argparse
import getpass
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict

from avm.api import accounts
from avm.api.accounts import Account, Keystore, Secret
from avm.base.errors import AvmError
from avm.base.json_value import JsonValue
from avm.cli import account_decrypt
from avm.cli.command import Command, emit, note, visible
from avm.cli.keystore_here import opened, password


def _add_key_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--private-key",
        metavar="KEY",
        help="the private key; better give it by the variable PRIVATE_KEY or when asked",
    )


class _NoName(argparse.Action):
    """A name that stands alone: the error says what to type."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        _option: str | None = None,
    ) -> None:
        if values:
            name = shlex.quote(visible(" ".join(map(str, values))))
            parser.error(f"a name follows --name: `{parser.prog} --name {name}`")


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("new", help="make an account; with --name it is kept under your password")
    verb.add_argument("--name", metavar="NAME", help="keep it in the file of accounts")
    verb.add_argument("--show", action="store_true", help="print the private key and the view key")
    verb.add_argument("words", nargs="*", action=_NoName, help=argparse.SUPPRESS)
    verb = verbs.add_parser("import", help="show the address of a private key; with --name keep it")
    verb.add_argument("--name", metavar="NAME", help="keep it in the file of accounts")
    verb.add_argument("words", nargs="*", action=_NoName, help=argparse.SUPPRESS)
    _add_key_option(verb)
    verbs.add_parser("list", help="the accounts kept here, and which one signs runs")
    verb = verbs.add_parser("use", help="choose the account that signs runs")
    verb.add_argument("name", help="its name or address; `local` is the public test account")
    verb = verbs.add_parser("export", help="print the keys of an account kept here")
    verb.add_argument("name")
    verb = verbs.add_parser("rename", help="give an account another name")
    verb.add_argument("name")
    verb.add_argument("new_name")
    verb = verbs.add_parser("remove", help="remove an account with its key")
    verb.add_argument("name")
    verb.add_argument("--yes", action="store_true", help="do not ask")
    verbs.add_parser("password", help="choose another password for the accounts kept here")
    verb = verbs.add_parser("sign", help="sign a value, or a text with --raw")
    verb.add_argument("message")
    verb.add_argument(
        "--raw", action="store_true", help="sign the bytes of the text instead of an Aleo value"
    )
    _add_key_option(verb)
    account_decrypt.configure(verbs)
    verb = verbs.add_parser("verify", help="verify a signature")
    verb.add_argument("message")
    verb.add_argument("--address", required=True)
    verb.add_argument("--signature", required=True)
    verb.add_argument("--raw", action="store_true")


def _key(args: argparse.Namespace) -> str:
    hint = "set the variable PRIVATE_KEY, or give --private-key"
    return account_decrypt.given_key(args.private_key, "private key", "PRIVATE_KEY", "EAVM1301", hint)


def _run(args: argparse.Namespace) -> int:
    if args.verb == "decrypt":
        return account_decrypt.run(args, opened)
    return _VERBS[args.verb](args)


def _chosen(prompt: str, variable: str) -> Secret:
    """A password that is being chosen: asked for twice, unless a variable has it."""
    chosen = password(prompt, variable)
    if variable not in os.environ and getpass.getpass("The same again: ") != chosen.reveal():
        raise AvmError("the two passwords are not the same", code="EAVM1309")
    return chosen


def _unlocked() -> Keystore:
    """The accounts, opened; the first time a password is chosen."""
    store = Keystore()
    if store.exists:
        store.unlock(password())
        return store
    store.create_store(_chosen("Choose a password for your accounts: ", "AVM_PASSWORD"))
    return store


def _new(args: argparse.Namespace) -> int:
    if args.name:
        return _kept(args, _unlocked(), None)
    account = Account.new()
    data: dict[str, JsonValue] = {"ok": True, "address": account.address}
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


def _kept(args: argparse.Namespace, store: Keystore, key: Secret | None) -> int:
    """Keep a new account, or that of ``key``; the private key is printed on --show alone."""
    made = store.create(args.name) if key is None else store.import_key(args.name, key)
    data: dict[str, JsonValue] = {"ok": True, "name": made.name, "address": made.address}
    lines = [f"Name         {made.name}", f"Address      {made.address}"]
    if getattr(args, "show", False):
        account = store.reveal(made.name)
        data |= {"private_key": account.reveal_private_key(), "view_key": account.reveal_view_key()}
        lines += [f"Private key  {data['private_key']}", f"View key     {data['view_key']}"]
    emit(args, data, "\n".join(lines))
    return 0


def _list(args: argparse.Namespace) -> int:
    found = Keystore().entries()
    lines = []
    for account in found:
        mark, test = "*" if account.signs else " ", "  public test key" if account.public_test_key else ""
        lines.append(f"{mark} {account.name:<20} {account.address}{test}")
    emit(args, {"ok": True, "accounts": [asdict(a) for a in found]}, "\n".join(lines))
    return 0


def _use(args: argparse.Namespace) -> int:
    store = opened()
    store.choose(args.name)
    emit(args, {"ok": True, "address": store.signer()}, f"Runs are signed by {store.signer()}")
    return 0


def _export(args: argparse.Namespace) -> int:
    store = opened()
    account = store.reveal(args.name)
    private, view = account.reveal_private_key(), account.reveal_view_key()
    note("Whoever reads the private key owns the account.")
    emit(
        args,
        {"ok": True, "address": account.address, "private_key": private, "view_key": view},
        f"Private key  {private}\nView key     {view}\nAddress      {account.address}",
    )
    return 0


def _rename(args: argparse.Namespace) -> int:
    opened().rename(args.name, args.new_name)
    emit(args, {"ok": True, "name": args.new_name}, f"{args.name} is now {args.new_name}")
    return 0


def _change_password(args: argparse.Namespace) -> int:
    old = password()
    Keystore().change_password(old, _chosen("The new password: ", "AVM_NEW_PASSWORD"))
    emit(args, {"ok": True}, "The accounts are kept under the new password.")
    return 0


def _remove(args: argparse.Namespace) -> int:
    if not args.yes:
        asked = f"Type the name {args.name} to remove it with its private key: "
        if not sys.stdin.isatty() or input(asked) != args.name:
            raise AvmError("nothing was removed", code="EAVM1310", hint="give --yes to remove without asking")
    opened().remove(args.name)
    emit(args, {"ok": True, "name": args.name}, f"{args.name} is removed")
    return 0


def _import(args: argparse.Namespace) -> int:
    if args.name:
        key = Secret(_key(args).strip())
        return _kept(args, _unlocked(), key)
    account = Account.from_private_key(_key(args))
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


_VERBS = {
    "new": _new,
    "import": _import,
    "list": _list,
    "use": _use,
    "export": _export,
    "rename": _rename,
    "remove": _remove,
    "password": _change_password,
    "sign": _sign,
    "verify": _verify,
}

COMMAND = Command("account", "accounts: make, import, list, use, export, sign, verify", _configure, _run)
