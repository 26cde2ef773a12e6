"""Names of the stages and checks that long work reports, known before it begins; loads no arithmetic."""

from __future__ import annotations

from avm.varuna.report import LAB_CHECKS as LAB_CHECKS
from avm.varuna.report import STAGES

HASHES, KERNELS, PARAMETERS = "Hash kernels", "Compile kernels", "Read the parameters"
PREPARING = (HASHES, KERNELS, PARAMETERS)
"""What getting ready for the first proof goes through."""
CONSTRAINTS, VERIFY = "Constraints", "Verify"
PROVING = (CONSTRAINTS, *STAGES, VERIFY)
"""What a proof with its check goes through."""
