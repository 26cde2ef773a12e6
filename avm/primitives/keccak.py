"""Keccak and SHA-3 over bytes and bits; they differ in one padding byte.

Source: https://keccak.team/keccak_specs_summary.html and FIPS 202. SHA-3 comes from the standard library;
the original Keccak padding (0x01), which Ethereum uses, needs the permutation written out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from avm.base.bits import bits_to_bytes_le, bytes_to_bits_le

_LANE = (1 << 64) - 1


def _round_constants() -> tuple[int, ...]:
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


def _rotations() -> tuple[int, ...]:
    offsets, x, y = [0] * 25, 1, 0
    for t in range(24):
        offsets[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


_ROUND_CONSTANTS = _round_constants()
_ROTATIONS = _rotations()


def _rotate(lane: int, count: int) -> int:
    return (lane << count | lane >> (64 - count)) & _LANE


def keccak_f1600(lanes: Sequence[int]) -> list[int]:
    """Return the permuted 25 lanes of 64 bits; lane (x, y) is at ``x + 5 y``."""
    a = list(lanes)
    for constant in _ROUND_CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _rotate(c[(x + 1) % 5], 1) for x in range(5)]
        b = [0] * 25
        for x in range(5):
            for y in range(5):
                i = x + 5 * y
                b[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(a[i] ^ d[x], _ROTATIONS[i])
        a = [b[i] ^ (~b[i - i % 5 + (i + 1) % 5] & b[i - i % 5 + (i + 2) % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak(variant: int, data: bytes) -> bytes:
    """Return the original Keccak digest of ``variant`` bits: 224, 256, 384 or 512."""
    rate = 200 - variant // 4
    padded = bytearray(data) + bytes(rate - len(data) % rate)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = keccak_f1600(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:9])[: variant // 8]


def sha3(variant: int, data: bytes) -> bytes:
    """Return the SHA-3 digest of ``variant`` bits: 224, 256, 384 or 512."""
    return hashlib.new(f"sha3_{variant}", data).digest()


def keccak_bits(variant: int, bits: Sequence[bool]) -> list[bool]:
    """Return the Keccak digest of packed bits (a partial last byte is zero-extended) as bits."""
    return bytes_to_bits_le(keccak(variant, bits_to_bytes_le(bits)))


def sha3_bits(variant: int, bits: Sequence[bool]) -> list[bool]:
    """Return the SHA-3 digest of packed bits (a partial last byte is zero-extended) as bits."""
    return bytes_to_bits_le(sha3(variant, bits_to_bytes_le(bits)))
