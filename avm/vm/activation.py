"""One body of code at work, whatever its registers hold.

The skeleton loads operands, finds callees and walks the instructions; a space, which is a subclass, says
what registers hold: values (``interpreter``), wires of a circuit (``constrain``), or nothing, where only
the order of the public columns is asked (``public_values``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from avm.base.errors import Halt, Unsupported
from avm.data.identifier import program_address
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext
from avm.data.types import PlaintextValue, Visibility
from avm.isa.op import CHANGING
from avm.isa.operand import ContextOperand, GeneratorPowers, Operand, ProgramId, Register
from avm.isa.statement import Statement
from avm.isa.types import InterfaceType, RegisterType
from avm.program.model import Body, Function, Input, Output
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.data.circuit_values import CircuitPlaintext
    from avm.r1cs.system import ConstraintSystem

V = TypeVar("V")


def callee(scope: Scope, target: str) -> Scope:
    """Return the scope of what a checked call in the body of ``scope`` reaches: on chain a view."""
    program, _, name = target.rpartition("/")
    home = scope.external(program) if program else scope.owner
    body: Body
    if scope.place in CHANGING:
        body = home.views[name]
    else:
        body = home.functions.get(name) or home.closures[name]
    return Scope(home, body, scope.programs)


class Activation(ABC, Generic[V]):
    """The running state of one body: its scope, its registers and the label it goes on at."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.target: str | None = None

    @abstractmethod
    def constant(self, value: Plaintext) -> V:
        """Return a value that the program text fixes."""

    @abstractmethod
    def context(self, operand: ContextOperand) -> V:
        """Return a value of the surroundings."""

    @abstractmethod
    def register(self, operand: Register) -> V:
        """Return what a register gives to a reader: its value, or a part of it."""

    @abstractmethod
    def step(self, position: int) -> None:
        """Take the instruction at a position of the body."""

    @abstractmethod
    def call_function(self, scope: Scope, values: Sequence[V]) -> tuple[V, ...]:
        """Call a function of another program and return its outputs."""

    @abstractmethod
    def run_inline(self, scope: Scope, values: Sequence[V]) -> tuple[V, ...]:
        """Run a closure or view as a part of this body and return its outputs."""

    def load(self, operand: Operand) -> V:
        """Return what an operand stands for."""
        if isinstance(operand, Register):
            return self.register(operand)
        if isinstance(operand, Literal):
            return self.constant(operand)
        if isinstance(operand, ProgramId):
            return self.constant(Literal(LiteralType.ADDRESS, program_address(operand.name)))
        if isinstance(operand, GeneratorPowers):
            return self.generator(operand)
        return self.context(operand)

    def generator(self, operand: GeneratorPowers) -> V:
        """Return powers of the account generator, which a circuit knows without counting them."""
        return self.constant(generator_value(operand))

    def call(self, statement: Statement, values: Sequence[V]) -> tuple[V, ...]:
        """Run what a call names: a function, closure or view."""
        scope = callee(self.scope, statement.target)
        if isinstance(scope.body, Function):
            return self.call_function(scope, values)
        return self.run_inline(scope, values)

    def jump(self, position: str) -> None:
        """Go on at a label after this instruction."""
        self.target = position

    def walk(self) -> None:
        """Take the instructions in order, or from a label to which one jumps."""
        position, end = 0, len(self.scope.body.instructions)
        while position < end:
            self.step(position)
            position += 1
            if self.target is not None:
                position, self.target = self._labels[self.target], None

    def outputs(self) -> tuple[V, ...]:
        """Load the outputs."""
        return tuple([self.load(o.operand) for o in self.scope.body.outputs])

    @cached_property
    def _labels(self) -> Mapping[str, int]:
        instructions = self.scope.body.instructions
        return {c.target: i for i, c in enumerate(instructions) if c.mnemonic == "position"}


class ColumnOrder(Activation[V]):
    """A function, or a closure inside one, in the order of the public columns of its circuit.

    These are inputs, then signer, caller and calls where instructions first use them, then outputs.
    """

    def __init__(self, scope: Scope, addresses: dict[str, V]) -> None:
        super().__init__(scope)
        self.registers: dict[int, V] = {}
        self.addresses = addresses

    @abstractmethod
    def take_input(self, position: int, item: Input) -> None:
        """Make the columns of an input of the function."""

    @abstractmethod
    def give_output(self, position: int, output: Output) -> None:
        """Make the columns of an output of the function."""

    @abstractmethod
    def part(self, value: V, accesses: Sequence[str | int]) -> V:
        """Return what the value of a register gives to a reader: itself, or a part of it."""

    @abstractmethod
    def address(self, name: str) -> V:
        """Make the columns of ``self.signer`` or ``self.caller``."""

    def begin(self, values: Sequence[V]) -> None:
        """Put the values of the inputs into their registers."""
        self.registers = {i.register: v for i, v in zip(self.scope.body.inputs, values, strict=True)}

    def register(self, operand: Register) -> V:
        """Return the part of a register that an operand names."""
        return self.part(self.registers[operand.locator], operand.accesses)

    def context(self, operand: ContextOperand) -> V:
        """Return the signer or caller, whose columns are made once."""
        name = operand.name
        if name not in ("self.signer", "self.caller"):
            raise Unsupported(f"the constraints of the operand '{operand}' are not built yet")
        if name not in self.addresses:
            self.addresses[name] = self.address(name)
        return self.addresses[name]

    def run_function(self) -> None:
        """Make the columns of a whole function."""
        for position, item in enumerate(self.scope.body.inputs):
            self.take_input(position, item)
        self.walk()
        for position, output in enumerate(self.scope.body.outputs):
            self.give_output(position, output)


def is_exposed(type_: InterfaceType | RegisterType) -> bool:
    """Whether an input or output of a type stands in the open: all do but private plaintexts."""
    return not (isinstance(type_, PlaintextValue) and type_.visibility is Visibility.PRIVATE)


def generator_wire(cs: ConstraintSystem, operand: GeneratorPowers) -> CircuitPlaintext:
    """Return powers of the account generator as fixed points of a circuit."""
    from avm.data.circuit_values import CircuitArray, CircuitLiteral
    from avm.types.group import GroupVar

    value = generator_value(operand)
    points = value.elements if isinstance(value, Array) else (value,)
    wires = [
        CircuitLiteral(LiteralType.GROUP, GroupVar.fixed(cs, point.value))
        for point in points
        if isinstance(point, Literal)
    ]
    return CircuitArray(cs, wires) if isinstance(value, Array) else wires[0]


def generator_value(operand: GeneratorPowers) -> Plaintext:
    """Return the account generator, one of its powers of two, or the array of all of them.

    Raises:
        Halt: there is no power of that index.
    """
    from avm.primitives.hash_to_curve import generator_powers

    powers = generator_powers()
    if operand.powers and operand.index is None:
        return Array(tuple(Literal(LiteralType.GROUP, p) for p in powers))
    index = operand.index or 0
    if index >= len(powers):
        raise Halt(f"there are {len(powers)} powers of the generator, and none of index {index}")
    return Literal(LiteralType.GROUP, powers[index])
