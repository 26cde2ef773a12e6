"""The transition of a call from its request and its response.

Source: snarkVM ``ledger/block/src/transition/mod.rs`` (``Transition::from``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from avm.base.errors import CheckFailure
from avm.data.plaintext import Plaintext
from avm.data.record import Record
from avm.data.request import InputId, RecordInputId, Request, RequestId, ciphertext_id, hash_id, hidden
from avm.data.response import OutputId, RecordOutputId, Response, ResponseId, new_record
from avm.data.types import RecordValue, ValueType
from avm.data.value import Value
from avm.ledger.transition import Part, Transition

_RECORDS = ("record", "external_record")


def called(
    request: Request, response: Response, types: Sequence[ValueType], registers: Sequence[int | None]
) -> Transition:
    """Return the transition of a call; ``types`` and ``registers`` are those of the function's outputs.

    A call that its caller named by values has records with dynamic ids.

    Raises:
        CheckFailure: an id is not that of its value.
    """
    ids, values = request.input_ids, request.inputs
    seen = [item.id for item in request.dynamic_input_ids()] if request.dynamic else [None] * len(ids)
    inputs = tuple(
        _seen(_input(request, index, item, value), dynamic)
        for index, (item, value, dynamic) in enumerate(zip(ids, values, seen, strict=True))
    )
    outs: Sequence[int | None] = [None] * len(response.outputs)
    if request.dynamic:
        found = response.dynamic_output_ids(request.program, request.function, len(inputs), request.tvk)
        outs = [item.id for item in found]
    given = zip(response.output_ids, response.outputs, types, registers, outs, strict=True)
    outputs = tuple(
        _seen(_output(request, len(inputs) + index, item, value, type_, register), dynamic)
        for index, (item, value, type_, register, dynamic) in enumerate(given)
    )
    program, function = request.program, request.function
    return Transition(program, function, inputs, outputs, request.tpk, request.tcm, request.scm)


def _seen(part: Part, dynamic_id: int | None) -> Part:
    """Return a record with the id that a caller gives it; other parts as they are."""
    if dynamic_id is None or part.kind not in _RECORDS:
        return part
    return replace(part, kind=f"{part.kind}_with_dynamic_id", dynamic_id=dynamic_id)


def _input(request: Request, index: int, item: RequestId, value: Value) -> Part:
    if isinstance(item, RecordInputId):
        return Part("record", item.serial_number, tag=item.tag)
    return _hashed(request, index, item, value)


def _hashed(request: Request, index: int, item: InputId | OutputId, value: Value) -> Part:
    """Return an input or output whose id is a hash; CheckFailure when it is another."""
    if item.kind == "future_dynamic":
        raise CheckFailure("a dynamic future leaves no call")
    if item.kind == "private" and isinstance(value, Plaintext):
        encrypted = hidden(request.function_id, value, request.tvk, index)
        expected, shown = ciphertext_id(encrypted), str(encrypted)
    else:
        expected = hash_id(item.kind, request.function_id, value, request.tvk, index)
        shown = "" if item.kind in (*_RECORDS, "record_dynamic") else str(value)
    if item.id != expected:
        raise CheckFailure(f"the id of part {index} of {request.function} is not that of its value")
    return Part(item.kind, item.id, shown)


def _output(
    request: Request, index: int, item: ResponseId, value: Value, type_: ValueType, register: int | None
) -> Part:
    if not isinstance(item, RecordOutputId):
        return _hashed(request, index, item, value)
    if not isinstance(value, Record) or not isinstance(type_, RecordValue) or register is None:
        raise CheckFailure(f"part {index} of {request.function} is no new record")
    program, tvk, signer = request.program, request.tvk, request.signer
    made, encrypted = new_record(value, program, type_.name, tvk=tvk, register=register, signer=signer)
    if item not in (made, replace(made, sender_ciphertext=0)):
        raise CheckFailure(f"the ids of part {index} of {request.function} are not those of its record")
    return Part(
        "record",
        item.commitment,
        str(encrypted),
        checksum=item.checksum,
        sender_ciphertext=item.sender_ciphertext,
    )
