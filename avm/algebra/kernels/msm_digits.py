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


@kernel("void(uint64[:,::1],int64,int64,int64,int32[:,::1])")
def signed_digits(
    scalars: npt.NDArray[np.uint64], begin: int, end: int, bits: int, digits: npt.NDArray[np.int32]
) -> None:
    """Fill columns i and n + i of ``digits`` for begin <= i < end, scalars in Montgomery form.

    digits[w, j] lies in −2^(bits−1) < d <= 2^(bits−1), with half scalar j = Σ_w digits[w, j]·2^(bits·w).
    """
    n = len(scalars)
    windows = len(digits)
    half = np.int64(1) << (bits - 1)
    mask = np.uint64((np.int64(1) << bits) - 1)
    for i in range(begin, end):
        a0, a1, b0, b1 = split(fr_mul(fr_load(scalars, i), FR_UNIT))
        for part in range(2):
            low = b0 if part else a0
            high = b1 if part else a1
            column = i + n * part
            carry = np.int64(0)
            for w in range(windows):
                digit = np.int64(low & mask) + carry
                low = (low >> np.uint64(bits)) | (high << np.uint64(64 - bits))
                high >>= np.uint64(bits)
                carry = np.int64(0)
                if digit > half:
                    digit -= half + half
                    carry = np.int64(1)
                digits[w, column] = digit


@kernel("int64(int32[::1],int64,int64,uint32[::1],int64[::1])")
def sort_by_bucket(
    digits: npt.NDArray[np.int32],
    first: int,
    count: int,
    entries: npt.NDArray[np.uint32],
    starts: npt.NDArray[np.int64],
) -> int:
    """Counting sort of one window's digits ±(first + 1 … first + count) into buckets 0 … count − 1.

    An entry is 2·column + (1 if negative); bucket b is entries[starts[b] : starts[b+1]]. Returns the number
    of entries; when ``entries`` is too short nothing is written to it, so that it can be asked for its size.
    """
    for b in range(count + 1):
        starts[b] = 0
    for j in range(len(digits)):
        b = abs(int(digits[j])) - 1 - first
        if 0 <= b < count:
            starts[b + 1] += 1
    for b in range(count):
        starts[b + 1] += starts[b]
    size = int(starts[count])
    if len(entries) < size:
        return size
    for j in range(len(digits)):
        d = int(digits[j])
        b = abs(d) - 1 - first
        if 0 <= b < count:
            entries[starts[b]] = np.uint32(2 * j + (1 if d < 0 else 0))
            starts[b] += 1
    for b in range(count, 0, -1):
        starts[b] = starts[b - 1]
    starts[0] = 0
    return size
