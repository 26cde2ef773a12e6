"""Whether two trees are equal, compared without recursion: spans and ids take no part."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache


@cache
def _compared(cls: type) -> tuple[str, ...]:
    return tuple([f.name for f in fields(cls) if f.compare])


def same(one: object, other: object) -> bool:
    """Whether two programs, or parts of them, are equal."""
    stack: list[tuple[object, object]] = [(one, other)]
    while stack:
        a, b = stack.pop()
        if a is b:
            continue
        if type(a) is not type(b):
            return False
        if isinstance(a, (tuple, list)):
            assert isinstance(b, (tuple, list))
            if len(a) != len(b):
                return False
            stack.extend(zip(a, b))
        elif isinstance(a, dict):
            assert isinstance(b, dict)
            if a.keys() != b.keys():
                return False
            stack.extend([(value, b[key]) for key, value in a.items()])
        elif is_dataclass(a):
            stack.extend([(getattr(a, name), getattr(b, name)) for name in _compared(a.__class__)])
        elif a != b:
            return False
    return True
