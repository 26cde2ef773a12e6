"""Values as a person reads them: a struct, an array, a record or a future as a tree, and each on one line."""

from __future__ import annotations

from dataclasses import dataclass

from app.widgets.spans import Row, cell, code, row, shorten

DEEPEST = 40
MOST_PARTS = 200
BRIEF_PARTS = 3


@dataclass(frozen=True, slots=True)
class Value:
    """A part of a value; `kind` is literal, struct, array, record or future, `text` what it is written as."""

    name: str
    text: str
    kind: str = "literal"
    parts: tuple[Value, ...] = ()
    call: str = ""

    def brief(self, depth: int = 1) -> str:
        """The value on one line, its parts shortened; a future reads as the call that it is."""
        if self.kind == "literal":
            return shorten(self.text)
        if self.kind == "future":
            return f"{self.call}({_some(self.parts, names=False, depth=depth)})"
        if self.kind == "array":
            return f"[{_some(self.parts, names=False, depth=depth)}]"
        return f"{{ {_some(self.parts, names=True, depth=depth)} }}"

    def word(self) -> str:
        """What it is, for a value that is no literal."""
        if self.kind == "array":
            return f"{len(self.parts)} elements"
        return {"literal": "", "future": "runs on chain"}.get(self.kind, self.kind)


def _some(parts: tuple[Value, ...], names: bool, depth: int) -> str:
    shown = []
    for part in parts[:BRIEF_PARTS]:
        text = part.brief(depth - 1) if part.kind == "literal" or depth > 0 else "…"
        shown.append(f"{part.name}: {text}" if names else text)
    return ", ".join([*shown, "…"] if len(parts) > BRIEF_PARTS else shown)


def read_value(text: str, name: str = "") -> Value:
    """Reads the text of a value; what is no struct or array, or is nested too deep, is one literal."""
    try:
        return _read(text.strip(), name, 0)
    except ValueError:
        return Value(name, text)


def _read(text: str, name: str, depth: int) -> Value:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if text.startswith("["):
        parts = tuple(_read(p, f"[{n}]", depth + 1) for n, p in enumerate(_split(text, "]")))
        return Value(name, text, "array", parts)
    if text.startswith("{"):
        fields = dict(_named(part) for part in _split(text, "}"))
        if set(fields) == {"program_id", "function_name", "arguments"}:
            call = f"{fields['program_id']}/{fields['function_name']}"
            arguments = _read(fields["arguments"], "", depth + 1)
            return Value(name, text, "future", arguments.parts, call)
        parts = tuple(_read(value, key, depth + 1) for key, value in fields.items())
        return Value(name, text, "record" if "_nonce" in fields else "struct", parts)
    return Value(name, text)


def _named(part: str) -> tuple[str, str]:
    name, colon, value = part.partition(":")
    if not colon:
        raise ValueError("a member has no name")
    return name.strip(), value.strip()


def _split(text: str, closing: str) -> list[str]:
    """The parts between the brackets, parted by the commas that are in no other bracket."""
    if not text.endswith(closing):
        raise ValueError("a bracket is not closed")
    parts, depth, start = [], 0, 1
    for at in range(1, len(text) - 1):
        letter = text[at]
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    last = text[start : len(text) - 1].strip()
    if depth != 0:
        raise ValueError("a bracket is not closed")
    return [*parts, last] if last else parts


def value_row(value: Value, kind: str = "", key: object = None) -> Row:
    """A row of a value that opens to its parts; Copy gives the whole value as it is written."""
    path = (key, value.name) if key is not None else value.name
    children = [value_row(part, key=path) for part in value.parts[:MOST_PARTS]]
    if len(value.parts) > MOST_PARTS:
        children.append(row(cell(code(f"{len(value.parts) - MOST_PARTS} more", "text.tertiary")), ""))
    shown = value.brief() if value.kind != "literal" else shorten(value.text, 24, 10)
    name = [code(value.name, "text.secondary", gap=12)] if value.name else []
    return row(
        cell(*name, code(shown), copy=value.text),
        cell(code(kind or value.word(), "syntax.type")),
        key=path,
        children=children,
        open=False,
    )
