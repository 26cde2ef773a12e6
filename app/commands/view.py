"""Commands about what is shown: perspectives, panes, palette, theme, settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.contract import Command
from app.perspectives import PERSPECTIVES
from app.theme import MAX_SCALE, MIN_SCALE, THEME

if TYPE_CHECKING:
    from app.contract import Studio


def _perspective(name: str, title: str) -> Command:
    return Command(
        f"perspective.{name}",
        f"{title} perspective",
        lambda s: s.window.set_perspective(name),
        topic="View",
        icon="columns-2",
    )


def _theme(studio: Studio) -> None:
    studio.set_look("theme", "light" if THEME.dark else "dark")


def _scale(studio: Studio, by: float) -> None:
    scale = 1.0 if by == 0 else round(min(MAX_SCALE, max(MIN_SCALE, THEME.scale + by)), 2)
    studio.set_look("scale", scale)
    studio.window.hint(f"Type at {round(scale * 100)} %")


def _bottom(number: int) -> Command:
    names = ("problems", "output", "jobs", "timeline", "constraints")
    name = names[number]
    return Command(
        f"pane.{number}",
        f"Open the {name} pane",
        lambda s: s.window.show_panel(name),
        topic="View",
        keys=f"Alt+{number}",
        icon="columns-2",
    )


_setting = partial(Command, topic="Settings")
_view = partial(Command, topic="View")

COMMANDS = [
    _view(
        "palette.commands",
        "Command palette",
        lambda s: s.window.palette_overlay.open(),
        keys="Ctrl+Shift+P",
        icon="search",
    ),
    Command(
        "palette.files",
        "Go to a file",
        lambda s: s.window.palette_overlay.open(files=True),
        topic="File",
        keys="Ctrl+P",
        icon="search",
    ),
    Command(
        "palette.symbols",
        "Go to a symbol",
        lambda s: s.window.palette_overlay.open("@"),
        topic="Edit",
        keys="Ctrl+Shift+O",
        icon="list-tree",
    ),
    *[_perspective(name, each.title) for name, each in PERSPECTIVES.items()],
    *[_bottom(number) for number in range(5)],
    _view("view.messages", "Messages of this session", lambda s: s.window.show_messages(), icon="history"),
    _view("view.reset", "Reset layout", lambda s: s.window.docks.reset(), icon="rotate-ccw"),
    _setting("view.theme", "Switch between dark and light", _theme, icon="eye"),
    _setting(
        "view.contrast",
        "Increase contrast, on or off",
        lambda s: s.set_look("more_contrast", not THEME.more_contrast),
        icon="eye",
    ),
    _setting(
        "view.motion",
        "Reduce motion, on or off",
        lambda s: s.set_look("reduced_motion", not THEME.reduced_motion),
        icon="clock",
    ),
    _setting(
        "view.larger", "Larger type everywhere", lambda s: _scale(s, 0.1), keys="Ctrl+Alt+=", icon="plus"
    ),
    _setting(
        "view.smaller", "Smaller type everywhere", lambda s: _scale(s, -0.1), keys="Ctrl+Alt+-", icon="search"
    ),
    _setting("view.normal", "Normal type size", lambda s: _scale(s, 0), keys="Ctrl+Alt+0", icon="search"),
    _view(
        "view.next_pane",
        "Move to the next pane",
        lambda s: s.window.next_pane(1),
        keys="F6",
        icon="columns-2",
    ),
    _view(
        "view.previous_pane",
        "Move to the previous pane",
        lambda s: s.window.next_pane(-1),
        keys="Shift+F6",
        icon="columns-2",
    ),
    _setting(
        "settings.open",
        "Settings",
        lambda s: s.window.show_panel("settings"),
        keys="Ctrl+,",
        icon="settings-2",
    ),
]
