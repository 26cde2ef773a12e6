"""The bits of values with every part's most significant bit first, as ``to_bits_be`` orders them.

Nothing on the chain uses this order; tools that show values do. The plaintexts inside records and futures
stay in little-endian order, as the reference writes them once it has cached their bits.
"""

from __future__ import annotations

from avm.base.bits import int_to_bits_le
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.identifier import identifier_bits, program_id_bits
from avm.data.literal import Literal
from avm.data.plaintext import Struct
from avm.data.record import Record
from avm.data.record_encoding import TAGS
from avm.data.value import Value
from avm.types.literal_type import LiteralType

Bits = list[bool]
_SIGNATURE_PARTS: tuple[tuple[int, int], ...] = ((0, 251), (251, 502), (502, 755), (755, 1008))


def _number(value: int, size: int) -> Bits:
    return int_to_bits_le(value, size)[::-1]


def _program(text: str) -> Bits:
    name, _, network = text.partition(".")
    return identifier_bits(name)[::-1] + identifier_bits(network)[::-1]


def _literal(literal: Literal) -> Bits:
    bits = literal.to_bits_le()
    if literal.type is LiteralType.SIGNATURE:
        parts = _SIGNATURE_PARTS
    elif literal.type is LiteralType.STRING:
        parts = tuple((i, i + 8) for i in range(0, len(bits), 8))
    else:
        parts = ((0, len(bits)),)
    return [bit for start, end in parts for bit in bits[start:end][::-1]]


def _record(record: Record) -> Bits:
    data: Bits = []
    for name, entry in record.data:
        data += [*identifier_bits(name)[::-1], *TAGS[entry.visibility], *entry.value.tagged_bits()]
    head = [record.owner_private, *_number(record.owner[0], 253), record.version != 0]
    tail = _number(record.nonce[0], 253) + _number(record.version, 8)
    return head + _number(len(data), 31) + data + tail


def _future(future: Future) -> Bits:
    program = _program(future.program_id)
    bits = _number(len(program_id_bits(future.program_id)), 16) + program
    bits += _number(8 * len(future.function), 16) + identifier_bits(future.function)[::-1]
    bits += _number(len(future.arguments), 8)
    for argument in future.arguments:
        if isinstance(argument, Future):
            inner = [True, *_future(argument)]
        elif isinstance(argument, DynamicFuture):
            inner = [True, *[False] * 12, *_dynamic_future(argument)]
        else:
            inner = [False, *argument.tagged_bits()]
        bits += _number(len(inner), 16 if len(inner) <= 0xFFFF else 32) + inner
    return bits


def _dynamic_future(future: DynamicFuture) -> Bits:
    numbers = (future.program, future.network, future.function, future.checksum)
    return [bit for number in numbers for bit in _number(number, 253)]


def _dynamic_record(record: DynamicRecord) -> Bits:
    numbers = (record.owner[0], record.root, record.nonce[0])
    return [bit for number in numbers for bit in _number(number, 253)] + _number(record.version, 8)


def raw_bits_be(value: Value) -> Bits:
    """Return the bits of the literals of a plaintext; of records and futures the self-describing bits."""
    if isinstance(value, Record):
        return _record(value)
    if isinstance(value, Future):
        return _future(value)
    if isinstance(value, DynamicRecord):
        return _dynamic_record(value)
    if isinstance(value, DynamicFuture):
        return _dynamic_future(value)
    if isinstance(value, Literal):
        return _literal(value)
    parts = [member for _, member in value.members] if isinstance(value, Struct) else value.elements
    return [bit for part in parts for bit in raw_bits_be(part)]
