"""From x to the point of G1's curve: square roots in Fq, compiled for points by the dozen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.fields import FQ_MODULUS, Fq
from avm.algebra.kernels.g1_curve import (
    FQ_ONE,
    FQ_SQUARE,
    FQ_UNIT,
    FQ_ZERO,
    PTS,
    ROWS,
    is_zero,
    same,
)
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul, fq_store, fq_sub, words

Words = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

TWO_ADICITY = Fq.two_adicity
_EXPONENT = (((FQ_MODULUS - 1) >> TWO_ADICITY) - 1) // 2
EXPONENT_DIGITS = np.array([int(digit, 16) for digit in f"{_EXPONENT:x}"], dtype=np.uint8)
"""(t − 1)/2 for q − 1 = 2^46·t, in digits of four bits, the highest first."""
ROOTS = np.array(
    [words((Fq.root_of_unity(TWO_ADICITY - k) << 384) % FQ_MODULUS, 6) for k in range(TWO_ADICITY + 1)],
    dtype=np.uint64,
)
"""Row k: a root of unity of order 2^(46 − k), each the square of the one before."""


@kernel(f"int64({ROWS},uint8[::1],uint8[::1],{ROWS},{PTS})")
def points_of_x(xs: Words, larger: Bytes, digits: Bytes, roots: Words, out: Words) -> int:
    """out[i] = the point with x = xs[i] (canonical words) and the larger or smaller y, compared as integers.

    Return −1, or the first index for which there is none (Tonelli and Shanks).
    """
    powers = np.empty((16, 6), np.uint64)
    for i in range(len(xs)):
        x = fq_mul(fq_load(xs, i), FQ_SQUARE)
        square = fq_add(fq_mul(fq_mul(x, x), x), FQ_ONE)
        fq_store(powers, 0, FQ_ONE)
        for k in range(1, 16):
            fq_store(powers, k, fq_mul(fq_load(powers, k - 1), square))
        power = FQ_ONE
        for digit in digits:
            for _ in range(4):
                power = fq_mul(power, power)
            power = fq_mul(power, fq_load(powers, digit))
        root = fq_mul(square, power)
        rest = fq_mul(root, power)
        order = np.int64(TWO_ADICITY)
        while not (is_zero(square) or same(rest, FQ_ONE)):
            steps = np.int64(0)
            trial = rest
            while steps < order and not same(trial, FQ_ONE):
                trial = fq_mul(trial, trial)
                steps += 1
            if steps == order:
                return i
            root = fq_mul(root, fq_load(roots, TWO_ADICITY - steps - 1))
            rest = fq_mul(rest, fq_load(roots, TWO_ADICITY - steps))
            order = steps
        other = fq_sub(FQ_ZERO, root)
        a, b = fq_mul(root, FQ_UNIT), fq_mul(other, FQ_UNIT)
        above = False
        for k in range(6):
            # From the lowest word up, the highest that differs decides.
            if a[k] != b[k]:
                above = a[k] > b[k]
        fq_store(out, 2 * i, x)
        fq_store(out, 2 * i + 1, root if above == (larger[i] != 0) else other)
    return -1
