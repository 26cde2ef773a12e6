"""The values that an injected value hands to a circuit, in order, without a circuit.

A circuit that is whole runs again for other values: what ``inject`` would hand over is read from the value
alone. One number for each literal, all its bits included; two for a point.
"""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.value import Value
from avm.types.identifier import identifier_to_field
from avm.types.integers.values import unsigned
from avm.types.literal_type import LiteralType

_POINTS = (LiteralType.ADDRESS, LiteralType.GROUP)
_NUMBERS = (LiteralType.BOOLEAN, LiteralType.FIELD, LiteralType.SCALAR)


def given_values(value: Value) -> list[int]:
    """Return what injecting a value as public or private hands to the circuit.

    Raises:
        Unsupported: the circuit of a value of this kind depends on more than its type.
    """
    if isinstance(value, Struct):
        return [number for _, member in value.members for number in given_values(member)]
    if isinstance(value, Array):
        return [number for element in value.elements for number in given_values(element)]
    if isinstance(value, Future):
        return [number for argument in value.arguments for number in given_values(argument)]
    if isinstance(value, Literal):
        if value.type.is_integer:
            return [unsigned(value.type, value.value)]
        if value.type in _POINTS:
            return list(value.value)
        if value.type in _NUMBERS:
            return [int(value.value)]
        if value.type is LiteralType.IDENTIFIER:
            return [identifier_to_field(value.value)]
    raise Unsupported("the circuit of this value is made anew each time")
