"""A value of a run as plain data: what it is, its text, and its parts with theirs."""

from __future__ import annotations

from collections.abc import Iterator

from avm.api.views import ValueView
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.types import Visibility
from avm.data.value import Value, inline
from avm.types.literal_type import LiteralType

MOST_PARTS = 200
"""So many parts of a value are opened; how many more there are is said."""


def value_view(value: Value, name: str = "", suffix: str = "") -> ValueView:
    """Return a value as a tree; ``suffix`` is the visibility that a record gives to its literals."""
    text = inline(value, suffix)
    if isinstance(value, Literal):
        return ValueView(name, "literal", text)
    kind = type(value).__name__.lower()
    call = f"{value.program_id}/{value.function}" if isinstance(value, Future) else ""
    parts = list(_parts(value, suffix))
    opened = tuple(value_view(part, key, seen) for key, part, seen in parts[:MOST_PARTS])
    return ValueView(name, kind, text, opened, len(parts), call)


_Composite = Struct | Array | Record | Future | DynamicRecord | DynamicFuture


def _parts(value: _Composite, suffix: str) -> Iterator[tuple[str, Value, str]]:
    if isinstance(value, Record):
        owner = Visibility.PRIVATE if value.owner_private else Visibility.PUBLIC
        yield "owner", Literal(LiteralType.ADDRESS, value.owner), f".{owner}"
        yield from ((name, entry.value, f".{entry.visibility}") for name, entry in value.data)
        yield "_nonce", Literal(LiteralType.GROUP, value.nonce), ".public"
        yield "_version", Literal(LiteralType.U8, value.version), ".public"
    elif isinstance(value, DynamicRecord):
        yield "owner", Literal(LiteralType.ADDRESS, value.owner), suffix
        yield "_root", Literal(LiteralType.FIELD, value.root), suffix
        yield "_nonce", Literal(LiteralType.GROUP, value.nonce), suffix
        yield "_version", Literal(LiteralType.U8, value.version), suffix
    elif isinstance(value, DynamicFuture):
        for name in ("program", "network", "function", "checksum"):
            yield name, Literal(LiteralType.FIELD, getattr(value, name)), suffix
    elif isinstance(value, Struct):
        yield from ((name, member, suffix) for name, member in value.members)
    else:
        parts = value.elements if isinstance(value, Array) else value.arguments
        yield from ((f"[{n}]", part, suffix) for n, part in enumerate(parts))
