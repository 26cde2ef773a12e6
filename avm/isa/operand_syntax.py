"""The textual shapes of instructions: each form reads and prints the parts after the opcode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from avm.base.limits import MAX_ARRAY_LENGTH, MAX_OPERANDS
from avm.data.identifier import scan_name, scan_reference
from avm.data.scanner import Scanner
from avm.data.types import ArrayType, PlaintextType, PlaintextValue, Visibility
from avm.isa.operand import Operand, Register, read_locator, read_operand, read_operands
from avm.isa.statement import Statement
from avm.isa.types import (
    DynamicFuture,
    DynamicRecord,
    InterfaceType,
    read_cast_type,
    scan_array_type,
    scan_literal_type,
    scan_plaintext_type,
    scan_value_type,
)
from avm.types.literal_type import LiteralType


class OperandSyntax(Protocol):
    """Reads the parts of a statement after its opcode, and prints them again.

    Where white space may stand follows the reference's parsers; comments stand between statements only.
    """

    def read(self, scanner: Scanner) -> Statement:
        """Read up to, not including, the semicolon."""
        ...

    def write(self, statement: Statement) -> str:
        """Return the text after the opcode, with its leading blank."""
        ...

    def usage(self) -> str:
        """Return the shape for people, such as ``a b into r``."""
        ...

    def sample(self) -> Statement:
        """Return a statement of this shape, as an example."""
        ...

    def fault(self, statement: Statement) -> str:
        """Return what the network refuses in a statement of this shape, or the empty string."""
        return ""


def _registers(count: int) -> tuple[Operand, ...]:
    return tuple(Register(number) for number in range(count))


def _as_type(scanner: Scanner) -> PlaintextType:
    scanner.expects("as")
    scanner.blanks()
    return scan_plaintext_type(scanner)


def _key(scanner: Scanner) -> Operand:
    """Read ``[key]``; what stands before the bracket is up to the caller."""
    scanner.expect("[")
    key = read_operand(scanner)
    scanner.expects("]")
    return key


def _operands(statement: Statement, start: int = 0) -> str:
    return "".join(f" {operand}" for operand in statement.operands[start:])


def _into(statement: Statement) -> str:
    return " into" + "".join(f" r{d}" for d in statement.destinations) if statement.destinations else ""


@dataclass(frozen=True)
class Operands(OperandSyntax):
    """``op a b into r`` with a fixed number of operands; an assert has no destination."""

    arity: int
    has_destination: bool = True

    def read(self, scanner: Scanner) -> Statement:
        operands = tuple(read_operand(scanner) for _ in range(self.arity))
        if not self.has_destination:
            return Statement(operands)
        scanner.expects("into", hint=f"The instruction has {self.arity} operands and one destination.")
        return Statement(operands, (read_locator(scanner),))

    def write(self, statement: Statement) -> str:
        return _operands(statement) + _into(statement)

    def sample(self) -> Statement:
        return Statement(_registers(self.arity), (self.arity,) * self.has_destination)

    def usage(self) -> str:
        return " ".join("abcdef"[: self.arity]) + (" into r" if self.has_destination else "")


_COMMITMENTS = (LiteralType.ADDRESS, LiteralType.FIELD, LiteralType.GROUP)
_NO_HASH = (LiteralType.BOOLEAN, LiteralType.STRING, LiteralType.IDENTIFIER)


@dataclass(frozen=True)
class As(OperandSyntax):
    """``op a b into r as T`` with a fixed number of operands (hash, commit).

    A commitment (``literal``) is an address, a field or a group, a hash any type but those of ``_NO_HASH``.
    """

    arity: int
    literal: bool = False

    def fault(self, statement: Statement) -> str:
        found = statement.types[0]
        if self.literal and found not in _COMMITMENTS:
            return f"a commitment is an address, a field or a group, not {found}"
        return f"a hash is not {found}" if found in _NO_HASH else ""

    def read(self, scanner: Scanner) -> Statement:
        operands = [read_operand(scanner) for _ in range(self.arity)]
        scanner.expects("into")
        destination = read_locator(scanner)
        scanner.expects("as")
        scanner.blanks()
        type_ = scan_literal_type(scanner) if self.literal else scan_plaintext_type(scanner)
        return Statement(tuple(operands), (destination,), types=(type_,))

    def write(self, statement: Statement) -> str:
        return f"{_operands(statement)}{_into(statement)} as {statement.types[0]!s}"

    def sample(self) -> Statement:
        return Statement(_registers(self.arity), (self.arity,), types=(LiteralType.FIELD,))

    def usage(self) -> str:
        return " ".join("abcdef"[: self.arity]) + " into r as T"


@dataclass(frozen=True)
class CastForm(OperandSyntax):
    """``cast a b c into r as T``: as many operands as the target has parts."""

    def read(self, scanner: Scanner) -> Statement:
        operands = read_operands(scanner, MAX_ARRAY_LENGTH)
        if not operands:
            raise scanner.fail(f"a cast needs at least one operand, found {scanner.rest()}")
        scanner.expects("into")
        destination = read_locator(scanner)
        scanner.expects("as")
        scanner.blanks()
        return Statement(operands, (destination,), types=(read_cast_type(scanner),))

    def write(self, statement: Statement) -> str:
        return f"{_operands(statement)}{_into(statement)} as {statement.types[0]!s}"

    def sample(self) -> Statement:
        return Statement(_registers(1), (1,), types=(LiteralType.U64,))

    def usage(self) -> str:
        return "a… into r as T"


_WITHOUT_BITS = (LiteralType.SIGNATURE, LiteralType.STRING)


@dataclass(frozen=True)
class BitsForm(OperandSyntax):
    """``serialize.bits a (T) into r (T)``; the canonical text has two blanks after the operand.

    The bits are an array of booleans; ``reads``: they are the operand. The other type is a literal or an
    array of literals, but not of signatures and strings.
    """

    reads: bool = False

    def _type(self, scanner: Scanner, bits: bool) -> PlaintextType:
        scanner.expects("(")
        scanner.blanks()
        found = scan_array_type(scanner) if bits else scan_plaintext_type(scanner)
        scanner.expect(")")
        return found

    def fault(self, statement: Statement) -> str:
        for found, bits in zip(statement.types, (self.reads, not self.reads), strict=True):
            if bits and not (isinstance(found, ArrayType) and found.element is LiteralType.BOOLEAN):
                return f"the bits are an array of booleans, not {found}"
            inner = found
            while isinstance(inner, ArrayType):
                inner = inner.element
            if not isinstance(inner, LiteralType) or inner in _WITHOUT_BITS:
                return f"bits are those of literals and arrays of literals, not of {found}"
        return ""

    def read(self, scanner: Scanner) -> Statement:
        operand = read_operand(scanner)
        source = self._type(scanner, self.reads)
        scanner.expects("into")
        destination = read_locator(scanner)
        result = self._type(scanner, not self.reads)
        return Statement((operand,), (destination,), types=(source, result))

    def write(self, statement: Statement) -> str:
        source, result = (str(t) for t in statement.types)
        return f" {statement.operands[0]}  ({source}) into r{statement.destinations[0]} ({result})"

    def sample(self) -> Statement:
        types = (LiteralType.U8, ArrayType(LiteralType.BOOLEAN, 8))
        return Statement(_registers(1), (1,), types=types[::-1] if self.reads else types)

    def usage(self) -> str:
        return "a (T) into r (T)"


def _more(scanner: Scanner) -> bool:
    """Whether another register follows."""
    scanner.blanks()
    return scanner.at("r")


@dataclass(frozen=True)
class CallForm(OperandSyntax):
    """``call f a b into r s`` and ``async f a b into r``."""

    external: bool = True
    needs_destination: bool = False

    def read(self, scanner: Scanner) -> Statement:
        scanner.blanks()
        name = scan_reference(scanner, "a callee") if self.external else scan_name(scanner, "a function name")
        operands = read_operands(scanner, MAX_OPERANDS)
        destinations: list[int] = []
        if scanner.takes("into"):
            destinations.append(read_locator(scanner))
            while not self.needs_destination and len(destinations) <= MAX_OPERANDS and _more(scanner):
                destinations.append(read_locator(scanner))
        elif self.needs_destination:
            scanner.expects("into")
        if len(destinations) > MAX_OPERANDS:
            raise scanner.fail(f"more than {MAX_OPERANDS} destinations")
        return Statement(operands, tuple(destinations), name)

    def write(self, statement: Statement) -> str:
        return f" {statement.target}{_operands(statement)}{_into(statement)}"

    def sample(self) -> Statement:
        return Statement(_registers(2), (2,), "token.aleo/transfer" if self.external else "transfer")

    def usage(self) -> str:
        return "name a… into r…"


@dataclass(frozen=True)
class DynamicCallForm(OperandSyntax):
    """``call.dynamic P N F with a b (as T U) into r s (as V W)``."""

    def _types(self, scanner: Scanner, count: int) -> list[InterfaceType]:
        scanner.expects("(")
        scanner.expects("as")
        types: list[InterfaceType] = []
        while not scanner.takes(")"):
            types.append(scan_value_type(scanner))
        if len(types) != count or not count:
            raise scanner.fail(f"there are {count} operands or destinations, and {len(types)} types")
        return types

    def read(self, scanner: Scanner) -> Statement:
        operands = [read_operand(scanner) for _ in range(3)]
        destinations: list[int] = []
        types: list[InterfaceType] = []
        if scanner.takes("with"):
            given = read_operands(scanner, MAX_OPERANDS)
            operands += given
            types += self._types(scanner, len(given))
        if scanner.takes("into"):
            destinations.append(read_locator(scanner))
            while len(destinations) <= MAX_OPERANDS and _more(scanner):
                destinations.append(read_locator(scanner))
            if len(destinations) > MAX_OPERANDS:
                raise scanner.fail(f"more than {MAX_OPERANDS} destinations")
            types += self._types(scanner, len(destinations))
        return Statement(tuple(operands), tuple(destinations), types=tuple(types))

    def fault(self, statement: Statement) -> str:
        given, made = len(statement.operands) - 3, len(statement.destinations)
        if max(given, made) > MAX_OPERANDS:
            return f"more than {MAX_OPERANDS} operands or destinations"
        if len(statement.types) != given + made:
            return f"there are {given + made} operands and destinations, and {len(statement.types)} types"
        for index, type_ in enumerate(statement.types):
            if not isinstance(type_, PlaintextValue | DynamicRecord | DynamicFuture) or (
                isinstance(type_, DynamicFuture) and index < given
            ):
                return f"a dynamic call does not {'take' if index < given else 'return'} a {type_}"
            if isinstance(type_, PlaintextValue) and type_.visibility is Visibility.CONSTANT:
                return f"a dynamic call has no constants, such as {type_}"
        return ""

    def write(self, statement: Statement) -> str:
        target, count = "".join(f" {o}" for o in statement.operands[:3]), len(statement.operands) - 3
        types = [str(t) for t in statement.types]
        given = f" with{_operands(statement, 3)} (as {' '.join(types[:count])})" if count else ""
        made = f"{_into(statement)} (as {' '.join(types[count:])})" if statement.destinations else ""
        return target + given + made

    def sample(self) -> Statement:
        seen = PlaintextValue(Visibility.PUBLIC, LiteralType.U64)
        return Statement(_registers(4), (4,), types=(seen, seen))

    def usage(self) -> str:
        return "program network function with a… (as T…) into r… (as T…)"


@dataclass(frozen=True)
class DynamicEntryForm(OperandSyntax):
    """``get.record.dynamic r0.name into r1 as T``, with the visibility of the entry or without."""

    def read(self, scanner: Scanner) -> Statement:
        operand = read_operand(scanner)
        scanner.expects("into")
        destination = read_locator(scanner)
        type_ = _as_type(scanner)
        seen = next((v for v in Visibility if scanner.take(f".{v}")), None)
        declared = type_ if seen is None else PlaintextValue(seen, type_)
        return Statement((operand,), (destination,), types=(declared,))

    def fault(self, statement: Statement) -> str:
        register = statement.operands[0]
        if isinstance(register, Register) and [type(access) for access in register.accesses] == [str]:
            return ""
        return f"'{register}' is not one entry of a register"

    def write(self, statement: Statement) -> str:
        return f"{_operands(statement)}{_into(statement)} as {statement.types[0]!s}"

    def sample(self) -> Statement:
        return Statement((Register(0, ("amount",)),), (1,), types=(LiteralType.U64,))

    def usage(self) -> str:
        return "record.entry into r as T"


@dataclass(frozen=True)
class MappingForm(OperandSyntax):
    """``get m[k] into r``, ``get.or_use m[k] d into r``, ``contains m[k] into r``, ``remove m[k]``."""

    has_default: bool = False
    has_destination: bool = True
    external: bool = True

    def read(self, scanner: Scanner) -> Statement:
        scanner.blanks()
        target = scan_reference(scanner, "a mapping") if self.external else scan_name(scanner, "a mapping")
        operands = [_key(scanner)]
        if self.has_default:
            operands.append(read_operand(scanner))
        if not self.has_destination:
            return Statement(tuple(operands), (), target)
        scanner.expects("into")
        return Statement(tuple(operands), (read_locator(scanner),), target)

    def write(self, statement: Statement) -> str:
        return f" {statement.target}[{statement.operands[0]}]{_operands(statement, 1)}{_into(statement)}"

    def sample(self) -> Statement:
        count = 1 + self.has_default
        return Statement(_registers(count), (count,) * self.has_destination, "balances")

    def usage(self) -> str:
        default = " default" if self.has_default else ""
        return f"mapping[key]{default}" + (" into r" if self.has_destination else "")


@dataclass(frozen=True)
class DynamicMappingForm(OperandSyntax):
    """``get.dynamic P N M[k] into r as T`` and its kin."""

    has_default: bool = False
    has_type: bool = True

    def read(self, scanner: Scanner) -> Statement:
        operands = [read_operand(scanner) for _ in range(3)]
        scanner.blanks()
        operands.append(_key(scanner))
        if self.has_default:
            operands.append(read_operand(scanner))
        scanner.expects("into")
        destination = read_locator(scanner)
        if not self.has_type:
            return Statement(tuple(operands), (destination,))
        return Statement(tuple(operands), (destination,), types=(_as_type(scanner),))

    def write(self, statement: Statement) -> str:
        program, network, mapping, key = statement.operands[:4]
        made = f" as {statement.types[0]!s}" if self.has_type else ""
        return f" {program} {network} {mapping}[{key}]{_operands(statement, 4)}{_into(statement)}{made}"

    def sample(self) -> Statement:
        count = 4 + self.has_default
        return Statement(_registers(count), (count,), types=(LiteralType.U64,) * self.has_type)

    def usage(self) -> str:
        return "program network mapping[key] into r"


@dataclass(frozen=True)
class SetForm(OperandSyntax):
    """``set v into m[k]``; the operands are the value, then the key."""

    def read(self, scanner: Scanner) -> Statement:
        value = read_operand(scanner)
        scanner.expects("into")
        scanner.blanks()
        target = scan_name(scanner, "a mapping")
        return Statement((value, _key(scanner)), (), target)

    def write(self, statement: Statement) -> str:
        return f" {statement.operands[0]} into {statement.target}[{statement.operands[1]}]"

    def sample(self) -> Statement:
        return Statement(_registers(2), (), "balances")

    def usage(self) -> str:
        return "value into mapping[key]"


@dataclass(frozen=True)
class BranchForm(OperandSyntax):
    """``branch.eq a b to position``."""

    def read(self, scanner: Scanner) -> Statement:
        operands = (read_operand(scanner), read_operand(scanner))
        scanner.expects("to")
        scanner.blanks()
        return Statement(operands, (), scan_name(scanner, "a position"))

    def write(self, statement: Statement) -> str:
        return f"{_operands(statement)} to {statement.target}"

    def sample(self) -> Statement:
        return Statement(_registers(2), (), "done")

    def usage(self) -> str:
        return "a b to position"


@dataclass(frozen=True)
class PositionForm(OperandSyntax):
    """``position name``."""

    def read(self, scanner: Scanner) -> Statement:
        scanner.blanks()
        return Statement(target=scan_name(scanner, "a position"))

    def write(self, statement: Statement) -> str:
        return f" {statement.target}"

    def sample(self) -> Statement:
        return Statement(target="done")

    def usage(self) -> str:
        return "name"


_NOT_DRAWN = (LiteralType.STRING, LiteralType.IDENTIFIER)


@dataclass(frozen=True)
class RandomForm(OperandSyntax):
    """``rand.chacha a b into r as T`` with at most two seeds and a literal type."""

    def read(self, scanner: Scanner) -> Statement:
        operands = read_operands(scanner, 2)
        scanner.expects("into")
        destination = read_locator(scanner)
        scanner.expects("as")
        scanner.blanks()
        return Statement(operands, (destination,), types=(scan_literal_type(scanner),))

    def fault(self, statement: Statement) -> str:
        found = statement.types[0]
        return f"no random {found} is drawn" if found in _NOT_DRAWN else ""

    def write(self, statement: Statement) -> str:
        return f"{_operands(statement)}{_into(statement)} as {statement.types[0]!s}"

    def sample(self) -> Statement:
        return Statement(_registers(1), (1,), types=(LiteralType.U64,))

    def usage(self) -> str:
        return "a b into r as T"
