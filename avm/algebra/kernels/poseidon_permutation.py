"""Poseidon's permutation and sponge for the S-box x^17, over Fr and as a pattern for Fq, portable tier.

The numbers of an instance lie in one array of Montgomery elements: the matrix of the full rounds, then in
the order of their use the constants of the first full rounds, for each partial round its constants, the
first row of its sparse matrix and the first column below it, the dense matrix that ends them, and the
constants of the last full rounds. States and inputs are canonical words; the capacity element comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.limbs import (
    FR_WORDS,
    fr_add,
    fr_load,
    fr_mul_inline,
    fr_store,
    words,
)

Words = npt.NDArray[np.uint64]
Element = Any

FULL_HALF = 4
"""Full rounds before the partial ones, and as many after them."""


def element_of(x: int, count: int) -> Element:
    return tuple(np.uint64(word) for word in words(x, count))


FR_ZERO = element_of(0, FR_WORDS)
FR_UNIT = element_of(1, FR_WORDS)
FR_SQUARE = element_of((1 << 512) % FR_MODULUS, FR_WORDS)


def sponge_over(
    load: Callable[..., Any],
    store: Callable[..., Any],
    mul: Callable[..., Any],
    add: Callable[..., Any],
    zero: Element,
    unit: Element,
    square: Element,
) -> Callable[[Words, Words, Words, Words, Words], int]:
    """Return the sponge over one field as a device function; see ``sponge_fr``.

    It is one function without slices and helpers, which would take numba several times as long to compile.
    """

    @device
    def sponge(table: Words, shape: Any, states: Words, inputs: Words, scratch: Words) -> int:
        rows, t, partial, count, filled = shape[0], shape[1], shape[2], shape[3], shape[4]
        permutes_last = shape[5]
        bridge = FULL_HALF + partial
        for row in range(rows):
            start = row * t
            filled = shape[4]
            for i in range(start, start + t):
                store(states, i, mul(load(states, i), square))
            for taken in range(count + permutes_last):
                if filled == t - 1 or taken == count:
                    filled = 0
                    at = t * t
                    for r in range(bridge + FULL_HALF + 1):
                        whole = r < FULL_HALF or r > bridge
                        if r != bridge:
                            for i in range(t):
                                value = add(load(states, start + i), load(table, at + i))
                                if whole or i == 0:
                                    power = value
                                    for _ in range(4):
                                        power = mul(power, power)
                                    value = mul(power, value)
                                store(states, start + i, value)
                            at += t
                        if whole or r == bridge:
                            matrix = 0 if whole else at
                            for i in range(t):
                                total = zero
                                for j in range(t):
                                    factor = load(table, matrix + i * t + j)
                                    total = add(total, mul(factor, load(states, start + j)))
                                store(scratch, i, total)
                            for i in range(t):
                                store(states, start + i, load(scratch, i))
                            at += 0 if whole else t * t
                        else:
                            first = load(states, start)
                            total = mul(load(table, at), first)
                            for i in range(1, t):
                                value = load(states, start + i)
                                total = add(total, mul(load(table, at + i), value))
                                value = add(value, mul(load(table, at + t - 1 + i), first))
                                store(states, start + i, value)
                            store(states, start, total)
                            at += 2 * t - 1
                if taken < count:
                    filled += 1
                    element = mul(load(inputs, row * count + taken), square)
                    store(states, start + filled, add(load(states, start + filled), element))
            for i in range(start, start + t):
                store(states, i, mul(load(states, i), unit))
        result: int = filled
        return result

    return sponge


_sponge_fr = sponge_over(fr_load, fr_store, fr_mul_inline, fr_add, FR_ZERO, FR_UNIT, FR_SQUARE)

SIGNATURE = "int64(uint64[:,::1],int64[::1],uint64[:,::1],uint64[:,::1],uint64[:,::1])"


@kernel(SIGNATURE)
def sponge_fr(table: Words, shape: Any, states: Words, inputs: Words, scratch: Words) -> int:
    """Absorb into each of n states its own inputs over Fr, in place; return the filled rate elements' number.

    ``shape`` is (n, rate + 1, partial rounds, inputs of each state, rate elements filled at the start,
    whether to permute once more at the end). ``scratch`` has room for one state.
    """
    return _sponge_fr(table, shape, states, inputs, scratch)
