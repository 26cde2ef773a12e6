"""The public inputs a proof of a function must have, from the public parts of a transition alone.

A verifier has no private inputs and runs nothing; it rebuilds the public columns on the walk on which
``constrain`` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.account.address import parse_address
from avm.base.errors import CheckFailure
from avm.data.circuit_values import inject
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import PlaintextValue, Visibility
from avm.isa.machine import MachineValue
from avm.program.model import Input, Output
from avm.program.scope import Scope
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from avm.vm.activation import ColumnOrder, is_exposed
from avm.vm.environment import Environment

Point = tuple[int, int]
Part = tuple[str, MachineValue | None]
"""Kind (public, private, constant, future …) and value; the value of a private part may be None."""
CallValues = tuple[Sequence[MachineValue], Sequence[MachineValue]]
"""Inputs and outputs of a call of another program."""


def public_values(
    env: Environment,
    function: str,
    inputs: Sequence[Part],
    outputs: Sequence[Part],
    *,
    signer: str | Point | None = None,
    caller: str | Point | None = None,
    calls: Sequence[CallValues] = (),
) -> tuple[int, ...]:
    """Return the public inputs of a call of the main program in column order, without the leading one.

    ``CheckFailure`` when the parts do not fit the function, or an address or call that it uses is not given.
    """
    home = env.program
    body = home.functions.get(function)
    if body is None:
        raise CheckFailure(f"'{home.id}' has no function '{function}'")
    if len(inputs) != len(body.inputs) or len(outputs) != len(body.outputs):
        raise CheckFailure(f"'{function}' has {len(body.inputs)} inputs and {len(body.outputs)} outputs")
    addresses = {"self.signer": signer, "self.caller": caller}
    remaining = iter(calls)
    values = _Values()
    for column in column_order(Scope(home, body, env.programs)):
        if column.kind == "input":
            values.add(inputs[column.index][1], f"the public input {column.name}")
        elif column.kind == "output":
            values.expose([outputs[column.index][1]], f"the output '{column.name}'")
        elif column.kind == "address":
            given = addresses[column.name]
            values.add(None if given is None else _address(given), column.name)
        else:
            found = next(remaining, None)
            if found is None:
                raise CheckFailure(f"the values of the call of '{column.name}' are missing")
            values.expose(found[0], f"an input of '{column.name}'")
            for value in found[1]:
                values.add(value, f"an output of '{column.name}'")
    return tuple(values.columns)


@dataclass(frozen=True, slots=True)
class Column:
    """What makes public columns: an ``input`` or ``output`` by its index, an ``address`` or a ``call``."""

    kind: str
    name: str
    index: int = 0


def column_order(scope: Scope) -> tuple[Column, ...]:
    """Return what makes the public columns of the circuit of a function, in their order."""
    order = _Order(scope, {}, [], set())
    order.run_function()
    return tuple(order.columns)


def shows_signer(scope: Scope) -> bool:
    """Whether the circuit of a function binds who signed the call, or who called."""
    return any(column.kind == "address" for column in column_order(scope))


class _Order(ColumnOrder[None]):
    """The walk that synthesis takes, with registers that hold nothing.

    A closure that was ``walked`` makes no columns when it is called again: it calls no functions.
    """

    def __init__(
        self, scope: Scope, addresses: dict[str, None], columns: list[Column], walked: set[tuple[str, str]]
    ) -> None:
        super().__init__(scope, addresses)
        self.columns, self.walked = columns, walked

    def take_input(self, position: int, item: Input) -> None:
        self.registers[item.register] = None
        if isinstance(item.type, PlaintextValue) and item.type.visibility is Visibility.PUBLIC:
            self.columns.append(Column("input", f"r{item.register}", position))

    def give_output(self, position: int, output: Output) -> None:
        self.load(output.operand)
        if is_exposed(output.type):
            self.columns.append(Column("output", str(output.operand), position))

    def address(self, name: str) -> None:
        self.columns.append(Column("address", name))

    def constant(self, value: Plaintext) -> None:
        """Nothing."""

    def part(self, value: None, accesses: Sequence[str | int]) -> None:
        """Nothing."""

    def call_function(self, scope: Scope, values: Sequence[None]) -> tuple[None, ...]:
        self.columns.append(Column("call", f"{scope.program}/{scope.name}"))
        return (None,) * len(scope.body.outputs)

    def run_inline(self, scope: Scope, values: Sequence[None]) -> tuple[None, ...]:
        name = (scope.program, scope.name)
        if name not in self.walked:
            self.walked.add(name)
            closure = _Order(scope, self.addresses, self.columns, self.walked)
            closure.begin(values)
            closure.walk()
            closure.outputs()
        return (None,) * len(scope.body.outputs)

    def step(self, position: int) -> None:
        instruction = self.scope.body.instructions[position]
        values = [self.load(operand) for operand in instruction.operands]
        if instruction.mnemonic == "call":
            self.call(instruction, values)
        self.registers.update(dict.fromkeys(instruction.destinations))


def _address(given: str | Point) -> Literal:
    return Literal(LiteralType.ADDRESS, parse_address(given) if isinstance(given, str) else given)


class _Values:
    def __init__(self) -> None:
        self.columns: list[int] = []

    def add(self, value: MachineValue | None, what: str) -> None:
        """Append what a value injected as public adds; of a future, its arguments."""
        if isinstance(value, Future):
            for argument in value.arguments:
                self.add(argument, what)
            return
        if not isinstance(value, Literal | Struct | Array):
            raise CheckFailure(f"{what} is missing")
        cs = ConstraintSystem()
        inject(cs, Mode.PUBLIC, value)
        self.columns += cs.assignment().public[1:]

    def expose(self, values: Sequence[MachineValue | None], what: str) -> None:
        """Append what values bound to public variables add: one column for each combination."""
        for value in values:
            if isinstance(value, Future):
                self.expose(value.arguments, what)
            elif isinstance(value, Literal | Struct | Array):
                combinations = inject(ConstraintSystem(), Mode.CONSTANT, value).combinations()
                self.columns += [lc.constant for lc in combinations]
            else:
                raise CheckFailure(f"{what} is missing")
