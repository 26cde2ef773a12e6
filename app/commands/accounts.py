"""Commands about accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio

PANEL = "accounts"


def _create(studio: Studio) -> None:
    studio.window.show_panel(PANEL).ask_create()


def _import(studio: Studio) -> None:
    studio.window.show_panel(PANEL).ask_import()


def _lock(studio: Studio) -> None:
    panel = studio.window.show_panel(PANEL)
    if panel.keystore.exists:
        panel.toggle_lock()


def _hide(studio: Studio) -> None:
    panel = studio.window.panel(PANEL)
    panel.hide_keys()
    panel.clipboard.clear()


COMMANDS = [
    Command("accounts.create", "Create an account", "Settings", _create, "", "user-round"),
    Command("accounts.import", "Import a private key", "Settings", _import, "", "key-round"),
    Command("accounts.lock", "Lock or unlock the accounts", "Settings", _lock, "", "lock"),
    Command("accounts.hide", "Hide keys and clear them from the clipboard", "Settings", _hide, "", "lock"),
]
