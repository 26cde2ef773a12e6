"""The bytes of transitions. Source: snarkVM ``ledger/block/src/transition/{bytes,input,output}``."""

from __future__ import annotations

from dataclasses import replace

from avm.algebra.fields import Fr
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.json_value import JsonObject
from avm.base.limits import MAX_INPUTS, MAX_OUTPUTS
from avm.data.ciphertext import Ciphertext
from avm.data.future import Future, read_future
from avm.data.identifier import (
    check_identifier,
    check_program_id,
    identifier_bytes,
    program_id_bytes,
    read_identifier,
    read_program_id,
)
from avm.data.plaintext import Plaintext, parse_plaintext, read_plaintext
from avm.data.record_ciphertext import RecordCiphertext
from avm.data.value import parse_value
from avm.ledger.transition import INPUT_KINDS, OUTPUT_KINDS, Part, Transition
from avm.primitives.group_codec import point_from_bytes, point_to_bytes

Shown = Plaintext | Ciphertext | Future | RecordCiphertext
_RECORDS = ("record", "record_with_dynamic_id")
_VALUES = ("constant", "public", "private", "future")


def _field(reader: ByteReader) -> int:
    return Fr.from_bytes_le(reader.take(32))


def shown_value(part: Part) -> Shown | None:
    """Return the value or ciphertext of a part, None where it has none.

    Raises:
        DecodeError, ParseFailure: the text is not a value of the part's kind.
    """
    if not part.value:
        return None
    if part.kind == "private":
        return Ciphertext.parse(part.value)
    if part.kind in _RECORDS:
        return RecordCiphertext.parse(part.value)
    if part.kind == "future":
        value = parse_value(part.value)
        if not isinstance(value, Future):
            raise DecodeError("the value of a future output is not a future")
        return value
    return parse_plaintext(part.value)


def _option(value: Shown | None) -> bytes:
    """Return a flag and the bytes of a value, a flag alone when there is none."""
    return b"\0" if value is None else b"\1" + value.to_bytes()


def _new_record_bytes(part: Part) -> bytes:
    record = shown_value(part)
    out = ByteWriter().raw(_number(part, "checksum")).raw(_option(record))
    if isinstance(record, RecordCiphertext) and record.version:
        out.u8(0).raw(_number(part, "sender_ciphertext"))
    return out.bytes()


def _number(part: Part, name: str) -> bytes:
    value = getattr(part, name)
    if value is None:
        raise DecodeError(f"a {part.kind} has no {name}")
    return Fr.to_bytes_le(value)


def part_to_bytes(part: Part, *, output: bool) -> bytes:
    """Return the bytes of an input or output; DecodeError when it lacks something."""
    kinds = OUTPUT_KINDS if output else INPUT_KINDS
    if part.kind not in kinds:
        raise DecodeError(f"an input is no {part.kind}")
    out = bytes([kinds.index(part.kind)]) + Fr.to_bytes_le(part.id)
    if part.kind in _VALUES:
        return out + _option(shown_value(part))
    if part.kind in _RECORDS:
        out += _new_record_bytes(part) if output else _number(part, "tag")
    return out + (_number(part, "dynamic_id") if part.kind.endswith("_with_dynamic_id") else b"")


def read_part(reader: ByteReader, *, output: bool) -> Part:
    """Read what ``part_to_bytes`` writes; DecodeError when it is not canonical."""
    kinds, variant = OUTPUT_KINDS if output else INPUT_KINDS, reader.u8()
    if variant >= len(kinds):
        raise DecodeError(f"there is no part of variant {variant} here")
    part = Part(kinds[variant], _field(reader))
    if part.kind in _RECORDS:
        part = _read_new_record(reader, part) if output else replace(part, tag=_field(reader))
    elif part.kind in _VALUES and reader.boolean():
        part = replace(part, value=str(_read_value(reader, part.kind)))
    if part.kind.endswith("_with_dynamic_id"):
        part = replace(part, dynamic_id=_field(reader))
    return part


def _read_value(reader: ByteReader, kind: str) -> Shown:
    if kind == "private":
        return Ciphertext.read(reader)
    if kind != "future":
        return read_plaintext(reader)
    future = read_future(reader)
    if parse_value(str(future)) != future:
        raise DecodeError("a name in a dynamic future goes on behind its end, which its text does not show")
    return future


def _read_new_record(reader: ByteReader, part: Part) -> Part:
    part = replace(part, checksum=_field(reader))
    if not reader.boolean():
        return part
    record = RecordCiphertext.read(reader)
    sender = None
    if record.version:
        if reader.u8() != 0:
            raise DecodeError("there is no sender ciphertext of that version")
        sender = _field(reader)
    return replace(part, value=str(record), sender_ciphertext=sender)


def transition_to_bytes(transition: Transition) -> bytes:
    """Return the bytes of a transition."""
    out = ByteWriter().u8(1).raw(Fr.to_bytes_le(transition.id))
    out.raw(program_id_bytes(transition.program)).raw(identifier_bytes(transition.function))
    for output, parts in ((False, transition.inputs), (True, transition.outputs)):
        out.u8(len(parts))
        for part in parts:
            out.raw(part_to_bytes(part, output=output))
    out.raw(point_to_bytes(transition.tpk))
    return out.raw(Fr.to_bytes_le(transition.tcm)).raw(Fr.to_bytes_le(transition.scm)).bytes()


def read_transition(reader: ByteReader) -> Transition:
    """Read what ``transition_to_bytes`` writes; DecodeError when it is not canonical or has another id."""
    if reader.u8() != 1:
        raise DecodeError("there is no transition of that version")
    stated = _field(reader)
    program, function = read_program_id(reader), read_identifier(reader)
    parts = []
    for output, most in ((False, MAX_INPUTS), (True, MAX_OUTPUTS)):
        count = reader.u8()
        if count > most:
            raise DecodeError(f"a transition has at most {most} inputs and outputs each, not {count}")
        parts.append(tuple(read_part(reader, output=output) for _ in range(count)))
    tpk = point_from_bytes(reader.take(32))
    transition = Transition(program, function, parts[0], parts[1], tpk, _field(reader), _field(reader))
    if transition.id != stated:
        raise DecodeError("the id of the transition is not its own")
    return transition


def transition_from_json(data: JsonObject) -> Transition:
    """Return the transition of the network's JSON values, every value in its one text.

    Raises:
        DecodeError, ParseFailure, VerifyError: something is missing, no value, or the id is not its own.
    """
    transition = Transition.from_json(data)
    check_program_id(transition.program)
    check_identifier(transition.function)
    sides = ((False, transition.inputs, MAX_INPUTS), (True, transition.outputs, MAX_OUTPUTS))
    parts = []
    for output, side, most in sides:
        if len(side) > most:
            raise DecodeError(f"a transition has at most {most} inputs and outputs each, not {len(side)}")
        parts.append(tuple(_canonical(part, output=output) for part in side))
    return replace(transition, inputs=parts[0], outputs=parts[1])


def _canonical(part: Part, *, output: bool) -> Part:
    """Return a part with its value in the one text, and with nothing that its kind has not."""
    return read_part(ByteReader(part_to_bytes(part, output=output)), output=output)
