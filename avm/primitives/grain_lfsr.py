"""The Grain LFSR, from which Poseidon draws its round constants and its mixing matrix.

Source: the Poseidon paper (https://eprint.iacr.org/2019/458), appendix E.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_BLOCK = 18  # new bits that depend on old bits only: 80 - 62
_BLOCK_MASK = (1 << _BLOCK) - 1


@dataclass(frozen=True, slots=True)
class PoseidonParameters:
    """Poseidon over one prime field with capacity 1.

    ``ark`` has one row of ``rate + 1`` round constants per round, ``mds`` is the square mixing matrix:
    ``new[i] = sum(mds[i][j] * state[j])``.
    """

    modulus: int
    rate: int
    alpha: int
    full_rounds: int
    partial_rounds: int
    ark: tuple[tuple[int, ...], ...]
    mds: tuple[tuple[int, ...], ...]


def _clock(field_bits: int, width: int, full_rounds: int, partial_rounds: int) -> Iterator[int]:
    """Yield the register's raw bits, after the 160 that are thrown away."""
    head = [0, 1, 0, 0, 0, 0]
    for value, size in ((field_bits, 12), (width, 12), (full_rounds, 10), (partial_rounds, 10)):
        head.extend(value >> i & 1 for i in reversed(range(size)))
    state = sum(bit << i for i, bit in enumerate(head + [1] * 30))
    dropped = 0
    while True:
        new = (state ^ state >> 13 ^ state >> 23 ^ state >> 38 ^ state >> 51 ^ state >> 62) & _BLOCK_MASK
        state = state >> _BLOCK | new << (80 - _BLOCK)
        for i in range(_BLOCK):
            if dropped < 160:
                dropped += 1
            else:
                yield new >> i & 1


def _output(raw: Iterator[int]) -> Iterator[int]:
    """Yield the self-shrunk output: of each pair of raw bits the second, if the first is 1."""
    while True:
        if next(raw):
            yield next(raw)
        else:
            next(raw)


def _integer(bits: Iterator[int], size: int) -> int:
    value = 0
    for _ in range(size):
        value = value << 1 | next(bits)
    return value


@cache
def poseidon_parameters(
    modulus: int, rate: int, alpha: int, full_rounds: int, partial_rounds: int
) -> PoseidonParameters:
    """Draw the parameters of one Poseidon instance; the result is kept.

    Round constants that are not below the modulus are redrawn, the entries of the matrix are reduced.
    """
    width, size = rate + 1, modulus.bit_length()
    bits = _output(_clock(size, width, full_rounds, partial_rounds))

    def constant() -> int:
        while (value := _integer(bits, size)) >= modulus:
            pass
        return value

    ark = tuple(tuple(constant() for _ in range(width)) for _ in range(full_rounds + partial_rounds))
    xs = [_integer(bits, size) % modulus for _ in range(width)]
    ys = [_integer(bits, size) % modulus for _ in range(width)]
    mds = tuple(tuple(pow(x + y, -1, modulus) for y in ys) for x in xs)
    return PoseidonParameters(modulus, rate, alpha, full_rounds, partial_rounds, ark, mds)
