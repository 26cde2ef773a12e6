"""The optimal ate pairing of BLS12-377 on integers: the definition that the compiled ways are held to.

Miller loop over the bits of x = 0x8508c00000000001, untwist (x, y) → (x·w², y·w³), final exponent
3·(q¹² − 1)/r: the factor 3 keeps the set of products equal to one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from avm.algebra import g1, g2
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.tower import (
    E2,
    E12,
    ONE12,
    ZERO2,
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
_HALF2: E2 = ((FQ_MODULUS + 1) // 2, 0)

Line = tuple[E2, E2]
Side = tuple[Sequence[g1.Point], Sequence[int], g2.Point]
"""Points and scalars of a sum in G1, and its partner in G2."""


def lines_of(q: tuple[E2, E2]) -> list[Line]:
    """Return (slope, slope·x − y) of the lines that the Miller loop draws for a point of G2, in order.

    Untwisted and evaluated at p, a line is y_p − slope·x_p·w + (slope·x − y)·w³.
    """
    lines = []
    x, y = q

    def draw(slope: E2, other_x: E2) -> None:
        nonlocal x, y
        lines.append((slope, sub2(mul2(slope, x), y)))
        third = sub2(sub2(square2(slope), x), other_x)
        x, y = third, sub2(mul2(slope, sub2(x, third)), y)

    for bit in bin(X)[3:]:
        xx = square2(x)
        draw(mul2(add2(add2(xx, xx), xx), mul2(inv2(y), _HALF2)), x)
        if bit == "1":
            draw(mul2(sub2(q[1], y), inv2(sub2(q[0], x))), q[0])
    return lines


def miller_loop(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> E12:
    """Return the product of the Miller functions; a pair with an infinity contributes one."""
    active = [(p, iter(lines_of(q))) for p, q in pairs if p is not None and q is not None]
    result = ONE12
    for bit in bin(X)[3:]:
        result = square12(result)
        for _ in range(1 + int(bit)):
            for p, lines in active:
                slope, constant = next(lines)
                c1 = (neg2(scale2(slope, p[0])), constant, ZERO2)
                result = mul12(result, (((p[1], 0), ZERO2, ZERO2), c1))
    return result


def power_of_x(a: E12) -> E12:
    """Return a^x."""
    result = a
    for bit in bin(X)[3:]:
        result = square12(result)
        if bit == "1":
            result = mul12(result, a)
    return result


def final_exponentiation(f: E12, power: Callable[[E12], E12] = power_of_x) -> E12:
    """Return f^(3(q¹² − 1)/r).

    Easy part (q⁶ − 1)(q² + 1); hard part 3(q⁴ − q² + 1)/r = (x − 1)²(x + q)(x² + q² − 1) + 3.
    """
    f = mul12(conjugate12(f), inv12(f))
    f = mul12(frobenius12(frobenius12(f)), f)
    a = mul12(power(f), conjugate12(f))
    a = mul12(power(a), conjugate12(a))
    a = mul12(power(a), frobenius12(a))
    b = mul12(power(power(a)), frobenius12(frobenius12(a)))
    b = mul12(b, conjugate12(a))
    return mul12(b, mul12(square12(f), f))
