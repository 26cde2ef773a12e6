"""Copies of nodes with some parts changed, the node itself where none differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")


@cache
def _parts(cls: type) -> tuple[Callable[[object], tuple[object, ...]], dict[str, int]]:
    """What reads all fields of a node, and the position of each by name."""
    names = [f.name for f in fields(cls)]
    if len(names) == 1:  # attrgetter would return the one value itself
        return lambda node: (getattr(node, names[0]),), {names[0]: 0}
    return attrgetter(*names), {name: i for i, name in enumerate(names)}


def replace(node: T, **changes: object) -> T:
    """The node with some parts changed, itself if none is; KeyError for a part it does not have."""
    cls: type = node.__class__
    read, positions = _parts(cls)
    values = list(read(node))
    differs = False
    for name, value in changes.items():
        position = positions[name]
        if values[position] is not value:
            values[position] = value
            differs = True
    if not differs:
        return node
    made: T = cls(*values)
    return made
