"""What is said of a version of Varuna wherever one is chosen or shown.

Certificates are the exception: one, which shows that a verifying key belongs to a circuit, uses the domain
string of V1 and V2 under all rules.
"""

from __future__ import annotations

from avm.varuna import version as protocol

CURRENT = int(protocol.CURRENT)
"""The version of new local proofs."""
REASON = (
    "it lacks the separation that V3 adds between the column sums and the mask, "
    "so the soundness argument of this verifier does not cover it"
)


def superseded(version: int) -> str:
    """Why ``version`` is not for new proofs, a sentence without its full stop; empty for the current one."""
    return "" if version >= CURRENT else f"Varuna V{version} is superseded: {REASON}"


def name_of(version: int) -> str:
    """ "Varuna V3"; an older one is marked: "Varuna V2 (superseded)"."""
    return f"Varuna V{version}" + ("" if version >= CURRENT else " (superseded)")
