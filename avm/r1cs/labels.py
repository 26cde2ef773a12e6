"""Where a constraint comes from: the gadget path, the instruction and the place in the Leo source.

Labels are kept by runs: one entry per change of scope, found again by bisection, so that naming every
constraint costs nothing per constraint.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from avm.base.span import Span


@dataclass(frozen=True, slots=True)
class Origin:
    """The instruction being synthesized and the Leo source it was compiled from."""

    instruction: str = ""
    index: int | None = None
    span: Span | None = None


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Label:
    """The origin of a constraint or variable, and the path of gadgets inside it, outermost first."""

    gadget: tuple[str, ...]
    origin: Origin = NOWHERE

    @property
    def instruction(self) -> str:
        """Text of the instruction, empty outside one."""
        return self.origin.instruction

    @property
    def index(self) -> int | None:
        """Position of the instruction in its function."""
        return self.origin.index

    @property
    def span(self) -> Span | None:
        """Place in the Leo source, when it is known."""
        return self.origin.span

    def __str__(self) -> str:
        path = "/".join(self.gadget)
        return f"{self.instruction}: {path}" if self.instruction and path else self.instruction or path


@dataclass(slots=True)
class NamedRun:
    """A run of variables that belong to one named value, e.g. the 32 bits of ``r0``."""

    name: str
    start: int
    end: int

    def name_of(self, index: int) -> str:
        """Return the name of the variable with this index inside the run."""
        return self.name if self.end - self.start == 1 else f"{self.name}[{index - self.start}]"


class LabelRuns:
    """The label of every row, public and private variable, as runs of equal labels."""

    __slots__ = ("_labels", "_privates", "_publics", "_rows")

    def __init__(self) -> None:
        self._rows = [0]
        self._publics = [0]
        self._privates = [0]
        self._labels = [Label(())]

    def mark(self, label: Label, rows: int, publics: int, privates: int) -> None:
        """Everything made from now on has this label."""
        if self._rows[-1] == rows and self._privates[-1] == privates and self._publics[-1] == publics:
            self._labels[-1] = label
            return
        self._rows.append(rows)
        self._publics.append(publics)
        self._privates.append(privates)
        self._labels.append(label)

    def of_row(self, row: int) -> Label:
        """Return the label of a constraint."""
        return self._labels[bisect_right(self._rows, row) - 1]

    def of_public(self, index: int) -> Label:
        """Return the label of a public variable."""
        return self._labels[bisect_right(self._publics, index) - 1]

    def of_private(self, index: int) -> Label:
        """Return the label of a private variable."""
        return self._labels[bisect_right(self._privates, index) - 1]

    def runs(self, rows: int) -> list[tuple[int, int, Label]]:
        """Return ``(first row, end row, label)`` of every run that is not empty, of ``rows`` rows in all."""
        ends = [*self._rows[1:], rows]
        return [(s, e, label) for s, e, label in zip(self._rows, ends, self._labels) if s < e]
