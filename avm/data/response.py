"""Responses: the outputs of a call, and their ids.

Source: snarkVM ``console/program/src/response``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from avm.algebra.edwards import Point, mul
from avm.base.errors import CheckFailure
from avm.data import record_ciphertext as records
from avm.data.dynamic import DynamicRecord
from avm.data.future import Future
from avm.data.identifier import function_id
from avm.data.record import Record
from avm.data.record_ciphertext import RecordCiphertext
from avm.data.request import hash_id
from avm.data.types import RecordValue, ValueType, kind_of
from avm.data.value import Value
from avm.primitives import poseidon
from avm.primitives.hash_to_curve import mul_generator


@dataclass(frozen=True, slots=True)
class OutputId:
    """The id of an output that is no new record of the program; ``kind`` as ``kind_of`` names it."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class RecordOutputId:
    """The ids of a new record: commitment, checksum of its ciphertext, and the hidden signer."""

    commitment: int
    checksum: int
    sender_ciphertext: int

    @property
    def id(self) -> int:
        """The commitment, which stands first."""
        return self.commitment


ResponseId = OutputId | RecordOutputId


def record_randomizer(tvk: int, register: int) -> int:
    """Return the scalar that makes the nonce of a record that leaves a call in this register."""
    return poseidon.hash_to_scalar(2, [tvk, register])


def new_record(
    record: Record, program: str, name: str, *, tvk: int, register: int, signer: Point
) -> tuple[RecordOutputId, RecordCiphertext]:
    """Return the ids of a new record, and the record as only its owner can read it.

    Raises:
        CheckFailure: the nonce is not that of the call and the register.
    """
    randomizer = record_randomizer(tvk, register)
    if record.nonce != mul_generator(randomizer):
        raise CheckFailure(f"the nonce of the record in r{register} is not that of its call")
    view_key = mul(record.owner, randomizer)[0]
    encrypted = records.encrypt_record(record, view_key)
    commitment = records.commitment(record, program, name, view_key)
    sender = records.sender_ciphertext(signer, view_key)
    return RecordOutputId(commitment, encrypted.checksum(), sender), encrypted


@dataclass(frozen=True)
class Response:
    """The outputs of a call in their order, and the id of each."""

    output_ids: tuple[ResponseId, ...]
    outputs: tuple[Value, ...] = field(repr=False)

    def dynamic_outputs(self) -> tuple[Value, ...]:
        """Return the outputs as a caller that named the function by values sees them."""
        return tuple(_dynamic(value) for value in self.outputs)

    def dynamic_output_ids(
        self, program: str, function: str, inputs: int, tvk: int
    ) -> tuple[ResponseId, ...]:
        """Return the ids of ``dynamic_outputs``; ``inputs`` is the number of the call's inputs."""
        identity, ids = function_id(program, function), list[ResponseId]()
        for index, (item, value) in enumerate(zip(self.output_ids, self.dynamic_outputs(), strict=True)):
            kind = "record" if isinstance(item, RecordOutputId) else item.kind
            seen = _SEEN.get(kind)
            if seen is None:
                ids.append(item)
            else:
                ids.append(OutputId(seen, hash_id(seen, identity, value, tvk, inputs + index)))
        return tuple(ids)


_SEEN = {"record": "record_dynamic", "external_record": "record_dynamic", "future": "future_dynamic"}
"""The kinds of outputs that change when a caller names the function by values, and what they become."""


def _dynamic(value: Value) -> Value:
    if isinstance(value, Record):
        return DynamicRecord.of(value)
    return value.dynamic() if isinstance(value, Future) else value


def make_response(
    program: str,
    function: str,
    outputs: Sequence[Value],
    types: Sequence[ValueType],
    registers: Sequence[int | None],
    *,
    inputs: int,
    tvk: int,
    signer: Point,
) -> Response:
    """Return the response of a call with outputs of the function's types.

    ``registers`` are the numbers of those that the outputs stand in, None for a literal; ``inputs`` is the
    number of the call's inputs.

    Raises:
        CheckFailure: an output does not fit its type, or a record's nonce is not that of the call.
    """
    identity, ids = function_id(program, function), list[ResponseId]()
    for index, (value, type_, register) in enumerate(zip(outputs, types, registers, strict=True)):
        kind = kind_of(type_)
        if isinstance(type_, RecordValue) and isinstance(value, Record):
            if register is None:
                raise CheckFailure(f"output {index}, a {type_}, stands in no register")
            made = new_record(value, program, type_.name, tvk=tvk, register=register, signer=signer)
            ids.append(made[0])
        else:
            ids.append(OutputId(kind, hash_id(kind, identity, value, tvk, inputs + index)))
    return Response(tuple(ids), tuple(outputs))
