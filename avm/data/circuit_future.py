"""Futures inside a circuit: names are constants, arguments are variables.

(`circuit/program/src/data/{future,dynamic/future}`).
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import Halt
from avm.data.circuit_names import (
    Bits,
    count_name,
    count_program_id,
    counted_bits,
    fixed_bits,
    name_bits,
    program_bits,
)
from avm.data.circuit_values import CircuitPlaintext, count_path, follow, inject, pack
from avm.data.dynamic import DynamicFuture
from avm.data.future import Argument, Future
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar

_DYNAMIC_TAG = 12
"""Zero bits before a dynamic future as an argument, where a future has the size of its program id."""


class CircuitDynamicFuture:
    """A future of any program: fields of program, network and function, and a checksum of the arguments."""

    __slots__ = ("checksum", "cs", "function", "network", "program")

    def __init__(self, program: FieldVar, network: FieldVar, function: FieldVar, checksum: FieldVar) -> None:
        self.cs = program.cs
        self.program, self.network, self.function, self.checksum = program, network, function, checksum

    @property
    def parts(self) -> tuple[FieldVar, FieldVar, FieldVar, FieldVar]:
        """The four field elements in order."""
        return self.program, self.network, self.function, self.checksum

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, future: DynamicFuture) -> CircuitDynamicFuture:
        """Inject program, network, function and checksum."""
        parts = (future.program, future.network, future.function, future.checksum)
        program, network, function, checksum = (FieldVar.new(cs, mode, part) for part in parts)
        return cls(program, network, function, checksum)

    def value(self) -> DynamicFuture:
        """Return the dynamic future of the witness."""
        return DynamicFuture(*(part.value for part in self.parts))

    def clone(self) -> CircuitDynamicFuture:
        """Return a copy; bits found later are not shared."""
        program, network, function, checksum = (part.clone() for part in self.parts)
        return CircuitDynamicFuture(program, network, function, checksum)

    def tagged_bits(self) -> Bits:
        """Return the bits of the four elements."""
        return tuple(bit for part in self.parts for bit in part.to_bits_le())

    def to_fields(self) -> list[FieldVar]:
        """Return the bits packed as those of plaintexts are."""
        return pack(self.cs, self.tagged_bits())


class CircuitFuture:
    """The call of a finalize block with its arguments."""

    __slots__ = ("arguments", "cs", "function", "program")

    def __init__(
        self, cs: ConstraintSystem, program: str, function: str, arguments: Sequence[CircuitArgument]
    ) -> None:
        self.cs = cs
        self.program = program
        self.function = function
        self.arguments = tuple(arguments)

    @classmethod
    def build(
        cls, cs: ConstraintSystem, program: str, function: str, arguments: Sequence[CircuitArgument]
    ) -> CircuitFuture:
        """Return the future of values already in the circuit; the names are counted as constants."""
        count_program_id(cs, program)
        count_name(cs, function)
        return cls(cs, program, function, arguments)

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, future: Future) -> CircuitFuture:
        """Inject a future: its names, then its arguments."""
        count_program_id(cs, future.program_id)
        count_name(cs, future.function)
        return cls(cs, future.program_id, future.function, [_argument(cs, mode, a) for a in future.arguments])

    def value(self) -> Future:
        """Return the future of the witness."""
        return Future(self.program, self.function, tuple(a.value() for a in self.arguments))

    def clone(self) -> CircuitFuture:
        """Return a copy; bits found later are not shared."""
        return CircuitFuture(self.cs, self.program, self.function, [a.clone() for a in self.arguments])

    def tagged_bits(self) -> Bits:
        """Return program and function with 16-bit sizes, the argument count (8), and the sized arguments.

        An argument's size has 16 bits, or 32 when it does not fit.
        """
        cs = self.cs
        bits: list[BooleanVar] = []
        for name in (program_bits(cs, self.program), name_bits(cs, self.function)):
            bits += counted_bits(cs, len(name), 16)
            bits += name
        bits += counted_bits(cs, len(self.arguments), 8)
        for argument in self.arguments:
            inner = (*fixed_bits(cs, _tag(argument)), *argument.tagged_bits())
            bits += counted_bits(cs, len(inner), 16 if len(inner) <= 0xFFFF else 32)
            bits += inner
        return tuple(bits)

    def to_fields(self) -> list[FieldVar]:
        """Return the bits packed as those of plaintexts are."""
        return pack(self.cs, self.tagged_bits())

    def part(self, path: Sequence[str | int]) -> CircuitArgument:
        """Return a copy of the part of an argument that a path leads to; the path is counted.

        Raises:
            Halt: the path leads nowhere.
        """
        count_path(self.cs, path)
        value: CircuitArgument = self
        steps = list(path)
        while isinstance(value, CircuitFuture) and steps:
            index = steps.pop(0)
            if not isinstance(index, int) or index >= len(value.arguments):
                raise Halt(f"the future has no argument '{index}'")
            value = value.arguments[index]
        if isinstance(value, CircuitFuture | CircuitDynamicFuture):
            if steps:
                raise Halt(f"a dynamic future has no part '{steps[0]}'")
            return value.clone()
        return follow(value, steps)


CircuitArgument = CircuitPlaintext | CircuitFuture | CircuitDynamicFuture
"""What a finalize block takes."""


def _argument(cs: ConstraintSystem, mode: Mode, value: Argument) -> CircuitArgument:
    if isinstance(value, Future):
        return CircuitFuture.new(cs, mode, value)
    if isinstance(value, DynamicFuture):
        return CircuitDynamicFuture.new(cs, mode, value)
    return inject(cs, mode, value)


def _tag(argument: CircuitArgument) -> tuple[bool, ...]:
    if isinstance(argument, CircuitDynamicFuture):
        return (True, *(False,) * _DYNAMIC_TAG)
    return (isinstance(argument, CircuitFuture),)
