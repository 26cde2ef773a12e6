"""Copies of nodes with some parts changed, as `dataclasses.replace` makes them but faster."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple([f.name for f in fields(cls)])


def replace(node: T, **changes: Any) -> T:
    """The node with some parts changed."""
    cls: Any = node.__class__
    names = _names(cls)
    values = [changes.pop(name) if name in changes else getattr(node, name) for name in names]
    if changes:
        raise TypeError(f"{cls.__name__} has no {', '.join(changes)}")
    made: T = cls(*values)
    return made
