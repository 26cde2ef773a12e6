"""Inversion in Fq by division steps (Bernstein and Yang, "Fast constant-time gcd computation", 2019).

Batches of 62 steps look only at the low words of (f, g) and yield a 2×2 matrix over integers; the matrix is
then applied to (f, g) and, modulo q, to (d, e), with d·x = f and e·x = g (mod q). At the end g = 0, f = ±gcd.
Variable time: what is inverted here are coordinates of points, on the prover's own machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir

from avm.algebra.aot import device, intrinsic
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.limbs import WIDE, WORD, call_shared, fq_mul, pack_array, types, words

LIMBS = 7
LIMB_BITS = 62
_MASK = (1 << LIMB_BITS) - 1
_MODULUS_LIMBS = tuple((FQ_MODULUS >> (LIMB_BITS * i)) & _MASK for i in range(LIMBS))
MODULUS = tuple(np.int64(x) for x in _MODULUS_LIMBS)
ZERO = tuple(np.int64(0) for _ in range(LIMBS))
ONE = (np.int64(1), *ZERO[1:])
CORRECTION = tuple(np.uint64(w) for w in words(pow(1 << 384, 3, FQ_MODULUS), 6))
"""2^(3·384): turns the inverse of x·R into the Montgomery form of 1/x by one product."""


def _linear_combination(name: str, modular: bool) -> Callable[..., Any]:
    """Return an intrinsic (x, y, u, v) → (u·x + v·y) / 2^62 over signed limbs of 62 bits.

    Exact when the sum is divisible; if ``modular``, the multiple of q that makes it so is added first.
    """
    number = types.UniTuple(types.int64, LIMBS)

    def body(b: Any, x: Any, y: Any, u: Any, v: Any) -> Any:
        u_wide, v_wide = b.sext(u, WIDE), b.sext(v, WIDE)
        mask = ir.Constant(WORD, _MASK)
        factor = None
        carry = ir.Constant(WIDE, 0)
        parts = []
        for i in range(LIMBS):
            carry = b.add(carry, b.mul(u_wide, b.sext(b.extract_value(x, i), WIDE)))
            carry = b.add(carry, b.mul(v_wide, b.sext(b.extract_value(y, i), WIDE)))
            if modular:
                if factor is None:
                    inverse = ir.Constant(WORD, -pow(FQ_MODULUS, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
                    factor = b.zext(b.and_(b.mul(b.trunc(carry, WORD), inverse), mask), WIDE)
                carry = b.add(carry, b.mul(factor, ir.Constant(WIDE, _MODULUS_LIMBS[i])))
            parts.append(b.and_(b.trunc(carry, WORD), mask))
            carry = b.ashr(carry, ir.Constant(WIDE, LIMB_BITS))
        return pack_array(b, [*parts[1:], b.trunc(carry, WORD)])

    def combine(typing_context: Any, x: Any, y: Any, u: Any, v: Any) -> Any:
        def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
            return call_shared(b, name, ir.ArrayType(WORD, LIMBS), args, body)

        return number(number, number, types.int64, types.int64), codegen

    return intrinsic(combine)


def _count_trailing_zeros(typing_context: Any, x: Any) -> Any:
    """Intrinsic: number of zero bits below the lowest one; the argument is not zero."""

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        return b.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


def _lift_signed(typing_context: Any, x: Any, negate: Any) -> Any:
    """Intrinsic: signed limbs of a number between −32q and 32q → the words of ±x + 32q."""

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(448)
        total = ir.Constant(wide, 0)
        for i in range(LIMBS):
            limb = b.sext(b.extract_value(args[0], i), wide)
            total = b.add(total, b.shl(limb, ir.Constant(wide, LIMB_BITS * i)))
        total = b.select(args[1], b.neg(total), total)
        total = b.add(total, ir.Constant(wide, 32 * FQ_MODULUS))
        return pack_array(b, [b.trunc(b.lshr(total, ir.Constant(wide, 64 * i)), WORD) for i in range(6)])

    signature = types.UniTuple(types.uint64, 6)(types.UniTuple(types.int64, LIMBS), types.boolean)
    return signature, codegen


lift_signed: Callable[..., Any] = intrinsic(_lift_signed)
combine_exact = _linear_combination("avm_combine_exact", modular=False)
combine_modular = _linear_combination("avm_combine_modular", modular=True)
trailing_zeros: Callable[..., Any] = intrinsic(_count_trailing_zeros)


@device
def division_steps(eta: Any, f: Any, g: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Do 62 division steps on the low words of f (odd) and g; return eta and the matrix (u, v, q, r).

    2^62·(f', g') = (u·f + v·g, q·f + r·g). Runs of zeros are skipped and up to six bits of g cleared at once.
    """
    one = np.uint64(1)
    u, v, q, r = one, np.uint64(0), np.uint64(0), one
    left = np.int64(LIMB_BITS)
    while True:
        zeros = np.int64(trailing_zeros(g | (np.uint64(0xFFFFFFFFFFFFFFFF) << np.uint64(left))))
        g >>= np.uint64(zeros)
        u <<= np.uint64(zeros)
        v <<= np.uint64(zeros)
        eta -= zeros
        left -= zeros
        if left == 0:
            return eta, np.int64(u), np.int64(v), np.int64(q), np.int64(r)
        if eta < 0:
            eta = -eta
            f, g = g, np.uint64(0) - f
            u, q = q, np.uint64(0) - u
            v, r = r, np.uint64(0) - v
        limit = min(np.int64(6), min(eta + 1, left))
        mask = (one << np.uint64(limit)) - one
        # f·(f² − 2) is −1/f modulo 64 for odd f.
        w = (f * g * (f * f - np.uint64(2))) & mask
        g += f * w
        q += u * w
        r += v * w


@device
def invert(x: Any) -> Any:
    """Return the Montgomery form of 1/x for x in Montgomery form, or 0 for 0."""
    low = np.uint64(_MASK)
    g0 = np.int64(x[0] & low)
    g1 = np.int64((x[0] >> np.uint64(62) | x[1] << np.uint64(2)) & low)
    g2 = np.int64((x[1] >> np.uint64(60) | x[2] << np.uint64(4)) & low)
    g3 = np.int64((x[2] >> np.uint64(58) | x[3] << np.uint64(6)) & low)
    g4 = np.int64((x[3] >> np.uint64(56) | x[4] << np.uint64(8)) & low)
    g5 = np.int64((x[4] >> np.uint64(54) | x[5] << np.uint64(10)) & low)
    g6 = np.int64(x[5] >> np.uint64(52))
    f, g, d, e = MODULUS, (g0, g1, g2, g3, g4, g5, g6), ZERO, ONE
    eta: Any = np.int64(-1)
    while (g[0] | g[1] | g[2] | g[3] | g[4] | g[5] | g[6]) != 0:
        f_low = np.uint64(f[0]) | np.uint64(f[1]) << np.uint64(62)
        g_low = np.uint64(g[0]) | np.uint64(g[1]) << np.uint64(62)
        eta, u, v, q, r = division_steps(eta, f_low, g_low)
        f, g = combine_exact(f, g, u, v), combine_exact(f, g, q, r)
        d, e = combine_modular(d, e, u, v), combine_modular(d, e, q, r)
    # The batches, 18 at most, let d grow by q each; a product takes any six words and reduces them.
    return fq_mul(lift_signed(d, f[LIMBS - 1] < 0), CORRECTION)
