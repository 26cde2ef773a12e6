"""The extension fields of the pairing: Fq2 = Fq[u]/(u² + 5), Fq6 = Fq2[v]/(v³ − u), Fq12 = Fq6[w]/(w² − v).

Elements are nested tuples of canonical integers: Fq2 (c0, c1), Fq6 of three Fq2, Fq12 of two Fq6.
Follows snarkVM's ``curves/src/bls12_377/fq{2,6,12}.rs``.
"""

from __future__ import annotations

from avm.algebra.fields import FQ_MODULUS, Fq
from avm.base.errors import DecodeError, Halt

E2 = tuple[int, int]
E6 = tuple[E2, E2, E2]
E12 = tuple[E6, E6]

_Q = FQ_MODULUS
ZERO2: E2 = (0, 0)
ONE2: E2 = (1, 0)
ZERO6: E6 = (ZERO2, ZERO2, ZERO2)
ONE6: E6 = (ONE2, ZERO2, ZERO2)
ONE12: E12 = (ONE6, ZERO6)


def add2(a: E2, b: E2) -> E2:
    """Return a + b."""
    return (a[0] + b[0]) % _Q, (a[1] + b[1]) % _Q


def sub2(a: E2, b: E2) -> E2:
    """Return a − b."""
    return (a[0] - b[0]) % _Q, (a[1] - b[1]) % _Q


def neg2(a: E2) -> E2:
    """Return −a."""
    return -a[0] % _Q, -a[1] % _Q


def mul2(a: E2, b: E2) -> E2:
    """Return a·b; u² = −5."""
    a0, a1 = a
    b0, b1 = b
    low, high = a0 * b0, a1 * b1
    return (low - 5 * high) % _Q, ((a0 + a1) * (b0 + b1) - low - high) % _Q


def square2(a: E2) -> E2:
    """Return a²."""
    a0, a1 = a
    cross = a0 * a1
    return (a0 * a0 - 5 * a1 * a1) % _Q, (cross + cross) % _Q


def scale2(a: E2, k: int) -> E2:
    """Return k·a for k in Fq."""
    return a[0] * k % _Q, a[1] * k % _Q


def inv2(a: E2) -> E2:
    """Return 1/a; ``Halt`` when a is zero."""
    norm = Fq.inv((a[0] * a[0] + 5 * a[1] * a[1]) % _Q)
    return a[0] * norm % _Q, -a[1] * norm % _Q


def mul2_by_u(a: E2) -> E2:
    """Return u·a."""
    return -5 * a[1] % _Q, a[0]


def conjugate2(a: E2) -> E2:
    """Return a^q."""
    return a[0], -a[1] % _Q


def sqrt2(a: E2) -> E2:
    """Return a square root; ``Halt`` when there is none (complex method: norm, then two roots in Fq)."""
    if a[1] == 0:
        if Fq.is_square(a[0]):
            return Fq.sqrt(a[0]), 0
        return 0, Fq.sqrt(-a[0] * pow(5, -1, _Q) % _Q)
    length = Fq.sqrt((a[0] * a[0] + 5 * a[1] * a[1]) % _Q)
    half = (_Q + 1) // 2
    c0_square = (a[0] + length) * half % _Q
    if not Fq.is_square(c0_square):
        c0_square = (a[0] - length) * half % _Q
    c0 = Fq.sqrt(c0_square)
    root = (c0, a[1] * Fq.inv(2 * c0) % _Q)
    if square2(root) != a:
        raise Halt("the Fq2 element is not a square")
    return root


class QuadraticField:
    """Fq2 with the method names of ``PrimeField``, for code that works over both."""

    zero: E2 = ZERO2
    one: E2 = ONE2
    byte_length = 96
    add = staticmethod(add2)
    sub = staticmethod(sub2)
    neg = staticmethod(neg2)
    mul = staticmethod(mul2)
    square = staticmethod(square2)
    inv = staticmethod(inv2)
    sqrt = staticmethod(sqrt2)

    @staticmethod
    def to_bytes_le(a: E2) -> bytes:
        """Return 96 bytes: c0, then c1."""
        return Fq.to_bytes_le(a[0]) + Fq.to_bytes_le(a[1])

    @staticmethod
    def from_bytes_le(data: bytes) -> E2:
        """Return the element of exactly 96 canonical bytes, or raise ``DecodeError``."""
        if len(data) != 96:
            raise DecodeError(f"an Fq2 element has 96 bytes, not {len(data)}")
        return Fq.from_bytes_le(data[:48]), Fq.from_bytes_le(data[48:])

    @staticmethod
    def order_key(a: E2) -> tuple[int, int]:
        """Return the key of the order on Fq2: c1 decides, then c0."""
        return a[1], a[0]


def add6(a: E6, b: E6) -> E6:
    """Return a + b."""
    return add2(a[0], b[0]), add2(a[1], b[1]), add2(a[2], b[2])


def sub6(a: E6, b: E6) -> E6:
    """Return a − b."""
    return sub2(a[0], b[0]), sub2(a[1], b[1]), sub2(a[2], b[2])


def neg6(a: E6) -> E6:
    """Return −a."""
    return neg2(a[0]), neg2(a[1]), neg2(a[2])


def mul6(a: E6, b: E6) -> E6:
    """Return a·b (Karatsuba over the three coefficients, integers reduced once per coefficient)."""
    (a00, a01), (a10, a11), (a20, a21) = a
    (b00, b01), (b10, b11), (b20, b21) = b
    # v_i = a_i·b_i over Fq2, as unreduced integer pairs.
    p, r = a00 * b00, a01 * b01
    v00, v01 = p - 5 * r, (a00 + a01) * (b00 + b01) - p - r
    p, r = a10 * b10, a11 * b11
    v10, v11 = p - 5 * r, (a10 + a11) * (b10 + b11) - p - r
    p, r = a20 * b20, a21 * b21
    v20, v21 = p - 5 * r, (a20 + a21) * (b20 + b21) - p - r
    # cross terms (a_i + a_j)(b_i + b_j) − v_i − v_j
    s0, s1, t0, t1 = a10 + a20, a11 + a21, b10 + b20, b11 + b21
    p, r = s0 * t0, s1 * t1
    x0, x1 = p - 5 * r - v10 - v20, (s0 + s1) * (t0 + t1) - p - r - v11 - v21
    s0, s1, t0, t1 = a00 + a10, a01 + a11, b00 + b10, b01 + b11
    p, r = s0 * t0, s1 * t1
    y0, y1 = p - 5 * r - v00 - v10, (s0 + s1) * (t0 + t1) - p - r - v01 - v11
    s0, s1, t0, t1 = a00 + a20, a01 + a21, b00 + b20, b01 + b21
    p, r = s0 * t0, s1 * t1
    z0, z1 = p - 5 * r - v00 - v20, (s0 + s1) * (t0 + t1) - p - r - v01 - v21
    return (
        ((v00 - 5 * x1) % _Q, (v01 + x0) % _Q),
        ((y0 - 5 * v21) % _Q, (y1 + v20) % _Q),
        ((z0 + v10) % _Q, (z1 + v11) % _Q),
    )


def mul6_by_v(a: E6) -> E6:
    """Return v·a."""
    return mul2_by_u(a[2]), a[0], a[1]


def inv6(a: E6) -> E6:
    """Return 1/a; ``Halt`` when a is zero."""
    a0, a1, a2 = a
    c0 = sub2(square2(a0), mul2_by_u(mul2(a1, a2)))
    c1 = sub2(mul2_by_u(square2(a2)), mul2(a0, a1))
    c2 = sub2(square2(a1), mul2(a0, a2))
    norm = add2(mul2(a0, c0), mul2_by_u(add2(mul2(a2, c1), mul2(a1, c2))))
    inverse = inv2(norm)
    return mul2(c0, inverse), mul2(c1, inverse), mul2(c2, inverse)


def mul12(a: E12, b: E12) -> E12:
    """Return a·b."""
    low, high = mul6(a[0], b[0]), mul6(a[1], b[1])
    cross = mul6(add6(a[0], a[1]), add6(b[0], b[1]))
    return add6(low, mul6_by_v(high)), sub6(sub6(cross, low), high)


def square12(a: E12) -> E12:
    """Return a²."""
    cross = mul6(a[0], a[1])
    total = mul6(add6(a[0], a[1]), add6(a[0], mul6_by_v(a[1])))
    return sub6(sub6(total, cross), mul6_by_v(cross)), add6(cross, cross)


def inv12(a: E12) -> E12:
    """Return 1/a; ``Halt`` when a is zero."""
    norm = sub6(mul6(a[0], a[0]), mul6_by_v(mul6(a[1], a[1])))
    inverse = inv6(norm)
    return mul6(a[0], inverse), neg6(mul6(a[1], inverse))


def conjugate12(a: E12) -> E12:
    """Return a^(q^6); the inverse for elements of the cyclotomic subgroup."""
    return a[0], neg6(a[1])


# w^q = w·w^(q−1) and w^6 = u, so (w^i)^q = w^i·u^(i(q−1)/6); u^((q−1)/6) lies in Fq because q = 1 mod 12.
_FROBENIUS = [pow(-5 % _Q, (_Q - 1) // 12 * i, _Q) for i in range(6)]


def frobenius12(a: E12) -> E12:
    """Return a^q."""
    (a0, a2, a4), (a1, a3, a5) = a
    f = _FROBENIUS
    return (
        (conjugate2(a0), scale2(conjugate2(a2), f[2]), scale2(conjugate2(a4), f[4])),
        (
            scale2(conjugate2(a1), f[1]),
            scale2(conjugate2(a3), f[3]),
            scale2(conjugate2(a5), f[5]),
        ),
    )
