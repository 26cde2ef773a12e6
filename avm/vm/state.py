"""What a person sees of the machine at one moment: call stack, registers, heap and mappings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from avm.data.plaintext import Plaintext
from avm.vm.trace import Frame

Mark = Literal["written", "read", "next"]
"""The step just done has written it; the step about to run reads it; the step about to run will write it."""


@dataclass(frozen=True, slots=True)
class RegisterState:
    """A register: its value as ``text``, on the ``heap`` by id; ``step`` wrote it (None for inputs)."""

    name: str
    type: str
    text: str = field(repr=False)
    heap: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class StackEntry:
    """An active frame and its registers, each described when it is asked for.

    ``position`` is its current instruction and ``step`` that one's step. ``coming`` are names and types of
    the registers that the step about to run will write. ``marks`` are by place, of ``registers`` first and
    ``coming`` after them.
    """

    frame: Frame
    position: int | None
    registers: Sequence[RegisterState]
    step: int | None
    coming: tuple[tuple[str, str], ...]
    marks: Mapping[int, tuple[Mark, ...]]


@dataclass(frozen=True, slots=True)
class HeapPart:
    """A member of a composite value: its text, or the id of another composite value."""

    name: str
    text: str = field(repr=False)
    heap: int | None = None


@dataclass(frozen=True, slots=True)
class HeapObject:
    """A struct, array, record or future. Equal ids are one value.

    ``names`` are the frames and registers that hold it.
    """

    id: int
    type: str
    parts: tuple[HeapPart, ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MappingState:
    """The entries of a mapping; ``changed`` are the keys that the step just done wrote, ``written`` those
    that any step so far did.
    """

    program: str
    mapping: str
    entries: tuple[tuple[Plaintext, Plaintext], ...]
    changed: tuple[Plaintext, ...]
    written: Collection[Plaintext]


@dataclass(frozen=True, slots=True)
class MachineState:
    """The machine before step ``position`` (after the last step when it is the number of steps)."""

    position: int
    stack: tuple[StackEntry, ...]
    heap: Sequence[HeapObject]
    mappings: tuple[MappingState, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Why a register has its value: the steps it depends on, in order, and the inputs they start from."""

    steps: tuple[int, ...]
    inputs: tuple[str, ...] = field(repr=False)
