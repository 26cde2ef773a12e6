"""What an editor wants to know of a buffer: its outline, and what could stand at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.base.progress import Cancel
from avm.base.span import LineIndex
from avm.leo.parses import Parses

if TYPE_CHECKING:
    from avm.leo.cst import Node

PARSES = Parses()
"""Trees of the buffers, shared by checks, completions and outlines."""

_ITEMS = {
    "STRUCT_DEF": "struct",
    "RECORD_DEF": "record",
    "FUNCTION_DEF": "function",
    "FINAL_FN_DEF": "final function",
    "VIEW_FN_DEF": "view",
    "CONSTRUCTOR_DEF": "constructor",
    "MAPPING_DEF": "mapping",
    "STORAGE_DEF": "storage",
    "GLOBAL_CONST": "constant",
    "INTERFACE_DEF": "interface",
    "PROGRAM_DECL": "program",
}
_UNNAMED = re.compile(r'"[^"\r\n]*"|/\*(?s:.*?)\*/|(?P<open>//[^\r\n]*|"[^"\r\n]*|/\*(?s:.*))')
"""Strings and comments; ``open`` are those that go on where they end, a string at most to its line's end."""
_LOCALS = {"IDENT_PATTERN", "PARAM", "PARAM_PUBLIC", "PARAM_PRIVATE", "PARAM_CONSTANT", "STRUCT_MEMBER"}


@dataclass(frozen=True, slots=True)
class Completion:
    """Something to insert; ``kind`` is keyword, type, opcode ... ; ``detail`` says more, ``help`` all."""

    text: str
    kind: str
    detail: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A declaration in a buffer; lines are 1-based, ``depth`` counts the enclosing declarations."""

    name: str
    kind: str
    line: int
    end_line: int
    depth: int


def outline(text: str, language: str = "leo", cancel: Cancel | None = None) -> tuple[OutlineItem, ...]:
    """The declarations of a buffer in source order; a broken buffer gives what can be read of it."""
    return _aleo_outline(text) if language == "aleo" else _leo_outline(text, cancel)


def _nodes(text: str, cancel: Cancel | None) -> Iterator[tuple[Node, int]]:
    """The nodes of a text's tree in source order, each with the number of declarations around it; none of a
    text that is beyond the compiler's limits.
    """
    from avm.leo.budget import Budget, OverBudget

    try:
        waiting = [(PARSES.any(text, Budget(cancel=cancel)).root, 0)]
    except OverBudget:
        return
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if cancel is not None and seen % 256 == 0:
            cancel.check()
        yield node, depth
        inner = depth + (node.kind in _ITEMS)
        waiting.extend((child, inner) for child in reversed(list(node.nodes())))


def _leo_outline(text: str, cancel: Cancel | None) -> tuple[OutlineItem, ...]:
    from avm.leo.lexer import IDENT, TRIVIA

    index = LineIndex(text)
    found: list[OutlineItem] = []
    for node, depth in _nodes(text, cancel):
        kind = _ITEMS.get(node.kind)
        if kind is None:
            continue
        tokens = [t for t in node.all_tokens() if t.kind not in TRIVIA]
        name = next((t for t in node.tokens() if t.kind == IDENT), None)
        label = name.text if name is not None else kind
        if kind == "function" and any(t.kind == "final" for t in node.tokens()):
            kind = "final function"
        if kind == "struct" and any(t.kind == "record" for t in node.tokens()):
            kind = "record"
        if tokens:
            line = index.line_col(tokens[0].start)[0]
            found.append(OutlineItem(label, kind, line, index.line_col(tokens[-1].end)[0], depth))
    return tuple(found)


def _aleo_outline(text: str) -> tuple[OutlineItem, ...]:
    from avm.program.parser import HEADS

    item = re.compile(rf"({'|'.join(HEADS)})\b[ ]?([\w.]*)")
    lines = text.splitlines()
    starts = [(n, m) for n, line in enumerate(lines, start=1) if (m := item.match(line))]
    found = []
    for position, (number, match) in enumerate(starts):
        end = starts[position + 1][0] - 1 if position + 1 < len(starts) else len(lines)
        while end > number and not lines[end - 1].strip():
            end -= 1
        found.append(OutlineItem(match[2] or match[1], match[1], number, end, 0))
    return tuple(found)


def completions(
    text: str, offset: int, language: str = "leo", cancel: Cancel | None = None
) -> tuple[Completion, ...]:
    """What could stand at ``offset``: names of the buffer first, then keywords and library calls.

    Candidates begin with the word before ``offset`` (all of them when there is none), nearest names first.
    A comment and a string get none.
    """
    if _is_unnamed(text, offset):
        return ()
    word = _word_before(text, offset)
    found = _aleo_names(text, offset) if language == "aleo" else _leo_names(text, offset, cancel)
    seen: set[str] = {word}
    out = []
    for item in found:
        if item.text.startswith(word) and item.text not in seen:
            seen.add(item.text)
            out.append(item)
    return tuple(out)


def _is_unnamed(text: str, offset: int) -> bool:
    """Whether ``offset`` is in a comment or a string, where nothing names anything."""
    before = text[:offset]
    return any(found["open"] and found.end() == offset for found in _UNNAMED.finditer(before))


def _word_before(text: str, offset: int) -> str:
    start = offset
    while start > 0 and (text[start - 1] == "_" or (text[start - 1].isascii() and text[start - 1].isalnum())):
        start -= 1
    return text[start:offset].lstrip("0123456789")


def _leo_names(text: str, offset: int, cancel: Cancel | None) -> list[Completion]:
    from avm.leo.intrinsics import INTRINSICS
    from avm.leo.lexer import IDENT, KEYWORDS, PRIMITIVE_KEYWORDS
    from avm.leo.operators import METHODS
    from avm.leo.std import CONTEXT

    names: list[tuple[int, Completion]] = []
    for node, _ in _nodes(text, cancel):
        if node.kind in _ITEMS or node.kind in _LOCALS:
            token = next((t for t in node.tokens() if t.kind == IDENT), None)
            if token is not None and token.end != offset:
                kind = _ITEMS.get(node.kind, "name")
                names.append((abs(offset - token.start), Completion(token.text, kind, _detail(node))))
    names.sort(key=lambda pair: pair[0])
    found = [c for _, c in names]
    start = offset - len(_word_before(text, offset))
    if text[start - 1 : start] == ".":
        found += [Completion(method, "method") for method, _ in METHODS]
    found += [Completion(k, "type" if k in PRIMITIVE_KEYWORDS else "keyword") for k in sorted(KEYWORDS)]
    mappings = (i.removeprefix("_mapping_") for i in INTRINSICS if i.startswith("_mapping_"))
    found += [Completion(f"Mapping::{operation}", "library", "mapping") for operation in mappings]
    return found + [Completion(f"std::ctx::{name}()", "library", "context") for name in CONTEXT]


def _detail(node: Node) -> str:
    written = next((child.text.strip() for child in node.nodes() if child.kind.startswith("TYPE_")), "")
    return " ".join(written.split())


def _aleo_names(text: str, offset: int) -> list[Completion]:
    from avm.isa.registry import ops

    line = text[:offset].rsplit("\n", 1)[-1]
    at_start = line.strip() == "" or (" " not in line.strip() and line.startswith(" "))
    registers = sorted(set(re.findall(r"\br\d+\b", text)), key=lambda r: (len(r), r))
    names = [Completion(i.name, i.kind) for i in _aleo_outline(text) if i.name != i.kind]
    codes = [
        Completion(mnemonic, "opcode", op.form.usage(), f"{op.summary} Example: {op.example}")
        for mnemonic, op in ops().items()
    ]
    others = [Completion(r, "register") for r in registers] + names
    return codes + others if at_start else others + codes
