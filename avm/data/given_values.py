"""The values that an injected value hands to a circuit, in order, without a circuit.

A circuit that is whole runs again for other values: what injecting would hand over is read from the value
alone. One number for each literal, all its bits included; two for a point.
"""

from __future__ import annotations

from avm.account.signature import Signature
from avm.base.errors import Unsupported
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.request import RecordInputId, Request, RequestId
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
    if isinstance(value, Literal):
        return _literal(value)
    if isinstance(value, Struct):
        return [number for _, member in value.members for number in given_values(member)]
    if isinstance(value, Array):
        return [number for element in value.elements for number in given_values(element)]
    if isinstance(value, Future):
        return [number for argument in value.arguments for number in given_values(argument)]
    if isinstance(value, Record):
        entries = [number for _, entry in value.data for number in given_values(entry.value)]
        return [*value.owner, *entries, *value.nonce, value.version]
    if isinstance(value, DynamicRecord):
        return [*value.owner, value.root, *value.nonce, value.version]
    assert isinstance(value, DynamicFuture), "values are of no other kind"
    return [value.program, value.network, value.function, value.checksum]


def _literal(value: Literal) -> list[int]:
    if value.type.is_integer:
        return [unsigned(value.type, value.value)]
    if value.type in _POINTS:
        return list(value.value)
    if value.type in _NUMBERS:
        return [int(value.value)]
    if value.type is LiteralType.IDENTIFIER:
        return [identifier_to_field(value.value)]
    if value.type is LiteralType.SIGNATURE:
        return given_signature(value.value)
    raise Unsupported("a string has a circuit of its own length")


def given_signature(signature: Signature) -> list[int]:
    """Return what injecting a signature hands to the circuit: two scalars and two points."""
    key = signature.compute_key
    return [signature.challenge, signature.response, *key.pk_sig, *key.pr_sig]


def given_ids(ids: tuple[RequestId, ...]) -> list[int]:
    """Return what injecting the ids of a request's inputs hands to the circuit."""
    given: list[int] = []
    for item in ids:
        if isinstance(item, RecordInputId):
            given += [item.commitment, *item.gamma, item.record_view_key, item.serial_number, item.tag]
        else:
            given.append(item.id)
    return given


def given_inputs(request: Request) -> list[int]:
    """Return what injecting the inputs of a request hands to the circuit.

    Raises:
        Unsupported: as ``given_values``, or an input is a constant.
    """
    if any(not isinstance(item, RecordInputId) and item.kind == "constant" for item in request.input_ids):
        raise Unsupported("a constant is part of the circuit")
    return [number for value in request.inputs for number in given_values(value)]
