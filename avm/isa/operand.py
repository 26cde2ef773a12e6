"""What an instruction reads: literals, registers with access paths, and the values of its surroundings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from avm.base.sources import Source
from avm.data.identifier import identifier_fault, try_program_id
from avm.data.literal import Literal, scan_literal
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

_PLAIN_REGISTER = re.compile(r"r([0-9]++)(?![A-Za-z0-9_./])")
_REGISTER = re.compile(r"r([0-9]++)")
_INDEX = re.compile(r"\[([0-9][0-9_]*+)u32\]")
_FIXED = re.compile(r"self\.signer|self\.caller|block\.height|block\.timestamp|network\.id")
_LITERAL_START = re.compile(r"""-?[0-9]|true|false|aleo1|sign1|["']""")
_ABOUT_PROGRAM = ("checksum", "edition", "program_owner")
MAX_ACCESSES = 32
MAX_LOCATOR = (1 << 64) - 1
MAX_INDEX = (1 << 32) - 1


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
class ContextOperand:
    """A value the machine knows: ``self.caller``, ``block.height``, ``edition``, ``lib.aleo/checksum`` …

    ``about`` is the program (and component) a checksum, edition or owner is asked of, or "".
    """

    name: str
    about: str = ""

    @property
    def subject(self) -> tuple[str, str]:
        """The program and the component that it is asked of, each "" for this program or a whole one."""
        program, _, component = self.about.rpartition("/")
        return (component, "") if component.endswith(".aleo") else (program, component)

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


Operand = Literal | Register | ProgramId | ContextOperand | GeneratorPowers


@lru_cache(maxsize=4096)
def parse_operand(text: str) -> Operand:
    """The operand of a text; ``ParseFailure`` when it is not one."""
    scanner = Scanner(text, Source("<operand>"))
    operand = read_operand(scanner)
    scanner.finish()
    return operand


def _number(digits: str, limit: int) -> int | None:
    digits = digits.replace("_", "").lstrip("0") or "0"
    number = int(digits) if len(digits) <= len(str(limit)) else limit + 1
    return number if number <= limit else None


def read_register(scanner: Scanner, *, plain: bool = False) -> Register:
    """Read a register after blanks; with ``plain`` an access path is refused."""
    scanner.blanks()
    start = scanner.position
    register = _try_register(scanner)
    if register is None:
        raise scanner.fail(f"expected a register, found {scanner.rest()}", hint="Registers are r0, r1, r2 …")
    if plain and register.accesses:
        raise scanner.fail("a destination is a whole register, without a member or index", start=start)
    return register


def _try_register(scanner: Scanner) -> Register | None:
    start = scanner.position
    match = scanner.match(_REGISTER)
    if match is None:
        return None
    locator = _number(match.group(1), MAX_LOCATOR)
    if locator is None:
        raise scanner.fail("the register's number is too large", start=start)
    accesses: list[str | int] = []
    while True:
        mark = scanner.position
        if scanner.take("."):
            word = scanner.word()
            if word is None or identifier_fault(word):
                scanner.position = mark
                break
            accesses.append(word)
        elif index := scanner.match(_INDEX):
            number = _number(index.group(1), MAX_INDEX)
            if number is None:
                raise scanner.fail("the index is too large", start=mark, hint="An index is a u32.")
            accesses.append(number)
        else:
            break
        if len(accesses) > MAX_ACCESSES:
            raise scanner.fail(f"r{locator} has more than {MAX_ACCESSES} members and indices", start=start)
    return Register(locator, tuple(accesses))


def read_locator(scanner: Scanner) -> int:
    """Read a destination register after blanks and return its number."""
    return read_register(scanner, plain=True).locator


def _try_about_program(scanner: Scanner) -> Operand | None:
    """Read a checksum (of a program or component), an edition, an owner, or a program id."""
    start = scanner.position
    program = try_program_id(scanner)
    about = ""
    if program is not None and scanner.take("/"):
        about = program
    else:
        scanner.position = start
    mark = scanner.position
    word = scanner.word()
    if word is not None and not identifier_fault(word) and scanner.take("/checksum"):
        return ContextOperand("checksum", f"{about}/{word}" if about else word)
    scanner.position = mark
    for name in _ABOUT_PROGRAM:
        if scanner.take(name):
            return ContextOperand(name, about)
    scanner.position = start
    program = try_program_id(scanner)
    return None if program is None else ProgramId(program)


def read_operand(scanner: Scanner) -> Operand:
    """Read an operand after blanks; fails with its place when there is none."""
    operand = try_operand(scanner)
    if operand is None:
        if scanner.at("//") or scanner.at("/*"):
            raise scanner.fail("a comment stands between statements, not within one")
        raise scanner.fail(f"expected an operand, found {scanner.rest()}")
    return operand


def try_operand(scanner: Scanner) -> Operand | None:
    """Read an operand after blanks, if one follows; the order is the reference's, and matters."""
    scanner.blanks()
    if _PLAIN_REGISTER.match(scanner.text, scanner.position):
        return _try_register(scanner)
    if scanner.take("group::GEN"):
        from avm.types.group import GENERATOR

        return Literal(LiteralType.GROUP, GENERATOR)
    if match := scanner.match(_FIXED):
        return ContextOperand(match.group())
    if scanner.take("aleo::GENERATOR_POWERS"):
        index = scanner.match(_INDEX)
        number = None if index is None else _number(index.group(1), MAX_INDEX)
        if index is not None and number is None:
            raise scanner.fail("the index is too large", start=index.start(), hint="An index is a u32.")
        return GeneratorPowers(True, number)
    if scanner.take("aleo::GENERATOR"):
        return GeneratorPowers()
    about = _try_about_program(scanner)
    if about is not None:
        return about
    if _LITERAL_START.match(scanner.text, scanner.position):
        return scan_literal(scanner)
    return _try_register(scanner)


def read_operands(scanner: Scanner, limit: int) -> tuple[Operand, ...]:
    """Read operands until something else comes; at most ``limit``."""
    operands: list[Operand] = []
    while (operand := try_operand(scanner)) is not None:
        operands.append(operand)
        if len(operands) > limit:
            raise scanner.fail(f"more than {limit} operands")
    return tuple(operands)
