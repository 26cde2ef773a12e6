"""The proof lab for user interfaces: what can be altered in a proof, and what the verifier says of it."""

from __future__ import annotations

from avm.api.artifacts import Proved
from avm.varuna.proof_lab import Action as Action
from avm.varuna.proof_lab import Alteration as Alteration
from avm.varuna.proof_lab import LabPart as LabPart
from avm.varuna.proof_lab import Outcome as Outcome
from avm.varuna.proof_lab import ProofLab as ProofLab


def lab_of(proved: Proved) -> ProofLab:
    """The lab of a finished proof."""
    key = proved.proving_key.verifying_key
    return ProofLab(key, proved.verifier, proved.public_inputs, proved.proof, proved.version)
