"""What a register of a circuit holds: a plaintext, a record, a future, or a dynamic form of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from avm.base.errors import CheckFailure
from avm.data.circuit_dynamic_record import CircuitDynamicRecord
from avm.data.circuit_future import CircuitArgument, CircuitDynamicFuture, CircuitFuture
from avm.data.circuit_record import CircuitRecord
from avm.data.circuit_values import (
    CircuitArray,
    CircuitLiteral,
    CircuitPlaintext,
    CircuitStruct,
    find,
    inject,
    to_fields,
    to_fields_raw,
)
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.record import Record
from avm.data.value import Value
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar

Wire: TypeAlias = (
    CircuitPlaintext | CircuitRecord | CircuitFuture | CircuitDynamicRecord | CircuitDynamicFuture
)


def inject_value(cs: ConstraintSystem, mode: Mode, value: Value) -> Wire:
    """Inject any value; records are private whatever the mode."""
    if isinstance(value, Record):
        return CircuitRecord.new(cs, value)
    if isinstance(value, DynamicRecord):
        return CircuitDynamicRecord.new(cs, value)
    if isinstance(value, Future):
        return CircuitFuture.new(cs, mode, value)
    if isinstance(value, DynamicFuture):
        return CircuitDynamicFuture.new(cs, mode, value)
    return inject(cs, mode, value)


def fields_of(wire: Wire, *, raw: bool = False) -> list[FieldVar]:
    """Return the bits of a value, closed by a one, in field elements of 252 bits.

    ``raw`` leaves out type tags and the one at the end; records and futures have no such form.
    """
    if isinstance(wire, CircuitLiteral | CircuitStruct | CircuitArray):
        return to_fields_raw(wire) if raw else to_fields(wire)
    return wire.to_fields()


def bits_of(wire: Wire, *, raw: bool) -> Sequence[BooleanVar]:
    """Return the bits of a value; ``raw`` leaves out the type tags of a plaintext."""
    if raw and isinstance(wire, CircuitLiteral | CircuitStruct | CircuitArray):
        return wire.raw_bits()
    return wire.tagged_bits()


def part_of(wire: Wire, path: Sequence[str | int]) -> Wire:
    """Return what a register gives to a reader: a copy of its value, or of a part; the path is counted.

    Raises:
        Halt: the path leads nowhere.
    """
    if not path:
        return wire.clone()
    if isinstance(wire, CircuitRecord | CircuitFuture | CircuitDynamicRecord):
        return wire.part(path)
    return find(as_plaintext(wire), path)


def as_plaintext(wire: Wire) -> CircuitPlaintext:
    """Return a wire that is a plaintext; ``CheckFailure`` for any other."""
    if not isinstance(wire, CircuitLiteral | CircuitStruct | CircuitArray):
        raise CheckFailure("only a plaintext can be used here")
    return wire


def as_argument(wire: Wire) -> CircuitArgument:
    """Return a wire that a finalize block can take; ``CheckFailure`` for a record."""
    if isinstance(wire, CircuitRecord | CircuitDynamicRecord):
        raise CheckFailure("a record does not exist on chain")
    return wire


def as_literal(wire: Wire) -> CircuitLiteral:
    """Return a wire that is a literal; ``CheckFailure`` for any other."""
    if not isinstance(wire, CircuitLiteral):
        raise CheckFailure("only a literal can be cast to a literal")
    return wire
