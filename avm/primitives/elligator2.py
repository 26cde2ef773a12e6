"""Elligator 2: a field element to a point of the Edwards curve's prime subgroup.

Source: https://elligator.cr.yp.to/elligator-20130828.pdf, section 5.2, with Aleo's choice of roots.
"""

from __future__ import annotations

from avm.algebra.edwards import MONTGOMERY_A, MONTGOMERY_B, D, Point, from_montgomery, mul_by_cofactor
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.fields import Fr
from avm.base.errors import Halt

# The Weierstrass-like form y² = x³ + a x² + b x with a = A/B and b = 1/B².
_INVERSE_B = pow(MONTGOMERY_B, -1, P)
_A = MONTGOMERY_A * _INVERSE_B % P
_B = _INVERSE_B * _INVERSE_B % P


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
