"""Finds panels and commands by looking into their packages; a new one is there by being a file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import app.commands
import app.panels
from app.contract import Command
from app.panel import Panel


@cache
def panels() -> tuple[type[Panel], ...]:
    """All panel classes by id; two with one id are an error."""
    found: dict[str, type[Panel]] = {}
    for module_info in pkgutil.iter_modules(app.panels.__path__):
        module = importlib.import_module(f"app.panels.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Panel) and value.__module__ == module.__name__:
                if not value.id:
                    continue
                if value.id in found:
                    raise ValueError(f"two panels are called {value.id}")
                found[value.id] = value
    return tuple(found.values())


@cache
def commands() -> tuple[Command, ...]:
    """All commands in the order of their topics; two with one id are an error."""
    found: dict[str, Command] = {}
    for module_info in pkgutil.iter_modules(app.commands.__path__):
        module = importlib.import_module(f"app.commands.{module_info.name}")
        for command in module.COMMANDS:
            if command.id in found:
                raise ValueError(f"two commands are called {command.id}")
            found[command.id] = command
    for panel in panels():
        if not panel.bare:
            found[f"view.{panel.id}"] = _show(panel)
    return tuple(found.values())


def command(name: str) -> Command:
    """The command with this id."""
    return next(c for c in commands() if c.id == name)


def _show(panel: type[Panel]) -> Command:
    name = panel.id
    return Command(
        f"view.{name}",
        f"Show {panel.title.lower() if panel.title[:2].istitle() else panel.title}",
        lambda studio: studio.window.show_panel(name),
        topic="View",
        icon=panel.icon,
    )
