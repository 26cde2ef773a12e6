"""The Fiat–Shamir transcript: a Poseidon sponge over Fq that both sides feed and draw challenges from.

Elements of the scalar field F (253 bits) do not fit the sponge's field Q (377 bits) one to one, so they are
absorbed as limbs and squeezed as bits. Source: snarkVM ``algorithms/src/crypto_hash/poseidon.rs`` and
``algorithms/src/traits/algebraic_sponge.rs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avm.algebra.g1 import Point
from avm.primitives.poseidon import Sponge, parameters_fq

CAPACITY_BITS = 376
CHALLENGE_BITS = 252
SHORT_BITS = 168
LIMB_BITS = 51
LIMBS = 5
_PAIR_SHIFT = LIMB_BITS + 2
_LIMB_MASK = (1 << LIMB_BITS) - 1
_CAPACITY_MASK = (1 << CAPACITY_BITS) - 1


class Transcript:
    """The state that prover and verifier share; equal histories give equal challenges."""

    __slots__ = ("_sponge",)

    def __init__(self, domain: bytes) -> None:
        self._sponge = Sponge(parameters_fq(2))
        self.absorb_bytes(domain)

    def absorb_bytes(self, data: bytes) -> None:
        """Absorb bytes in chunks of 376 bits, each a big-endian integer."""
        size = CAPACITY_BITS // 8
        self._sponge.absorb([int.from_bytes(data[i : i + size], "big") for i in range(0, len(data), size)])

    def absorb_points(self, points: Iterable[Point]) -> None:
        """Absorb affine G1 points as (x, y, is infinity); infinity is (0, 1, 1)."""
        for point in points:
            self._sponge.absorb((0, 1, 1) if point is None else (*point, 0))

    def absorb_scalars(self, scalars: Iterable[int]) -> None:
        """Absorb one list of elements of F: 51-bit limbs, most significant first, two to an element of Q.

        The pairing of limbs runs over the whole list, so a list is not the same as its elements one by one.
        """
        limbs = [
            scalar >> LIMB_BITS * (LIMBS - 1 - i) & _LIMB_MASK for scalar in scalars for i in range(LIMBS)
        ]
        pairs = [(limbs[i] << _PAIR_SHIFT) + limbs[i + 1] for i in range(0, len(limbs) - 1, 2)]
        self._sponge.absorb(pairs + limbs[len(limbs) - 1 :] if len(limbs) % 2 else pairs)

    def squeeze_scalars(self, count: int) -> list[int]:
        """Return ``count`` challenges of 252 bits, drawn in one call."""
        native = self._sponge.squeeze(-(-CHALLENGE_BITS * count // CAPACITY_BITS))
        bits = 0
        for element in native:
            bits = bits << CAPACITY_BITS | element & _CAPACITY_MASK
        total = CAPACITY_BITS * len(native)
        mask = (1 << CHALLENGE_BITS) - 1
        return [bits >> (total - CHALLENGE_BITS * (i + 1)) & mask for i in range(count)]

    def squeeze_short(self) -> int:
        """Return one challenge of 168 bits, as the opening of many polynomials uses it."""
        (element,) = self._sponge.squeeze(1)
        return (element & _CAPACITY_MASK) >> (CAPACITY_BITS - SHORT_BITS)


def sums_in_order(sums: Sequence[Sequence[tuple[int, int, int]]]) -> list[tuple[int, int, int]]:
    """Return per-circuit, per-instance sums as one flat list in transcript order."""
    return [triple for circuit in sums for triple in circuit]
