"""The optimal ate pairing of BLS12-377, as the question whether a product of pairings is one.

Miller loop over the bits of x = 0x8508c00000000001, untwist (x, y) → (x·w², y·w³), final exponent
3·(q¹² − 1)/r: the factor 3 keeps the set of products equal to one.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.algebra import g1, g2
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.tower import (
    E2,
    E12,
    ONE12,
    add2,
    conjugate12,
    frobenius12,
    inv2,
    inv12,
    mul2,
    mul12,
    neg2,
    scale2,
    square2,
    square12,
    sub2,
)

X = 0x8508C00000000001
_Q = FQ_MODULUS
_HALF2: E2 = ((_Q + 1) // 2, 0)


def _line(factor: E12, slope: E2, x: E2, y: E2, p: tuple[int, int]) -> E12:
    """Multiply by the line of the given slope through (x, y), evaluated at p.

    Untwisted, the line is y_p − slope·x_p·w + (slope·x − y)·w³ = (y_p) + (−slope·x_p + (slope·x − y)·v)·w.
    """
    c1 = (neg2(scale2(slope, p[0])), sub2(mul2(slope, x), y), (0, 0))
    return mul12(factor, (((p[1], 0), (0, 0), (0, 0)), c1))


def miller_loop(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> E12:
    """Return the product of the Miller functions; a pair with an infinity contributes one."""
    active = [(p, q) for p, q in pairs if p is not None and q is not None]
    moving = [q for _, q in active]
    result = ONE12
    for bit in bin(X)[3:]:
        result = square12(result)
        for i, (p, q) in enumerate(active):
            x, y = moving[i]
            xx = square2(x)
            slope = mul2(add2(add2(xx, xx), xx), mul2(inv2(y), _HALF2))
            result = _line(result, slope, x, y, p)
            moving[i] = (x, y) = _chord(slope, (x, y), x)
            if bit == "1":
                slope = mul2(sub2(q[1], y), inv2(sub2(q[0], x)))
                result = _line(result, slope, x, y, p)
                moving[i] = _chord(slope, (x, y), q[0])
    return result


def _chord(slope: E2, p: tuple[E2, E2], other_x: E2) -> tuple[E2, E2]:
    """Return the sum of p and a point with the given x, on the line of the given slope."""
    x = sub2(sub2(square2(slope), p[0]), other_x)
    return x, sub2(mul2(slope, sub2(p[0], x)), p[1])


def _power_of_x(a: E12) -> E12:
    """Return a^x for a in the cyclotomic subgroup."""
    result = a
    for bit in bin(X)[3:]:
        result = square12(result)
        if bit == "1":
            result = mul12(result, a)
    return result


def final_exponentiation(f: E12) -> E12:
    """Return f^(3(q¹² − 1)/r).

    Easy part (q⁶ − 1)(q² + 1); hard part 3(q⁴ − q² + 1)/r = (x − 1)²(x + q)(x² + q² − 1) + 3.
    """
    f = mul12(conjugate12(f), inv12(f))
    f = mul12(frobenius12(frobenius12(f)), f)
    a = mul12(_power_of_x(f), conjugate12(f))
    a = mul12(_power_of_x(a), conjugate12(a))
    a = mul12(_power_of_x(a), frobenius12(a))
    b = mul12(_power_of_x(_power_of_x(a)), frobenius12(frobenius12(a)))
    b = mul12(b, conjugate12(a))
    return mul12(b, mul12(square12(f), f))


def product_is_one(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> bool:
    """Whether the product of e(p, q) over all pairs of subgroup points is one."""
    return final_exponentiation(miller_loop(pairs)) == ONE12
