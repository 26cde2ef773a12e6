"""The whole contract of an opcode: text form, types, evaluation, constraints, documentation.

An opcode is one object of a subclass of ``Op``, declared in one file of ``avm.isa.ops``. Parser, printer,
checker, machine, circuit, completion and reference read that object only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import cache
from typing import Any, cast

from avm.base.errors import CheckFailure, Unsupported
from avm.data.literal import Literal
from avm.isa.machine import CircuitMachine, Machine, MachineValue, TypeScope
from avm.isa.operand_syntax import OperandSyntax, Plain
from avm.isa.sizes import priced_bytes
from avm.isa.statement import Statement
from avm.isa.types import RegisterType
from avm.types.literal_type import LiteralType

OFF_CHAIN = frozenset({"function", "closure"})
ON_CHAIN = frozenset({"finalize", "constructor", "view"})
EVERYWHERE = OFF_CHAIN | ON_CHAIN

Row = tuple[tuple[LiteralType, ...], LiteralType]
"""One line of a type table: operand types and the result type."""


class Trait(Flag):
    """What holds of an opcode whatever its operands are.

    ``PURE``: the results follow from operands and named types alone, nothing is read, drawn or changed.
    ``COMMUTATIVE``: its two operands may change places. ``CAN_HALT``: there are operands for which it halts;
    without it there are none.
    """

    NONE = 0
    PURE = auto()
    COMMUTATIVE = auto()
    CAN_HALT = auto()


@dataclass(frozen=True, slots=True)
class Count:
    """Constants, private variables and constraints an opcode makes for variable operands."""

    constants: int
    private: int
    constraints: int


@dataclass(frozen=True, kw_only=True)
class Op(ABC):
    """An opcode. ``code`` is its number in the binary encoding, None for finalize commands.

    ``places`` says in which bodies it may stand; ``summary`` says in a paragraph what it does and when it
    halts. ``price`` and ``byte_price`` (for each byte of the operands) are its cost on chain in
    microcredits, before the division by 25 that consensus version 10 brought. Where no
    ``traits`` are given, it may act and it may halt.
    """

    mnemonic: str
    code: int | None
    form: OperandSyntax
    summary: str
    places: frozenset[str] = EVERYWHERE
    price: int = 500
    byte_price: int = 0
    traits: Trait = Trait.CAN_HALT

    @property
    def is_command(self) -> bool:
        """Whether this is a finalize command rather than an instruction."""
        return self.code is None

    @property
    def usage(self) -> str:
        """The shape of a statement, for people."""
        return f"{self.mnemonic} {self.form.usage()}"

    @property
    def is_total(self) -> bool:
        """Whether this does nothing but give its results, for all operands: unread, it can be left out."""
        return Trait.PURE in self.traits and Trait.CAN_HALT not in self.traits

    @property
    def has_circuit(self) -> bool:
        """Whether the constraints of this opcode are built."""
        return type(self).synthesize is not Op.synthesize

    @abstractmethod
    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        """Return the types of the destinations; raises ``CheckFailure`` for operands that do not fit."""

    @abstractmethod
    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        """Return the values of the destinations; raises ``Halt``."""

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        """Add the constraints to ``cs`` and return the assigned values of the destinations."""
        raise Unsupported(
            f"the constraints of '{self.mnemonic}' are not built yet",
            hint="The program can be run; it cannot be proved.",
        )

    def cost(self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope) -> int:
        """Return the cost of running this once in finalize code (`synthesizer/process/src/cost.rs`)."""
        return self.price + self.byte_price * sum(priced_bytes(t, scope) for t in operands if self.byte_price)

    def refuse(self, operands: Iterable[RegisterType], hint: str = "") -> CheckFailure:
        """Build the failure for operand types this opcode does not take."""
        found = ", ".join(str(t) for t in operands)
        return CheckFailure(
            f"Invalid operand types for the '{self.mnemonic}' instruction",
            hint=hint or f"'{self.mnemonic}' does not take {found}.",
        )


@dataclass(frozen=True, kw_only=True)
class LiteralOp(Op):
    """An opcode on literals with a finite type table.

    ``compute(types, values)`` is the evaluation on plain Python values; ``connect(vars)`` the circuit half on
    variables of ``avm.types``; ``counts`` maps operand types to the size of the circuit for private operands;
    ``prices`` are the costs of types that are dearer, by the first operand. ``halting`` are the types of the
    result for which there are operands that halt. It is pure, with any other traits that are given.
    """

    rows: tuple[Row, ...]
    compute: Callable[[tuple[LiteralType, ...], Sequence[Any]], Any]
    connect: Callable[[Sequence[Any]], Any] | None = None
    counts: Mapping[tuple[LiteralType, ...], Count] = field(default_factory=dict)
    prices: Mapping[LiteralType, int] = field(default_factory=dict)
    halting: tuple[LiteralType, ...] = ()
    traits: Trait = Trait.NONE
    table: Mapping[tuple[LiteralType, ...], LiteralType] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", dict(self.rows))
        halts = Trait.CAN_HALT if self.halting else Trait.NONE
        object.__setattr__(self, "traits", self.traits | Trait.PURE | halts)

    @property
    def has_circuit(self) -> bool:
        return self.connect is not None

    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        key = tuple(operands)
        result = self.table.get(key) if all(isinstance(t, LiteralType) for t in key) else None  # type: ignore[arg-type]
        if result is None:
            raise self.refuse(operands)
        return (result,)

    def cost(self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope) -> int:
        first = operands[0]
        return self.prices.get(first, self.price) if isinstance(first, LiteralType) else self.price

    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        literals = cast(Sequence[Literal], values)
        types = tuple([v.type for v in literals])
        return (Literal(self.table[types], self.compute(types, [v.value for v in literals])),)

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        from avm.data.circuit_values import CircuitLiteral

        if self.connect is None:
            return super().synthesize(cs, operands, parts, machine)
        result = self.table[tuple(o.type for o in operands)]
        return (CircuitLiteral(result, self.connect([o.var for o in operands])),)


INTEGERS = tuple(t for t in LiteralType if t.is_integer)
UNSIGNED = tuple(t for t in INTEGERS if not t.is_signed)
SIGNED = tuple(t for t in INTEGERS if t.is_signed)
MAGNITUDES = (LiteralType.U8, LiteralType.U16, LiteralType.U32)


def integer_counts(
    arity: int,
    signed: Callable[[int], tuple[int, int, int] | None],
    unsigned: Callable[[int], tuple[int, int, int] | None],
) -> dict[tuple[LiteralType, ...], Count]:
    """Return circuit sizes for integers of each width; a function that returns None leaves one out."""
    counts = {}
    for type_ in INTEGERS:
        size = (signed if type_.is_signed else unsigned)(type_.bits)
        if size is not None:
            counts[(type_,) * arity] = Count(*size)
    return counts


def unary_rows(*types: LiteralType) -> tuple[Row, ...]:
    """Rows of an operation from a type to itself."""
    return tuple(((t,), t) for t in types)


def binary_rows(*types: LiteralType) -> tuple[Row, ...]:
    """Rows of an operation on two values of one type, with a result of that type."""
    return tuple(((t, t), t) for t in types)


def compare_rows(*types: LiteralType) -> tuple[Row, ...]:
    """Rows of a comparison of two values of one type."""
    return tuple(((t, t), LiteralType.BOOLEAN) for t in types)


def magnitude_rows(*types: LiteralType) -> tuple[Row, ...]:
    """Rows of shifts and powers: any integer by a u8, u16 or u32."""
    return tuple(((t, m), t) for t in types for m in MAGNITUDES)


@cache
def half(type_: LiteralType) -> Any:
    """Return the module of ``avm.types`` that computes with values of ``type_``."""
    from avm.types import address, boolean, group, identifier, integers, scalar
    from avm.types import field as field_module

    special: dict[LiteralType, Any] = {
        LiteralType.ADDRESS: address,
        LiteralType.BOOLEAN: boolean,
        LiteralType.FIELD: field_module,
        LiteralType.GROUP: group,
        LiteralType.SCALAR: scalar,
        LiteralType.IDENTIFIER: identifier,
    }
    return special.get(type_, integers)


def unary(name: str) -> Callable[[tuple[LiteralType, ...], Sequence[Any]], Any]:
    """Return the evaluation that applies the value function ``name`` of the operand's type."""
    return lambda types, values: getattr(half(types[0]), name)(types[0], *values)


binary = unary
"""The same for two operands of one type: the first operand's type decides."""


def circuit(name: str) -> Callable[[Sequence[Any]], Any]:
    """Return the circuit half that calls the method ``name`` of the first variable."""
    return lambda operands: getattr(operands[0], name)(*operands[1:])


def plain(arity: int) -> Plain:
    """Form of an instruction with ``arity`` operands and one destination."""
    return Plain(arity)
