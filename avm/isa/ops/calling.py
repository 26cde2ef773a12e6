"""``call`` and ``async``: closures and functions of other programs, and the future of a finalize block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from avm.base.errors import CheckFailure
from avm.data.future import Future
from avm.data.types import FutureValue
from avm.isa.machine import CircuitMachine, Machine, MachineValue, TypeScope
from avm.isa.op import Op, Trait
from avm.isa.operand_syntax import CallForm
from avm.isa.statement import Statement
from avm.isa.types import DynamicFuture, RegisterType, is_plaintext


@dataclass(frozen=True, kw_only=True)
class CallOp(Op):
    """``call``."""

    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        signature = scope.callee(parts.target)
        if len(operands) != len(signature.inputs):
            raise CheckFailure(
                f"'{parts.target}' takes {len(signature.inputs)} inputs, {len(operands)} are given"
            )
        if len(parts.destinations) != len(signature.outputs):
            raise CheckFailure(
                f"'{parts.target}' returns {len(signature.outputs)} values, {len(parts.destinations)} are "
                "taken"
            )
        return signature.outputs

    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        return machine.call(parts, values)

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        return machine.call(parts, operands)


@dataclass(frozen=True, kw_only=True)
class AsyncOp(Op):
    """``async``."""

    def result_types(
        self, parts: Statement, operands: Sequence[RegisterType], scope: TypeScope
    ) -> tuple[RegisterType, ...]:
        if parts.target != scope.name:
            raise CheckFailure(f"'async {parts.target}' must name its own function, '{scope.name}'")
        expected = scope.finalize_inputs()
        name = f"{scope.program}/{parts.target}"
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
        return (FutureValue(scope.program, parts.target),)

    def evaluate(
        self, values: Sequence[MachineValue], parts: Statement, machine: Machine
    ) -> tuple[MachineValue, ...]:
        return (Future(machine.scope.program, parts.target, tuple(values)),)  # type: ignore[arg-type]

    def synthesize(
        self, cs: Any, operands: Sequence[Any], parts: Statement, machine: CircuitMachine
    ) -> tuple[Any, ...]:
        from avm.isa.circuit_future import CircuitFuture

        return (CircuitFuture(machine.scope.program, parts.target, tuple(operands)),)


CALL = CallOp(
    mnemonic="call",
    code=8,
    form=CallForm(),
    places=frozenset({"function", "finalize"}),
    summary="Runs a closure of this program, or a function of an imported one, and takes its outputs. In "
    "finalize it "
    "runs a view. Halts when the callee halts.",
)
ASYNC = AsyncOp(
    mnemonic="async",
    code=7,
    form=CallForm(external=False, needs_destination=True),
    places=frozenset({"function"}),
    traits=Trait.NONE,
    summary="Makes the future of this function's finalize block with its inputs. It is the last call of a "
    "function "
    "and must take every future made before it. Never halts.",
)

OPS: tuple[Op, ...] = (CALL, ASYNC)
