"""The public inputs a proof of a function must have, from the public parts of a transition alone.

A verifier has no private inputs and runs nothing; it rebuilds the public columns in the order in which
``constrain`` makes them: public inputs, then addresses and calls where instructions first use them, then
outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avm.account.address import parse_address
from avm.base.errors import CheckFailure
from avm.data.circuit_values import inject
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.types import PlaintextValue, Visibility
from avm.isa.machine import MachineValue
from avm.isa.operand import ContextOperand
from avm.program.model import Body, Program
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
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
    program: str | None = None,
) -> tuple[int, ...]:
    """Return the public inputs in column order, without the leading one.

    ``program`` is the main one unless given. Raises ``CheckFailure`` when the parts do not fit the
    function, or an address or call that it uses is not given.
    """
    home = env.programs[program] if program else env.program
    body = home.functions.get(function)
    if body is None:
        raise CheckFailure(f"'{home.id}' has no function '{function}'")
    if len(inputs) != len(body.inputs) or len(outputs) != len(body.outputs):
        raise CheckFailure(f"'{function}' has {len(body.inputs)} inputs and {len(body.outputs)} outputs")
    columns = _Columns()
    for item, (_, value) in zip(body.inputs, inputs, strict=True):
        if isinstance(item.type, PlaintextValue) and item.type.visibility is Visibility.PUBLIC:
            columns.add(value, f"the public input r{item.register}")
    addresses = {"self.signer": signer, "self.caller": caller}
    remaining = iter(calls)
    for name in uses(home, body):
        if name in addresses:
            given = addresses.pop(name)
            columns.add(None if given is None else _address(given), name)
        elif name not in ("self.signer", "self.caller"):
            found = next(remaining, None)
            if found is None:
                raise CheckFailure(f"the values of the call of '{name}' are missing")
            columns.expose(found[0], f"an input of '{name}'")
            for value in found[1]:
                columns.add(value, f"an output of '{name}'")
    for item_out, (_, value) in zip(body.outputs, outputs, strict=True):
        type_ = item_out.type
        if not (isinstance(type_, PlaintextValue) and type_.visibility is Visibility.PRIVATE):
            columns.expose([value], f"the output '{item_out.operand}'")
    return tuple(columns.values)


def surroundings(home: Program, body: Body) -> frozenset[str]:
    """Return which of ``self.signer`` and ``self.caller`` a function's circuit has columns for."""
    return frozenset(name for name in uses(home, body) if name.startswith("self."))


def uses(home: Program, body: Body) -> Iterable[str]:
    """Addresses and called functions in the order in which instructions and outputs use them."""
    for instruction in body.instructions:
        for operand in instruction.operands:
            if isinstance(operand, ContextOperand):
                yield operand.name
        if instruction.mnemonic == "call":
            if "/" in instruction.target:
                yield instruction.target
            else:
                yield from uses(home, home.closures[instruction.target])
    for output in body.outputs:
        if isinstance(output.operand, ContextOperand):
            yield output.operand.name


def _address(given: str | Point) -> Literal:
    return Literal(LiteralType.ADDRESS, parse_address(given) if isinstance(given, str) else given)


class _Columns:
    def __init__(self) -> None:
        self.values: list[int] = []

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
        self.values += cs.assignment().public[1:]

    def expose(self, values: Sequence[MachineValue | None], what: str) -> None:
        """Append what values bound to public variables add: one column for each combination."""
        for value in values:
            if isinstance(value, Future):
                self.expose(value.arguments, what)
            elif isinstance(value, Literal | Struct | Array):
                combinations = inject(ConstraintSystem(), Mode.CONSTANT, value).combinations()
                self.values += [lc.value for lc in combinations]
            else:
                raise CheckFailure(f"{what} is missing")
