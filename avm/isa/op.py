"""The whole contract of an opcode: text form, types, evaluation, constraints, documentation.

An opcode is one object of a subclass of ``Op``, declared in one file of ``avm.isa.ops``. Parser, printer,
checker, machine, circuit, completion and reference read that object only.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import cache, partial
from keyword import iskeyword
from types import ModuleType
from typing import TYPE_CHECKING, cast

from avm.base.errors import CheckFailure, Unsupported
from avm.data.literal import Literal
from avm.isa.machine import CircuitMachine, Machine, Results, TypeScope, Values
from avm.isa.operand_syntax import Operands, OperandSyntax
from avm.isa.sizes import priced_bytes
from avm.isa.statement import Statement
from avm.isa.types import RegisterType
from avm.types.literal_type import LiteralType, LiteralValue

if TYPE_CHECKING:
    from avm.data.circuit_values import CircuitLiteral, LiteralVar
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem

OFF_CHAIN = frozenset({"function", "closure"})
ON_CHAIN = frozenset({"finalize", "constructor", "view"})
CHANGING = ON_CHAIN - {"view"}
"""Bodies on chain that a block runs: they change mappings, draw what is random and call views."""
EVERYWHERE = OFF_CHAIN | ON_CHAIN

Types = Sequence[RegisterType]
Row = tuple[tuple[LiteralType, ...], LiteralType]
"""One line of a type table: operand types and the result type."""


class Trait(Flag):
    """What holds of an opcode whatever its operands are.

    ``PURE``: the results follow from operands and named types alone, nothing is read, drawn or changed.
    ``COMMUTATIVE``: its two operands may change places. ``CAN_HALT``: there are operands for which it halts;
    without it there are none. ``READS`` and ``WRITES``: it asks or changes a mapping.
    """

    NONE = 0
    PURE = auto()
    COMMUTATIVE = auto()
    CAN_HALT = auto()
    READS = auto()
    WRITES = auto()


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
    ``traits`` are given, it may act and it may halt. ``counts`` maps literal types, those of the operands and
    then those that a statement names, to the size of the circuit for private operands.
    """

    mnemonic: str
    code: int | None
    form: OperandSyntax
    summary: str
    places: frozenset[str] = EVERYWHERE
    price: int = 500
    byte_price: int = 0
    traits: Trait = Trait.CAN_HALT
    counts: Mapping[tuple[LiteralType, ...], Count] = field(default_factory=dict)

    @property
    def is_command(self) -> bool:
        """Whether this is a finalize command rather than an instruction."""
        return self.code is None

    @property
    def usage(self) -> str:
        """The shape of a statement, for people."""
        return f"{self.mnemonic} {self.form.usage()}"

    def sample(self) -> Statement:
        """Return a statement with this opcode, as an example."""
        return self.form.sample()

    @property
    def example(self) -> str:
        """A statement with this opcode as it is written."""
        return f"{self.mnemonic}{self.form.write(self.sample())};"

    @property
    def is_finalize_only(self) -> bool:
        """Whether this can stand on chain only."""
        return self.places <= ON_CHAIN

    @property
    def is_total(self) -> bool:
        """Whether this does nothing but give its results, for all operands: unread, it can be left out."""
        return Trait.PURE in self.traits and Trait.CAN_HALT not in self.traits

    @property
    def has_circuit(self) -> bool:
        """Whether the constraints of this opcode are built."""
        return type(self).synthesize is not Op.synthesize

    @abstractmethod
    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        """Return the types of the destinations; raises ``CheckFailure`` for operands that do not fit."""

    @abstractmethod
    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        """Return the values of the destinations; raises ``Halt``."""

    def evaluation(
        self, statement: Statement, types: tuple[LiteralType, ...]
    ) -> Callable[..., LiteralValue] | None:
        """Return the function of the operands' plain values that gives that of the only result, a literal.

        ``types`` are those of the operands. It agrees with ``evaluate``; None where evaluation needs more.
        """
        return None

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        """Add the constraints to ``cs`` and return the assigned values of the destinations."""
        raise Unsupported(
            f"the constraints of '{self.mnemonic}' are not built yet",
            hint="The program can be run; it cannot be proved.",
        )

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        """Return the cost of running this once in finalize code (`synthesizer/process/src/cost.rs`)."""
        return self.price + self.byte_price * sum(priced_bytes(t, scope) for t in operands if self.byte_price)

    def cost_at(self, version: int, statement: Statement, operands: Types, scope: TypeScope) -> int:
        """Return the cost under the rules of a version of the consensus; most costs never changed."""
        return self.cost(statement, operands, scope)

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

    Both halves are found in ``avm.types`` by the name of the opcode (``half_name``): the evaluation is the
    function of that name in the value module of the first operand's type, the circuit the method of that
    name of the first variable. An opcode that chooses otherwise overrides ``evaluate_values`` and ``gadget``.

    ``prices`` are the costs of types that are dearer, by the first operand. ``halting`` are the types of the
    result for which there are operands that halt. It is pure, with any other traits that are given.
    """

    form: OperandSyntax = field(init=False)
    rows: tuple[Row, ...]
    prices: Mapping[LiteralType, int] = field(default_factory=dict)
    halting: tuple[LiteralType, ...] = ()
    traits: Trait = Trait.NONE
    table: Mapping[tuple[LiteralType, ...], LiteralType] = field(init=False, repr=False, compare=False)
    half_name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = self.mnemonic.replace(".", "_")
        taken = iskeyword(name) or hasattr(builtins, name)
        halts = Trait.CAN_HALT if self.halting else Trait.NONE
        object.__setattr__(self, "form", Operands(len(self.rows[0][0])))
        object.__setattr__(self, "half_name", name + "_" * taken)
        object.__setattr__(self, "table", dict(self.rows))
        object.__setattr__(self, "traits", self.traits | Trait.PURE | halts)

    def evaluate_values(self, types: tuple[LiteralType, ...], values: Sequence[LiteralValue]) -> LiteralValue:
        """Return the plain Python value of the result; raises ``Halt``."""
        return value_function(types[0], self.half_name)(types[0], *values)

    def evaluation(self, statement: Statement, types: tuple[LiteralType, ...]) -> Callable[..., LiteralValue]:
        if type(self).evaluate_values is LiteralOp.evaluate_values:
            return partial(value_function(types[0], self.half_name), types[0])
        return lambda *values: self.evaluate_values(types, values)

    def gadget(self, operands: Sequence[LiteralVar]) -> LiteralVar:
        """Add the constraints on variables of ``avm.types`` and return the variable of the result."""
        result: LiteralVar = getattr(operands[0], self.half_name)(*operands[1:])
        return result

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        result = self.table.get(tuple(operands))  # type: ignore[arg-type]
        if result is None:
            raise self.refuse(operands)
        return (result,)

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        first = operands[0]
        return self.prices.get(first, self.price) if isinstance(first, LiteralType) else self.price

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        literals = cast(Sequence[Literal], values)
        types = tuple([v.type for v in literals])
        return (Literal(self.table[types], self.evaluate_values(types, [v.value for v in literals])),)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitLiteral

        literals = cast("Sequence[CircuitLiteral]", operands)
        result = self.table[tuple([o.type for o in literals])]
        return (CircuitLiteral(result, self.gadget([o.var for o in literals])),)


INTEGERS = tuple(t for t in LiteralType if t.is_integer)
UNSIGNED = tuple(t for t in INTEGERS if not t.is_signed)
SIGNED = tuple(t for t in INTEGERS if t.is_signed)
MAGNITUDES = (LiteralType.U8, LiteralType.U16, LiteralType.U32)


Size = tuple[int, int, int]
"""The numbers of a ``Count``."""


def integer_counts(
    arity: int, signed: Callable[[int], Size] | None, unsigned: Callable[[int], Size] | None
) -> dict[tuple[LiteralType, ...], Count]:
    """Return circuit sizes for integers of each width; None leaves a signedness out."""
    return {
        (type_,) * arity: Count(*size(type_.bits))
        for type_ in INTEGERS
        if (size := signed if type_.is_signed else unsigned) is not None
    }


def magnitude_counts(
    signed: Callable[[int, int], Size], unsigned: Callable[[int, int], Size]
) -> dict[tuple[LiteralType, ...], Count]:
    """Return circuit sizes of shifts and powers by the widths of the integer and of the magnitude."""
    return {
        (type_, magnitude): Count(*(signed if type_.is_signed else unsigned)(type_.bits, magnitude.bits))
        for type_ in INTEGERS
        for magnitude in MAGNITUDES
    }


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
def value_module(type_: LiteralType) -> ModuleType:
    """Return the module of ``avm.types`` that computes with values of ``type_``."""
    from avm.types import boolean, group, scalar
    from avm.types import field as field_module
    from avm.types.integers import values as integers

    special = {
        LiteralType.BOOLEAN: boolean,
        LiteralType.FIELD: field_module,
        LiteralType.GROUP: group,
        LiteralType.SCALAR: scalar,
    }
    return special.get(type_, integers)


@cache
def value_function(type_: LiteralType, name: str) -> Callable[..., LiteralValue]:
    """Return the function ``name`` of a type: it takes the type and the values of the operands."""
    found: Callable[..., LiteralValue] = getattr(value_module(type_), name)
    return found
