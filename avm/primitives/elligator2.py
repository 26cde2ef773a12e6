"""Elligator 2: a field element to a point of the Edwards curve's prime subgroup.

Source: https://elligator.cr.yp.to/elligator-20130828.pdf, section 5.2, with Aleo's choice of roots.
"""

from __future__ import annotations

from avm.algebra.edwards import MONTGOMERY_A, MONTGOMERY_B, D, Point, from_montgomery, mul_by_cofactor
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.fields import Fr
from avm.base.errors import Halt
from avm.r1cs.hints import EVEN_ROOT
from avm.types.field import FieldVar
from avm.types.group import GroupVar

# The Weierstrass-like form y² = x³ + a x² + b x with a = A/B and b = 1/B².
_INVERSE_B = pow(MONTGOMERY_B, -1, P)
_A = MONTGOMERY_A * _INVERSE_B % P
_B = _INVERSE_B * _INVERSE_B % P
_HALF = pow(2, -1, P)


def _cubic(x: int) -> int:
    return (x * x % P + _A * x + _B) * x % P


def encode(element: int) -> Point:
    """Return the point that ``element`` is mapped to, with the cofactor cleared.

    Raises:
        Halt: for the few elements without an image, zero among them.
    """
    scaled = D * element * element % P
    denominator = (1 + scaled) % P
    if element == 0 or denominator == 0 or _A * _A * scaled % P == _B * denominator * denominator % P:
        raise Halt(f"Elligator2 has no image for {element}field")
    v = -_A * pow(denominator, -1, P) % P
    value = _cubic(v)
    square = Fr.legendre(value)
    x = v if square == 1 else (-v - _A) % P
    y = Fr.even_sqrt(_cubic(x))
    if square == 1:
        y = -y % P
    if square == 0 or x == 0 or y == 0:
        raise Halt(f"Elligator2 has no image for {element}field")
    return mul_by_cofactor(from_montgomery(x * MONTGOMERY_B % P, y * MONTGOMERY_B % P))


def encode_circuit(x: FieldVar) -> GroupVar:
    """Return the image of ``x``; no assignment satisfies the constraints when it has none.

    263 constants, 875 private variables and 880 constraints for a variable
    (`circuit/algorithms/src/elligator2/encode.rs`).
    """
    cs = x.cs
    zero, one = FieldVar.zero(cs), FieldVar.one(cs)
    cs.assert_neq(x.lc, zero.lc)
    montgomery_a, montgomery_b = FieldVar.constant(cs, MONTGOMERY_A), FieldVar.constant(cs, MONTGOMERY_B)
    inverse_b = montgomery_b.inv()
    square_b = montgomery_b.square()
    cube_b = square_b.mul(montgomery_b)
    d = FieldVar.constant(cs, D)
    # The curve y² = x³ + a x² + b x with a = A/B and b = 1/B².
    a = montgomery_a.mul(inverse_b)
    half_a = a.mul(FieldVar.constant(cs, _HALF))
    b = inverse_b.square()
    half_order = FieldVar.constant(cs, (P - 1) // 2)

    scaled = d.mul(x.square())
    denominator = one.add(scaled)
    cs.assert_neq(a.square().mul(scaled).lc, b.mul(denominator.square()).lc)
    v = a.neg().div(denominator)
    square_v = v.square()
    legendre = square_v.mul(v).add(a.mul(square_v)).add(b.mul(v)).pow_(half_order)
    x_w = legendre.mul(v).sub(one.sub(legendre).mul(half_a))
    square_x = x_w.square()
    cube_x = square_x.mul(x_w)
    cubic = cube_x.add(a.mul(square_x)).add(b.mul(x_w))
    root = cubic.derive(EVEN_ROOT)
    cs.assert_true(root.to_bits_le()[0].not_().lc)
    y_w = legendre.neg().mul(root)
    cs.assert_neq(v.mul(legendre).mul(x_w).mul(y_w).lc, zero.lc)
    square_y = y_w.square()
    cs.assert_eq(square_y.lc, cubic.lc)

    u, w = x_w.mul(montgomery_b), y_w.mul(montgomery_b)
    square_u, cube_u = square_x.mul(square_b), cube_x.mul(cube_b)
    cs.assert_eq(square_y.mul(cube_b).lc, cube_u.add(montgomery_a.mul(square_u)).add(u).lc)
    point = GroupVar(u.div(w), u.sub(one).div(u.add(one)))
    point.enforce_on_curve()
    return point.mul_by_cofactor()
