"""Group elements as their x alone: 32 bytes, from which the one point of the subgroup is recovered."""

from __future__ import annotations

from functools import lru_cache

from avm.algebra.edwards import Point, from_x
from avm.algebra.fields import FR_MODULUS, Fr
from avm.base.errors import DecodeError, Halt


@lru_cache(maxsize=4096)
def point_from_x(x: int) -> Point:
    """Return the point of the prime subgroup with this canonical x; DecodeError when there is none."""
    if x >= FR_MODULUS:
        raise DecodeError(f"{x} is not below the field's modulus")
    try:
        return from_x(x)
    except Halt as error:
        raise DecodeError(f"{x} is not the x of a group element") from error


def point_to_bytes(point: Point) -> bytes:
    """Return the 32 little-endian bytes of the point's x."""
    return Fr.to_bytes_le(point[0])


def point_from_bytes(data: bytes) -> Point:
    """Return the point of 32 bytes; DecodeError when they are not the canonical x of one."""
    return point_from_x(Fr.from_bytes_le(data))
