"""The Edwards-BLS12 curve −x² + y² = 1 + 3021·x²y² over Fr: groups, addresses and signatures live on it.

Points are affine tuples (x, y); the identity is (0, 1). The curve has 4·ORDER points.
Follows snarkVM's ``curves/src/edwards_bls12``.
"""

from __future__ import annotations

from avm.algebra.fields import FR_MODULUS, FS_MODULUS, Fr
from avm.base.errors import Halt

Point = tuple[int, int]

D = 3021
COFACTOR = 4
ORDER = FS_MODULUS
IDENTITY: Point = (0, 1)
GENERATOR: Point = (
    1540945439182663264862696551825005342995406165131907382295858612069623286213,
    8003546896475222703853313610036801932325312921786952001586936882361378122196,
)
MONTGOMERY_A = 3990301581132929505568273333084066329187552697088022219156688740916631500114
MONTGOMERY_B = 4454160168295440918680551605697480202188346638066041608778544715000777738925

_P = FR_MODULUS
_Extended = tuple[int, int, int, int]
_EXTENDED_IDENTITY: _Extended = (0, 1, 1, 0)


def _extend(point: Point) -> _Extended:
    x, y = point
    return x, y, 1, x * y % _P


def _to_affine(point: _Extended) -> Point:
    inverse = pow(point[2], -1, _P)
    return point[0] * inverse % _P, point[1] * inverse % _P


def _add_extended(p: _Extended, q: _Extended) -> _Extended:
    """Complete addition in extended coordinates for a = −1 (Hisil et al., add-2008-hwcd with a = −1)."""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = x1 * x2 % _P
    b = y1 * y2 % _P
    c = D * t1 * t2 % _P
    d = z1 * z2 % _P
    e = (x1 + y1) * (x2 + y2) - a - b
    f = d - c
    g = d + c
    h = b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double_extended(p: _Extended) -> _Extended:
    """Doubling in extended coordinates for a = −1 (dbl-2008-hwcd)."""
    x, y, z, _ = p
    a = x * x % _P
    b = y * y % _P
    c = 2 * z * z
    e = (x + y) * (x + y) - a - b
    g = b - a
    f = g - c
    h = -a - b
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def add(p: Point, q: Point) -> Point:
    """Return p + q; the affine law is complete on this curve."""
    x1, y1 = p
    x2, y2 = q
    products = x1 * x2 % _P * y1 % _P * y2 % _P * D % _P
    inverse = pow((1 - products * products) % _P, -1, _P)
    x3 = (x1 * y2 + y1 * x2) * (1 - products) % _P * inverse % _P
    y3 = (y1 * y2 + x1 * x2) * (1 + products) % _P * inverse % _P
    return x3, y3


def double(p: Point) -> Point:
    """Return 2p."""
    return add(p, p)


def neg(p: Point) -> Point:
    """Return −p = (−x, y)."""
    return -p[0] % _P, p[1]


def sub(p: Point, q: Point) -> Point:
    """Return p − q."""
    return add(p, neg(q))


def mul(point: Point, scalar: int) -> Point:
    """Return scalar·point for any integer scalar (not reduced modulo ORDER: the point may have cofactor)."""
    if scalar < 0:
        return mul(neg(point), -scalar)
    if scalar == 0:
        return IDENTITY
    base = _extend(point)
    table = [_EXTENDED_IDENTITY, base]
    for _ in range(14):
        table.append(_add_extended(table[-1], base))
    result = _EXTENDED_IDENTITY
    for shift in range((scalar.bit_length() + 3) // 4 * 4 - 4, -1, -4):
        for _ in range(4):
            result = _double_extended(result)
        digit = (scalar >> shift) & 15
        if digit:
            result = _add_extended(result, table[digit])
    return _to_affine(result)


class FixedBase:
    """Multiples of one point, from a table of its 16^i·j multiples."""

    __slots__ = ("_table", "point")

    def __init__(self, point: Point) -> None:
        self.point = point
        self._table: list[list[_Extended]] = []
        base = _extend(point)
        for _ in range((ORDER.bit_length() + 3) // 4):
            row = [_EXTENDED_IDENTITY]
            for _ in range(16):
                row.append(_add_extended(row[-1], base))
            base = row.pop()
            self._table.append(row)

    def mul(self, scalar: int) -> Point:
        """Return scalar·point for 0 <= scalar < 2^252."""
        if not 0 <= scalar < 1 << (4 * len(self._table)):
            raise ValueError("the scalar is out of the table's range")
        result = _EXTENDED_IDENTITY
        for row in self._table:
            digit = scalar & 15
            if digit:
                result = _add_extended(result, row[digit])
            scalar >>= 4
        return _to_affine(result)


def fixed_base(point: Point) -> FixedBase:
    """Return a multiplier for many products with the same point."""
    return FixedBase(point)


def mul_by_cofactor(point: Point) -> Point:
    """Return 4·point, which lies in the prime-order subgroup."""
    return double(double(point))


def is_on_curve(point: Point) -> bool:
    """Whether the coordinates are canonical and satisfy the curve equation."""
    x, y = point
    if not (0 <= x < _P and 0 <= y < _P):
        return False
    xx, yy = x * x % _P, y * y % _P
    return (yy - xx - 1 - D * xx * yy) % _P == 0


def is_in_subgroup(point: Point) -> bool:
    """Whether a point of the curve has order dividing ORDER."""
    return mul(point, ORDER) == IDENTITY


def ys_from_x(x: int) -> tuple[int, int]:
    """Return the two y of the points with this x, the smaller first; ``Halt`` when there is no point."""
    xx = x * x % _P
    y = Fr.sqrt((1 + xx) * pow((1 - D * xx) % _P, -1, _P) % _P)
    return y, -y % _P


def from_x(x: int) -> Point:
    """Return the only subgroup point with this x; ``Halt`` when there is none.

    At most one of (x, y), (x, −y) lies in the subgroup (their difference has order 2).
    """
    for y in ys_from_x(x):
        if is_in_subgroup((x, y)):
            return x, y
    raise Halt(f"no group element has the x-coordinate {x}")


def from_montgomery(u: int, v: int) -> Point:
    """Map B·v² = u³ + A·u² + u to the Edwards curve: (u/v, (u−1)/(u+1)); ``Halt`` when v or u+1 is 0."""
    return Fr.div(u, v), Fr.div(u - 1, u + 1)
