"""Futures: the call of a program's finalize code, with its arguments.

Source: snarkVM ``console/program/src/data/future``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from avm.base.bits import int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt
from avm.base.limits import MAX_INPUTS, MAX_NESTING
from avm.data.dynamic import (
    DynamicFuture,
    looks_like_dynamic_future,
    read_dynamic_future,
    scan_dynamic_future,
)
from avm.data.encoding import INDENT, Encodable
from avm.data.identifier import (
    identifier_bits,
    identifier_bytes,
    program_id_bits,
    program_id_bytes,
    read_identifier,
    read_program_id,
    scan_name,
    scan_program_id,
)
from avm.data.plaintext import Plaintext, read_plaintext, scan_plaintext
from avm.data.scanner import Scanner


@dataclass(frozen=True, slots=True)
class Future(Encodable):
    """The program, the function, and plaintexts, futures or dynamic futures as arguments."""

    program_id: str
    function: str
    arguments: tuple[Argument, ...]

    def dynamic(self) -> DynamicFuture:
        """Return the dynamic form."""
        return DynamicFuture.of(self.program_id, self.function, [argument_bits(a) for a in self.arguments])

    def tagged_bits(self) -> list[bool]:
        """Return program and function with 16-bit sizes, the argument count (8), and the sized arguments.

        An argument's size has 16 bits, or 32 when it does not fit.
        """
        program, name = program_id_bits(self.program_id), identifier_bits(self.function)
        bits = int_to_bits_le(len(program), 16) + program + int_to_bits_le(len(name), 16) + name
        bits += int_to_bits_le(len(self.arguments), 8)
        for argument in self.arguments:
            inner = argument_bits(argument)
            bits += int_to_bits_le(len(inner), 16 if len(inner) <= 0xFFFF else 32) + inner
        return bits

    def raw_bits(self) -> list[bool]:
        """Return the tagged bits: a future has no other form."""
        return self.tagged_bits()

    def to_fields_raw(self) -> list[int]:
        """Return the fields with the terminator: a future has no other form."""
        return self.to_fields()

    def to_bytes(self) -> bytes:
        """Return program, function, the argument count, and size, kind and bytes of each argument."""
        out = (
            program_id_bytes(self.program_id) + identifier_bytes(self.function) + bytes([len(self.arguments)])
        )
        for argument in self.arguments:
            data = bytes([_kind(argument)]) + argument.to_bytes()
            if len(data) > 0xFFFF:
                raise Halt(f"an argument has {len(data)} bytes; 65535 are the most that can be encoded")
            out += len(data).to_bytes(2, "little") + data
        return out

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``; plaintext arguments are printed as if they stood alone."""
        edge, inner, deep = ("\n" + INDENT * (depth + i) for i in range(3))
        head = f"{{{inner}program_id: {self.program_id},{inner}function_name: {self.function},"
        if not self.arguments:
            return f"{head}{inner}arguments: []{edge}}}"
        items = [
            argument.lines(depth + 2) if isinstance(argument, Future) else str(argument)
            for argument in self.arguments
        ]
        gap = inner if isinstance(self.arguments[-1], Future) else ""
        return f"{head}{inner}arguments: [{','.join(deep + item for item in items)}{gap}{inner}]{edge}}}"

    def __str__(self) -> str:
        return self.lines(0)


Argument: TypeAlias = Plaintext | Future | DynamicFuture


def _kind(argument: Argument) -> int:
    return 1 if isinstance(argument, Future) else 2 if isinstance(argument, DynamicFuture) else 0


def argument_bits(argument: Argument) -> list[bool]:
    """Return the tagged bits of an argument after 0 for a plaintext, 1 for a future.

    A dynamic future has 12 zero bits more, where no program id can stand.
    """
    tag = [False, True, True][_kind(argument)]
    return [tag, *[False] * (12 * isinstance(argument, DynamicFuture)), *argument.tagged_bits()]


def _key(scanner: Scanner, name: str) -> None:
    scanner.skip()
    scanner.expect(name)
    scanner.blanks()
    scanner.expect(":")
    scanner.blanks()


def _comma(scanner: Scanner) -> None:
    scanner.blanks()
    scanner.expect(",")


def looks_like_future(scanner: Scanner) -> bool:
    """Whether the text at the cursor opens a brace and names a program."""
    probe = Scanner(scanner.text, scanner.source, scanner.position)
    probe.skip()
    if not probe.take("{"):
        return False
    probe.skip()
    if probe.word() != "program_id":
        return False
    probe.blanks()
    probe.take(":")
    probe.blanks()
    probe.word()
    return probe.at(".")


def scan_future(scanner: Scanner, depth: int = 0) -> Future:
    """Read a future at the cursor, after blanks and comments."""
    if depth > MAX_NESTING:
        raise scanner.fail(f"the future is nested more than {MAX_NESTING} deep")
    scanner.skip()
    scanner.expect("{")
    _key(scanner, "program_id")
    program = scan_program_id(scanner)
    _comma(scanner)
    _key(scanner, "function_name")
    function = scan_name(scanner)
    _comma(scanner)
    _key(scanner, "arguments")
    scanner.skip()
    scanner.expect("[")
    scanner.skip()
    arguments: list[Argument] = []
    while not scanner.at("]"):
        if len(arguments) >= MAX_INPUTS:
            raise scanner.fail(f"a future has at most {MAX_INPUTS} arguments")
        arguments.append(_scan_argument(scanner, depth))
        scanner.skip()
        if not scanner.take(","):
            break
        scanner.skip()
        if scanner.at("]"):
            raise scanner.fail("expected an argument after ','")
    scanner.expect("]")
    scanner.skip()
    scanner.expect("}")
    return Future(program, function, tuple(arguments))


def _scan_argument(scanner: Scanner, depth: int) -> Argument:
    if looks_like_future(scanner):
        return scan_future(scanner, depth + 1)
    return scan_dynamic_future(scanner) if looks_like_dynamic_future(scanner) else scan_plaintext(scanner)


def read_future(reader: ByteReader, depth: int = 0) -> Future:
    """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
    if depth > MAX_NESTING:
        raise DecodeError(f"the future is nested more than {MAX_NESTING} deep")
    program, function = read_program_id(reader), read_identifier(reader)
    arguments: list[Argument] = []
    count = reader.u8()
    if count > MAX_INPUTS:
        raise DecodeError(f"a future has at most {MAX_INPUTS} arguments, not {count}")
    for _ in range(count):
        inner = ByteReader(reader.take(reader.u16()))
        arguments.append(_read_argument(inner, depth))
        inner.finish()
    return Future(program, function, tuple(arguments))


def _read_argument(reader: ByteReader, depth: int) -> Argument:
    kind = reader.u8()
    if kind == 0:
        return read_plaintext(reader)
    if kind == 1:
        return read_future(reader, depth + 1)
    if kind == 2:
        return read_dynamic_future(reader)
    raise DecodeError(f"there is no argument of kind {kind}")
