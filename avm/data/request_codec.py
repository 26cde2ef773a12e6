"""The bytes and the JSON form of requests.

Requests are written in version 2, which says whether the call is dynamic; version 1 is read too.
Source: snarkVM ``console/program/src/request/{bytes,serialize}.rs`` and ``input_id``.
"""

from __future__ import annotations

from avm.account.address import address_text, parse_address
from avm.account.signature import SIZE_IN_BYTES, Signature
from avm.algebra.fields import Fr
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.json_value import JsonObject, items, members, text
from avm.base.limits import MAX_INPUTS
from avm.base.reading import reading
from avm.data.identifier import (
    check_identifier,
    check_program_id,
    identifier_bytes,
    program_id_bytes,
    read_identifier,
    read_program_id,
)
from avm.data.literal import literal_value
from avm.data.request import InputId, RecordInputId, Request, RequestId
from avm.data.value import parse_value, read_value, value_to_bytes
from avm.primitives.group_codec import point_from_bytes, point_to_bytes
from avm.types.literal_type import LiteralType

NETWORK = 0
VERSIONS = (1, 2)
KINDS = ("constant", "public", "private", "record", "external_record", "record_dynamic")
"""The kinds of input ids in the order of their numbers."""
_RECORD = KINDS.index("record")
_FIELDS = ("sk_tag", "tvk", "tcm", "scm")


def _field(reader: ByteReader) -> int:
    return Fr.from_bytes_le(reader.take(32))


def _input_id_bytes(item: RequestId) -> bytes:
    if isinstance(item, InputId):
        return bytes([KINDS.index(item.kind)]) + Fr.to_bytes_le(item.id)
    out = ByteWriter().u8(_RECORD).raw(Fr.to_bytes_le(item.commitment)).raw(point_to_bytes(item.gamma))
    for number in (item.record_view_key, item.serial_number, item.tag):
        out.raw(Fr.to_bytes_le(number))
    return out.bytes()


def _read_input_id(reader: ByteReader) -> RequestId:
    variant = reader.u8()
    if variant >= len(KINDS):
        raise DecodeError(f"there is no input id of variant {variant}")
    first = _field(reader)
    if variant != _RECORD:
        return InputId(KINDS[variant], first)
    gamma = point_from_bytes(reader.take(32))
    return RecordInputId(first, gamma, _field(reader), _field(reader), _field(reader))


def request_to_bytes(request: Request) -> bytes:
    """Return the bytes of a request."""
    out = ByteWriter().u8(VERSIONS[-1]).raw(point_to_bytes(request.signer)).u16(NETWORK)
    out.raw(program_id_bytes(request.program)).raw(identifier_bytes(request.function))
    out.u16(len(request.inputs))
    for item in request.input_ids:
        out.raw(_input_id_bytes(item))
    for value in request.inputs:
        out.raw(value_to_bytes(value))
    out.raw(request.signature.to_bytes())
    for name in _FIELDS:
        out.raw(Fr.to_bytes_le(getattr(request, name)))
    return out.boolean(request.dynamic).bytes()


def read_request(reader: ByteReader) -> Request:
    """Read what ``request_to_bytes`` writes, or a request of version 1; DecodeError when it is neither."""
    version = reader.u8()
    if version not in VERSIONS:
        raise DecodeError(f"there is no request of version {version}")
    signer = point_from_bytes(reader.take(32))
    _check_network(reader.u16())
    program, function = read_program_id(reader), read_identifier(reader)
    count = reader.u16()
    if count > MAX_INPUTS:
        raise DecodeError(f"a request has at most {MAX_INPUTS} inputs, not {count}")
    ids = tuple(_read_input_id(reader) for _ in range(count))
    inputs = tuple(read_value(reader) for _ in range(count))
    signature = Signature.from_bytes(reader.take(SIZE_IN_BYTES))
    sk_tag, tvk, tcm, scm = (_field(reader) for _ in _FIELDS)
    dynamic = version != 1 and reader.boolean()
    return Request(signer, program, function, ids, inputs, signature, sk_tag, tvk, tcm, scm, dynamic)


def _check_network(number: int) -> None:
    if number != NETWORK:
        raise DecodeError(f"the request is for network {number}, not for network {NETWORK}")


def input_id_to_json(item: RequestId) -> JsonObject:
    """Return an input id as JSON values."""
    if isinstance(item, InputId):
        return {"type": item.kind, "id": f"{item.id}field"}
    return {
        "type": "record",
        "commitment": f"{item.commitment}field",
        "gamma": f"{item.gamma[0]}group",
        "record_view_key": f"{item.record_view_key}field",
        "serial_number": f"{item.serial_number}field",
        "tag": f"{item.tag}field",
    }


def _input_id_from_json(data: JsonObject) -> RequestId:
    kind = text(data["type"])
    if kind not in KINDS:
        raise DecodeError(f"there are no inputs of kind {kind[:40]}")
    if kind != "record":
        return InputId(kind, _number(data["id"]))
    gamma = literal_value(text(data["gamma"]), LiteralType.GROUP)
    names = ("commitment", "record_view_key", "serial_number", "tag")
    commitment, view_key, serial, tag = (_number(data[name]) for name in names)
    return RecordInputId(commitment, gamma, view_key, serial, tag)


def _number(value: object) -> int:
    number: int = literal_value(text(value), LiteralType.FIELD)
    return number


def request_to_json(request: Request) -> JsonObject:
    """Return a request as JSON values."""
    return {
        "signer": address_text(request.signer),
        "network": f"{NETWORK}u16",
        "program": request.program,
        "function": request.function,
        "input_ids": [input_id_to_json(item) for item in request.input_ids],
        "inputs": [str(value) for value in request.inputs],
        "signature": str(request.signature),
        **{name: f"{getattr(request, name)}field" for name in _FIELDS},
        "is_dynamic": request.dynamic,
    }


def request_from_json(data: JsonObject) -> Request:
    """Return the request of ``request_to_json``; without ``is_dynamic`` it is not dynamic.

    Raises:
        DecodeError, ParseFailure: something is missing or not what it should be.
    """
    with reading("a request"):
        _check_network(literal_value(text(data["network"]), LiteralType.U16))
        ids, inputs = items(data["input_ids"]), items(data["inputs"])
        if len(ids) != len(inputs) or len(ids) > MAX_INPUTS:
            raise DecodeError(f"a request has one id for each of at most {MAX_INPUTS} inputs")
        sk_tag, tvk, tcm, scm = (_number(data[name]) for name in _FIELDS)
        return Request(
            parse_address(text(data["signer"])),
            check_program_id(text(data["program"])),
            check_identifier(text(data["function"])),
            tuple(_input_id_from_json(members(item)) for item in ids),
            tuple(parse_value(text(value)) for value in inputs),
            Signature.parse(text(data["signature"])),
            sk_tag,
            tvk,
            tcm,
            scm,
            data.get("is_dynamic") is True,
        )
