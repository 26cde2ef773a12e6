"""Curves y² = x³ + b over any field: the group law and the point encodings that G1 and G2 share.

Affine points are tuples (x, y), infinity is ``None``; inside, Jacobian coordinates (X/Z², Y/Z³).
Encodings follow snarkVM's ``curves/src/templates/macros.rs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from avm.base.errors import DecodeError, Halt

E = TypeVar("E")

FLAG_LARGER_Y = 0x80
FLAG_INFINITY = 0x40


class Field(Protocol[E]):
    """What the group law needs of its field."""

    zero: E
    one: E
    byte_length: int

    def add(self, a: E, b: E, /) -> E: ...
    def sub(self, a: E, b: E, /) -> E: ...
    def neg(self, a: E, /) -> E: ...
    def mul(self, a: E, b: E, /) -> E: ...
    def square(self, a: E, /) -> E: ...
    def inv(self, a: E, /) -> E: ...
    def sqrt(self, a: E, /) -> E: ...
    def to_bytes_le(self, a: E, /) -> bytes: ...
    def from_bytes_le(self, data: bytes, /) -> E: ...
    def order_key(self, a: E, /) -> Any: ...


class ShortWeierstrass(Generic[E]):
    """The curve y² = x³ + b over ``field`` with its prime-order subgroup of the given order."""

    def __init__(self, field: Field[E], b: E, order: int, generator: tuple[E, E]) -> None:
        self.field = field
        self.b = b
        self.order = order
        self.generator = generator

    # ---- Jacobian arithmetic: (X, Y, Z), Z = 0 for infinity

    def _double(self, p: tuple[E, E, E]) -> tuple[E, E, E]:
        """Doubling for a = 0 (dbl-2009-l)."""
        f = self.field
        x, y, z = p
        a = f.square(x)
        b = f.square(y)
        c = f.square(b)
        d = f.sub(f.sub(f.square(f.add(x, b)), a), c)
        d = f.add(d, d)
        e = f.add(f.add(a, a), a)
        x3 = f.sub(f.square(e), f.add(d, d))
        c8 = f.add(c, c)
        c8 = f.add(c8, c8)
        c8 = f.add(c8, c8)
        y3 = f.sub(f.mul(e, f.sub(d, x3)), c8)
        yz = f.mul(y, z)
        return x3, y3, f.add(yz, yz)

    def _add_jacobian(self, p: tuple[E, E, E], q: tuple[E, E, E]) -> tuple[E, E, E]:
        """Addition of any two points (add-1998-cmo-2, with the exceptions told apart)."""
        f = self.field
        if p[2] == f.zero:
            return q
        if q[2] == f.zero:
            return p
        z1z1, z2z2 = f.square(p[2]), f.square(q[2])
        u1, u2 = f.mul(p[0], z2z2), f.mul(q[0], z1z1)
        s1, s2 = f.mul(f.mul(p[1], q[2]), z2z2), f.mul(f.mul(q[1], p[2]), z1z1)
        h, r = f.sub(u2, u1), f.sub(s2, s1)
        if h == f.zero:
            return self._double(p) if r == f.zero else (f.one, f.one, f.zero)
        hh = f.square(h)
        hhh = f.mul(h, hh)
        v = f.mul(u1, hh)
        x3 = f.sub(f.sub(f.square(r), hhh), f.add(v, v))
        y3 = f.sub(f.mul(r, f.sub(v, x3)), f.mul(s1, hhh))
        return x3, y3, f.mul(f.mul(p[2], q[2]), h)

    def _lift(self, p: tuple[E, E] | None) -> tuple[E, E, E]:
        f = self.field
        return (f.one, f.one, f.zero) if p is None else (p[0], p[1], f.one)

    def _lower(self, p: tuple[E, E, E]) -> tuple[E, E] | None:
        f = self.field
        if p[2] == f.zero:
            return None
        inverse = f.inv(p[2])
        square = f.square(inverse)
        return f.mul(p[0], square), f.mul(p[1], f.mul(square, inverse))

    # ---- affine interface

    def add(self, p: tuple[E, E] | None, q: tuple[E, E] | None) -> tuple[E, E] | None:
        """Return p + q for any two points."""
        return self._lower(self._add_jacobian(self._lift(p), self._lift(q)))

    def double(self, p: tuple[E, E] | None) -> tuple[E, E] | None:
        """Return 2p."""
        return self.add(p, p)

    def neg(self, p: tuple[E, E] | None) -> tuple[E, E] | None:
        """Return −p."""
        return None if p is None else (p[0], self.field.neg(p[1]))

    def sub(self, p: tuple[E, E] | None, q: tuple[E, E] | None) -> tuple[E, E] | None:
        """Return p − q."""
        return self.add(p, self.neg(q))

    def mul(self, point: tuple[E, E] | None, scalar: int) -> tuple[E, E] | None:
        """Return scalar·point for any integer scalar (not reduced modulo the order)."""
        return self.multi_mul([point], [scalar])

    def multi_mul(self, points: Sequence[tuple[E, E] | None], scalars: Sequence[int]) -> tuple[E, E] | None:
        """Return Σ scalars[i]·points[i], with common doublings and windows of four bits."""
        if len(points) != len(scalars):
            raise ValueError(f"{len(points)} points but {len(scalars)} scalars")
        tables: list[list[tuple[E, E, E]]] = []
        for point, scalar in zip(points, scalars):
            base = self._lift(point if scalar >= 0 else self.neg(point))
            row = [self._lift(None), base]
            for _ in range(14):
                row.append(self._add_jacobian(row[-1], base))
            tables.append(row)
        bits = max((abs(s).bit_length() for s in scalars), default=0)
        result = self._lift(None)
        for shift in range((bits + 3) // 4 * 4 - 4, -1, -4):
            for _ in range(4):
                result = self._double(result)
            for row, scalar in zip(tables, scalars):
                digit = (abs(scalar) >> shift) & 15
                if digit:
                    result = self._add_jacobian(result, row[digit])
        return self._lower(result)

    def is_on_curve(self, p: tuple[E, E] | None) -> bool:
        """Whether the point is infinity or satisfies the curve equation."""
        if p is None:
            return True
        f = self.field
        return f.square(p[1]) == f.add(f.mul(f.square(p[0]), p[0]), self.b)

    def is_in_subgroup(self, p: tuple[E, E] | None) -> bool:
        """Whether a point of the curve is killed by the prime order."""
        return self.mul(p, self.order) is None

    # ---- encodings

    def to_compressed(self, p: tuple[E, E] | None) -> bytes:
        """Return x little-endian; flags in the top bits of the last byte tell the larger y and infinity."""
        f = self.field
        if p is None:
            data = bytearray(f.byte_length)
            data[-1] = FLAG_INFINITY
            return bytes(data)
        data = bytearray(f.to_bytes_le(p[0]))
        if f.order_key(p[1]) > f.order_key(f.neg(p[1])):
            data[-1] |= FLAG_LARGER_Y
        return bytes(data)

    def from_compressed(self, data: bytes, check: bool = True) -> tuple[E, E] | None:
        """Decode ``to_compressed``; ``DecodeError`` if malformed or (checked) outside the subgroup."""
        f = self.field
        body, flags = self._split_flags(data, f.byte_length)
        if flags == FLAG_LARGER_Y | FLAG_INFINITY:
            raise DecodeError("a compressed point cannot have both flags set")
        x = f.from_bytes_le(body)
        if flags == FLAG_INFINITY:
            if x != f.zero:
                raise DecodeError("compressed infinity must have x = 0")
            return None
        try:
            y = f.sqrt(f.add(f.mul(f.square(x), x), self.b))
        except Halt as error:
            raise DecodeError("no point of the curve has this x-coordinate") from error
        other = f.neg(y)
        larger, smaller = (y, other) if f.order_key(y) > f.order_key(other) else (other, y)
        return self._checked((x, larger if flags else smaller), check)

    def to_uncompressed(self, p: tuple[E, E] | None) -> bytes:
        """Return x ‖ y; infinity is (0, 1) with its flag in the last byte."""
        f = self.field
        if p is None:
            data = bytearray(f.to_bytes_le(f.zero) + f.to_bytes_le(f.one))
            data[-1] |= FLAG_INFINITY
            return bytes(data)
        return f.to_bytes_le(p[0]) + f.to_bytes_le(p[1])

    def from_uncompressed(self, data: bytes, check: bool = True) -> tuple[E, E] | None:
        """Decode ``to_uncompressed``; ``DecodeError`` if malformed or (checked) not in the subgroup."""
        f = self.field
        size = f.byte_length
        if len(data) != 2 * size:
            raise DecodeError(f"an uncompressed point has {2 * size} bytes, not {len(data)}")
        body, flags = self._split_flags(data[size:], size)
        if flags & FLAG_LARGER_Y:
            raise DecodeError("the sign flag is never set in an uncompressed point")
        x, y = f.from_bytes_le(data[:size]), f.from_bytes_le(body)
        if flags:
            if (x, y) != (f.zero, f.one):
                raise DecodeError("uncompressed infinity must be (0, 1)")
            return None
        return self._checked((x, y), check)

    def to_bytes(self, p: tuple[E, E] | None) -> bytes:
        """Return x ‖ y ‖ one byte that is 1 for infinity, which is (0, 1)."""
        f = self.field
        x, y = (f.zero, f.one) if p is None else p
        return f.to_bytes_le(x) + f.to_bytes_le(y) + bytes([p is None])

    def from_bytes(self, data: bytes, check: bool = True) -> tuple[E, E] | None:
        """Decode ``to_bytes``; ``DecodeError`` if malformed or (checked) not in the subgroup."""
        f = self.field
        size = f.byte_length
        if len(data) != 2 * size + 1 or data[-1] > 1:
            raise DecodeError(f"a point has {2 * size} bytes and an infinity byte 0 or 1")
        x, y = f.from_bytes_le(data[:size]), f.from_bytes_le(data[size:-1])
        if data[-1]:
            if (x, y) != (f.zero, f.one):
                raise DecodeError("infinity must be (0, 1)")
            return None
        return self._checked((x, y), check)

    @staticmethod
    def _split_flags(data: bytes, size: int) -> tuple[bytes, int]:
        if len(data) != size:
            raise DecodeError(f"{size} bytes expected, not {len(data)}")
        return data[:-1] + bytes([data[-1] & 0x3F]), data[-1] & 0xC0

    def _checked(self, p: tuple[E, E], check: bool) -> tuple[E, E]:
        if check and not (self.is_on_curve(p) and self.is_in_subgroup(p)):
            raise DecodeError("the point is not in the prime-order subgroup of the curve")
        return p
