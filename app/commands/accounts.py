"""Commands about accounts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.contract import Command
from app.panels.accounts import AccountsPanel

if TYPE_CHECKING:
    from app.contract import Studio


def _lock(studio: Studio) -> None:
    panel = AccountsPanel.shown(studio)
    if panel.keystore.exists:
        panel.toggle_lock()


def _hide(studio: Studio) -> None:
    panel = AccountsPanel.of(studio)
    panel.hide_keys()
    panel.clipboard.clear()


_account = partial(Command, topic="Settings")

COMMANDS = [
    _account(
        "accounts.create",
        "Create an account",
        lambda s: AccountsPanel.shown(s).ask_create(),
        icon="user-round",
    ),
    _account(
        "accounts.import",
        "Import a private key",
        lambda s: AccountsPanel.shown(s).ask_import(),
        icon="key-round",
    ),
    _account("accounts.lock", "Lock or unlock the accounts", _lock, icon="lock"),
    _account("accounts.hide", "Hide keys and clear them from the clipboard", _hide, icon="lock"),
]
