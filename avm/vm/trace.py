"""What a run leaves behind: every instruction with what it read and wrote, as frozen data.

Its steps are a ``Recording``. Values may be private, so no ``repr`` holds them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from avm.base.span import Span
from avm.data.plaintext import Plaintext
from avm.isa.machine import MachineValue
from avm.isa.types import InterfaceType, RegisterType
from avm.vm.recording import Recording
from avm.vm.step import Access


@dataclass(frozen=True)
class TransitionKeys:
    """The scalar r of a function's call by ``signer``: r·G is the public key of its transition.

    Who runs what somebody else signed knows the view key alone; the secret is None then.
    """

    secret: int | None = field(repr=False)
    signer: tuple[int, int]

    @cached_property
    def view_key(self) -> int:
        """The x of r times the signer, made when it is first asked for."""
        from avm.algebra.edwards import mul

        assert self.secret is not None
        return mul(self.signer, self.secret)[0]

    @classmethod
    def drawn(cls, signer: tuple[int, int]) -> TransitionKeys:
        """Return new keys."""
        from avm.algebra.fields import FS_MODULUS

        return cls(secrets.randbelow(FS_MODULUS), signer)

    @classmethod
    def seen(cls, signer: tuple[int, int], view_key: int) -> TransitionKeys:
        """Return the keys of a transition whose view key alone is known."""
        keys = cls(None, signer)
        keys.__dict__["view_key"] = view_key
        return keys


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
