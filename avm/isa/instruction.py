"""One instruction or command: its opcode, parts and place; text in and out through the opcode's form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from avm.base.span import Span
from avm.isa.op import Op
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.isa.text import Scanner

_MNEMONIC = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Instruction(Statement):
    """A statement with its opcode; ``span`` is its place in the Aleo text and takes no part in equality."""

    op: Op = field(kw_only=True)
    span: Span | None = field(default=None, kw_only=True, compare=False)

    def __str__(self) -> str:
        return f"{self.op.mnemonic}{self.op.form.write(self)};"

    @property
    def mnemonic(self) -> str:
        """Name of the opcode."""
        return self.op.mnemonic

    @staticmethod
    def make(op: Op, parts: Statement, span: Span | None = None) -> Instruction:
        """Join an opcode and the parts of a statement."""
        return Instruction(parts.operands, parts.destinations, parts.target, parts.types, op=op, span=span)


def peek_mnemonic(scanner: Scanner) -> str | None:
    """Return the opcode that comes next, or None."""
    scanner.skip()
    found = _MNEMONIC.match(scanner.text, scanner.position)
    return found.group(0) if found and found.group(0) in ops() else None


def read_instruction(scanner: Scanner) -> Instruction:
    """Read one instruction or command with its semicolon."""
    scanner.skip()
    start = scanner.position
    word = scanner.match(_MNEMONIC)
    op = ops().get(word or "")
    if op is None:
        scanner.position = start
        raise scanner.failure(f"unknown instruction {scanner.found()}")
    parts = op.form.read(scanner)
    scanner.expect(";", hint=f"The shape of the instruction is: {op.usage};")
    return Instruction.make(op, parts, scanner.span(start))


def parse_instruction(text: str, file: str = "instruction") -> Instruction:
    """Parse the text of one instruction."""
    scanner = Scanner(text, file)
    found = read_instruction(scanner)
    if not scanner.at_end():
        raise scanner.failure(f"unexpected {scanner.found()} after the instruction")
    return found
