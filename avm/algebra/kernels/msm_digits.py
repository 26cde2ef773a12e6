"""From scalars to signed digits: the endomorphism split and the recoding that both tiers of the MSM share.

With λ = x² (x the curve parameter, λ² − λ + 1 = 0 mod r) a scalar is k = a + b·λ modulo r with |a| and |b|
at most λ/2 + 1 < 2^125.2, and λ·(X, Y) = (β·X, −Y) in the prime-order subgroup. So n scalars become 2n half
scalars: number 2i is a of scalar i, number 2i + 1 is b.

A digit of s bits lies in −2^(s−1) … 2^(s−1) − 1. Adding 2^(s−1) at every digit's place to the half scalar
makes all digits non-negative, so that any of them can be cut out without knowing those below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.aot import intrinsic, kernel
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.limbs import WORD, fr_load, pack_array, types

Words = npt.NDArray[np.uint64]
Digits = npt.NDArray[np.int16]
Sizes = npt.NDArray[np.int64]

CURVE_PARAMETER = 0x8508C00000000001
LAMBDA = CURVE_PARAMETER**2
HALF_BITS = 127
"""Bits that the windows must cover: 126 and the sign."""

BLOCK = 64
"""Scalars whose halves are cut into digits at a time."""
_DROPPED = 125
_RECIPROCAL = (1 << (_DROPPED + 128)) // LAMBDA
assert (FR_MODULUS - LAMBDA * LAMBDA + LAMBDA) == 1


def _split(typing_context: Any, scalar: Any) -> Any:
    """Intrinsic: canonical scalar → (a low, a high, b low, b high), signed, with k = a + b·λ mod r.

    The quotient by λ is estimated from the upper 128 bits by a fixed-point reciprocal, at most two too small.
    Then the nearest multiples of (−λ, 1) and (1, λ − 1), which stand for zero, are taken away.
    """
    element = types.UniTuple(types.uint64, 4)

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        half, shift = ir.IntType(128), ir.Constant(ir.IntType(128), 64)
        words = [b.zext(b.extract_value(args[0], i), half) for i in range(4)]
        k = b.or_(words[0], b.shl(words[1], shift))
        upper = b.or_(
            b.lshr(words[1], ir.Constant(half, _DROPPED - 64)),
            b.or_(
                b.shl(words[2], ir.Constant(half, 128 - _DROPPED)),
                b.shl(words[3], ir.Constant(half, 192 - _DROPPED)),
            ),
        )
        # The upper half of a product of 256 bits.
        mask = ir.Constant(half, (1 << 64) - 1)
        x0, x1 = b.and_(upper, mask), b.lshr(upper, shift)
        y0, y1 = (ir.Constant(half, _RECIPROCAL >> 64 * i & (1 << 64) - 1) for i in range(2))
        low, middle = b.mul(x1, y0), b.mul(x0, y1)
        carry = b.add(b.lshr(b.mul(x0, y0), shift), b.add(b.and_(low, mask), b.and_(middle, mask)))
        quotient = b.add(b.mul(x1, y1), b.add(b.lshr(low, shift), b.lshr(middle, shift)))
        quotient = b.add(quotient, b.lshr(carry, shift))
        base = ir.Constant(half, LAMBDA)
        rest = b.sub(k, b.mul(quotient, base))
        for _ in range(2):
            low = b.icmp_unsigned(">=", rest, base)
            rest = b.select(low, b.sub(rest, base), rest)
            quotient = b.add(quotient, b.zext(low, half))
        half_base, nothing = ir.Constant(half, LAMBDA >> 1), ir.Constant(half, 0)
        above = b.icmp_unsigned(">", rest, half_base)
        rest = b.sub(rest, b.select(above, base, nothing))
        quotient = b.add(quotient, b.zext(above, half))
        above = b.icmp_unsigned(">", quotient, half_base)
        quotient = b.sub(quotient, b.select(above, ir.Constant(half, LAMBDA - 1), nothing))
        rest = b.sub(rest, b.zext(above, half))
        parts = []
        for value in (rest, quotient):
            parts.append(b.trunc(value, WORD))
            parts.append(b.trunc(b.lshr(value, shift), WORD))
        return pack_array(b, parts)

    return element(element), codegen


split: Callable[..., Any] = intrinsic(_split)


@kernel("void(uint64[:,::1],int64,int64,int64[::1],uint64[::1],int16[:,::1])")
def half_digits(scalars: Words, begin: int, end: int, bits: Sizes, raised: Words, digits: Digits) -> None:
    """digits[w, 2i] and digits[w, 2i + 1]: the digits of window w of the halves of i, begin <= i < end.

    Window w, the lowest first, has bits[w] bits, at most 16. Row i − begin of ``scalars``, not in Montgomery
    form, is scalar i.
    """
    lows, highs = np.empty(2 * BLOCK, np.uint64), np.empty(2 * BLOCK, np.uint64)
    for first in range(begin, end, BLOCK):
        count = min(BLOCK, end - first)
        for i in range(count):
            a0, a1, b0, b1 = split(fr_load(scalars, first - begin + i))
            a0 += raised[0]
            b0 += raised[0]
            lows[2 * i] = a0
            highs[2 * i] = a1 + raised[1] + np.uint64(a0 < raised[0])
            lows[2 * i + 1] = b0
            highs[2 * i + 1] = b1 + raised[1] + np.uint64(b0 < raised[0])
        place = np.int64(0)
        for w in range(len(bits)):
            mask = (np.uint64(1) << np.uint64(bits[w])) - np.uint64(1)
            half = np.int64(1) << (bits[w] - 1)
            row = digits[w, 2 * first : 2 * (first + count)]
            if place >= 64:
                shift = np.uint64(place - 64)
                for j in range(2 * count):
                    row[j] = np.int16(np.int64((highs[j] >> shift) & mask) - half)
            else:
                shift, rest = np.uint64(place), np.uint64(63 - place)
                for j in range(2 * count):
                    value = (lows[j] >> shift) | ((highs[j] << np.uint64(1)) << rest)
                    row[j] = np.int16(np.int64(value & mask) - half)
            place += bits[w]


@kernel("void(int16[::1],int64[::1],uint32[::1])")
def sort_by_bucket(digits: Digits, starts: npt.NDArray[np.int64], entries: npt.NDArray[np.uint32]) -> None:
    """Counting sort of one window's digits ±1 … ±count into buckets 0 … count − 1; zeros are left out.

    An entry is 2·(number of the half scalar) + (1 if negative). ``starts`` has count + 2 elements, count =
    2^(bits−1); afterwards bucket b is entries[starts[b] : starts[b + 1]].
    """
    for b in range(len(starts)):
        starts[b] = 0
    # Counted two places further on, the positions end up in place when all entries are written.
    for j in range(len(digits)):
        starts[abs(np.int64(digits[j])) + 1] += 1
    starts[1] = 0
    for b in range(2, len(starts)):
        starts[b] += starts[b - 1]
    for j in range(len(digits)):
        d = np.int64(digits[j])
        if d != 0:
            bucket = abs(d)
            entries[starts[bucket]] = np.uint32(2 * j + np.int64(d < 0))
            starts[bucket] += 1
