"""Poseidon's sponge over Fq, its state in the lanes of one block: twin of ``poseidon_permutation_fq``.

For states of up to eight elements and the S-box x^17. A round's matrix is a sum of its columns, each times
one lane of the state; the next round's constants are added on the way. A partial round's sparse matrix has
the columns (row_0, column), (row_1, 1, 0, …), (row_2, 0, 1, …), ….
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.compile import kernel
from avm.algebra.kernels.g1_curve import FQ_ZERO
from avm.algebra.kernels.g1_lanes import words_of_lane, write_limbs
from avm.algebra.kernels.lane_sums import BLOCK, aligned_blocks, joined, sum_of_multiples_and, write_lanes
from avm.algebra.kernels.lanes import (
    RADIX_BITS,
    constant,
    limbs52,
    linear,
    load_block,
    shared_product,
    store_block,
)
from avm.algebra.kernels.limbs import fq_load, fq_store

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

STATE, POWER, INPUT, CONSTANTS = range(4)
"""Blocks; the numbers of the rounds come after them."""
MULTIPLES = np.array(limbs52(0), dtype=np.uint64)
FULL, PARTIAL, LINEAR = range(3)
"""Kinds of rounds: S-box everywhere, in the first lane, nowhere."""

into_lanes = constant((1 << (2 * RADIX_BITS)) % FQ_MODULUS)
unit = constant(1)
plus = linear(1, 1)
first_of = joined([0, 9, 10, 11, 12, 13, 14, 15])


@dataclass(frozen=True)
class Rounds:
    """The numbers of an instance: ``blocks``, and per round its kind and the next constants' place.

    ``terms`` are those of the rounds' matrices, as many for each as the state has elements.
    """

    blocks: Words
    rounds: Indices
    terms: Indices

    def copy(self) -> Rounds:
        """Return the same with blocks of its own: kernels calculate in them."""
        blocks = aligned_blocks(len(self.blocks) // BLOCK)
        blocks[:] = self.blocks
        return Rounds(blocks, self.rounds, self.terms)

    def sponge(self, shape: Indices, states: Words, inputs: Words) -> int:
        """Absorb into each of n states its own inputs, in place; return the filled rate elements' number.

        Arguments are as in ``poseidon_permutation.sponge_fr``.
        """
        return sponge(self.blocks, self.rounds, self.terms, MULTIPLES, shape, states, inputs)


def rounds_of(numbers: Sequence[tuple[int, Sequence[int], Sequence[Sequence[int]]]]) -> Rounds:
    """Return the arrays for rounds (kind, constants, columns of the matrix), constants empty for none."""
    width = len(numbers[0][2])
    values: list[Sequence[int]] = [[0]] * CONSTANTS
    places: dict[tuple[int, ...], int] = {}

    def place(row: Sequence[int]) -> int:
        if tuple(row) not in places:
            places[tuple(row)] = BLOCK * len(values)
            values.append(row)
        return places[tuple(row)]

    starts = [place(constants or [0] * width) for _, constants, _ in numbers]
    starts.append(place([0] * width))
    rounds = [(kind, start) for (kind, _, _), start in zip(numbers, starts[1:])]
    terms = [(lane, place(column)) for _, _, columns in numbers for lane, column in enumerate(columns)]
    blocks = aligned_blocks(len(values))
    for k, row in enumerate(values):
        write_lanes(blocks, k, row)
    return Rounds(blocks, np.array(rounds, dtype=np.int64), np.array(terms, dtype=np.int64).reshape(-1))


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
