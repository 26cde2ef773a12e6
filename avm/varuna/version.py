"""The versions of the Varuna protocol: one enum that every prover and verifier call takes.

The versions share keys, proof layout and all polynomials; they differ in the transcript and in the weights
of the column check:

* **V1** (superseded) absorbs the column sums after the third round's commitments and reuses the first
  combiners.
* **V2** (superseded on the network from consensus version 21) absorbs the column sums first and draws new
  combiners. The claimed sum of matrix A is not separated from the mask polynomial, so V2 must not be
  trusted for new statements once V3 is active.
* **V3** starts from a domain string of its own and weighs matrix A by a challenge ``eta_a``, which mends V2.

Source: snarkVM ``algorithms/src/snark/varuna``, and the V3 rules of consensus version 21.
"""

from __future__ import annotations

from enum import IntEnum


class VarunaVersion(IntEnum):
    """A version of the protocol; the number is the one that Aleo's ``snark.verify`` uses."""

    V1 = 1
    V2 = 2
    V3 = 3

    @property
    def domain(self) -> bytes:
        """The bytes that the transcript starts with."""
        return b"VARUNA-2026-V3" if self is VarunaVersion.V3 else b"VARUNA-2023"

    @property
    def sums_first(self) -> bool:
        """Whether the column sums are absorbed before the third round and draw new combiners."""
        return self is not VarunaVersion.V1

    @property
    def superseded(self) -> bool:
        """Whether a later version replaces this one for new proofs."""
        return self is not VarunaVersion.V3
