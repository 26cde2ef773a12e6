"""The kernels of Poseidon and BHP against the formulas, on words as they take them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from avm.algebra import edwards
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels import bhp_sums
from avm.algebra.kernels.poseidon_permutation import FULL_HALF, sponge_fr
from avm.algebra.kernels.poseidon_permutation_fq import sponge_fq

P = FR_MODULUS


def words(values: list[int], size: int) -> Any:
    data = b"".join(value.to_bytes(size, "little") for value in values)
    return np.frombuffer(bytearray(data), dtype=np.uint64).reshape(-1, size // 8)


def ints(array: Any) -> list[int]:
    return [int.from_bytes(row.tobytes(), "little") for row in array]


@pytest.mark.parametrize(("p", "size", "kernel"), [(FR_MODULUS, 32, sponge_fr), (FQ_MODULUS, 48, sponge_fq)])
@pytest.mark.parametrize("t", [2, 3, 5])
def test_a_permutation_of_arbitrary_numbers_is_what_its_table_says(
    p: int, size: int, kernel: Any, t: int
) -> None:
    rng, partial = random.Random(t), 3
    draw = lambda count: [rng.choice([0, 1, p - 1, rng.randrange(p)]) for _ in range(count)]  # noqa: E731
    matrix, bridge, first, last = draw(t * t), draw(t * t), draw(FULL_HALF * t), draw(FULL_HALF * t)
    sparse = [(draw(t), draw(t), draw(t - 1)) for _ in range(partial)]

    def mix(m: list[int], state: list[int]) -> list[int]:
        return [sum(m[i * t + j] * state[j] for j in range(t)) % p for i in range(t)]

    def full(constants: list[int], state: list[int]) -> list[int]:
        for r in range(FULL_HALF):
            state = mix(matrix, [pow(a + c, 17, p) for a, c in zip(state, constants[r * t :])])
        return state

    before = draw(t)
    state = full(first, before)
    for constants, row, column in sparse:
        state = [(a + c) % p for a, c in zip(state, constants)]
        state[0] = pow(state[0], 17, p)
        head = sum(map(int.__mul__, row, state)) % p
        state = [head, *((a + c * state[0]) % p for a, c in zip(state[1:], column))]
    expected = full(last, mix(bridge, state))

    numbers = [*matrix, *first, *(x for part in sparse for group in part for x in group), *bridge, *last]
    table = words([(x << 8 * size) % p for x in numbers], size)
    states, scratch = words(before, size), words([0] * t, size)
    shape = np.array([1, t, partial, 0, t - 1, 1], dtype=np.int64)
    assert kernel(table, shape, states, words([], size), scratch) == 0
    assert ints(states) == expected


def test_the_table_of_pairs_holds_every_sum_of_two_choices() -> None:
    rng = random.Random(9)
    chunks = [[edwards.mul(edwards.GENERATOR, rng.randrange(1, 99)) for _ in range(8)] for _ in range(3)]

    def prepared(point: tuple[int, int]) -> list[int]:
        x, y = point
        return [(y - x) % P, (y + x) % P, 2 * edwards.D * x * y % P]

    flat = [(x << 256) % P for chunk in chunks for point in chunk for x in prepared(point)]
    rows = 2 * bhp_sums.PAIR_ROWS
    table = np.empty((3 * rows, 4), dtype=np.uint64)
    bhp_sums.pair_table(words(flat, 32), np.empty((rows, 4), dtype=np.uint64), table)
    inverse = pow(1 << 256, -1, P)
    found = [x * inverse % P for x in ints(table)]

    def row(number: int) -> list[int]:
        return found[3 * number : 3 * number + 3]

    for a in range(8):
        for b in range(8):
            assert row(a + 8 * b) == prepared(edwards.add(chunks[0][a], chunks[1][b]))
        assert row(bhp_sums.SINGLE + a) == prepared(chunks[0][a])
        assert row(bhp_sums.PAIR_ROWS + bhp_sums.SINGLE + a) == prepared(chunks[2][a])
