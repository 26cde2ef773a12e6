"""The layout that plain and encrypted records share, in bits and in bytes.

Source: snarkVM ``console/program/src/data/record/{to_bits,bytes}.rs``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from avm.algebra.edwards import Point
from avm.base.bits import int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt
from avm.base.limits import MAX_RECORD_ENTRIES
from avm.data.identifier import identifier_bits, identifier_bytes, read_identifier
from avm.data.plaintext import Plaintext, read_plaintext
from avm.data.types import Visibility
from avm.primitives.group_codec import point_from_bytes, point_to_bytes

MAX_VERSION = 1
TAGS = {
    Visibility.CONSTANT: (False, False),
    Visibility.PUBLIC: (False, True),
    Visibility.PRIVATE: (True, False),
}
Owner = TypeVar("Owner")
Private = TypeVar("Private")


@dataclass(frozen=True, slots=True)
class Layout(Generic[Owner, Private]):
    """The parts of a record: the private owner and private entries are of a type of their own."""

    owner: Point | Owner
    owner_private: bool
    data: tuple[tuple[str, Visibility, Plaintext | Private], ...]
    nonce: Point
    version: int


def record_bits(
    owner_private: bool,
    owner: list[bool],
    data: Sequence[tuple[str, Visibility, list[bool]]],
    nonce: Point,
    version: int,
) -> list[bool]:
    """Return the bits: owner kind and owner, size of the data (31), hiding bit, data, nonce, version (8).

    The data are per entry the name, two bits of visibility and the bits of the value.
    """
    entries = [b for name, seen, bits in data for b in (*identifier_bits(name), *TAGS[seen], *bits)]
    head = [owner_private, *owner, *int_to_bits_le(len(entries), 31), version != 0]
    return head + entries + int_to_bits_le(nonce[0], 253) + int_to_bits_le(version, 8)


def record_bytes(
    owner_private: bool,
    owner: bytes,
    data: Sequence[tuple[str, Visibility, bytes]],
    nonce: Point,
    version: int,
) -> bytes:
    """Return the bytes: variant (version and owner kind), owner, entry count, entries with sizes, nonce.

    Raises:
        Halt: the version is unknown or an entry too long.
    """
    if version > MAX_VERSION:
        raise Halt(f"a record of version {version} cannot be encoded; the versions are 0 and 1")
    out = bytes([2 * version + owner_private]) + owner + bytes([len(data)])
    for name, seen, value in data:
        if len(value) + 1 > 0xFFFF:
            raise Halt(f"the entry {name} has {len(value)} bytes; 65534 are the most that can be encoded")
        out += identifier_bytes(name) + (len(value) + 1).to_bytes(2, "little") + bytes([seen.value]) + value
    return out + point_to_bytes(nonce)


def read_layout(
    reader: ByteReader,
    read_owner: Callable[[ByteReader], Owner],
    read_private: Callable[[ByteReader], Private],
) -> Layout[Owner, Private]:
    """Read what ``record_bytes`` writes; DecodeError when it is not canonical."""
    variant = reader.u8()
    if variant > 2 * MAX_VERSION + 1:
        raise DecodeError(f"there is no record of variant {variant}")
    owner_private = variant % 2 == 1
    owner = read_owner(reader) if owner_private else point_from_bytes(reader.take(32))
    data: list[tuple[str, Visibility, Plaintext | Private]] = []
    for _ in range(reader.u8()):
        name = read_identifier(reader)
        inner = ByteReader(reader.take(reader.u16()))
        mode = inner.u8()
        if mode > Visibility.PRIVATE.value:
            raise DecodeError(f"there is no record entry of mode {mode}")
        seen = Visibility(mode)
        data.append(
            (name, seen, read_private(inner) if seen is Visibility.PRIVATE else read_plaintext(inner))
        )
        inner.finish()
    names = ["owner", *(name for name, _, _ in data)]
    if len(set(names)) != len(names) or len(data) > MAX_RECORD_ENTRIES:
        raise DecodeError(
            "the entries of a record must be at most 32 with different names, none of them owner"
        )
    return Layout(owner, owner_private, tuple(data), point_from_bytes(reader.take(32)), variant // 2)
