"""Sums of few multiples of points of G1 with common doublings (Straus), portable tier."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.g1_curve import (
    FQ_ONE,
    FQ_ZERO,
    JAC,
    PTS,
    ROWS,
    add,
    add_affine,
    double,
    is_zero,
    store_jacobian,
)
from avm.algebra.kernels.limbs import fq_load, fq_mul, fq_store, fq_sub

Words = npt.NDArray[np.uint64]
Digits = npt.NDArray[np.int8]
Indices = npt.NDArray[np.int64]


@kernel(f"void({PTS},int8[:,::1],int64[::1],{ROWS},{JAC})")
def few_sums(points: Words, digits: Digits, ends: Indices, beta: Words, out: Words) -> None:
    """out[s] = Σ scalars[i]·points[i] for ends[s − 1] <= i < ends[s], with common doublings (Straus).

    ``digits`` are those of ``avm.algebra.small_msm``. Points must lie in the prime-order subgroup.
    """
    n = len(points)
    table = np.empty((9 * n, 4, 6), np.uint64)
    factor = fq_load(beta, 0)
    for i in range(n):
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        for entry in range(9):
            k = 4 * (9 * i + entry)
            fq_store(table, k, x)
            fq_store(table, k + 1, y)
            fq_store(table, k + 2, z)
            fq_store(table, k + 3, fq_mul(x, factor))
            x, y, z = add_affine(x, y, z, fq_load(points, 2 * i), fq_load(points, 2 * i + 1))
    begin: Any = np.int64(0)
    for s in range(len(ends)):
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        for w in range(len(digits) - 1, -1, -1):
            if not is_zero(z):
                for _ in range(4):
                    x, y, z = double(x, y, z)
            for image in range(2):
                for i in range(begin, ends[s]):
                    digit = np.int64(digits[w, i + n * image])
                    if digit != 0:
                        at = 4 * (9 * i + abs(digit))
                        y2 = fq_load(table, at + 1)
                        # The endomorphism turns (X, Y) into (β·X, −Y).
                        if (digit < 0) != (image == 1):
                            y2 = fq_sub(FQ_ZERO, y2)
                        x, y, z = add(x, y, z, fq_load(table, at + 3 * image), y2, fq_load(table, at + 2))
        store_jacobian(out, s, x, y, z)
        begin = ends[s]
