"""Versions of the network's rules and the heights from which they hold.

Rules only ever change at a height, so whoever checks something of the chain is told one ``Rules``.
Source: snarkVM ``console/network/src/consensus_heights.rs``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

MAINNET_HEIGHTS = (
    0,
    2_800_000,
    4_900_000,
    6_135_000,
    7_060_000,
    7_560_000,
    7_570_000,
    9_430_000,
    10_272_000,
    11_205_000,
    12_870_000,
    13_815_000,
    16_850_000,
    17_700_000,
    19_264_000,
    19_860_000,
    19_860_001,
    20_794_000,
    21_342_000,
    22_175_000,
    22_437_000,
    22_962_000,
)
"""The first height of versions 1, 2, 3 and so on."""

NEWEST = len(MAINNET_HEIGHTS)
"""The newest version of the rules."""
VARUNA_V2_FROM, VARUNA_V3_FROM = 4, 21
HIDING_RECORDS_FROM = 8
"""Records of version 1, and the inclusion circuit that tells the height of a record."""
DYNAMIC_CALLS_FROM = 14
RECORDS_EXIST_FROM = 15
CREDITS_TRANSLATION_FROM = 18
STRICT_TYPES_FROM = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules at one version of the consensus (1 to ``NEWEST``)."""

    version: int = NEWEST

    @classmethod
    def at(cls, height: int) -> Rules:
        """Return the rules of mainnet at a height."""
        return cls(bisect_right(MAINNET_HEIGHTS, height))

    @property
    def varuna(self) -> int:
        """The version of Varuna that proofs must have."""
        if self.version >= VARUNA_V3_FROM:
            return 3
        return 2 if self.version >= VARUNA_V2_FROM else 1

    @property
    def inclusion(self) -> int:
        """The version of the inclusion circuit, 0 or 1."""
        return int(self.version >= HIDING_RECORDS_FROM)
