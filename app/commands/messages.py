"""The command that brings back what the toasts have said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio


def _show(studio: Studio) -> None:
    studio.window.show_messages()


COMMANDS = [
    Command("view.messages", "Messages of this session", "View", _show, "", "history"),
]
