"""The encodings of a value as one integer, the first bit lowest: what ``tagged_bits`` and ``raw_bits`` list.

Hashes take values so, many thousands a second; strings and integers of the standard library do the work.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.bits import bits_to_int_le
from avm.base.errors import Halt
from avm.base.limits import MAX_DATA_FIELDS
from avm.data.encoding import DATA_BITS, Encodable, sized
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct, boolean_array
from avm.types.literal_type import LiteralType

Packed = tuple[int, int]
"""Bits as an integer, and how many there are."""

_WHOLE = (1 << DATA_BITS) - 1
_PAIR_BYTES = 2 * DATA_BITS // 8
_POINTS = (LiteralType.ADDRESS, LiteralType.GROUP)
_LISTED = (LiteralType.SIGNATURE, LiteralType.STRING, LiteralType.IDENTIFIER)


def packed(value: Encodable, *, raw: bool) -> Packed:
    """Return the bits of a value, with its tags or ``raw``."""
    if isinstance(value, Literal) and value.type not in _LISTED:
        return _literal(value, raw)
    if isinstance(value, Array):
        return _array(value, raw)
    bits = value.raw_bits() if raw else value.tagged_bits()
    return bits_to_int_le(bits), len(bits)


def _literal(literal: Literal, raw: bool) -> Packed:
    type_, value = literal.type, literal.value
    number = value[0] if type_ in _POINTS else int(value)
    count = type_.size_in_bits or 0
    number &= (1 << count) - 1
    if raw:
        return number, count
    return type_.value << 2 | count << 10 | number << 26, 26 + count


def _array(array: Array, raw: bool) -> Packed:
    if raw:
        return _joined([packed(element, raw=True) for element in array.elements])
    parts = [(1 | len(array.elements) << 2, 34)]
    for element in array.elements:
        inner = packed(element, raw=False)
        parts += [(sized(inner[1], "an element"), 16), inner]
    return _joined(parts)


def _joined(parts: Iterable[Packed]) -> Packed:
    texts = [f"{number:0{count}b}" for number, count in parts if count]
    text = "".join(reversed(texts))
    return int(text or "0", 2), len(text)


def packed_fields(value: Encodable, *, raw: bool) -> list[int]:
    """Return the field elements of a value, 252 bits each: its bits and a one, or its ``raw`` bits alone.

    ``Halt`` for more than ``MAX_DATA_FIELDS``.
    """
    if not isinstance(value, Literal | Array | Struct):
        return value.to_fields_raw() if raw else value.to_fields()
    number, count = packed(value, raw=raw)
    if not raw:
        number, count = number | 1 << count, count + 1
    size = -(-count // DATA_BITS)
    if size > MAX_DATA_FIELDS:
        raise Halt(f"the value has {size} fields, at most {MAX_DATA_FIELDS} are allowed")
    data = number.to_bytes(_PAIR_BYTES * (size // 2 + 1), "little")
    pairs = [int.from_bytes(data[i : i + _PAIR_BYTES], "little") for i in range(0, len(data), _PAIR_BYTES)]
    return [field for pair in pairs for field in (pair & _WHOLE, pair >> DATA_BITS)][:size]


_BYTES = tuple(boolean_array(byte >> bit & 1 == 1 for bit in range(8)).elements for byte in range(256))


def booleans(data: bytes) -> Array:
    """Return the bits of bytes, in each the lowest first, as an array of booleans."""
    return Array(tuple([bit for byte in data for bit in _BYTES[byte]]))
