"""Commands on the public storage of programs: ``get``, ``get.or_use``, ``contains``, ``set``, ``remove``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext
from avm.isa.machine import Machine, Results, TypeScope, Values
from avm.isa.op import CHANGING, ON_CHAIN, Op, Trait, Types
from avm.isa.operand_syntax import MappingForm, SetForm
from avm.isa.statement import Statement
from avm.isa.types import RegisterType
from avm.types.literal_type import LiteralType


def _same(wanted: RegisterType, found: RegisterType, what: str, scope: TypeScope) -> None:
    if not scope.same_type(wanted, found):
        raise CheckFailure(f"{what} is a {wanted}, not a {found}")


@dataclass(frozen=True, kw_only=True)
class ReadOp(Op):
    """A command that reads a mapping; it costs by the size of the key."""

    price: int = 1_500
    byte_price: int = 10

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        return super().cost(statement, operands[:1], scope)

    def cost_at(self, version: int, statement: Statement, operands: Types, scope: TypeScope) -> int:
        dearer = 8_500 if version < 2 else 0
        return self.cost(statement, operands, scope) + dearer


@dataclass(frozen=True, kw_only=True)
class GetOp(ReadOp):
    """``get`` and ``get.or_use``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        key, value = scope.mapping(statement.target)
        _same(key, operands[0], f"the key of '{statement.target}'", scope)
        if len(operands) > 1:
            _same(value, operands[1], f"the value of '{statement.target}'", scope)
        return (operands[-1] if len(operands) > 1 else value,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        key = cast(Plaintext, values[0])
        found = machine.mapping_read(statement.target, key, self.mnemonic)
        if found is not None:
            return (found,)
        if len(values) > 1:
            return (values[1],)
        raise Halt(f"the mapping '{statement.target}' has no value for {key}, so get halts")


@dataclass(frozen=True, kw_only=True)
class ContainsOp(ReadOp):
    """``contains``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        key, _ = scope.mapping(statement.target)
        _same(key, operands[0], f"the key of '{statement.target}'", scope)
        return (LiteralType.BOOLEAN,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        found = machine.mapping_read(statement.target, cast(Plaintext, values[0]), self.mnemonic)
        return (Literal(LiteralType.BOOLEAN, found is not None),)


@dataclass(frozen=True, kw_only=True)
class SetOp(Op):
    """``set``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        key, value = scope.mapping(statement.target)
        _same(value, operands[0], f"the value of '{statement.target}'", scope)
        _same(key, operands[1], f"the key of '{statement.target}'", scope)
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        machine.mapping_write(statement.target, cast(Plaintext, values[1]), cast(Plaintext, values[0]))
        return ()


@dataclass(frozen=True, kw_only=True)
class RemoveOp(Op):
    """``remove``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        key, _ = scope.mapping(statement.target)
        _same(key, operands[0], f"the key of '{statement.target}'", scope)
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        machine.mapping_remove(statement.target, cast(Plaintext, values[0]))
        return ()


OPS: tuple[Op, ...] = (
    GetOp(
        mnemonic="get",
        code=None,
        form=MappingForm(),
        places=ON_CHAIN,
        traits=Trait.READS | Trait.CAN_HALT,
        summary="Reads a value of a mapping of this or an imported program. Halts when the key is missing.",
    ),
    GetOp(
        mnemonic="get.or_use",
        code=None,
        form=MappingForm(has_default=True),
        places=ON_CHAIN,
        traits=Trait.READS,
        summary="Reads a value of a mapping, or takes the default when the key is missing.",
    ),
    ContainsOp(
        mnemonic="contains",
        code=None,
        form=MappingForm(),
        places=ON_CHAIN,
        traits=Trait.READS,
        summary="Says whether a mapping has a value for a key.",
    ),
    SetOp(
        mnemonic="set",
        code=None,
        price=10_000,
        byte_price=100,
        form=SetForm(),
        places=CHANGING,
        traits=Trait.WRITES | Trait.CAN_HALT,
        summary="Stores a value in a mapping of this program.",
    ),
    RemoveOp(
        mnemonic="remove",
        code=None,
        price=10_000,
        form=MappingForm(has_destination=False, external=False),
        places=CHANGING,
        traits=Trait.WRITES | Trait.CAN_HALT,
        summary="Removes a key of a mapping of this program; nothing happens when it is absent.",
    ),
)
