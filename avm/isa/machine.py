"""What opcodes ask of the layers above them: small protocols the checker and the machine implement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from avm.data.plaintext import Plaintext
from avm.data.types import (
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    RecordValue,
    StructType,
    Visibility,
)
from avm.data.value import Value
from avm.isa.statement import Statement
from avm.isa.types import RegisterType

if TYPE_CHECKING:
    from avm.isa.wire import Wire

MachineValue = Value
"""What a register of the machine holds."""
Values = Sequence[MachineValue]
Results = tuple[MachineValue, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Types a callee takes and returns, as its caller sees them; those that a view takes bind its caller."""

    inputs: tuple[RegisterType, ...]
    outputs: tuple[RegisterType, ...]
    is_view: bool = False


class TypeScope(Protocol):
    """The names an instruction can refer to. Methods raise ``CheckFailure`` when one is missing."""

    @property
    def program(self) -> str:
        """Id of the program that holds the instruction."""
        ...

    @property
    def place(self) -> str:
        """``function``, ``closure``, ``finalize``, ``constructor`` or ``view``."""
        ...

    @property
    def name(self) -> str:
        """Name of the component that holds the instruction."""
        ...

    def members(self, type_: StructType) -> tuple[tuple[str, PlaintextType], ...]:
        """Members of a struct."""
        ...

    def entries(
        self, type_: RecordValue | ExternalRecordValue
    ) -> tuple[tuple[str, Visibility, PlaintextType], ...]:
        """Entries of a record, without its owner."""
        ...

    def check_type(self, type_: RegisterType) -> None:
        """Fail unless every name in the type exists."""
        ...

    def same_type(self, left: RegisterType, right: RegisterType) -> bool:
        """Whether two types hold the same values; equal structs of two programs do."""
        ...

    def same_member(self, struct: StructType, index: int, found: RegisterType) -> bool:
        """Whether a member of a struct, as the struct's program means it, holds the values of a type."""
        ...

    def callee(self, target: str) -> Signature:
        """Types of something that can be called from here."""
        ...

    def mapping(self, target: str) -> tuple[PlaintextType, PlaintextType]:
        """Key and value type of a mapping."""
        ...

    def finalize_inputs(self) -> tuple[RegisterType, ...]:
        """Types that the finalize block of this function takes."""
        ...

    def future_arguments(self, type_: FutureValue) -> tuple[RegisterType, ...]:
        """Types of the arguments of a future."""
        ...

    def has_position(self, name: str) -> bool:
        """Whether a label of that name exists in this body."""
        ...


class Machine(Protocol):
    """What an opcode can do while it is evaluated. Methods raise ``Halt`` where the program halts."""

    @property
    def scope(self) -> TypeScope:
        """Names visible to the running code."""
        ...

    def call(self, statement: Statement, values: Values) -> Results:
        """Run a closure, function or view and return its outputs."""
        ...

    def call_dynamic(self, program: str, function: str, values: Values) -> Results:
        """Run a function named at run time, whose records and futures the caller sees as dynamic ones."""
        ...

    def make_record(self, name: str, values: Values, register: int) -> MachineValue:
        """Return a new record; its nonce comes from the transition's view key and the register number."""
        ...

    def mapping_read(self, target: str, key: Plaintext, kind: str) -> Plaintext | None:
        """Return the value stored under ``key``; halts if the mapping does not exist."""
        ...

    def find_mapping(self, program: str, name: str) -> tuple[PlaintextType, PlaintextType]:
        """Return key and value type of a mapping named at run time; halts when there is none."""
        ...

    def fits(self, value: MachineValue, type_: RegisterType) -> bool:
        """Whether a value is of a type."""
        ...

    def mapping_write(self, target: str, key: Plaintext, value: Plaintext) -> None:
        """Store a value."""
        ...

    def mapping_remove(self, target: str, key: Plaintext) -> None:
        """Remove a value; nothing happens when it is absent."""
        ...

    def jump(self, position: str) -> None:
        """Continue at a label."""
        ...

    def await_future(self, future: MachineValue) -> None:
        """Run the finalize block of a future to its end."""
        ...

    def verify_proof(
        self,
        keys: Sequence[bytes],
        version: int,
        inputs: Sequence[Sequence[Sequence[int]]],
        proof: bytes,
    ) -> bool:
        """Whether a proof fits verifying keys and, of each, the public inputs of its instances.

        ``version`` is that of Varuna. Halts on bytes that are no key or proof, too few inputs and a version
        that the rules of the block do not take.
        """
        ...

    def random_seed_bits(self, register: int) -> list[bool]:
        """Return the bits that make each ``rand.chacha`` of a block different, before type and seeds."""
        ...


class CircuitMachine(Protocol):
    """What an opcode can do while its constraints are made."""

    @property
    def scope(self) -> TypeScope:
        """Names visible to the running code."""
        ...

    def call(self, statement: Statement, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Synthesize a closure in place, or bind the call of a function, and return the outputs."""
        ...

    def call_dynamic(self, statement: Statement, operands: Sequence[Wire]) -> tuple[Wire, ...]:
        """Bind the call of a function that the first three operands name, and return its outputs."""
        ...

    def make_record(self, name: str, values: Sequence[Wire], register: int) -> Wire:
        """Return a new record; its nonce comes from the transition's view key and the register number."""
        ...
