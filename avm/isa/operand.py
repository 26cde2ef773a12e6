"""What an instruction reads: literals, registers with access paths, and the values of its surroundings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from avm.base.errors import AvmError
from avm.data.literal import Literal
from avm.isa.text import Scanner

_REGISTER = re.compile(r"r(0|[1-9][0-9]*)(?![A-Za-z0-9_])")
_MEMBER = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)")
_INDEX = re.compile(r"\[\s*([0-9]+)u32\s*\]")
_LITERAL = re.compile(
    r"-?[0-9][0-9_]*(?:group|field|scalar|[iu](?:8|16|32|64|128))(?![A-Za-z0-9_])"
    r"|(?:true|false)(?![A-Za-z0-9_])|aleo1[a-z0-9]{58}(?![A-Za-z0-9_])|sign1[a-z0-9]+(?![A-Za-z0-9_])"
    r'|"(?:[^"\\]|\\.)*"'
)
_IDENTIFIER_LITERAL = re.compile(r"'([A-Za-z][A-Za-z0-9_]{0,30})'")
_SURROUNDINGS = ("self.signer", "self.caller", "block.height", "block.timestamp", "network.id")
_ABOUT_PROGRAM = ("checksum", "edition", "program_owner")


@dataclass(frozen=True, slots=True)
class Register:
    """``r3``, ``r3.member`` or ``r3[1u32].member``: an access is a member name or an index."""

    locator: int
    accesses: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        path = "".join(f".{a}" if isinstance(a, str) else f"[{a}u32]" for a in self.accesses)
        return f"r{self.locator}{path}"


@dataclass(frozen=True, slots=True)
class ProgramId:
    """A program id, which stands for the address of the program."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A value the machine knows: ``self.caller``, ``block.height``, ``edition``, ``lib.aleo/checksum`` …

    ``about`` is the program (and component) a checksum, edition or owner is asked of, or "".
    """

    name: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.about}/{self.name}" if self.about else self.name


@dataclass(frozen=True, slots=True)
class GeneratorPowers:
    """``aleo::GENERATOR``, or ``aleo::GENERATOR_POWERS`` as a whole or at one index."""

    powers: bool = False
    index: int | None = None

    def __str__(self) -> str:
        if not self.powers:
            return "aleo::GENERATOR"
        return "aleo::GENERATOR_POWERS" + ("" if self.index is None else f"[{self.index}u32]")


@dataclass(frozen=True, slots=True)
class IdentifierLiteral:
    """A name used as a value: ``'transfer'``."""

    name: str

    def __str__(self) -> str:
        return f"'{self.name}'"


Operand = Literal | Register | ProgramId | Surrounding | GeneratorPowers | IdentifierLiteral


MAX_INDEX_DIGITS = 20


def read_register(scanner: Scanner, *, plain: bool = False) -> Register:
    """Read a register; with ``plain`` an access path is refused."""
    text = scanner.match(_REGISTER)
    if text is None:
        raise scanner.failure(
            f"expected a register, found {scanner.found()}", hint="Registers are r0, r1, r2 …"
        )
    if len(text) > MAX_INDEX_DIGITS:
        raise scanner.failure("the register's number is too large")
    accesses: list[str | int] = []
    while True:
        member = scanner.match_here(_MEMBER)
        if member is not None:
            accesses.append(member[1:])
            continue
        index = scanner.match_here(_INDEX)
        if index is None:
            break
        digits = index.strip("[] \t")[:-3]
        if len(digits) > MAX_INDEX_DIGITS:
            raise scanner.failure("the index is too large", hint="An index is a u32.")
        accesses.append(int(digits))
    if plain and accesses:
        raise scanner.failure("a destination is a whole register, without a member or index")
    return Register(int(text[1:]), tuple(accesses))


def read_locator(scanner: Scanner) -> int:
    """Read a destination register and return its number."""
    return read_register(scanner, plain=True).locator


def _read_literal(scanner: Scanner) -> Literal | None:
    start = scanner.position
    text = scanner.match(_LITERAL)
    if text is None:
        return None
    try:
        return Literal.parse(text)
    except AvmError as failure:
        raise scanner.failure(failure.message, start=start, hint=failure.hint) from failure


def _read_about_program(scanner: Scanner) -> Operand | None:
    """Read a program id, or a checksum, edition or owner of this or another program."""
    mark = scanner.position
    about: list[str] = []
    if scanner.peek_program_id():
        about.append(scanner.program_id())
        if not scanner.take("/"):
            return ProgramId(about[0])
    for name in _ABOUT_PROGRAM:
        if scanner.take(name):
            return Surrounding(name, "/".join(about))
    if scanner.match(re.compile(r"[A-Za-z][A-Za-z0-9_]*(?=/checksum)")) is not None:
        start = scanner.text.rfind("/", mark, scanner.position) + 1 if about else mark
        about.append(scanner.text[start : scanner.position].strip())
        scanner.expect("/")
        scanner.expect("checksum")
        return Surrounding("checksum", "/".join(about))
    scanner.position = mark
    return None


def read_operand(scanner: Scanner) -> Operand:
    """Read an operand; fails with its place when there is none."""
    operand = try_operand(scanner)
    if operand is None:
        raise scanner.failure(f"expected an operand, found {scanner.found()}")
    return operand


def try_operand(scanner: Scanner) -> Operand | None:
    """Read an operand if one comes next."""
    literal = _read_literal(scanner)
    if literal is not None:
        return literal
    if scanner.take("group::GEN"):
        from avm.types.group import GENERATOR
        from avm.types.literal_type import LiteralType

        return Literal(LiteralType.GROUP, GENERATOR)
    if scanner.take("aleo::GENERATOR_POWERS"):
        index = scanner.match_here(_INDEX)
        return GeneratorPowers(True, None if index is None else int(index.strip("[] \t")[:-3]))
    if scanner.take("aleo::GENERATOR"):
        return GeneratorPowers()
    scanner.skip()
    if _REGISTER.match(scanner.text, scanner.position):
        return read_register(scanner)
    for name in _SURROUNDINGS:
        if scanner.take(name):
            return Surrounding(name)
    name_literal = scanner.match(_IDENTIFIER_LITERAL)
    if name_literal is not None:
        return IdentifierLiteral(name_literal[1:-1])
    return _read_about_program(scanner)


def read_operands(scanner: Scanner, limit: int) -> tuple[Operand, ...]:
    """Read operands until something else comes; at most ``limit``."""
    operands: list[Operand] = []
    while not scanner.peek(";") and not scanner.peek("into"):
        operand = try_operand(scanner)
        if operand is None:
            break
        operands.append(operand)
        if len(operands) > limit:
            raise scanner.failure(f"more than {limit} operands")
    return tuple(operands)
