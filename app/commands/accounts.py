"""Commands about accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio
    from app.panels.accounts import AccountsPanel

PANEL = "accounts"


def _panel(studio: Studio, show: bool = True) -> AccountsPanel:
    """The panel, brought to where it can be seen if it is to be shown."""
    from app.panels.accounts import AccountsPanel

    panel = studio.window.show_panel(PANEL) if show else studio.window.panel(PANEL)
    assert isinstance(panel, AccountsPanel)
    return panel


def _create(studio: Studio) -> None:
    _panel(studio).ask_create()


def _import(studio: Studio) -> None:
    _panel(studio).ask_import()


def _lock(studio: Studio) -> None:
    panel = _panel(studio)
    if panel.keystore.exists:
        panel.toggle_lock()


def _hide(studio: Studio) -> None:
    panel = _panel(studio, show=False)
    panel.hide_keys()
    panel.clipboard.clear()


COMMANDS = [
    Command("accounts.create", "Create an account", "Settings", _create, "", "user-round"),
    Command("accounts.import", "Import a private key", "Settings", _import, "", "key-round"),
    Command("accounts.lock", "Lock or unlock the accounts", "Settings", _lock, "", "lock"),
    Command("accounts.hide", "Hide keys and clear them from the clipboard", "Settings", _hide, "", "lock"),
]
