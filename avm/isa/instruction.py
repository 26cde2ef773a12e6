"""One instruction or command: its opcode, parts and place; text in and out through the opcode's form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from avm.base.errors import ParseFailure
from avm.base.sources import Source
from avm.base.span import Span
from avm.data.scanner import Scanner
from avm.isa.op import Op
from avm.isa.registry import ops
from avm.isa.statement import Statement

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*+(?:\.[A-Za-z0-9_]++)*+")


@dataclass(frozen=True)
class Instruction(Statement):
    """A statement with its opcode; ``span`` is its place in the source, which takes no part in equality.

    The source is the Leo text that it was compiled from, or the Aleo text that it was read from.
    """

    op: Op = field(kw_only=True)
    span: Span | None = field(default=None, kw_only=True, compare=False)

    def __str__(self) -> str:
        return f"{self.op.mnemonic}{self.op.form.write(self)};"

    @property
    def mnemonic(self) -> str:
        """Name of the opcode."""
        return self.op.mnemonic

    @staticmethod
    def make(op: Op, statement: Statement, span: Span | None = None) -> Instruction:
        """Join an opcode and a statement."""
        given = statement
        return Instruction(given.operands, given.destinations, given.target, given.types, op=op, span=span)


@cache
def _mnemonics() -> re.Pattern[str]:
    """A pattern of all opcodes, the longer of two first."""
    return re.compile("|".join(re.escape(name) for name in sorted(ops(), key=len, reverse=True)))


@cache
def _readings(mnemonic: str) -> tuple[Op, ...]:
    """The opcodes that a text beginning with ``mnemonic`` may mean: it, then those that it begins with."""
    return tuple(ops()[name] for name in sorted(ops(), key=len, reverse=True) if mnemonic.startswith(name))


def peek_mnemonic(scanner: Scanner) -> str | None:
    """Return the opcode that stands at the cursor, or None; nothing need stand between it and an operand."""
    found = _mnemonics().match(scanner.text, scanner.position)
    return found.group() if found else None


def read_instruction(scanner: Scanner) -> Instruction:
    """Read one instruction or command with its semicolon, after white space and comments."""
    scanner.skip()
    start = scanner.position
    word = peek_mnemonic(scanner)
    if word is None:
        raise scanner.fail(f"unknown instruction {scanner.rest()}")
    failure: ParseFailure | None = None
    for op in _readings(word):
        scanner.position = start + len(op.mnemonic)
        try:
            statement = op.form.read(scanner)
            scanner.expects(";", hint=f"The shape of the instruction is: {op.usage};")
            if fault := op.form.fault(statement):
                raise scanner.fail(fault, start=start)
            return Instruction.make(op, statement, scanner.span(start))
        except ParseFailure as error:
            failure = failure or error
    assert failure is not None
    raise _unknown(scanner, start) or failure


def _unknown(scanner: Scanner, start: int) -> ParseFailure | None:
    """A failure for a word that is no opcode but begins with one, which is what the person meant to write."""
    scanner.position = start
    word = scanner.match(_WORD)
    if word is None or word.group() in ops():
        return None
    scanner.position = start
    return scanner.fail(f"unknown instruction {scanner.rest()}")


def parse_instruction(text: str) -> Instruction:
    """Parse the text of one instruction."""
    scanner = Scanner(text, Source("instruction", text), numbered=True)
    found = read_instruction(scanner)
    if not scanner.at_end():
        raise scanner.fail(f"unexpected {scanner.rest()} after the instruction")
    return found
