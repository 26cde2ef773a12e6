"""Poseidon's sponge over Fq, its state in the lanes of one block: twin of ``poseidon_permutation_fq``.

For states of up to eight elements and the S-box x^17. A round's matrix is a sum of its columns, each times
one lane of the state; the next round's constants are added on the way. A partial round's sparse matrix has
the columns (row_0, column), (row_1, 1, 0, …), (row_2, 0, 1, …), ….
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import BLOCK, RADIX_BITS
from avm.algebra.kernels.fq_dot_products import joined, sum_of_multiples_and
from avm.algebra.kernels.fq_ifma import constant, linear, load_block, shared_product, store_block
from avm.algebra.kernels.g1_curve import FQ_ZERO
from avm.algebra.kernels.g1_ifma import words_of_lane, write_limbs
from avm.algebra.kernels.limbs import fq_load, fq_store
from avm.algebra.kernels.poseidon_rounds import CONSTANTS, INPUT, LINEAR, PARTIAL, POWER, STATE
from avm.algebra.kernels.radix52 import limbs52

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

MULTIPLES = np.array(limbs52(0), dtype=np.uint64)

into_lanes = constant((1 << (2 * RADIX_BITS)) % FQ_MODULUS)
unit = constant(1)
plus = linear(1, 1)
first_of = joined([0, 9, 10, 11, 12, 13, 14, 15])


@kernel("int64(uint64[::1],int64[:,::1],int64[::1],uint64[::1],int64[::1],uint64[:,::1],uint64[:,::1])")
def sponge(
    blocks: Words,
    rounds: Indices,
    terms: Indices,
    zero: Words,
    shape: Indices,
    states: Words,
    inputs: Words,
) -> int:
    """As ``Rounds.sponge``; the first round's constants are block CONSTANTS."""
    n, t, count, permutes_last = shape[0], shape[1], shape[3], shape[5]
    filled = shape[4]
    for row in range(n):
        filled = shape[4]
        for i in range(BLOCK):
            blocks[BLOCK * INPUT + i] = np.uint64(0)
        for i in range(t):
            write_limbs(fq_load(states, row * t + i), blocks, BLOCK * STATE + i, 8)
        store_block(blocks, STATE, shared_product(load_block(blocks, STATE), into_lanes()))
        taken = 0
        while True:
            waiting = filled
            while filled < t - 1 and taken < count:
                filled += 1
                write_limbs(fq_load(inputs, row * count + taken), blocks, BLOCK * INPUT + filled, 8)
                taken += 1
            if filled > waiting:
                x = shared_product(load_block(blocks, INPUT), into_lanes())
                store_block(blocks, STATE, plus(load_block(blocks, STATE), x, zero, 0))
                for lane in range(1, t):
                    write_limbs(FQ_ZERO, blocks, BLOCK * INPUT + lane, 8)
            if taken == count and not permutes_last:
                break
            last = taken == count
            filled = 0
            x = plus(load_block(blocks, STATE), load_block(blocks, CONSTANTS), zero, 0)
            store_block(blocks, STATE, x)
            for r in range(len(rounds)):
                if rounds[r, 0] != LINEAR:
                    x = load_block(blocks, STATE)
                    power = x
                    for _ in range(4):
                        power = shared_product(power, power)
                    store_block(blocks, POWER, shared_product(power, x))
                    if rounds[r, 0] == PARTIAL:
                        first_of(blocks, BLOCK * POWER, BLOCK * STATE, BLOCK * STATE)
                    else:
                        store_block(blocks, STATE, load_block(blocks, POWER))
                sum_of_multiples_and(blocks, terms, t * r, t * r + t, BLOCK * STATE, rounds[r, 1])
            if last:
                break
        x = shared_product(load_block(blocks, STATE), unit())
        store_block(blocks, STATE, x)
        for i in range(t):
            fq_store(states, row * t + i, words_of_lane(blocks[BLOCK * STATE : BLOCK * (STATE + 1)], i))
    result: int = filled
    return result
