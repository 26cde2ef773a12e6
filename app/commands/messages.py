"""The command that brings back what the toasts have said."""

from __future__ import annotations

from app.contract import Command

COMMANDS = [
    Command(
        "view.messages",
        "Messages of this session",
        "View",
        lambda s: s.window.show_messages(),
        icon="history",
    )
]
