"""``call`` and ``async``: closures and functions of other programs, and the future of a finalize block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.base.errors import CheckFailure
from avm.data.future import Future
from avm.data.types import FutureValue
from avm.isa.machine import CircuitMachine, Machine, Results, TypeScope, Values
from avm.isa.op import Op, Trait, Types
from avm.isa.operand_syntax import CallForm
from avm.isa.statement import Statement
from avm.isa.types import DynamicFuture, is_plaintext

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem


@dataclass(frozen=True, kw_only=True)
class CallOp(Op):
    """``call``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        signature = scope.callee(statement.target)
        if len(operands) != len(signature.inputs):
            raise CheckFailure(
                f"'{statement.target}' takes {len(signature.inputs)} inputs, {len(operands)} are given"
            )
        if len(statement.destinations) != len(signature.outputs):
            taken = f"{len(statement.destinations)} are taken"
            raise CheckFailure(f"'{statement.target}' returns {len(signature.outputs)} values, {taken}")
        for index, (wanted, found) in enumerate(zip(signature.inputs, operands, strict=True)):
            if signature.is_view and not scope.same_type(wanted, found):
                raise CheckFailure(
                    f"Input '{index}' of view '{statement.target}' expects '{wanted}', found '{found}'"
                )
        return signature.outputs

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        return machine.call(statement, values)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        return machine.call(statement, operands)


@dataclass(frozen=True, kw_only=True)
class AsyncOp(Op):
    """``async``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        if statement.target != scope.name:
            raise CheckFailure(f"'async {statement.target}' must name its own function, '{scope.name}'")
        expected = scope.finalize_inputs()
        name = f"{scope.program}/{statement.target}"
        if len(expected) != len(operands):
            raise CheckFailure(
                f"'{name}' finalize expects {len(expected)} arguments, found {len(operands)} arguments"
            )
        for wanted, found in zip(expected, operands, strict=True):
            fits = is_plaintext(found) or isinstance(found, FutureValue | DynamicFuture)
            if not fits or not scope.same_type(wanted, found):
                raise CheckFailure(
                    f"'{name}' finalize expects a '{wanted}' argument, found a '{found}' argument"
                )
        return (FutureValue(scope.program, statement.target),)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        return (Future(machine.scope.program, statement.target, tuple(values)),)  # type: ignore[arg-type]

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_future import CircuitFuture
        from avm.isa.wire import as_argument

        arguments = [as_argument(operand) for operand in operands]
        return (CircuitFuture.build(cs, machine.scope.program, statement.target, arguments),)


CALL = CallOp(
    mnemonic="call",
    code=8,
    form=CallForm(),
    places=frozenset({"function", "finalize"}),
    summary="Runs a closure of this program, or a function of an imported one, and takes its outputs. "
    "In finalize it runs a view. Halts when the callee halts.",
)
ASYNC = AsyncOp(
    mnemonic="async",
    code=7,
    form=CallForm(external=False, needs_destination=True),
    places=frozenset({"function"}),
    traits=Trait.NONE,
    summary="Makes the future of this function's finalize block with its inputs. "
    "It is the last call of a function and must take every future made before it. Never halts.",
)

OPS: tuple[Op, ...] = (CALL, ASYNC)
