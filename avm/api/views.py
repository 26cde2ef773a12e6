"""Frozen plain data for any user interface: text, numbers, tuples, reports of the engine that are such, ids
of sources.

Lines and columns are 1-based; ``start`` and ``end`` are character offsets, end exclusive. A line of None
means that the thing has no place in the source. What may be private (values of a run) is not in a ``repr``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from avm.base.sources import source_of
from avm.base.span import SourceId
from avm.ledger.report import LedgerCheck as LedgerCheck
from avm.types.literal_type import LiteralType
from avm.varuna.report import UNPROVED_SIGNER as UNPROVED_SIGNER
from avm.varuna.report import Check as Check
from avm.varuna.report import Note as Note
from avm.varuna.report import OracleReport as OracleReport
from avm.varuna.report import ProofPart as ProofPart
from avm.varuna.report import ProvedValue as ProvedValue
from avm.varuna.report import SrsInfo as SrsInfo
from avm.varuna.report import StageReport as StageReport
from avm.varuna.report import VerifyReport as VerifyReport

if TYPE_CHECKING:
    from avm.vm.state import HeapObject as HeapObject
    from avm.vm.state import RegisterState

LITERALS = frozenset(type_.type_name for type_ in LiteralType)


class _HasSource(Protocol):
    @property
    def source(self) -> SourceId | None: ...


class Placed:
    """What may have a place in a source, which is looked up here when it is shown."""

    __slots__ = ()

    @property
    def file(self: _HasSource) -> str:
        """The path of its source as people know it, empty without one."""
        return "" if self.source is None else source_of(self.source).path

    @property
    def path(self: _HasSource) -> Path | None:
        """The file of its source."""
        return None if self.source is None else source_of(self.source).file


# --- build -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem(Placed):
    """One diagnostic as a list or an editor shows it; ``count`` says how often the compiler gave the same."""

    code: str
    level: str
    message: str
    source: SourceId | None = None
    line: int | None = None
    col: int | None = None
    end_line: int | None = None
    end_col: int | None = None
    start: int | None = None
    end: int | None = None
    help: str = ""
    note: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ParameterView:
    """An input of a function."""

    name: str
    type: str
    visibility: str


@dataclass(frozen=True, slots=True)
class OutputView:
    """An output of a function."""

    type: str
    visibility: str


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A callable function; ``example_inputs`` are valid values to begin with."""

    name: str
    inputs: tuple[ParameterView, ...]
    outputs: tuple[OutputView, ...]
    example_inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link(Placed):
    """Joins one line of generated instructions with the source it came from."""

    aleo_line: int
    leo_line: int | None
    source: SourceId | None = None


@dataclass(frozen=True, slots=True)
class BuildView:
    """The outcome of a build; ``bytecode`` is empty unless ``ok``.

    A ``library`` is only checked: it has no program of its own, so it is never ``ok``.
    """

    ok: bool
    program: str
    bytecode: str
    bytecode_bytes: int
    problems: tuple[Problem, ...]
    functions: tuple[FunctionView, ...]
    links: tuple[Link, ...]
    seconds: float
    unsupported: bool = False
    library: bool = False


# --- run ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellView:
    """A register (or operand text) with its type and value."""

    register: str
    type: str
    value: str = field(repr=False)

    @property
    def plain(self) -> bool:
        """Whether the value is a literal."""
        return self.type in LITERALS


StepCells = tuple[tuple[CellView, ...], tuple[CellView, ...]]
"""What a step reads, and what it writes."""


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value as a tree; ``kind`` is literal, struct, array, record or future, ``text`` its text on one line.

    ``call`` is what a future calls, ``program/function``; ``parts`` are the first of its ``size`` parts.
    """

    name: str
    kind: str
    text: str = field(repr=False)
    parts: tuple[ValueView, ...] = field(default=(), repr=False)
    size: int = 0
    call: str = ""


@dataclass(frozen=True, slots=True)
class FrameView:
    """A call frame: a function, a helper, a finalize block or the constructor."""

    id: int
    parent: int | None
    kind: str
    program: str
    name: str
    first_step: int
    last_step: int
    depth: int


@dataclass(frozen=True, slots=True)
class MappingWrite:
    """A change of a mapping made by a run, not yet committed."""

    kind: str
    program: str
    mapping: str
    key: str
    before: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class MappingTouch:
    """The mapping that an instruction reads or writes; of another program with its id, ``id/name``."""

    name: str
    writes: bool


@dataclass(frozen=True, slots=True)
class StepView(Placed):
    """One executed instruction.

    ``writes_literal`` says whether it writes a register of a literal type, or would have, had it not halted.
    ``mapping`` is the mapping that it touches, if it touches one. ``cells`` makes the texts of what it reads
    and writes.
    """

    index: int
    frame: int
    component: str
    position: int
    text: str
    opcode: str
    aleo_line: int | None
    source: SourceId | None
    leo_line: int | None
    on_chain: bool
    writes_literal: bool
    mapping: MappingTouch | None
    cells: Callable[[], StepCells] = field(repr=False, compare=False)

    @property
    def reads(self) -> tuple[CellView, ...]:
        """What it reads, made when it is asked for."""
        return self.cells()[0]

    @property
    def writes(self) -> tuple[CellView, ...]:
        """The registers that it writes, made when they are asked for."""
        return self.cells()[1]


@dataclass(frozen=True, slots=True)
class HaltView(Placed):
    """Where and why a run halted; ``step`` is the index of the halting step."""

    step: int
    message: str = field(repr=False)
    opcode: str
    text: str
    operands: tuple[CellView, ...] = field(repr=False)
    source: SourceId | None
    leo_line: int | None
    aleo_line: int | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A finished run, halted or not; ``values`` are its outputs."""

    program: str
    function: str
    inputs: tuple[str, ...] = field(repr=False)
    values: tuple[ValueView, ...] = field(repr=False)
    halt: HaltView | None
    steps: tuple[StepView, ...] = field(repr=False)
    frames: tuple[FrameView, ...]
    mapping_writes: tuple[MappingWrite, ...]
    seconds: float

    @property
    def outputs(self) -> tuple[str, ...]:
        """The texts of the values that the run gave."""
        return tuple(value.text for value in self.values)


@dataclass(frozen=True, slots=True)
class StackView(Placed):
    """A frame on the call stack with its registers, each made when it is asked for.

    ``source`` and ``leo_line`` are the place of its step now. ``coming`` are the registers that the step
    about to run will write; ``marks`` (written, read, next) are by place, of ``registers`` first, ``coming``
    after.
    """

    frame: FrameView
    registers: Sequence[RegisterState]
    current: bool
    leo_line: int | None
    source: SourceId | None = None
    coming: tuple[CellView, ...] = ()
    marks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryView:
    """A mapping's entry; ``height`` is the block that set it, None when this run did."""

    key: str
    value: str | None
    height: int | None = None
    by: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class MappingView:
    """A mapping's entries at one moment."""

    program: str
    name: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class MachineView:
    """The machine before step ``step`` runs."""

    step: int
    frames: tuple[StackView, ...]
    heap: Sequence[HeapObject]
    mappings: tuple[MappingView, ...]


# --- constraints and proofs --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InstructionCost(Placed):
    """Constraints that one instruction made; ``component`` is the function or closure it stands in."""

    component: str
    index: int
    text: str
    leo_line: int | None
    constraints: int
    source: SourceId | None = None


@dataclass(frozen=True, slots=True)
class ConstraintView:
    """Counts of a function's circuit; ``nonzero`` are the entries of A, B, C."""

    constraints: int
    publics: int
    privates: int
    nonzero: tuple[int, int, int]
    by_instruction: tuple[InstructionCost, ...]
    by_gadget: tuple[tuple[str, int], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ProofView:
    """A finished proof; ``insecure`` says that the maker of its reference string could forge proofs."""

    bytes: int
    text: str
    version: int
    srs: str
    insecure: bool
    srs_digest: str
    circuit_id: str
    verifying_key: str
    seconds: float
    stages: tuple[StageReport, ...]
    parts: tuple[ProofPart, ...]


# --- ledger ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommitView:
    """What became of a transaction; ``reason`` says why it was refused."""

    accepted: bool
    transaction_id: str
    height: int
    previous_state_root: str
    state_root: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TransitionView:
    """A call inside a transaction: what the network sees of it.

    ``notes`` names what stands here although the proof does not bind it (``input 2``, ``tpk``): only the
    maker of the transaction says so. ``hidden`` names the inputs and outputs that others cannot read.
    """

    id: str
    program: str
    function: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransactionView:
    """A transaction in a block.

    ``signer`` is the address that the function took for its signer and caller, empty where it uses neither;
    see ``UNPROVED_SIGNER``.
    """

    id: str
    kind: str
    program: str
    function: str
    status: str
    transitions: tuple[TransitionView, ...] = ()
    operations: tuple[MappingWrite, ...] = ()
    proof_bytes: int = 0
    srs: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block of the local ledger."""

    height: int
    hash: str
    previous_hash: str
    previous_state_root: str
    state_root: str
    timestamp: int
    transactions: tuple[TransactionView, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MerkleLevel:
    """One hash of a path: ``result = hash(left, right)``; ``path_side`` says which child is on the path."""

    tree: str
    level: int
    left: str
    right: str
    result: str
    path_side: str
    kind: str = "node"


@dataclass(frozen=True, slots=True)
class MerkleView:
    """A path from a leaf to the state root, with every hash on it recomputed."""

    leaf: str
    leaf_name: str
    levels: tuple[MerkleLevel, ...]
    root: str
    stored_root: str
    valid: bool
