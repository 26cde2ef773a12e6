"""Equality of whole values: ``is.eq``, ``is.neq`` give a boolean, ``assert.eq``, ``assert.neq`` halt."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.data.value import inline
from avm.isa.machine import CircuitMachine, Machine, MachineValue, Results, TypeScope, Values
from avm.isa.op import Count, Op, Trait, Types
from avm.isa.operand_syntax import Operands
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem
    from avm.types.boolean import BooleanVar


_UNLIKE = {LiteralType.ADDRESS: 5, LiteralType.GROUP: 5, LiteralType.BOOLEAN: 1, LiteralType.SIGNATURE: 20}
"""Variables of a comparison where they are not two."""


def _counts(asserted: int) -> dict[tuple[LiteralType, ...], Count]:
    kinds = [t for t in LiteralType if t is not LiteralType.STRING]
    sizes = {t: _UNLIKE.get(t, 2) for t in kinds}
    return {(t, t): Count(0, size, size + asserted) for t, size in sizes.items()}


def _text(value: MachineValue) -> str:
    text = inline(value)
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True, kw_only=True)
class EqualityOp(Op):
    """Compares two values of one type, member by member."""

    wanted: bool

    def _check(self, operands: Types, scope: TypeScope) -> None:
        if not scope.same_type(operands[0], operands[1]):
            raise CheckFailure(
                f"Instruction '{self.mnemonic}' expects inputs of the same type. Found inputs of type "
                f"'{operands[0]}' and '{operands[1]}'"
            )

    def _bit(self, operands: Sequence[Wire]) -> BooleanVar:
        from avm.isa.wire_equality import compare

        return compare(operands[0], operands[1], self.wanted)


@dataclass(frozen=True, kw_only=True)
class IsOp(EqualityOp):
    """``is.eq`` and ``is.neq``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        self._check(operands, scope)
        return (LiteralType.BOOLEAN,)

    def evaluation(self, statement: Statement, types: tuple[LiteralType, ...]) -> Callable[..., bool]:
        return operator.eq if self.wanted else operator.ne

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        return (Literal(LiteralType.BOOLEAN, (values[0] == values[1]) is self.wanted),)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitLiteral

        return (CircuitLiteral(LiteralType.BOOLEAN, self._bit(operands)),)


@dataclass(frozen=True, kw_only=True)
class AssertOp(EqualityOp):
    """``assert.eq`` and ``assert.neq``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        self._check(operands, scope)
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        if (values[0] == values[1]) is not self.wanted:
            left, right = _text(values[0]), _text(values[1])
            raise Halt(
                f"{left} is not equal to {right}, so {self.mnemonic} halts"
                if self.wanted
                else f"both values are {left}, so {self.mnemonic} halts"
            )
        return ()

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        cs.assert_true(self._bit(operands).lc)
        return ()


IS_EQ = IsOp(
    mnemonic="is.eq",
    code=41,
    form=Operands(2),
    wanted=True,
    counts=_counts(asserted=0),
    traits=Trait.PURE | Trait.COMMUTATIVE,
    summary="Says whether two values of one type are equal, whole structs and arrays included. Never halts.",
)
IS_NEQ = IsOp(
    mnemonic="is.neq",
    code=42,
    form=Operands(2),
    wanted=False,
    counts=_counts(asserted=0),
    traits=Trait.PURE | Trait.COMMUTATIVE,
    summary="Says whether two values of one type differ. Never halts.",
)
ASSERT_EQ = AssertOp(
    mnemonic="assert.eq",
    code=5,
    form=Operands(2, has_destination=False),
    wanted=True,
    counts=_counts(asserted=1),
    traits=Trait.COMMUTATIVE | Trait.CAN_HALT,
    summary="Halts unless two values of one type are equal.",
)
ASSERT_NEQ = AssertOp(
    mnemonic="assert.neq",
    code=6,
    form=Operands(2, has_destination=False),
    wanted=False,
    counts=_counts(asserted=1),
    traits=Trait.COMMUTATIVE | Trait.CAN_HALT,
    summary="Halts unless two values of one type differ.",
)

OPS: tuple[Op, ...] = (IS_EQ, IS_NEQ, ASSERT_EQ, ASSERT_NEQ)
