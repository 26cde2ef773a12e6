"""Keccak and SHA-3 over bytes and bits; they differ in one padding byte.

Source: https://keccak.team/keccak_specs_summary.html and FIPS 202. SHA-3 comes from the standard library;
the original Keccak padding (0x01), which Ethereum uses, needs the permutation written out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from avm.base.errors import Halt
from avm.primitives.keccak_tables import LANES, ROTATIONS, ROUND_CONSTANTS
from avm.primitives.tier import kernels
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar

_LANE = (1 << 64) - 1


def _rotate(lane: int, count: int) -> int:
    return (lane << count | lane >> (64 - count)) & _LANE


def keccak_f1600(lanes: Sequence[int]) -> list[int]:
    """Return the permuted 25 lanes of 64 bits; lane (x, y) is at ``x + 5 y``."""
    a = list(lanes)
    for constant in ROUND_CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _rotate(c[(x + 1) % 5], 1) for x in range(5)]
        b = [0] * LANES
        for x in range(5):
            for y in range(5):
                i = x + 5 * y
                b[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(a[i] ^ d[x], ROTATIONS[i])
        a = [b[i] ^ (~b[i - i % 5 + (i + 1) % 5] & b[i - i % 5 + (i + 2) % 5]) for i in range(LANES)]
        a[0] ^= constant
    return a


def keccak(variant: int, data: bytes) -> bytes:
    """Return the original Keccak digest of ``variant`` bits: 224, 256, 384 or 512."""
    rate = 200 - variant // 4
    padded = bytearray(data) + bytes(rate - len(data) % rate)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    compiled = kernels("keccak", len(padded) // rate)
    absorbed = absorbed_plain if compiled is None else compiled.absorbed
    digest: bytes = absorbed(rate, padded)[: variant // 8]
    return digest


def absorbed_plain(rate: int, padded: bytearray) -> bytes:
    """Return the 25 lanes as bytes after a padded message, blocks of ``rate`` bytes, from zero lanes."""
    lanes = [0] * LANES
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = keccak_f1600(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes)


def sha3(variant: int, data: bytes) -> bytes:
    """Return the SHA-3 digest of ``variant`` bits: 224, 256, 384 or 512."""
    return hashlib.new(f"sha3_{variant}", data).digest()


# --- circuit ---

Lane = Sequence[BooleanVar]
"""64 bits of the state, the lowest first."""


def keccak_bits_circuit(cs: ConstraintSystem, variant: int, bits: Sequence[BooleanVar]) -> list[BooleanVar]:
    """Return the Keccak digest of bits (a partial last byte is zero-extended) as ``variant`` bits.

    No constants; 150848 variables and constraints for 256 bits (`circuit/algorithms/src/keccak/hash.rs`).

    Raises:
        Halt: there are no bits.
    """
    return _sponge_circuit(cs, variant, bits, (True,), "keccak")


def sha3_bits_circuit(cs: ConstraintSystem, variant: int, bits: Sequence[BooleanVar]) -> list[BooleanVar]:
    """Return the SHA-3 digest of bits as ``variant`` bits, at the cost of Keccak."""
    return _sponge_circuit(cs, variant, bits, (False, True, True), "sha3")


def _sponge_circuit(
    cs: ConstraintSystem, variant: int, bits: Sequence[BooleanVar], mark: Sequence[bool], name: str
) -> list[BooleanVar]:
    """Return the digest; ``mark`` are the first bits of the padding, whose last bit is one."""
    if not bits:
        raise Halt("the input of a hash is empty")
    zero, one = BooleanVar.constant(cs, False), BooleanVar.constant(cs, True)
    rate = 1600 - 2 * variant
    padded = [*bits, *(zero,) * (-len(bits) % 8), *(one if bit else zero for bit in mark)]
    padded += [*(zero,) * ((-len(padded) - 1) % rate), one]
    outer = cs.enter(f"{name}_{variant}")
    state: list[Lane] = [[zero] * 64] * LANES
    for start in range(0, len(padded), rate):
        for i in range(rate // 64):
            part = padded[start + 64 * i : start + 64 * i + 64]
            state[i] = _xor(state[i], part)
        for constant in ROUND_CONSTANTS:
            state = _round_circuit(state, constant)
    cs.leave(outer)
    return [bit for lane in state[:9] for bit in lane][:variant]


def _round_circuit(a: list[Lane], constant: int) -> list[Lane]:
    """Return the state after one round: theta, rho and pi, chi, iota."""
    c = [_xor(_xor(_xor(_xor(a[x], a[x + 5]), a[x + 10]), a[x + 15]), a[x + 20]) for x in range(5)]
    d = [_xor(c[x - 1], _turned(c[(x + 1) % 5], 1)) for x in range(5)]
    mixed = [_xor(a[i], d[i % 5]) for i in range(25)]
    b = list(mixed)
    for i, lane in enumerate(mixed):
        x, y = i % 5, i // 5
        b[y + 5 * ((2 * x + 3 * y) % 5)] = _turned(lane, ROTATIONS[i])
    out: list[Lane] = []
    for i in range(LANES):
        row = i - i % 5
        masked = [p.not_().and_(q) for p, q in zip(b[row + (i + 1) % 5], b[row + (i + 2) % 5])]
        out.append(_xor(b[i], masked))
    out[0] = [bit.not_() if constant >> k & 1 else bit for k, bit in enumerate(out[0])]
    return out


def _xor(left: Lane, right: Lane) -> Lane:
    return [a.xor(b) for a, b in zip(left, right)]


def _turned(lane: Lane, count: int) -> Lane:
    """Return a lane whose number is rotated left."""
    return [*lane[64 - count :], *lane[: 64 - count]]
