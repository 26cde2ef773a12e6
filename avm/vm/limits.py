"""Bounds of a run on this machine: the network prices work, we name what does not fit into memory."""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import CheckFailure
from avm.data.literal import MAX_STRING_BYTES
from avm.data.types import ArrayType, PlaintextType, StructType
from avm.isa.instruction import Instruction
from avm.isa.sizes import fold, literal_count
from avm.isa.types import RegisterType
from avm.program.scope import Scope

MAX_STEPS = 1 << 20
"""Steps that a run records (long arrays count more), some 2 GiB of memory."""
ELEMENTS_A_STEP = 64
MAX_LITERALS = 1 << 18
"""Literals of the largest value that a register holds."""
MAX_HASHED_BITS = 1 << 21
"""Bits of the largest value that one instruction hashes; so much takes less than half a second."""
_HASHING = ("hash.", "commit.", "sign.", "ecdsa.")


def check_sizes(
    instruction: Instruction,
    reads: tuple[RegisterType, ...],
    writes: tuple[RegisterType, ...],
    scope: Scope,
    known: dict[RegisterType, int],
) -> None:
    """Raise ``CheckFailure`` when an instruction makes or hashes a value that is too large for this machine.

    ``known`` keeps the literals of each type from one instruction to the next.
    """
    for register, type_ in zip(instruction.destinations, writes, strict=True):
        if isinstance(type_, StructType | ArrayType):
            if type_ not in known:
                known[type_] = literal_count(type_, scope)
            if known[type_] > MAX_LITERALS:
                raise CheckFailure(
                    f"r{register} would hold a value of {known[type_]:,} literals; {MAX_LITERALS:,} are the "
                    "most that a run holds in one register",
                    place=instruction.span,
                    hint="This is a limit of this machine, not of the network.",
                )
    if instruction.mnemonic.startswith(_HASHING):
        for type_ in reads:
            if isinstance(type_, StructType | ArrayType) and (bits := _bits(type_, scope)) > MAX_HASHED_BITS:
                raise CheckFailure(
                    f"'{instruction.mnemonic}' would take a value of {bits:,} bits; {MAX_HASHED_BITS:,} are "
                    "the most that one instruction of a run takes",
                    place=instruction.span,
                    hint="This is a limit of this machine, not of the network.",
                )


def _bits(type_: PlaintextType, scope: Scope) -> int:
    """Bits of the literals of a type, a string taken at its longest."""
    return fold(
        type_,
        scope,
        lambda literal: literal.size_in_bits or 8 * MAX_STRING_BYTES,
        lambda length, bits: length * bits,
        lambda _, parts: sum(bits for _, bits in parts),
    )


@dataclass
class StepBudget:
    """Counts the steps of a run or a synthesis, and long arrays that they make as more."""

    used: int = 0

    def step(self) -> None:
        """Count a step; ``CheckFailure`` when there were too many."""
        if self.used >= MAX_STEPS:
            raise CheckFailure(
                f"the run has more than {MAX_STEPS:,} steps, more than can be recorded",
                hint="This is a limit of this machine, not of the network; run a part of the program.",
            )
        self.used += 1

    def array(self, length: int) -> None:
        """Count an array that a step has made."""
        self.used += length // ELEMENTS_A_STEP
