"""The versions of the Varuna protocol: one enum that every prover and verifier call takes, and the default.

The versions share keys, proof layout and all polynomials; they differ in the transcript and in the weights
of the column check:

* **V1** absorbs the column sums after the third round's commitments and reuses the first combiners.
* **V2** absorbs the column sums first and draws new combiners.
* **V3** starts from a domain string of its own and draws a weight of the column check for matrix A too.

The argument that a proof cannot lie (``README.md`` beside this file) needs every weight of the column check
to be drawn after the column sums. It holds for V3 alone, so V3 is the default everywhere; V1 and V2 are for
exchange with engines that speak them and are marked superseded.

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


CURRENT = VarunaVersion.V3
"""The version that is meant where none is named: the one whose soundness argument is complete."""
