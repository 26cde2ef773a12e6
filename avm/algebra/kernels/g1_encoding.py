"""Compiled conversions of points of G1 from and to their canonical words, for all tiers.

They are needed where reference strings and keys are read and written, so they are compiled then.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.g1_curve import (
    FLAGS,
    FQ_ONE,
    FQ_SQUARE,
    FQ_UNIT,
    FQ_ZERO,
    INFINITY_FLAG,
    PTS,
    ROWS,
    is_zero,
    same,
)
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul, fq_store

Words = npt.NDArray[np.uint64]


@kernel(f"int64({ROWS},{PTS})")
def decode(rows: Words, out: Words) -> int:
    """Convert rows x ‖ y (twelve words, infinity flag in the top bits) to points of the curve.

    Return −1, or the first index that is not a canonical encoding of a point on the curve.
    """
    unit = FQ_SQUARE
    for i in range(len(rows)):
        flags = rows[i, 11] & FLAGS
        x = fq_load(rows, 2 * i)
        y = fq_load(rows, 2 * i + 1)
        y = (y[0], y[1], y[2], y[3], y[4], y[5] & ~FLAGS)
        if not (same(fq_add(x, FQ_ZERO), x) and same(fq_add(y, FQ_ZERO), y)):
            return i
        if flags != 0:
            if flags != INFINITY_FLAG or not is_zero(x) or not same(y, FQ_UNIT):
                return i
            fq_store(out, 2 * i, FQ_ZERO)
            fq_store(out, 2 * i + 1, FQ_ZERO)
            continue
        x = fq_mul(x, unit)
        y = fq_mul(y, unit)
        if not same(fq_mul(y, y), fq_add(fq_mul(fq_mul(x, x), x), FQ_ONE)):
            return i
        fq_store(out, 2 * i, x)
        fq_store(out, 2 * i + 1, y)
    return -1


@kernel(f"void({PTS},{ROWS})")
def encode(points: Words, rows: Words) -> None:
    """The inverse of ``decode``."""
    for i in range(len(points)):
        x = fq_mul(fq_load(points, 2 * i), FQ_UNIT)
        y = fq_mul(fq_load(points, 2 * i + 1), FQ_UNIT)
        if is_zero(x) and is_zero(y):
            y = FQ_UNIT
            y = (y[0], y[1], y[2], y[3], y[4], y[5] | INFINITY_FLAG)
        fq_store(rows, 2 * i, x)
        fq_store(rows, 2 * i + 1, y)
