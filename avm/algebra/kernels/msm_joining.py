"""The end of a multi-scalar multiplication, shared by all tiers: from the windows' sums to the result."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.g1_curve import FQ_ONE, FQ_ZERO, add, double, store_jacobian
from avm.algebra.kernels.limbs import fq_load

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


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
