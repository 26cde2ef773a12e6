"""What a prover or verifier tells about its work: plain frozen data for a job card or an inspector."""

from __future__ import annotations

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
class CircuitReport:
    """Sizes of one circuit of the batch: its id, instances and domain sizes."""

    circuit_id: str
    instances: int
    constraints: int
    variables: int
    public_inputs: int
    constraint_domain: int
    variable_domain: int
    matrix_domains: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ProofReport:
    """How a proof was made."""

    version: int
    srs: str
    insecure_srs: bool
    circuits: tuple[CircuitReport, ...]
    stages: tuple[StageReport, ...]
    seconds: float
    proof_bytes: int

    @property
    def instances(self) -> int:
        """Number of instances over all circuits."""
        return sum(circuit.instances for circuit in self.circuits)


@dataclass(frozen=True, slots=True)
class Check:
    """One named check and its outcome."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The verdict on a proof and the checks that led to it."""

    valid: bool
    seconds: float
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(check.name for check in self.checks if not check.passed)
