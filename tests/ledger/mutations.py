"""Every way in which a JSON document can be altered at one place, sampled by a seed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def places(document: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value in a document, also of objects and lists."""
    yield path
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*path, name))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from places(value, (*path, index))


def at(document: Any, path: Path) -> Any:
    """Return the value at a path."""
    for step in path:
        document = document[step]
    return document


def replaced(document: Any, path: Path, value: Any) -> Any:
    """Return a copy with another value at a path."""
    if not path:
        return value
    result = copy.deepcopy(document)
    at(result, path[:-1])[path[-1]] = value
    return result


def mutations(document: Any, seed: int, per_text: int) -> Iterator[tuple[str, Any]]:
    """Yield (what was done, the altered document); texts are altered at ``per_text`` places each."""
    dice = random.Random(seed)
    for path in places(document):
        if not path:
            continue
        value = at(document, path)
        for what, other in _others(value, dice, per_text):
            yield f"{'/'.join(map(str, path))}: {what}", replaced(document, path, other)
        yield from _without(document, path)


def _without(document: Any, path: Path) -> Iterator[tuple[str, Any]]:
    holder = copy.deepcopy(document)
    inside = at(holder, path[:-1])
    name = "/".join(map(str, path))
    if isinstance(inside, dict):
        del inside[path[-1]]
        yield f"{name}: left out", holder
        more = copy.deepcopy(document)
        at(more, path[:-1])["extra"] = 1
        yield f"{name}: one name more beside it", more
    else:
        del inside[path[-1]]
        yield f"{name}: left out", holder
        twice = copy.deepcopy(document)
        at(twice, path[:-1]).insert(path[-1], at(document, path))
        yield f"{name}: twice", twice


def _others(value: Any, dice: random.Random, per_text: int) -> Iterator[tuple[str, Any]]:
    for what, other in (("null", None), ("true", True), ("a list", []), ("an object", {}), ("zero", 0)):
        if other != value or type(other) is not type(value):
            yield what, other
    if isinstance(value, int):
        yield "one more", value + 1
        yield "one less", value - 1
        yield "as a real number", float(value)
        yield "as text", str(value)
    elif isinstance(value, list) and len(value) > 1:
        yield "the other way round", value[::-1]
    elif isinstance(value, str):
        yield from _texts(value, dice, per_text)


def _texts(value: str, dice: random.Random, count: int) -> Iterator[tuple[str, str]]:
    alphabet = "0123456789abcdefqz "
    for other in (value.upper(), value.capitalize(), f" {value}", f"{value} ", f"{value}\n", f"0{value}", ""):
        if other != value:
            yield f"as {other[:20]!r}", other
    if not value:
        return
    for _ in range(count):
        place = dice.randrange(len(value))
        letter = dice.choice([c for c in alphabet if c != value[place]])
        yield f"{letter!r} at {place}", value[:place] + letter + value[place + 1 :]
        yield f"without the letter at {place}", value[:place] + value[place + 1 :]
        yield f"{letter!r} put in at {place}", value[:place] + letter + value[place:]
