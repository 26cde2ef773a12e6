"""What a run leaves behind: every instruction with what it read and wrote, as frozen data.

Steps are numbered in the order in which instructions begin. A ``call`` or ``await`` begins before the
steps of its callee and writes after them; ``Step.last`` is the last step inside it. Values may be private,
so no ``repr`` holds them. ``recording`` keeps the steps of a run and describes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from avm.base.span import Span
from avm.data.plaintext import Plaintext
from avm.isa.machine import MachineValue
from avm.isa.types import InterfaceType, RegisterType

if TYPE_CHECKING:
    from avm.vm.recording import Recording


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


@dataclass(frozen=True)
class TransitionKeys:
    """The scalar r of a function's call by ``signer``: r·G is the public key of its transition."""

    secret: int = field(repr=False)
    signer: tuple[int, int]

    @cached_property
    def view_key(self) -> int:
        """The x of r times the signer, made when it is first asked for."""
        from avm.algebra.edwards import mul

        return mul(self.signer, self.secret)[0]


@dataclass(frozen=True, slots=True)
class Frame:
    """One activation of a body of code.

    ``kind`` is function, closure, finalize, constructor or view; ``call_step`` the step that started it.
    ``first_step`` and ``end_step`` bound its steps (with those of its callees), end exclusive. ``caller`` is
    the text of the address that ``self.caller`` gives. ``keys`` are those of a function's transition.
    """

    id: int
    parent: int | None
    kind: str
    program: str
    name: str
    call_step: int | None
    depth: int
    caller: str
    inputs: tuple[MachineValue, ...] = field(repr=False)
    outputs: tuple[MachineValue, ...] = field(default=(), repr=False)
    first_step: int = 0
    end_step: int = 0
    done: bool = True
    keys: TransitionKeys | None = field(default=None, repr=False)

    @property
    def transition_view_key(self) -> int | None:
        """The view key of the transition of a function's call."""
        return None if self.keys is None else self.keys.view_key

    @property
    def transition_secret(self) -> int | None:
        """The secret scalar of the transition of a function's call."""
        return None if self.keys is None else self.keys.secret


@dataclass(frozen=True, slots=True)
class TraceOutput:
    """An output of the function that was run; ``register`` is None when it is no register."""

    type: InterfaceType | RegisterType
    value: MachineValue = field(repr=False)
    register: int | None


@dataclass(frozen=True, slots=True)
class HaltInfo:
    """Where and why a run halted: the innermost instruction, its operands, and its Leo source."""

    message: str = field(repr=False)
    step: int
    frame: int
    position: int
    opcode: str
    text: str
    operands: tuple[Access, ...] = field(repr=False)
    span: Span | None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FinalizeOperation:
    """A change of public storage: ``kind`` is insert, update or remove."""

    kind: str
    program: str
    mapping: str
    key: Plaintext
    value: Plaintext | None
    before: Plaintext | None


@dataclass(frozen=True, slots=True)
class MappingSnapshot:
    """The entries of a mapping before the run (the first of them, when there are very many)."""

    program: str
    mapping: str
    entries: tuple[tuple[Plaintext, Plaintext], ...]


@dataclass(frozen=True)
class Trace:
    """A whole run of ``program``/``function``. ``halt`` is None when it came to its end.

    ``operations`` are the changes of storage in order, empty when the run halted.
    """

    program: str
    function: str
    kind: str
    inputs: tuple[MachineValue, ...] = field(repr=False)
    outputs: tuple[TraceOutput, ...] = field(repr=False)
    frames: tuple[Frame, ...] = field(repr=False)
    steps: Recording = field(repr=False)
    operations: tuple[FinalizeOperation, ...]
    snapshots: tuple[MappingSnapshot, ...]
    halt: HaltInfo | None
    signer: str

    @property
    def ok(self) -> bool:
        """Whether the run came to its end."""
        return self.halt is None

    def calls(self) -> tuple[Frame, ...]:
        """Functions of other programs that were called, in the order in which they returned."""
        inner = [f for f in self.frames if f.kind == "function" and f.id != 0]
        return tuple(sorted(inner, key=lambda f: (f.end_step, -f.id)))
