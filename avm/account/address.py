"""Addresses: group elements written as ``aleo1…``."""

from __future__ import annotations

from avm.algebra.edwards import Point
from avm.base import bech32
from avm.base.errors import DecodeError
from avm.primitives.group_codec import point_from_bytes, point_to_bytes

PREFIX = "aleo"
TEXT_LENGTH = 63


def address_text(point: Point) -> str:
    """Return the 63 characters of an address."""
    return bech32.encode(PREFIX, point_to_bytes(point))


def parse_address(text: str) -> Point:
    """Return the address of ``aleo1…`` text; DecodeError when it is not one."""
    if len(text) != TEXT_LENGTH:
        raise DecodeError(
            f"an address has {TEXT_LENGTH} characters, not {len(text)}",
            hint="an address looks like aleo1 followed by 58 lower-case letters and digits",
        )
    return point_from_bytes(bech32.decode(PREFIX, text))
