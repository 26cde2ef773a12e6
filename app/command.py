"""A command: one action, declared once; palette, menu, key and button all come from the declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.studio import Studio


def always(_studio: Studio) -> str:
    """The default condition: never a reason to be disabled."""
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """`why_not` returns "" when the command can run, else the reason a person reads beside it."""

    id: str
    title: str
    topic: str
    run: Callable[[Studio], object]
    keys: str = ""
    icon: str = ""
    why_not: Callable[[Studio], str] = always
    note: Callable[[Studio], str] = always


def keys_of(command: Command, remapped: dict[str, str]) -> str:
    """The keys in force: the person's own, else the declared ones."""
    return remapped.get(command.id, command.keys)
