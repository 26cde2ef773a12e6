"""Scalars as signed digits of their halves, and many points multiplied each by its own, eight at a time.

With λ = x² (x the curve parameter) a scalar is k = a + b·λ with a, b < 2^126.2, and λ·(X, Y) = (β·X, −Y) in
the prime-order subgroup. Both halves are cut into 32 digits of four bits between −8 and 7: adding 8 at every
digit's place makes all of them non-negative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FR_MODULUS

Words = npt.NDArray[np.uint64]
Digits = npt.NDArray[np.int8]

LAMBDA = 0x8508C00000000001**2
WINDOWS = 32
_SHIFT = sum(8 << 4 * w for w in range(WINDOWS))
LANES = 8


def digits_of(scalars: Sequence[int]) -> Digits:
    """Return the digits of n scalars, shape (32, 2n), lowest first: column i is a of scalar i, n + i is b."""
    halves = [divmod(k % FR_MODULUS, LAMBDA) for k in scalars]
    data = b"".join(
        [
            (half + _SHIFT).to_bytes(WINDOWS // 2, "little")
            for part in (1, 0)
            for half in (h[part] for h in halves)
        ]
    )
    pairs = np.frombuffer(data, dtype=np.uint8).reshape(-1, WINDOWS // 2).T
    digits = np.empty((WINDOWS, pairs.shape[1]), dtype=np.int8)
    digits[::2] = pairs & 15
    digits[1::2] = pairs >> 4
    return digits - np.int8(8)


def multiples_in_lanes(points: Words, scalars: Sequence[int]) -> Words:
    """Return the Jacobian words of scalars[i]·points[i], shape (n, 3, 6) (tier "ifma").

    ``points`` has shape (n, 2, 6) and holds points of the prime-order subgroup; scalars are any integers.
    """
    from avm.algebra.kernels import small_msm_ifma
    from avm.algebra.kernels.fq_blocks import BLOCK, aligned_blocks
    from avm.algebra.kernels.g1_ifma import SMALL

    n = len(points)
    batches = -(-n // LANES)
    numbers = np.arange(batches * LANES, dtype=np.int64).reshape(batches, 1, LANES)
    columns = np.concatenate([numbers, n + numbers], axis=1)
    columns[np.broadcast_to(numbers >= n, columns.shape)] = -1
    joins = np.tile(np.arange(LANES, dtype=np.int64), (batches, 1, 1))
    sums = aligned_blocks(3 * batches).reshape(batches, 3 * BLOCK)
    small_msm_ifma.sums_in_lanes(points, digits_of(scalars), columns, joins, SMALL, sums)
    jacobian = np.empty((n, 3, 6), dtype=np.uint64)
    small_msm_ifma.to_jacobian(sums, jacobian)
    return jacobian
