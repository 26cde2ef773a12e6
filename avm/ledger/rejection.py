"""Why the chain refuses a transaction or a block: one code per reason."""

from __future__ import annotations

from enum import Enum

from avm.base.errors import VerifyError


class Reason(Enum):
    """A reason; the value is the code of the failure."""

    PROOF = "EAVM0610"
    DOUBLE_USE = "EAVM0611"
    PREVIOUS_ROOT = "EAVM0612"
    UNKNOWN_PROGRAM = "EAVM0613"
    FINALIZE = "EAVM0614"
    FORM = "EAVM0615"
    LINK = "EAVM0616"
    DEPLOYMENT = "EAVM0617"


def rejected(reason: Reason, message: str, *, hint: str = "") -> VerifyError:
    """Return the failure to raise."""
    return VerifyError(message, code=reason.value, hint=hint)
