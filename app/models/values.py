"""Values as a person reads them: a struct, an array, a record or a future as a tree, and each on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.widgets.spans import Row, cell, code, row, shorten

if TYPE_CHECKING:
    from avm.api.views import ValueView

BRIEF_PARTS = 3


def brief(value: ValueView, depth: int = 1) -> str:
    """A value on one line, its parts shortened; a future reads as the call that it is."""
    if value.kind == "literal":
        return shorten(value.text)
    if value.kind == "future":
        return f"{value.call}({_some(value, names=False, depth=depth)})"
    if value.kind == "array":
        return f"[{_some(value, names=False, depth=depth)}]"
    return f"{{ {_some(value, names=True, depth=depth)} }}"


def word(value: ValueView) -> str:
    """What a value is, for one that is no literal."""
    if value.kind == "array":
        return f"{value.size} elements"
    return {"literal": "", "future": "runs on chain"}.get(value.kind, value.kind)


def _some(value: ValueView, names: bool, depth: int) -> str:
    shown = []
    for part in value.parts[:BRIEF_PARTS]:
        text = brief(part, depth - 1) if part.kind == "literal" or depth > 0 else "…"
        shown.append(f"{part.name}: {text}" if names else text)
    return ", ".join([*shown, "…"] if value.size > BRIEF_PARTS else shown)


def value_row(value: ValueView, kind: str = "", key: object = None) -> Row:
    """A row of a value that opens to its parts; Copy gives the whole value as it is written."""
    path = (key, value.name) if key is not None else value.name
    children = [value_row(part, key=path) for part in value.parts]
    if value.size > len(value.parts):
        children.append(row(cell(code(f"{value.size - len(value.parts)} more", "text.tertiary")), ""))
    shown = brief(value) if value.kind != "literal" else shorten(value.text, 24, 10)
    name = [code(value.name, "text.secondary", gap=12)] if value.name else []
    return row(
        cell(*name, code(shown), copy=value.text),
        cell(code(kind or word(value), "syntax.type")),
        key=path,
        children=children,
        open=False,
    )
