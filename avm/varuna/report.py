"""What a prover or verifier tells about its work: plain frozen data for a job card or an inspector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# The prover's stages in order: name and a sentence for the reader.
STAGES: dict[str, str] = {
    "Check the witness": "Every row of the circuit is tried against the assignment.",
    "Witness and mask": "The private values become polynomials w; a random mask hides what is opened later.",
    "Row check": "One quotient h_0 shows that A z times B z equals C z in every row.",
    "Column sums": "The values of A z, B z and C z at a random row are tied to the witness by g_1 and h_1.",
    "Matrix sums": "The polynomials g_a, g_b, g_c show that the sums come from the circuit's matrices.",
    "Combine matrices": "One quotient h_2 joins the three matrix checks.",
    "Batch opening": "Every committed polynomial is opened at three random points.",
}
CHECKS = ("Statement and key", "Row check", "Column sums", "Matrix sums")
"""The verifier's checks in order: shapes, then an opening each at alpha, beta and gamma."""
DECODING = "Decoding"
"""Name of the check that an altered copy must pass before the verifier: its bytes are a canonical proof."""
KEY_CHECK = "Program and key"
"""Name of the check that a copy's key is the one that the program's circuit gives."""
LAB_CHECKS = (DECODING, *CHECKS, KEY_CHECK)
"""The checks of the proof lab in their order."""


@dataclass(frozen=True, slots=True)
class OracleReport:
    """One committed polynomial: degree, number of coefficients, seconds, commitment as hex (48 bytes)."""

    name: str
    degree: int
    size: int
    seconds: float
    commitment: str
    hiding: bool = False
    degree_bound: int | None = None


@dataclass(frozen=True, slots=True)
class StageReport:
    """One stage of the prover with the polynomials it committed to."""

    name: str
    explanation: str
    seconds: float
    items: tuple[OracleReport, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofPart:
    """One part of an encoded proof.

    ``kind`` is count, point, scalar or flag; ``stage`` names the prover's stage that made the part;
    ``offset`` and ``size`` are bytes in ``Proof.to_bytes()``; ``value`` is the value: decimal, or hex of a
    compressed point.
    """

    name: str
    kind: str
    stage: str
    offset: int
    size: int
    value: str


@dataclass(frozen=True, slots=True)
class ProofReport:
    """How a proof was made."""

    version: int
    stages: tuple[StageReport, ...]
    seconds: float
    proof_bytes: int


@dataclass(frozen=True, slots=True)
class Check:
    """One named check and its outcome."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ProvedValue:
    """A value that a proof binds: its name, its type and its text; a private one has no text."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is said beside a proof and that the proof does not bind."""

    name: str
    detail: str


UNPROVED_SIGNER = "the circuit takes this address as given: that its owner agreed to the call no proof shows"
"""What is said wherever the signer of a call is shown."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The verdict on a proof and the checks that led to it.

    ``statement`` is what the proof shows, ``notes`` what is only said beside it: the proof system knows
    neither, who knows the program adds them.
    """

    valid: bool
    seconds: float
    checks: tuple[Check, ...]
    statement: tuple[ProvedValue, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(check.name for check in self.checks if not check.passed)

    def saying(
        self, checks: Iterable[Check], statement: tuple[ProvedValue, ...], notes: tuple[Note, ...]
    ) -> VerifyReport:
        """Return the report with further checks that count, and what the proof shows when all pass."""
        checks = (*self.checks, *checks)
        valid = self.valid and all(check.passed for check in checks)
        return VerifyReport(valid, self.seconds, checks, statement if valid else (), notes)


@dataclass(frozen=True, slots=True)
class SrsInfo:
    """A structured reference string for a list; ``kind`` is official or development.

    ``highest_power`` is the largest exponent of beta at hand, ``insecure`` says that its maker could forge
    proofs, ``contributions`` counts those who put a secret on top.
    """

    name: str
    kind: str
    max_degree: int
    highest_power: int
    digest: str
    insecure: bool
    contributions: int
    detail: str = ""
