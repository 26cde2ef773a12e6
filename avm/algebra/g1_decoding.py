"""Decoding many compressed points of G1: a key's or a proof's, by the kernels where those are loaded.

The plain way, ``g1.from_compressed``, is the definition; it takes some milliseconds for every point.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from avm.algebra import g1
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.weierstrass import FLAG_INFINITY, FLAG_LARGER_Y
from avm.base.errors import DecodeError

SIZE = 48


def decode_points(encodings: Sequence[bytes]) -> list[g1.Point]:
    """Return the points of 48-byte encodings; ``DecodeError`` as ``g1.from_compressed`` raises it.

    The kernels run if those of the multi-scalar multiplication do already.
    """
    if hasattr(sys.modules.get("avm.algebra.msm"), "msm"):
        return decode_compiled(encodings)
    return [g1.from_compressed(data) for data in encodings]


def decode_compiled(encodings: Sequence[bytes]) -> list[g1.Point]:
    """Return what ``decode_points`` does, by the kernels."""
    import numpy as np

    from avm.algebra.kernels import g1_decoding as kernels
    from avm.algebra.points import G1Points, subgroup_check

    finite, larger = [], bytearray()
    result: list[g1.Point] = [None] * len(encodings)
    for number, data in enumerate(encodings):
        if len(data) != SIZE or data[-1] & (FLAG_LARGER_Y | FLAG_INFINITY) & ~FLAG_LARGER_Y:
            # Infinity and everything malformed.
            result[number] = g1.from_compressed(data)
            continue
        body = data[:-1] + bytes([data[-1] & 0x3F])
        if int.from_bytes(body, "little") >= FQ_MODULUS:
            raise DecodeError("the bytes encode an integer outside the Fq field")
        finite.append((number, body))
        larger.append(data[-1] >> 7)
    if not finite:
        return result
    xs = np.frombuffer(b"".join(body for _, body in finite), dtype=np.uint64).reshape(-1, 6).copy()
    flags = np.frombuffer(larger, dtype=np.uint8)
    words = np.empty((len(finite), 2, 6), dtype=np.uint64)
    if kernels.points_of_x(xs, flags, kernels.EXPONENT_DIGITS, kernels.ROOTS, words) >= 0:
        raise DecodeError("no point of the curve has this x-coordinate")
    points = G1Points(words)
    if not subgroup_check(points):
        raise DecodeError("the point is not in the prime-order subgroup of the curve")
    for (number, _), point in zip(finite, points.to_affine()):
        result[number] = point
    return result
