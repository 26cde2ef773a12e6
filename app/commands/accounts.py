"""Commands about accounts."""

from __future__ import annotations

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


COMMANDS = [
    Command(
        "accounts.create",
        "Create an account",
        "Settings",
        lambda s: AccountsPanel.shown(s).ask_create(),
        icon="user-round",
    ),
    Command(
        "accounts.import",
        "Import a private key",
        "Settings",
        lambda s: AccountsPanel.shown(s).ask_import(),
        icon="key-round",
    ),
    Command("accounts.lock", "Lock or unlock the accounts", "Settings", _lock, icon="lock"),
    Command("accounts.hide", "Hide keys and clear them from the clipboard", "Settings", _hide, icon="lock"),
]
