"""Commands that steer a finalize block: ``branch.eq``, ``branch.neq``, ``position``, ``await``."""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import CheckFailure
from avm.data.scanner import Scanner
from avm.data.types import FutureValue
from avm.isa.machine import Machine, Results, TypeScope, Values
from avm.isa.op import ON_CHAIN, Op, Types
from avm.isa.operand import Register, read_register
from avm.isa.operand_syntax import BranchForm, OperandSyntax, PositionForm
from avm.isa.statement import Statement
from avm.isa.types import DynamicFuture, is_plaintext


@dataclass(frozen=True)
class AwaitForm(OperandSyntax):
    """``await r0``."""

    def read(self, scanner: Scanner) -> Statement:
        """Read the register."""
        return Statement((read_register(scanner),))

    def write(self, statement: Statement) -> str:
        """Print the register."""
        return f" {statement.operands[0]}"

    def sample(self) -> Statement:
        """An example."""
        return Statement((Register(0),))

    def usage(self) -> str:
        """Shape for people."""
        return "r"


@dataclass(frozen=True, kw_only=True)
class BranchOp(Op):
    """``branch.eq`` and ``branch.neq``."""

    wanted: bool

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        if not all(is_plaintext(t) for t in operands) or not scope.same_type(operands[0], operands[1]):
            raise CheckFailure(
                f"Command '{self.mnemonic}' expects operands of the same type. Found operands of type "
                f"'{operands[0]}' and '{operands[1]}'"
            )
        if not scope.has_position(statement.target):
            raise CheckFailure(f"there is no position '{statement.target}' to go to")
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        if (values[0] == values[1]) is self.wanted:
            machine.jump(statement.target)
        return ()


@dataclass(frozen=True, kw_only=True)
class PositionOp(Op):
    """``position``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        return ()


@dataclass(frozen=True, kw_only=True)
class AwaitOp(Op):
    """``await``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        if not isinstance(operands[0], FutureValue | DynamicFuture):
            raise self.refuse(operands, hint="Only a future can be awaited.")
        register = statement.operands[0]
        assert isinstance(register, Register)
        if register.accesses:
            raise self.refuse(operands, hint=f"The awaited future is a whole register, not {register}.")
        return ()

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        machine.await_future(values[0])
        return ()


OPS: tuple[Op, ...] = (
    BranchOp(
        mnemonic="branch.eq",
        code=None,
        form=BranchForm(),
        places=ON_CHAIN,
        wanted=True,
        summary="Continues at a later position when two values are equal.",
    ),
    BranchOp(
        mnemonic="branch.neq",
        code=None,
        form=BranchForm(),
        places=ON_CHAIN,
        wanted=False,
        summary="Continues at a later position when two values differ.",
    ),
    PositionOp(
        mnemonic="position",
        code=None,
        price=100,
        form=PositionForm(),
        places=ON_CHAIN,
        summary="A place that branches can go to.",
    ),
    AwaitOp(
        mnemonic="await",
        code=None,
        form=AwaitForm(),
        places=frozenset({"finalize"}),
        summary="Runs the finalize block of a future to its end before continuing. Halts when that block "
        "halts.",
    ),
)
