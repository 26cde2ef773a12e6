"""The numbers of Poseidon's rounds over Fq as ``poseidon_ifma`` takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avm.algebra.kernels.fq_blocks import BLOCK, aligned_blocks, write_lanes

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

STATE, POWER, INPUT, CONSTANTS = range(4)
"""Blocks; the numbers of the rounds come after them."""
FULL, PARTIAL, LINEAR = range(3)
"""Kinds of rounds: S-box everywhere, in the first lane, nowhere."""


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
