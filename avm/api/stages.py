"""Names of the stages and checks that long work reports, known before it begins; loads no arithmetic."""

from __future__ import annotations

from avm.varuna.report import CHECKS, STAGES

HASHES, KERNELS, PARAMETERS = "Hash kernels", "Compile kernels", "Read the parameters"
PREPARING = (HASHES, KERNELS, PARAMETERS)
"""What getting ready for the first proof goes through."""
CONSTRAINTS, VERIFY = "Constraints", "Verify"
PROVING = (CONSTRAINTS, *STAGES, VERIFY)
"""What a proof with its check goes through."""
DECODING = "Decoding"
"""Name of the check that a copy must pass before the verifier sees it: the bytes are a canonical proof."""
KEY_CHECK = "Program and key"
"""Name of the check that a copy's key is the one that the program's circuit gives."""
LAB_CHECKS = (DECODING, *CHECKS, KEY_CHECK)
"""The checks of the proof lab in their order."""
