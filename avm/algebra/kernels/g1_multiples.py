"""Compiled scalar multiplications of many points of G1 each for itself, and the test for the subgroup."""

from __future__ import annotations

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
    normalize,
    same,
    store_jacobian,
)
from avm.algebra.kernels.limbs import fq_add, fq_load, fq_mul, fq_store

Words = npt.NDArray[np.uint64]


@kernel(f"void({PTS},{ROWS},{JAC})")
def multiply_each(points: Words, scalars: Words, out: Words) -> None:
    """out[i] = scalars[i]·points[i]; scalars are canonical words, out is Jacobian (windows of four bits)."""
    table = np.empty((16, 3, 6), np.uint64)
    for i in range(len(points)):
        px = fq_load(points, 2 * i)
        py = fq_load(points, 2 * i + 1)
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        store_jacobian(table, 0, x, y, z)
        for j in range(1, 16):
            x, y, z = add_affine(x, y, z, px, py)
            store_jacobian(table, j, x, y, z)
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        for j in range(63, -1, -1):
            if not is_zero(z):
                for _ in range(4):
                    x, y, z = double(x, y, z)
            digit = np.int64((scalars[i, j >> 4] >> np.uint64(4 * (j & 15))) & np.uint64(15))
            if digit != 0:
                x, y, z = add(
                    x,
                    y,
                    z,
                    fq_load(table, 3 * digit),
                    fq_load(table, 3 * digit + 1),
                    fq_load(table, 3 * digit + 2),
                )
        store_jacobian(out, i, x, y, z)


@kernel(f"boolean({PTS},{ROWS})")
def all_in_subgroup(points: Words, beta: Words) -> bool:
    """Whether x²·(X, Y) = (beta·X, −Y) for every point, x = 0x8508c00000000001 the curve parameter."""
    parameter = np.uint64(0x8508C00000000001)
    factor = fq_load(beta, 0)
    for i in range(len(points)):
        px = fq_load(points, 2 * i)
        py = fq_load(points, 2 * i + 1)
        x, y, z = px, py, FQ_ONE
        if is_zero(px) and is_zero(py):
            continue
        for _ in range(2):
            bx, by, bz = x, y, z
            for bit in range(62, -1, -1):
                x, y, z = double(x, y, z)
                if (parameter >> np.uint64(bit)) & np.uint64(1):
                    x, y, z = add(x, y, z, bx, by, bz)
        if is_zero(z):
            return False
        zz = fq_mul(z, z)
        if not same(x, fq_mul(fq_mul(px, factor), zz)):
            return False
        if not is_zero(fq_add(y, fq_mul(fq_mul(py, z), zz))):
            return False
    return True


FIXED_WINDOWS = 32


@kernel(f"void({PTS},{JAC})")
def fixed_base_table(point: Words, out: Words) -> None:
    """out[255·w + j − 1] = j·2^(8w)·point, Jacobian, for 32 windows w and 1 <= j <= 255."""
    base = np.empty((1, 3, 6), np.uint64)
    affine = np.empty((1, 2, 6), np.uint64)
    fq_store(affine, 0, fq_load(point, 0))
    fq_store(affine, 1, fq_load(point, 1))
    for w in range(FIXED_WINDOWS):
        px = fq_load(affine, 0)
        py = fq_load(affine, 1)
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        for j in range(255):
            x, y, z = add_affine(x, y, z, px, py)
            store_jacobian(out, 255 * w + j, x, y, z)
        x, y, z = add_affine(x, y, z, px, py)
        store_jacobian(base, 0, x, y, z)
        normalize(base, affine)


@kernel(f"void({PTS},{ROWS},{JAC})")
def fixed_base_multiply(table: Words, scalars: Words, out: Words) -> None:
    """out[i] = scalars[i]·point for the affine table of ``fixed_base_table``; scalars are canonical words."""
    for i in range(len(scalars)):
        x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
        for w in range(FIXED_WINDOWS):
            digit = np.int64((scalars[i, w >> 3] >> np.uint64(8 * (w & 7))) & np.uint64(255))
            if digit != 0:
                k = 255 * w + digit - 1
                x, y, z = add_affine(x, y, z, fq_load(table, 2 * k), fq_load(table, 2 * k + 1))
        store_jacobian(out, i, x, y, z)
