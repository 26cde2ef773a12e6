"""The Grain LFSR, from which Poseidon draws its round constants and its mixing matrix.

Source: the Poseidon paper (https://eprint.iacr.org/2019/458), appendix E.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

_BLOCK = 18  # new bits that depend on old bits only: 80 - 62
_BLOCK_MASK = (1 << _BLOCK) - 1
_CHUNK = 4096  # raw bits handled at once


@dataclass(frozen=True, slots=True, eq=False)
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


def _raw(field_bits: int, width: int, full_rounds: int, partial_rounds: int) -> Iterator[str]:
    """Yield blocks of the register's raw bits as text, after the 160 bits that are thrown away."""
    head = [0, 1, 0, 0, 0, 0]
    for value, size in ((field_bits, 12), (width, 12), (full_rounds, 10), (partial_rounds, 10)):
        head.extend(value >> i & 1 for i in reversed(range(size)))
    state = sum(bit << i for i, bit in enumerate(head + [1] * 30))
    pending = ""
    skip = 160
    while True:
        new = (state ^ state >> 13 ^ state >> 23 ^ state >> 38 ^ state >> 51 ^ state >> 62) & _BLOCK_MASK
        state = state >> _BLOCK | new << (80 - _BLOCK)
        pending += f"{new:0{_BLOCK}b}"[::-1]
        if len(pending) > _CHUNK:
            yield pending[skip:_CHUNK]
            pending, skip = pending[_CHUNK:], 0


def _output(raw: Iterator[str]) -> Iterator[str]:
    """Yield the self-shrunk output: of each pair of raw bits the second, if the first is 1."""
    for block in raw:
        yield "".join(second for first, second in zip(block[::2], block[1::2]) if first == "1")


def _integers(blocks: Iterator[str], size: int) -> Iterator[int]:
    """Yield integers of ``size`` output bits, the most significant first."""
    text = ""
    for block in blocks:
        text += block
        while len(text) >= size:
            yield int(text[:size], 2)
            text = text[size:]


@cache
def poseidon_parameters(
    modulus: int, rate: int, alpha: int, full_rounds: int, partial_rounds: int
) -> PoseidonParameters:
    """Draw the parameters of one Poseidon instance; the result is kept.

    Round constants that are not below the modulus are redrawn, the entries of the matrix are reduced.
    """
    width, size = rate + 1, modulus.bit_length()
    drawn = _integers(_output(_raw(size, width, full_rounds, partial_rounds)), size)
    constants = (value for value in drawn if value < modulus)
    ark = tuple(tuple(islice(constants, width)) for _ in range(full_rounds + partial_rounds))
    xs = [value % modulus for value in islice(drawn, width)]
    ys = [value % modulus for value in islice(drawn, width)]
    mds = tuple(tuple(pow(x + y, -1, modulus) for y in ys) for x in xs)
    return PoseidonParameters(modulus, rate, alpha, full_rounds, partial_rounds, ark, mds)
