"""Poseidon by the compiled kernels: the same values as ``avm.primitives.poseidon`` gives, from integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels.poseidon_permutation import FULL_HALF, sponge_fq, sponge_fr
from avm.primitives.grain_lfsr import PoseidonParameters
from avm.primitives.poseidon_sparse import sparse_rounds

Words = npt.NDArray[np.uint64]

_ALPHA = 17
_SIZES = {FR_MODULUS: 32, FQ_MODULUS: 48}


def supports(parameters: PoseidonParameters) -> bool:
    """Return whether there is a kernel for an instance: those with the S-box x^17."""
    return parameters.alpha == _ALPHA and parameters.full_rounds == 2 * FULL_HALF


def _words(values: Iterable[int], size: int) -> Words:
    data = b"".join([value.to_bytes(size, "little") for value in values])
    return np.frombuffer(bytearray(data), dtype=np.uint64).reshape(-1, size // 8)


@cache
def _table(parameters: PoseidonParameters) -> Words:
    """Return the numbers of an instance as ``avm.algebra.kernels.poseidon_permutation`` orders them."""
    p, half = parameters.modulus, FULL_HALF
    partial = sparse_rounds(parameters)
    groups: list[Any] = [*parameters.mds, *parameters.ark[:half]]
    for constants, row, column in partial.rounds:
        groups += [constants, row, column]
    groups += [*partial.last, *parameters.ark[half + parameters.partial_rounds :]]
    size = _SIZES[p]
    shift = 8 * size
    return _words([(value << shift) % p for group in groups for value in group], size)


def sponge(
    parameters: PoseidonParameters,
    states: Sequence[Sequence[int]],
    inputs: Sequence[Sequence[int]],
    index: int,
    last: bool,
) -> tuple[list[list[int]], int]:
    """Return each state after absorbing its own inputs, of one length, and permuting once more if ``last``.

    ``index`` rate elements are filled at the start; the second result is the number filled at the end. All
    numbers are canonical.
    """
    p, t = parameters.modulus, parameters.rate + 1
    size = _SIZES[p]
    words = _words([value for state in states for value in state], size)
    rows = _words([value for row in inputs for value in row], size)
    shape = np.array([len(states), t, parameters.partial_rounds, len(inputs[0]), index, last], dtype=np.int64)
    scratch = np.empty((t, size // 8), dtype=np.uint64)
    kernel = sponge_fr if p == FR_MODULUS else sponge_fq
    filled = kernel(_table(parameters), shape, words, rows, scratch)
    data = words.tobytes()
    values = [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]
    return [values[i : i + t] for i in range(0, len(values), t)], filled


READY = True
