"""From scalars to signed digits: the endomorphism split and the recoding that both tiers of the MSM share.

With λ = x² (x the curve parameter, λ² − λ + 1 = 0 mod r) a scalar is k = a + b·λ with a, b < 2^127, and
λ·(X, Y) = (β·X, −Y) in the prime-order subgroup. So n scalars become 2n half-size ones: column i is a,
column n + i is b.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.compile import intrinsic, kernel
from avm.algebra.kernels.field_vector import FR_UNIT
from avm.algebra.kernels.limbs import WORD, fr_load, fr_mul, pack_array, types

CURVE_PARAMETER = 0x8508C00000000001
LAMBDA = CURVE_PARAMETER**2
HALF_BITS = 128
"""Bits that the windows must cover: 127 and the last carry of the signed recoding."""

_SHIFT = 380
_RECIPROCAL = (1 << _SHIFT) // LAMBDA


def _split(typing_context: Any, scalar: Any) -> Any:
    """Intrinsic: canonical scalar → (a low, a high, b low, b high) with scalar = a + b·λ, a < λ.

    b is estimated by a fixed-point reciprocal, at most one too small.
    """
    element = types.UniTuple(types.uint64, 4)

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(512)

        def number(x: int) -> Any:
            return ir.Constant(wide, x)

        k = number(0)
        for i in range(4):
            word = b.zext(b.extract_value(args[0], i), wide)
            k = b.or_(k, b.shl(word, number(64 * i)))
        quotient = b.lshr(b.mul(k, number(_RECIPROCAL)), number(_SHIFT))
        rest = b.sub(k, b.mul(quotient, number(LAMBDA)))
        low = b.icmp_unsigned(">=", rest, number(LAMBDA))
        rest = b.select(low, b.sub(rest, number(LAMBDA)), rest)
        quotient = b.select(low, b.add(quotient, number(1)), quotient)
        parts = []
        for value in (rest, quotient):
            parts.append(b.trunc(value, WORD))
            parts.append(b.trunc(b.lshr(value, number(64)), WORD))
        return pack_array(b, parts)

    return element(element), codegen


split: Callable[..., Any] = intrinsic(_split)
assert (FR_MODULUS - LAMBDA * LAMBDA + LAMBDA) == 1


@kernel("void(uint64[:,::1],int64,int64,int64[::1],int32[:,::1])")
def signed_digits(
    scalars: npt.NDArray[np.uint64],
    begin: int,
    end: int,
    bits: npt.NDArray[np.int64],
    digits: npt.NDArray[np.int32],
) -> None:
    """Fill columns i and n + i of ``digits`` for begin <= i < end, scalars in Montgomery form.

    Window w has bits[w] bits: its digits lie in −2^(bits[w]−1) < d <= 2^(bits[w]−1), and half scalar j is
    Σ_w digits[w, j]·2^(bits[0] + … + bits[w−1]).
    """
    n = len(scalars)
    for i in range(begin, end):
        a0, a1, b0, b1 = split(fr_mul(fr_load(scalars, i), FR_UNIT))
        for part in range(2):
            low = b0 if part else a0
            high = b1 if part else a1
            column = i + n * part
            carry = np.int64(0)
            for w in range(len(bits)):
                size = np.uint64(bits[w])
                full = np.int64(1) << bits[w]
                digit = np.int64(low & np.uint64(full - 1)) + carry
                low = (low >> size) | (high << (np.uint64(64) - size))
                high >>= size
                carry = np.int64(2 * digit > full)
                digits[w, column] = digit - full * carry


@kernel("void(int32[::1],int64[::1],uint32[::1])")
def sort_by_bucket(
    digits: npt.NDArray[np.int32], starts: npt.NDArray[np.int64], entries: npt.NDArray[np.uint32]
) -> None:
    """Counting sort of one window's digits ±1 … ±count into buckets 0 … count − 1; zeros are left out.

    An entry is 2·column + (1 if negative). ``starts`` has count + 2 elements; afterwards bucket b is
    entries[starts[b] : starts[b + 1]].
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
