"""The accounts kept here, opened with their password, and the one that signs."""

from __future__ import annotations

import getpass
import os
import sys

from avm.api import accounts
from avm.api.accounts import Account, Keystore, Secret
from avm.base.errors import AvmError
from avm.cli.command import note


def password(prompt: str = "Password of the accounts: ", variable: str = "AVM_PASSWORD") -> Secret:
    """The password from a variable, else asked for without an echo."""
    given = os.environ.get(variable)
    if not given and sys.stdin.isatty():
        given = getpass.getpass(prompt)
    if not given:
        raise AvmError("no password was given", code="EAVM1304", hint=f"set the variable {variable}")
    return Secret(given)


def opened() -> Keystore:
    """The accounts, opened when there are any."""
    store = Keystore()
    if store.exists:
        store.unlock(password())
    return store


def signing_account(name: str | None = None) -> Account:
    """The account of a name or address, else the one that signs runs; the public test account is noted."""
    wanted = name or accounts.signer()
    if wanted in (accounts.LOCAL_NAME, accounts.LOCAL_SIGNER):
        note("Signed by the public test account, whose key everybody knows: it must never hold anything.")
        return accounts.local_account()
    return opened().reveal(wanted)
