"""The end of a multi-scalar multiplication, shared by both tiers: from sums of buckets to the result."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.kernels.compile import kernel
from avm.algebra.kernels.g1_curve import FQ_ONE, FQ_ZERO, add, double, store_jacobian
from avm.algebra.kernels.limbs import fq_load

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


@kernel("void(uint64[:,:,::1],int64,int64,uint64[:,:,::1])")
def join_segments(sums: Words, segments: int, log_count: int, out: Words) -> None:
    """Join the two sums of each of consecutive segments of 2^log_count buckets to those of all buckets.

    Rows 2s, 2s + 1 of ``sums`` are S and T of segment s; ``out`` gets Σ_s S_s and
    Σ_s (T_s + 2^log_count·s·S_s).
    """
    tx, ty, tz = FQ_ONE, FQ_ONE, FQ_ZERO
    rx, ry, rz = FQ_ONE, FQ_ONE, FQ_ZERO
    wx, wy, wz = FQ_ONE, FQ_ONE, FQ_ZERO
    for s in range(segments - 1, -1, -1):
        wx, wy, wz = add(wx, wy, wz, rx, ry, rz)
        k = 6 * s
        rx, ry, rz = add(rx, ry, rz, fq_load(sums, k), fq_load(sums, k + 1), fq_load(sums, k + 2))
        tx, ty, tz = add(tx, ty, tz, fq_load(sums, k + 3), fq_load(sums, k + 4), fq_load(sums, k + 5))
    for _ in range(log_count):
        wx, wy, wz = double(wx, wy, wz)
    tx, ty, tz = add(tx, ty, tz, wx, wy, wz)
    store_jacobian(out, 0, rx, ry, rz)
    store_jacobian(out, 1, tx, ty, tz)


@kernel("void(uint64[:,:,::1],int64[::1],uint64[:,:,::1])")
def combine(sums: Words, bits: Counts, out: Words) -> None:
    """out[0] = Σ_w 2^(bits[0] + … + bits[w−1])·sums[w], Jacobian."""
    x, y, z = FQ_ONE, FQ_ONE, FQ_ZERO
    for w in range(len(bits) - 1, -1, -1):
        for _ in range(bits[w]):
            x, y, z = double(x, y, z)
        k = 3 * w
        x, y, z = add(x, y, z, fq_load(sums, k), fq_load(sums, k + 1), fq_load(sums, k + 2))
    store_jacobian(out, 0, x, y, z)
