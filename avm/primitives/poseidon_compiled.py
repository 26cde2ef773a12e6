"""Poseidon by the compiled kernels: the same values as ``avm.primitives.poseidon`` gives, from integers."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels.poseidon_permutation import FULL_HALF, sponge_fr
from avm.algebra.tiers import tier
from avm.primitives.grain_lfsr import PoseidonParameters
from avm.primitives.poseidon_sparse import sparse_rounds

if TYPE_CHECKING:
    from avm.algebra.kernels.poseidon_rounds import Rounds

Words = npt.NDArray[np.uint64]

_ALPHA = 17
_LANES = 8
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
    groups: list[Sequence[int]] = [*parameters.mds, *parameters.ark[:half]]
    for constants, row, column in partial.rounds:
        groups += [constants, row, column]
    groups += [*partial.last, *parameters.ark[half + parameters.partial_rounds :]]
    size = _SIZES[p]
    shift = 8 * size
    return _words([(value << shift) % p for group in groups for value in group], size)


@cache
def _rounds(parameters: PoseidonParameters) -> Rounds:
    """Return the numbers of an instance over Fq as ``avm.algebra.kernels.poseidon_rounds`` takes them."""
    from avm.algebra.kernels import poseidon_rounds as lanes

    half = FULL_HALF
    mds = list(zip(*parameters.mds))
    partial = sparse_rounds(parameters)
    numbers: list[tuple[int, Sequence[int], Sequence[Sequence[int]]]]
    numbers = [(lanes.FULL, constants, mds) for constants in parameters.ark[:half]]
    for constants, row, column in partial.rounds:
        columns = [[row[0], *column]]
        columns += [[row[j], *(int(i == j) for i in range(1, len(row)))] for j in range(1, len(row))]
        numbers.append((lanes.PARTIAL, constants, columns))
    numbers.append((lanes.LINEAR, (), list(zip(*partial.last))))
    numbers += [
        (lanes.FULL, constants, mds) for constants in parameters.ark[half + parameters.partial_rounds :]
    ]
    return lanes.rounds_of(numbers)


_local = threading.local()


def _own_rounds(parameters: PoseidonParameters) -> Rounds:
    """Return this thread's ``_rounds``, since the kernel calculates in their blocks; found by identity."""
    held: dict[int, tuple[PoseidonParameters, Rounds]] = _local.__dict__.setdefault("rounds", {})
    entry = held.get(parameters.rate)
    if entry is None or entry[0] is not parameters:
        rounds = _rounds(parameters)
        entry = held[parameters.rate] = parameters, rounds.copy()
    return entry[1]


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
    if p == FQ_MODULUS and t <= _LANES and tier() == "ifma":
        from avm.algebra.kernels import poseidon_ifma

        own = _own_rounds(parameters)
        numbers = own.blocks, own.rounds, own.terms, poseidon_ifma.MULTIPLES
        filled = poseidon_ifma.sponge(*numbers, shape, words, rows)
    else:
        kernel = sponge_fr
        if p == FQ_MODULUS:
            from avm.algebra.kernels.poseidon_permutation_fq import sponge_fq as kernel

        filled = kernel(_table(parameters), shape, words, rows, scratch)
    data = words.tobytes()
    values = [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]
    return [values[i : i + t] for i in range(0, len(values), t)], filled


def squeezed(parameters: PoseidonParameters, state: bytes, elements: Sequence[int], count: int) -> list[int]:
    """Return the first ``count`` elements, at most the rate, after absorbing some into a state over Fr.

    ``state`` has the canonical words of its elements; its rate part has room from the start on.
    """
    t, size = parameters.rate + 1, _SIZES[FR_MODULUS]
    words = np.frombuffer(bytearray(state), dtype=np.uint64).reshape(t, -1)
    shape = np.array((1, t, parameters.partial_rounds, len(elements), 0, 1), dtype=np.int64)
    scratch = np.empty((t, size // 8), dtype=np.uint64)
    sponge_fr(_table(parameters), shape, words, _words(elements, size), scratch)
    data = words[1 : 1 + count].tobytes()
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]


READY = True
