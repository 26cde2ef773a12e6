"""Equality of whole values: ``is.eq``, ``is.neq`` give a boolean, ``assert.eq``, ``assert.neq`` halt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.data.value import inline
from avm.isa.machine import CircuitMachine, Machine, MachineValue, TypeScope
from avm.isa.op import Op, Trait
from avm.isa.operand_syntax import Plain
from avm.isa.statement import Statement
from avm.isa.types import RegisterType
from avm.types.literal_type import LiteralType


def _text(value: MachineValue) -> str:
    text = inline(value)
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True, kw_only=True)
class EqualityOp(Op):
    """Compares two values of one type, member by member."""

    wanted: bool

    def _check(self, operands: Sequence[RegisterType], scope: TypeScope) -> None:
        if not scope.same_type(operands[0], operands[1]):
            raise CheckFailure(
                f"Instruction '{self.mnemonic}' expects inputs of the same type. Found inputs of type "
                f"'{operands[0]}' and '{operands[1]}'"
            )


@dataclass(frozen=True, kw_only=True)
class IsOp(EqualityOp):
    """``is.eq`` and ``is.neq``."""

    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        self._check(operands, scope)
        return (LiteralType.BOOLEAN,)

    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        return (Literal(LiteralType.BOOLEAN, (values[0] == values[1]) is self.wanted),)

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        from avm.data.circuit_values import CircuitLiteral, is_eq, is_neq

        bit = (is_eq if self.wanted else is_neq)(*operands)
        return (CircuitLiteral(LiteralType.BOOLEAN, bit),)


@dataclass(frozen=True, kw_only=True)
class AssertOp(EqualityOp):
    """``assert.eq`` and ``assert.neq``."""

    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        self._check(operands, scope)
        return ()

    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        if (values[0] == values[1]) is not self.wanted:
            left, right = _text(values[0]), _text(values[1])
            raise Halt(
                f"{left} is not equal to {right}, so {self.mnemonic} halts"
                if self.wanted
                else f"both values are {left}, so {self.mnemonic} halts"
            )
        return ()

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        from avm.data.circuit_values import is_eq, is_neq

        cs.assert_true((is_eq if self.wanted else is_neq)(*operands).lc)
        return ()


IS_EQ = IsOp(
    mnemonic="is.eq",
    code=41,
    form=Plain(2),
    wanted=True,
    traits=Trait.PURE | Trait.COMMUTATIVE,
    summary="Says whether two values of one type are equal, whole structs and arrays included. Never halts.",
)
IS_NEQ = IsOp(
    mnemonic="is.neq",
    code=42,
    form=Plain(2),
    wanted=False,
    traits=Trait.PURE | Trait.COMMUTATIVE,
    summary="Says whether two values of one type differ. Never halts.",
)
ASSERT_EQ = AssertOp(
    mnemonic="assert.eq",
    code=5,
    form=Plain(2, has_destination=False),
    wanted=True,
    traits=Trait.COMMUTATIVE | Trait.CAN_HALT,
    summary="Halts unless two values of one type are equal.",
)
ASSERT_NEQ = AssertOp(
    mnemonic="assert.neq",
    code=6,
    form=Plain(2, has_destination=False),
    wanted=False,
    traits=Trait.COMMUTATIVE | Trait.CAN_HALT,
    summary="Halts unless two values of one type differ.",
)

OPS: tuple[Op, ...] = (IS_EQ, IS_NEQ, ASSERT_EQ, ASSERT_NEQ)
