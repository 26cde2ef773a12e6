"""The ChaCha20 generator of the ledger's randomness, and one draw of each literal type from it.

Follows `rand_chacha` 0.3 (20 rounds, 64-bit counter from zero, little-endian words) and the sampling of
snarkVM's types (`engine map, isa.md section 7; algebra.md section 1`).
"""

from __future__ import annotations

import struct

from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import Halt
from avm.types.literal_type import LiteralType, LiteralValue

_MASK = 0xFFFFFFFF
_CONSTANTS = (0x61707865, 0x3320646E, 0x79622D32, 0x6B206574)
_QUARTERS = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)


def chacha20_block(key: bytes, counter: int) -> list[int]:
    """Return the 16 words of one block; ``counter`` fills words 12 and 13, the nonce is zero."""
    state = [*_CONSTANTS, *struct.unpack("<8I", key), counter & _MASK, counter >> 32 & _MASK, 0, 0]
    work = list(state)
    for _ in range(10):
        for a, b, c, d in _QUARTERS:
            for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                work[x] = (work[x] + work[y]) & _MASK
                mixed = work[z] ^ work[x]
                work[z] = (mixed << turn | mixed >> (32 - turn)) & _MASK
    return [(w + s) & _MASK for w, s in zip(work, state, strict=True)]


class ChaCha20Rng:
    """A stream of 32-bit words from a 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._counter = 0
        self._words: list[int] = []

    def next_u32(self) -> int:
        """Return the next word."""
        if not self._words:
            self._words = chacha20_block(self._seed, self._counter)[::-1]
            self._counter += 1
        return self._words.pop()

    def next_u64(self) -> int:
        """Return the next two words, the low one first."""
        low = self.next_u32()
        return low | self.next_u32() << 32


def _draw_below(rng: ChaCha20Rng, modulus: int) -> int:
    """Draw a field element: 256 bits, shaved to the modulus' length, taken as the Montgomery form."""
    while True:
        limbs = sum(rng.next_u64() << 64 * i for i in range(4))
        limbs &= (1 << modulus.bit_length()) - 1
        if limbs < modulus:
            return limbs * pow(1 << 256, -1, modulus) % modulus


def _draw_group(rng: ChaCha20Rng) -> tuple[int, int]:
    """Draw an x until a point has it, the greater y if the next bit says so, and clear the cofactor."""
    from avm.algebra.edwards import mul_by_cofactor, ys_from_x

    while True:
        x = _draw_below(rng, FR_MODULUS)
        greatest = rng.next_u32() >> 31 == 1
        try:
            ys = ys_from_x(x)
        except Halt:
            continue
        return mul_by_cofactor((x, ys[greatest]))


def draw(type_: LiteralType, rng: ChaCha20Rng) -> LiteralValue:
    """Return one random value of ``type_``; signatures and strings have none."""
    if type_ in (LiteralType.ADDRESS, LiteralType.GROUP):
        return _draw_group(rng)
    if type_ is LiteralType.FIELD:
        return _draw_below(rng, FR_MODULUS)
    if type_ is LiteralType.SCALAR:
        return _draw_below(rng, FS_MODULUS)
    if type_ is LiteralType.BOOLEAN:
        return rng.next_u32() >> 31 == 1
    if type_.bits == 128:
        low = rng.next_u64()
        number = low | rng.next_u64() << 64
    else:
        number = rng.next_u64() if type_.bits == 64 else rng.next_u32() & ((1 << type_.bits) - 1)
    return number - (1 << type_.bits) if type_.is_signed and number > type_.max else number
