"""From instructions to Leo source: what a compiler hands to the machine beside the program text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from avm.base.span import Span


class DebugMap(Protocol):
    """Source spans of instructions."""

    def span_of(self, program: str, component: str, kind: str, index: int) -> Span | None:
        """Return the Leo span of instruction ``index`` in a body, None when unknown.

        ``kind`` is function, closure, finalize, constructor or view. Output ``i`` has the index ``-1 - i``.
        """
        ...


@dataclass(frozen=True)
class DebugTable:
    """A debug map from a table; keys are (program, component, kind, index)."""

    spans: Mapping[tuple[str, str, str, int], Span] = field(default_factory=dict)

    def span_of(self, program: str, component: str, kind: str, index: int) -> Span | None:
        """Return the span of an instruction, None when unknown."""
        return self.spans.get((program, component, kind, index))


NO_DEBUG = DebugTable()
