"""What every value can do: become bits, field elements, bytes and text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from avm.base.bits import bits_to_int_le
from avm.base.errors import Halt
from avm.base.limits import MAX_DATA_FIELDS

DATA_BITS = 252
INDENT = "  "


def bits_to_fields(bits: Sequence[bool]) -> list[int]:
    """Return the field elements of a bit list, 252 bits each; Halt for more than ``MAX_DATA_FIELDS``."""
    fields = [bits_to_int_le(bits[i : i + DATA_BITS]) for i in range(0, len(bits), DATA_BITS)]
    if len(fields) > MAX_DATA_FIELDS:
        raise Halt(f"the value has {len(fields)} fields, at most {MAX_DATA_FIELDS} are allowed")
    return fields


class Encodable(ABC):
    """A value with its encodings: tagged (self-describing) and raw (literals only)."""

    __slots__ = ()

    @abstractmethod
    def tagged_bits(self) -> list[bool]:
        """Return the bits with the tags and names of the parts."""

    @abstractmethod
    def raw_bits(self) -> list[bool]:
        """Return the bits of the literals alone, one after another."""

    @abstractmethod
    def to_bytes(self) -> bytes:
        """Return the bytes with the tags and names of the parts."""

    @abstractmethod
    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text indented for ``depth``, with ``suffix`` after every literal."""

    def to_fields(self) -> list[int]:
        """Return the tagged bits and a terminator bit as field elements."""
        return bits_to_fields([*self.tagged_bits(), True])

    def to_fields_raw(self) -> list[int]:
        """Return the raw bits as field elements, without a terminator."""
        return bits_to_fields(self.raw_bits())


def size_prefix(bits: list[bool], what: str) -> int:
    """Return the number of bits; Halt when it does not fit into the 16 bits of a length."""
    return sized(len(bits), what)


def sized(count: int, what: str) -> int:
    """Return a number of bits; Halt when it does not fit into the 16 bits of a length."""
    if count > 0xFFFF:
        raise Halt(f"{what} has {count} bits; 65535 are the most that can be encoded")
    return count


def block(opening: str, items: Sequence[str], closing: str, depth: int) -> str:
    """Return items one per line between brackets, as every nested value is printed."""
    inner, outer = "\n" + INDENT * (depth + 1), "\n" + INDENT * depth
    return opening + ",".join(inner + item for item in items) + outer + closing
