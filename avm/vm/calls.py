"""The calls of functions that a function makes: each becomes a transition of its own.

Calls of closures run in place and make none. Source: snarkVM ``synthesizer/program`` (``is_function_call``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from avm.isa.instruction import Instruction
from avm.isa.operand import Operand
from avm.program.model import Body, Program

TARGET_OPERANDS = 3
"""A dynamic call begins with the program, the network and the function."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """An instruction that calls a function; ``target`` is its program and name, None where values name it."""

    instruction: Instruction
    target: tuple[str, str] | None

    @property
    def is_dynamic(self) -> bool:
        """Whether values name what is called."""
        return self.target is None

    @property
    def arguments(self) -> tuple[Operand, ...]:
        """What the function is given."""
        operands = self.instruction.operands
        return operands[TARGET_OPERANDS:] if self.is_dynamic else operands


def function_calls(program: Program, body: Body, programs: Mapping[str, Program]) -> Iterator[FunctionCall]:
    """Yield the calls of functions in a body of ``program``, in order."""
    for instruction in body.instructions:
        if instruction.mnemonic == "call.dynamic":
            yield FunctionCall(instruction, None)
        elif instruction.mnemonic == "call":
            home, _, name = instruction.target.rpartition("/")
            called = programs.get(home) if home else program
            if called is not None and name in called.functions:
                yield FunctionCall(instruction, (called.id, name))
