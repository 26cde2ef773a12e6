"""The constraints of Elligator 2: a field element to a point of the prime subgroup.

The order of variables and constraints is that of the network's circuit, so its counts are the same: 263
constants, 875 private variables and 880 constraints for a variable input
(`circuit/algorithms/src/elligator2/encode.rs`). The evaluation is `avm.primitives.elligator2`.
"""

from __future__ import annotations

from avm.algebra.edwards import MONTGOMERY_A, MONTGOMERY_B, D
from avm.algebra.fields import FR_MODULUS
from avm.r1cs.hints import EVEN_ROOT
from avm.types.field import FieldVar
from avm.types.group import GroupVar

_HALF = pow(2, -1, FR_MODULUS)


def encode_var(x: FieldVar) -> GroupVar:
    """Return the image of ``x``; no assignment satisfies the constraints when it has none."""
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
    half_order = FieldVar.constant(cs, (FR_MODULUS - 1) // 2)

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
