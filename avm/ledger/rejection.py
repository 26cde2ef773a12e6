"""Why the chain refuses a transaction or a block: one code per reason."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from enum import Enum

from avm.base import reading as documents
from avm.base.errors import AvmError, VerifyError
from avm.base.json_value import JsonValue
from avm.ledger.ids import canonical_text


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


def _form(message: str) -> AvmError:
    return rejected(Reason.FORM, message)


def reading(what: str, refuse: Callable[[str], AvmError] = _form) -> contextlib.AbstractContextManager[None]:
    """Turn what Python raises over values of wrong types or sizes into a refusal of the whole document."""
    return documents.reading(what, refuse)


def require_canonical(what: str, given: JsonValue, read: JsonValue) -> None:
    """Raise VerifyError unless a document is, value by value, what is written for what was read from it.

    The order of names in objects is free, and nothing else is: no second text for one value, no more names.
    """
    if canonical_text(given) != canonical_text(read):
        raise rejected(
            Reason.FORM,
            f"the {what} is not in its canonical form",
            hint="Use the text that the ledger exports, unchanged.",
        )
