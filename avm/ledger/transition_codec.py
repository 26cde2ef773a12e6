"""The bytes of transitions. Source: snarkVM ``ledger/block/src/transition/{bytes,input,output}``."""

from __future__ import annotations

from collections.abc import Callable

from avm.algebra.fields import Fr
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.data.ciphertext import Ciphertext
from avm.data.future import Future, read_future
from avm.data.identifier import identifier_bytes, program_id_bytes, read_identifier, read_program_id
from avm.data.plaintext import parse_plaintext, read_plaintext
from avm.data.record_ciphertext import RecordCiphertext
from avm.data.value import parse_value
from avm.ledger.transition import VARIANTS, Part, Transition
from avm.primitives.group_codec import point_from_bytes, point_to_bytes

MAX_PARTS = 16
_KINDS = {number: kind for kind, number in VARIANTS.items()}


def _field(reader: ByteReader) -> int:
    return Fr.from_bytes_le(reader.take(32))


def _value_bytes(part: Part) -> bytes:
    """Return a flag and the bytes of the value, a flag alone when there is none."""
    if not part.value:
        return b"\0"
    if part.kind == "private":
        return b"\1" + Ciphertext.parse(part.value).to_bytes()
    if part.kind == "future":
        value = parse_value(part.value)
        if not isinstance(value, Future):
            raise DecodeError("the value of a future output is not a future")
        return b"\1" + value.to_bytes()
    return b"\1" + parse_plaintext(part.value).to_bytes()


def _new_record_bytes(part: Part) -> bytes:
    out = ByteWriter().raw(Fr.to_bytes_le(part.checksum or 0)).boolean(bool(part.value))
    if part.value:
        record = RecordCiphertext.parse(part.value)
        out.raw(record.to_bytes())
        if record.version:
            out.u8(0).raw(Fr.to_bytes_le(part.sender_ciphertext or 0))
    return out.bytes()


def part_to_bytes(part: Part, *, output: bool) -> bytes:
    """Return the bytes of an input or output."""
    head = bytes([VARIANTS[part.kind]]) + Fr.to_bytes_le(part.id)
    if part.kind == "external_record":
        return head
    if part.kind == "record":
        return head + (_new_record_bytes(part) if output else Fr.to_bytes_le(part.tag or 0))
    return head + _value_bytes(part)


def read_part(reader: ByteReader, *, output: bool) -> Part:
    """Read what ``part_to_bytes`` writes; DecodeError when it is not canonical."""
    variant = reader.u8()
    kind = _KINDS.get(variant)
    if kind is None or (kind == "future" and not output):
        raise DecodeError(f"there is no part of variant {variant} here")
    value = _field(reader)
    if kind == "external_record":
        return Part(kind, value)
    if kind == "record":
        return _read_new_record(reader, value) if output else Part(kind, value, tag=_field(reader))
    if not reader.boolean():
        return Part(kind, value)
    read: dict[str, Callable[[ByteReader], object]] = {"private": Ciphertext.read, "future": read_future}
    return Part(kind, value, str(read.get(kind, read_plaintext)(reader)))


def _read_new_record(reader: ByteReader, commitment: int) -> Part:
    checksum = _field(reader)
    if not reader.boolean():
        return Part("record", commitment, checksum=checksum)
    record = RecordCiphertext.read(reader)
    sender = None
    if record.version:
        if reader.u8() != 0:
            raise DecodeError("there is no sender ciphertext of that version")
        sender = _field(reader)
    return Part("record", commitment, str(record), checksum=checksum, sender_ciphertext=sender)


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
    for output in (False, True):
        count = reader.u8()
        if count > MAX_PARTS:
            raise DecodeError(f"a transition has at most {MAX_PARTS} inputs and outputs each, not {count}")
        parts.append(tuple(read_part(reader, output=output) for _ in range(count)))
    tpk = point_from_bytes(reader.take(32))
    transition = Transition(program, function, parts[0], parts[1], tpk, _field(reader), _field(reader))
    if transition.id != stated:
        raise DecodeError("the id of the transition is not its own")
    return transition
