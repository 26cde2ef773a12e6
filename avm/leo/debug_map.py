"""The debug map: for every generated instruction the Leo text it came from.

The `.aleo` text is the same with and without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from avm.base.span import Span
from avm.leo.codegen.code import Code, GeneratedProgram

Kind = Literal["function", "closure", "finalize", "view", "constructor"]


@dataclass(frozen=True, slots=True)
class CodePlace:
    """One instruction: its program, the kind and name of the code it stands in, its index there from 0."""

    program: str
    kind: str
    name: str
    index: int


@dataclass(frozen=True)
class DebugMap:
    """Leo spans by instruction; outputs count as instructions, inputs do not."""

    spans: dict[CodePlace, Span]

    def span(self, program: str, kind: str, name: str, index: int) -> Span | None:
        """The Leo span of an instruction, None if it has none (a constructor written by an annotation)."""
        return self.spans.get(CodePlace(program, kind, name, index))

    def places(self, file: str, start: int, end: int) -> Iterator[CodePlace]:
        """The instructions that came from a stretch of Leo text."""
        for place, span in self.spans.items():
            if span.file == file and span.start < end and start < span.end:
                yield place


def debug_map(program: GeneratedProgram) -> DebugMap:
    """The map of one generated program."""
    spans: dict[CodePlace, Span] = {}
    for code in program.codes():
        name = _name(code)
        for index, instruction in enumerate(code.instructions):
            if instruction.span is not None and instruction.span.end > instruction.span.start:
                spans[CodePlace(program.name, code.kind, name, index)] = instruction.span
    return DebugMap(spans)


def _name(code: Code) -> str:
    return code.name or code.kind
