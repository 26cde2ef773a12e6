"""One executed instruction, with what it read, wrote and did to a mapping, as frozen data.

Steps are numbered in the order in which instructions begin. A ``call`` or ``await`` begins before the
steps of its callee and writes after them; ``Step.last`` is the last step inside it. Values may be private,
so no ``repr`` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.base.span import Span
from avm.data.plaintext import Plaintext
from avm.isa.machine import MachineValue


@dataclass(frozen=True, slots=True)
class Access:
    """One operand read or register written; ``register`` is None for literals and surroundings.

    ``type`` is the text of the static type, with the name of a struct.
    """

    text: str
    register: int | None
    value: MachineValue = field(repr=False)
    type: str = ""


@dataclass(frozen=True, slots=True)
class MappingAccess:
    """What a command did to a mapping: ``kind`` is read, contains, insert, update or remove."""

    kind: str
    program: str
    mapping: str
    key: Plaintext
    before: Plaintext | None
    after: Plaintext | None

    @property
    def writes(self) -> bool:
        """Whether the command changed the mapping."""
        return self.kind in ("insert", "update", "remove")


@dataclass(frozen=True, slots=True)
class Step:
    """One executed instruction.

    ``position`` is its index in the body of its frame, ``last`` the last step inside it (itself for most),
    ``span`` its Leo source. ``done`` is False where the run halted;
    ``unwritten`` are then the registers it would have written, each with the text of its type.
    """

    index: int
    frame: int
    position: int
    opcode: str
    text: str
    reads: tuple[Access, ...] = field(repr=False)
    writes: tuple[Access, ...] = field(default=(), repr=False)
    mapping: MappingAccess | None = None
    span: Span | None = None
    last: int = 0
    done: bool = True
    unwritten: tuple[tuple[str, str], ...] = ()

    @property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """Names and types of the registers it writes, or would have written had it not halted."""
        return tuple((a.text, a.type) for a in self.writes) or self.unwritten
